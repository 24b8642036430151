"""Pages of handovers, and the ZIP as it leaves: whole, in parts, and never a wrong half."""

import tracemalloc
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.files import pieces
from indicators.evidence.blobs import path_of
from indicators.handovers import handovers
from indicators.models import Blob, EvidenceFile, EvidenceHandover
from tests.factories.content import make_content_year, make_evidence
from tests.factories.loading import load_again
from tests.factories.reading import read

MEGABYTE = 1024 * 1024


def address(year, name, *args):
    return reverse(f"indicators:{name}", args=[*year.args, *args])


def body_of(response):
    return b"".join(response.streaming_content)


@pytest.fixture
def client(handed, client_for):
    return client_for(handed.year.staff)


@pytest.fixture
def row(handed, make):
    return make(handed.year)


@pytest.fixture
def file(handed, row):
    """The address of the ZIP."""
    return address(handed.year, "handover_download", row.pk)


# -- pages ------------------------------------------------------------------------------
def test_before_it_is_made_the_page_says_what_it_will_hold(handed, client):
    text = read(client.get(address(handed.year, "handover_list")).content.decode())
    assert "2 ไฟล์ รวม" in text
    assert "1.2.1 ประเด็นที่ 1.2.1" in text
    assert "เหตุผลที่ระบุ: =ยังไม่ถึงรอบ" in text
    part = read(
        client.get(
            address(handed.year, "handover_list"), {"part": "indicator-1.2"}
        ).content.decode()
    )
    assert "0 ไฟล์" in part
    assert "ตัวบ่งชี้ที่ 1.2 ตัวบ่งชี้ที่ 1.2" in part


@pytest.mark.parametrize("part", ["indicator-9.9", "x" * 300, "standard-"])
def test_a_part_that_there_is_not_shows_the_whole_year(handed, client, part):
    response = client.get(address(handed.year, "handover_list"), {"part": part})
    assert response.context["part"].key == ""


def test_the_button_makes_it_once_and_leads_to_the_download(handed, client):
    page = client.get(address(handed.year, "handover_list"), {"part": "indicator-1.1"})
    sent = {
        "part": "indicator-1.1",
        "idempotency_token": page.context["create"]["idempotency_token"].initial,
    }
    first = client.post(address(handed.year, "handover_create"), sent)
    again = client.post(address(handed.year, "handover_create"), sent)
    row = EvidenceHandover.objects.get()
    assert first.url == again.url == address(handed.year, "handover", row.pk)
    assert row.created_by == handed.year.staff
    shown = client.get(first.url).content.decode()
    assert address(handed.year, "handover_download", row.pk) in shown
    assert "hx-get" not in shown.split('id="status"')[1].split(">")[0]


def test_a_part_that_there_is_not_is_refused(handed, client):
    response = client.post(address(handed.year, "handover_create"), {"part": "indicator-9.9"})
    assert response.status_code == 400
    assert not EvidenceHandover.objects.exists()


def test_while_it_is_prepared_the_page_asks_again_by_itself(handed, client, row):
    EvidenceHandover.objects.update(state="working")
    page = client.get(address(handed.year, "handover", row.pk)).content.decode()
    assert 'hx-trigger="every 3s"' in page
    assert address(handed.year, "handover_download", row.pk) not in page
    part = client.get(address(handed.year, "handover", row.pk), headers={"HX-Request": "true"})
    assert part.content.decode().strip().startswith("<section")
    refused = client.get(address(handed.year, "handover_download", row.pk))
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("name", "args", "key"),
    [
        ("indicator", ["1.1"], "?part=indicator-1.1"),
        ("indicator_list", [], "?part=standard-1"),
        ("indicator_list", [], '"'),
        ("evidence_list", [], '"'),
    ],
)
def test_the_pages_of_the_year_lead_to_it(handed, client, name, args, key):
    page = client.get(address(handed.year, name, *args)).content.decode()
    assert f'href="{address(handed.year, "handover_list")}{key}' in page


@pytest.mark.parametrize("name", ["handover_list", "handover", "handover_download"])
def test_other_offices_find_none(handed, client_for, row, name):
    stranger = client_for(make_content_year("skn1", size=(1, 1, 1)).coordinator)
    args = [] if name == "handover_list" else [row.pk]
    assert stranger.get(address(handed.year, name, *args)).status_code == 404
    assert stranger.post(address(handed.year, "handover_create"), {"part": ""}).status_code == 404


def test_a_zip_of_another_year_is_not_found_in_this_one(handed, client, row):
    other = reverse("indicators:handover", args=["skn2", 2561, row.pk])
    assert client.get(other).status_code == 404


def test_the_page_costs_the_same_for_few_and_many(handed, client, make, cite_more):
    counts = []
    for number in (1, 12):
        cite_more(handed.year, number)
        for _n in range(number):
            make(handed.year)
        client.get(address(handed.year, "handover_list"))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(handed.year, "handover_list"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- the ZIP ----------------------------------------------------------------------------
def test_it_leaves_whole_with_headers_that_tame_it(client, row, file):
    response = client.get(file)
    data = body_of(response)
    assert (response.status_code, len(data)) == (200, row.size)
    assert response.headers["Content-Length"] == str(row.size)
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["ETag"] == f'"{row.sha256}"'
    assert response.headers["Cache-Control"] == "private, no-store"
    name = quote(f"ทั้งปี {row.assessment.office.short_name} 2560.zip")
    assert response.headers["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_range_is_the_slice_of_the_whole(client, row, file, data):
    whole = body_of(client.get(file))
    first = data.draw(st.integers(0, row.size - 1))
    last = data.draw(st.integers(first, row.size + 5))
    response = client.get(file, headers={"Range": f"bytes={first}-{last}"})
    assert response.status_code == 206
    assert body_of(response) == whole[first : last + 1]
    assert response.headers["Content-Range"] == (
        f"bytes {first}-{min(last, row.size - 1)}/{row.size}"
    )


def test_a_cut_download_goes_on_only_with_the_same_bytes(client, row, file):
    whole = body_of(client.get(file))
    tag = f'"{row.sha256}"'
    rest = client.get(file, headers={"Range": "bytes=1000-", "If-Range": tag})
    assert (rest.status_code, whole[:1000] + body_of(rest)) == (206, whole)
    other = client.get(file, headers={"Range": "bytes=1000-", "If-Range": '"other"'})
    assert (other.status_code, body_of(other)) == (200, whole)
    assert client.get(file, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(file, headers={"Range": f"bytes={row.size}-"}).status_code == 416
    assert client.head(file).headers["Content-Length"] == str(row.size)


def test_what_went_wrong_before_it_begins_is_a_page(client, handed, row, file):
    begin = body_of(client.get(file)).index(b"%PDF")
    path_of(Blob.objects.get()).unlink()
    response = client.get(file, headers={"Range": f"bytes={begin}-"})
    assert response.status_code == 410
    assert "ZIP" in read(response.content.decode())
    again = client.get(file)
    assert again.status_code == 409
    assert "โปรดจัดทำ ZIP ใหม่" in read(again.content.decode())


def test_a_name_of_120_letters_and_whatever_people_call_their_files(year, client_for, make):
    long = "ป้ายประกาศน้ำใจงามของเจ้าหน้าที่ " * 4
    name = f"{long[:120].strip()}.pdf"
    make_evidence(
        year.office, by=year.collector, title="ก", name=name, items=[load_again(year.item)]
    )
    row = make(year)
    assert EvidenceFile.objects.get().name == name
    cut = "ป้ายประกาศน้ำใจงามของเจ้าหน้าที่ ป้ายประกาศน้ำใจงามของเจ้าหน้าที่….pdf"
    assert row.index["files"][0][0].endswith(f"/{cut}")  # what Linux can unpack
    client = client_for(year.staff)
    assert name.encode() in body_of(client.get(address(year, "handover_download", row.pk)))


def test_memory_is_flat_however_large_the_files_are(year, client_for, make):
    """A sparse file of 100 MB: read, compared and sent by pieces."""
    make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    blob = Blob.objects.get()
    size = 100 * MEGABYTE
    with path_of(blob).open("r+b") as file:
        file.truncate(size)
    with path_of(blob).open("rb") as file:
        found = pieces.digests_of(file)
    Blob.objects.update(size=size, sha256=found.sha256, pieces=found.pieces, crc32=found.crc32)
    path_of(blob).rename(path_of(load_again(blob)))
    row = make(year)
    assert row.size > size
    response = client_for(year.staff).get(address(year, "handover_download", row.pk))
    tracemalloc.start()
    got = sum(len(part) for part in response.streaming_content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert got == row.size
    assert peak < 20 * MEGABYTE


def test_a_year_with_many_files_is_indexed_without_reading_them(handed, make, monkeypatch):
    monkeypatch.setattr(handovers, "check_blob", None)
    make(handed.year)
    assert EvidenceHandover.objects.get().files == 2

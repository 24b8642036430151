"""tus 1.0 over HTTP, header by header."""

import base64
import hashlib
import json
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from indicators.evidence.tus import receiving
from indicators.evidence.tus import uploads as domain
from indicators.models import Citation, Evidence, Upload
from indicators.models import upload as models
from indicators.states import UploadPurpose
from indicators.tasks import finish_uploads
from people.members import deactivate_person
from tests.factories.content import make_evidence
from tests.factories.files import make_image
from tests.factories.loading import load_again
from tests.factories.reading import read

PICTURE = make_image("PNG", size=(300, 200), colour="teal")
NAME = "ภาพถ่าย ๑ “ประชุม”.png"
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


def metadata(**values):
    pairs = ((key, base64.b64encode(value.encode()).decode()) for key, value in values.items())
    return ",".join(f"{key} {value}" for key, value in pairs)


def begin(client, year, *, size=None, name=NAME, **more):
    headers = {
        **TUS,
        "Upload-Length": str(size or len(PICTURE)),
        "Upload-Metadata": metadata(filename=name, **more),
    }
    return client.post(reverse("indicators:upload_begin", args=year.args), headers=headers)


def send(client, url, offset, data, **headers):
    return client.patch(
        url, data, content_type=PIECE, headers={**TUS, "Upload-Offset": str(offset), **headers}
    )


@pytest.fixture
def client(year, client_for):
    return client_for(year.collector)


@pytest.fixture
def url(year, client):
    return begin(client, year)["Location"]


def test_abilities(year, client):
    answer = client.options(reverse("indicators:upload_begin", args=year.args))
    assert answer.status_code == 204
    assert answer["Tus-Version"] == answer["Tus-Resumable"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,checksum,termination,expiration"
    assert answer["Tus-Checksum-Algorithm"] == "sha256,sha1"
    assert answer["Tus-Max-Size"] == str(domain.largest())


def test_a_whole_upload(year, client):
    begun = begin(client, year, item=year.item.consideration.code)
    assert begun.status_code == 201
    assert "Upload-Expires" in begun
    url = begun["Location"]
    assert url.startswith("http://testserver/")
    first = send(client, url, 0, PICTURE[:100])
    assert (first.status_code, first["Upload-Offset"]) == (204, "100")
    standing = client.head(url, headers=TUS)
    assert (standing["Upload-Offset"], standing["Upload-Length"]) == ("100", str(len(PICTURE)))
    assert standing["Cache-Control"] == "no-store"
    assert json.loads(client.get(url).content)["state"] == "receiving"
    assert send(client, url, 100, PICTURE[100:]).status_code == 204
    outcome = client.get(url).json()
    evidence = Evidence.objects.get()
    assert outcome["evidence"] == evidence.pk
    assert outcome["title"] == evidence.title == "ภาพถ่าย ๑ “ประชุม”"
    assert client.get(outcome["location"]).status_code == 200
    assert Citation.objects.get().item == year.item


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412),
        ({"Tus-Resumable": ""}, 412),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": str(2**50)}, 413),
        ({"Upload-Defer-Length": "1"}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "filename ///"}, 400),
        ({"Upload-Metadata": metadata(filename="ก.pdf", item="9.9.9")}, 404),
        ({"Upload-Metadata": metadata(filename="ก.pdf", purpose="owner")}, 400),
        ({"Upload-Metadata": metadata(filename="\x00.pdf")}, 400),
        ({"Upload-Metadata": metadata(filename="ก" * 400)}, 400),
    ],
)
def test_no_upload_begins(year, client, headers, status):
    sent = {**TUS, "Upload-Length": "9", "Upload-Metadata": metadata(filename="ก.pdf"), **headers}
    answer = client.post(reverse("indicators:upload_begin", args=year.args), headers=sent)
    assert answer.status_code == status
    assert answer.json()["message"]
    assert answer["Tus-Resumable"] == "1.0.0"
    assert not Upload.objects.exists()


def test_a_piece_that_is_none(client, url):
    long = bytes(domain.LONGEST_PIECE + 1)
    assert send(client, url, 0, long, **{"Upload-Checksum": "sha1 AA=="}).status_code == 413
    assert send(client, url, 5, b"x").status_code == 409
    assert send(client, url, "x", b"x").status_code == 400
    wrong_type = client.patch(url, b"x", content_type="text/plain", headers=TUS)
    assert wrong_type.status_code == 415
    assert client.patch(url, b"x", content_type=PIECE).status_code == 412
    assert Upload.objects.get().offset == 0


def test_a_client_that_does_not_cut_sends_one_body(client, url, monkeypatch):
    monkeypatch.setattr(domain, "LONGEST_PIECE", 50)
    moved, write = [], receiving.write
    monkeypatch.setattr(
        receiving, "write", lambda file, at, piece: (moved.append(at), write(file, at, piece))
    )
    answer = send(client, url, 0, PICTURE)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(len(PICTURE)))
    assert moved == list(range(0, len(PICTURE), 50))
    assert Evidence.objects.get().revisions.get().files.get().blob.size == len(PICTURE)


def test_of_a_body_that_is_cut_off_the_whole_pieces_count(client, url, monkeypatch):
    monkeypatch.setattr(domain, "LONGEST_PIECE", 50)
    cut = {"CONTENT_LENGTH": str(len(PICTURE)), "wsgi.input": BytesIO(PICTURE[:120])}
    answer = client.generic("PATCH", url, b"-", PIECE, headers=TUS | {"Upload-Offset": "0"}, **cut)
    assert answer.status_code == 400
    assert Upload.objects.get().offset == 100
    assert send(client, url, 100, PICTURE[100:]).status_code == 204


def test_who_is_deactivated_while_a_body_comes_brings_no_more_of_it(year, client, url, monkeypatch):
    monkeypatch.setattr(domain, "LONGEST_PIECE", 50)
    monkeypatch.setattr(domain, "COUNTED_EVERY", 0)
    write = receiving.write

    def gone(file, at, piece):
        write(file, at, piece)
        if at:
            deactivate_person(year.collector, by=None)

    monkeypatch.setattr(receiving, "write", gone)
    assert send(client, url, 0, PICTURE).status_code == 423
    assert Upload.objects.get().offset == 50


def test_a_body_without_a_length_is_no_piece(client, url):
    chunked = {"Transfer-Encoding": "chunked"}
    assert send(client, url, 0, PICTURE, **chunked).status_code == 411
    assert Upload.objects.get().offset == 0


def test_checksums(client, url):
    def digest(data, algorithm="sha1"):
        return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"

    damaged = send(client, url, 0, b"x" + PICTURE[1:9], **{"Upload-Checksum": digest(PICTURE[:9])})
    assert damaged.status_code == 460
    unknown = send(client, url, 0, PICTURE[:9], **{"Upload-Checksum": "md5 AAAA"})
    assert unknown.status_code == 400
    assert Upload.objects.get().offset == 0
    for at, algorithm in ((0, "sha1"), (9, "sha256")):
        piece = PICTURE[at : at + 9]
        right = send(client, url, at, piece, **{"Upload-Checksum": digest(piece, algorithm)})
        assert right.status_code == 204


def test_a_refused_file_says_why_at_the_last_piece(year, client):
    url = begin(client, year, size=400, name="รายงาน.pdf")["Location"]
    answer = send(client, url, 0, b"MZ" + bytes(398))
    assert answer.status_code == 400
    assert "โปรแกรม" in answer.json()["message"]
    outcome = client.get(url).json()
    assert (outcome["state"], outcome["said"]) == ("refused", answer.json()["message"])


def test_a_full_disk_is_no_end(client, url, settings):
    settings.FREE_SPACE_FLOOR_BYTES = 10**18
    answer = send(client, url, 0, PICTURE)
    assert answer.status_code == 507
    assert "เต็ม" in answer.json()["message"]
    settings.FREE_SPACE_FLOOR_BYTES = 0
    assert send(client, url, 0, PICTURE).status_code == 204


def test_a_lost_last_answer_is_asked_for_again(client, url):
    """The piece counted, its answer did not arrive: an empty piece ends it."""
    row = Upload.objects.get()
    domain.receive(row.token, 0, [PICTURE], by=row.user)
    assert client.get(url).json()["state"] == "receiving"
    headers = {**TUS, "Upload-Offset": str(len(PICTURE))}
    assert client.patch(url, b"", CONTENT_TYPE=PIECE, headers=headers).status_code == 204
    assert client.get(url).json()["state"] == "done"


def test_discarding(client, url):
    assert client.delete(url).status_code == 412
    assert client.delete(url, headers=TUS).status_code == 204
    assert client.head(url, headers=TUS).status_code == 404
    assert send(client, url, 0, PICTURE).status_code == 404


def test_expired(client, url):
    Upload.objects.update(expires_at=clock.now())
    assert client.head(url, headers=TUS).status_code == 410
    assert send(client, url, 0, PICTURE).status_code == 410


def test_nobody_else(year, url, client_for):
    for other in (year.staff, year.coordinator, year.director):
        stranger = client_for(other)
        assert stranger.head(url, headers=TUS).status_code == 404
        assert send(stranger, url, 0, PICTURE).status_code == 404
        assert stranger.delete(url, headers=TUS).status_code == 404
    assert Upload.objects.get().offset == 0


def test_deactivated_between_two_pieces(year, client, url):
    assert send(client, url, 0, PICTURE[:9]).status_code == 204
    deactivate_person(year.collector, by=None)
    assert send(client, url, 9, PICTURE[9:]).status_code == 401
    assert Upload.objects.get().offset == 9


def test_signed_out_it_says_so_and_no_redirect(url):
    answer = send(Client(), url, 0, PICTURE)
    assert answer.status_code == 401
    assert "ออกจากระบบ" in answer.json()["message"]


def test_without_the_token_of_the_page(year, url):
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(year.collector, backend="people.sign_in.backend.SessionBackend")
    assert send(forged, url, 0, PICTURE).status_code == 403
    assert Upload.objects.get().offset == 0


# -- forms that wait for files -----------------------------------------------------------
def test_a_revision_of_what_came_in_pieces(year, client):
    evidence = make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    url = begin(client, year, purpose=UploadPurpose.FORM)["Location"]
    send(client, url, 0, PICTURE)
    assert "location" not in client.get(url).json()
    page = reverse("indicators:evidence_revise", args=[*year.args, evidence.pk])
    sent = {"uploads": [url.rstrip("/").split("/")[-1]], "note": "ภาพใหม่"}
    assert client.post(page, sent).status_code == 302
    newest = evidence.revisions.first()
    assert (newest.number, newest.files.get().name) == (2, NAME)


def test_a_token_of_somebody_else_is_worth_nothing(year, client, client_for):
    url = begin(client_for(year.coordinator), year, purpose=UploadPurpose.FORM)["Location"]
    send(client_for(year.coordinator), url, 0, PICTURE)
    evidence = make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    page = reverse("indicators:evidence_revise", args=[*year.args, evidence.pk])
    answer = client.post(page, {"uploads": [url.rstrip("/").split("/")[-1]], "note": "แก้ไข"})
    assert answer.status_code == 400
    assert evidence.revisions.count() == 1


# -- what the page says ------------------------------------------------------------------
def test_the_page_lists_what_is_unfinished_and_what_is_here(year, client, url):
    send(client, url, 0, PICTURE[: len(PICTURE) // 2])
    page = client.get(reverse("indicators:evidence_create", args=year.args))
    percent = len(PICTURE) // 2 * 100 // len(PICTURE)
    assert f"“{NAME}” ยังส่งไม่เสร็จ: ได้รับแล้ว {percent} %" in read(page.text)
    item = client.get(reverse("indicators:item", args=[*year.args, year.item.consideration.code]))
    assert "ยังส่งไม่เสร็จ" not in item.text  # it was not begun there


@pytest.fixture
def large(monkeypatch):
    """Whether a worker could be woken for a file that takes long to look into."""
    woken = []
    for module in (domain, models):
        monkeypatch.setattr(module, "LOOKED_INTO_AT_ONCE", 100)
    monkeypatch.setattr(domain.broker, "wake", lambda task: woken.append(task) or True)
    return woken


def test_a_large_file_is_left_to_a_worker(year, client, url, large):
    assert send(client, url, 0, PICTURE).status_code == 204
    assert large == ["indicators.tasks.finish_uploads"]
    assert client.get(url).json()["state"] == "receiving"
    page = client.get(reverse("indicators:evidence_create", args=year.args))
    assert f"ได้รับ “{NAME}” ครบแล้ว กำลังตรวจสอบไฟล์" in read(page.text)
    finish_uploads()
    assert client.get(url).json()["state"] == "done"
    page = client.get(reverse("indicators:evidence_create", args=year.args))
    assert "กำลังตรวจสอบไฟล์ ไม่ต้องรอ" not in page.text


def test_who_asks_before_the_worker_came_finishes_it(client, url, large):
    send(client, url, 0, PICTURE)
    headers = {**TUS, "Upload-Offset": str(len(PICTURE))}
    assert client.patch(url, b"", CONTENT_TYPE=PIECE, headers=headers).status_code == 204
    assert client.get(url).json()["state"] == "done"


def test_without_a_broker_a_large_file_is_looked_into_at_once(client, url, large, monkeypatch):
    monkeypatch.setattr(domain.broker, "wake", lambda task: False)
    send(client, url, 0, PICTURE)
    assert client.get(url).json()["state"] == "done"


def test_what_a_worker_refused_stands_where_it_was_sent_until_it_was_read(year, client, large):
    url = begin(client, year, size=200, name="แผน.pdf")["Location"]
    assert send(client, url, 0, bytes(200)).status_code == 204
    finish_uploads()
    address = reverse("indicators:evidence_create", args=year.args)
    page = read(client.get(address).text)
    assert "ไม่รับไฟล์ “แผน.pdf”:" in page
    assert client.get(url).json()["said"] in page
    assert client.delete(url, headers=TUS).status_code == 204
    assert "แผน.pdf" not in client.get(address).text


def test_pages_cost_the_same_whatever_is_under_way(year, client):
    address = reverse("indicators:evidence_create", args=year.args)
    client.get(address)
    counts = set()
    for number in range(3):
        begin(client, year, name=f"ไฟล์ {number}.png")
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.add(len(queries))
    assert len(counts) == 1

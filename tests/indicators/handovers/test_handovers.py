"""A ZIP holds what is cited, under names that are right, with lists; its bytes never change."""

import io
import subprocess
import unicodedata
import zipfile
import zlib
from datetime import timedelta
from urllib.parse import unquote

import pytest
from lxml import html
from openpyxl import load_workbook

from core import clock
from core.files import pieces
from core.files.zips import ZipReader
from core.models import Event
from core.refusals import MoveRefused, NotAllowed
from indicators import tasks
from indicators.evidence.blobs import FileDamaged, path_of
from indicators.evidence.citations import withdraw_citation
from indicators.evidence.evidence import remove_evidence
from indicators.evidence.stored.sweep import check_blobs
from indicators.handovers import handovers
from indicators.handovers.contents import HandedPart, contents_of, parts_of
from indicators.models import Blob, EvidenceHandover
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_pdf
from tests.factories.loading import load_again
from tests.factories.people import make_person

LISTS = ["index.html", "index.xlsx", "สิ่งที่ยังขาด.txt"]
FILE_1 = "1 มาตรฐานที่ 1/1.1 ตัวบ่งชี้ที่ 1.1/1.1.1 ประเด็นที่ 1.1.1/แผน.pdf"
FILE_2 = "1 มาตรฐานที่ 1/1.1 ตัวบ่งชี้ที่ 1.1/1.1.2 ประเด็นที่ 1.1.2/แผน.pdf"
LINK = "1 มาตรฐานที่ 1/1.1 ตัวบ่งชี้ที่ 1.1/1.1.1 ประเด็นที่ 1.1.1/=ประกาศ -เว็บไซต์-.url"


def read_into(got, row):
    with handovers.open_handover(row) as file:
        while part := file.read(50):
            got += part


def bytes_of(row):
    with handovers.open_handover(row) as file:
        return file.readall()


# -- what is in it ----------------------------------------------------------------------
def test_it_holds_each_file_where_it_is_cited_and_the_lists(handed, make, unpack):
    archive = unpack(make(handed.year))
    assert archive.testzip() is None
    assert archive.namelist() == [*LISTS, LINK, "SHA256SUMS", FILE_1, FILE_2]
    assert archive.read(FILE_1) == archive.read(FILE_2) == make_pdf("=แผนปฏิบัติการ")
    assert archive.read(LINK).decode() == (
        "[InternetShortcut]\r\n"
        "URL=https://example.go.th/%E0%B8%9B%E0%B8%A3%E0%B8%B0%E0%B8%81%E0%B8%B2%E0%B8%A8?a=1&b=2\r\n"
    )


def unpacked(row, tmp_path):
    """What Linux's own programs unpack, and how many files they find whole."""
    path, out = tmp_path / "ทั้งหมด.zip", tmp_path / "out"
    path.write_bytes(bytes_of(row))
    environment = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    subprocess.run(["unzip", "-q", str(path), "-d", str(out)], check=True, env=environment)
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=out,
        check=True,
        env=environment,
        capture_output=True,
        text=True,
    )
    return out, checked.stdout.count(": OK")


def test_unzip_and_sha256sum_find_everything_whole(handed, make, tmp_path):
    out, whole = unpacked(make(handed.year), tmp_path)
    assert (out / FILE_1).is_file()
    assert whole == len(LISTS) + 3


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_longer_than_linux_holds_are_unpacked_and_listed(handed, make, tmp_path, form):
    year, long = handed.year, unicodedata.normalize(form, "ที่นี่ปั้นน้ำเป็นตัวé" * 6)[:120]
    item = load_again(year.items[3])
    for end in ("ก", "ข"):
        name = f"{long}{end}.pdf"
        make_evidence(year.office, by=year.collector, title=long * 2, name=name, items=[item])
    out, whole = unpacked(make(year), tmp_path)
    assert whole == len(LISTS) + 5
    places = {str(path.relative_to(out)) for path in out.rglob("ที่นี่*.pdf")}
    assert len(places) == 2
    page = html.fromstring((out / "index.html").read_bytes().decode())
    assert places <= {unquote(link) for link in page.xpath("//a/@href")}
    table = load_workbook(out / "index.xlsx").worksheets[0]
    assert places <= {row[13] for row in table.iter_rows(values_only=True)}


@pytest.mark.parametrize(
    ("key", "top"),
    [
        ("standard-1", {"1.1 ตัวบ่งชี้ที่ 1.1"}),
        ("indicator-1.1", {"1.1.1 ประเด็นที่ 1.1.1", "1.1.2 ประเด็นที่ 1.1.2"}),
        ("indicator-1.2", set()),
    ],
)
def test_a_part_holds_its_own(handed, make, unpack, key, top):
    names = unpack(make(handed.year, key)).namelist()
    assert {name.split("/")[0] for name in names if "/" in name} == top


def test_the_page_leads_to_every_file_without_a_server_or_a_script(handed, make, unpack):
    archive = unpack(make(handed.year))
    page = archive.read("index.html").decode()
    assert page.lower().startswith("<!doctype html>")
    tree = html.fromstring(page)
    assert not tree.xpath("//script|//link|//img|//iframe|//@onclick")
    links = [link for link in tree.xpath("//a/@href") if not link.startswith("#")]
    assert {unquote(link) for link in links if link.isascii() and ":" not in link} == {
        FILE_1,
        FILE_2,
    }
    assert "https://example.go.th/ประกาศ?a=1&b=2" in links
    assert "=ประกาศ <เว็บไซต์>" in tree.xpath("//a/text()")
    assert {"1.1.1 ประเด็นที่ 1.1.1", "1.2.2 ประเด็นที่ 1.2.2"} <= set(tree.xpath("//h4/text()"))


def test_every_cell_of_the_table_is_text(handed, make, unpack):
    data = unpack(make(handed.year)).read("index.xlsx")
    evidence, missing = load_workbook(io.BytesIO(data)).worksheets
    rows = list(evidence.iter_rows(values_only=True))
    assert [len(row) for row in rows] == [17] * 4
    assert [row[6] for row in rows[1:]] == ["=แผนปฏิบัติการ", "ประกาศ", "=แผนปฏิบัติการ"]
    assert [row[13] for row in rows[1:]] == [FILE_1, LINK, FILE_2]
    cells = [cell for row in evidence.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.data_type for (cell,) in missing.iter_rows()} == {"s"}


def test_what_is_missing_is_said_with_its_reason(handed, make, unpack):
    text = unpack(make(handed.year)).read("สิ่งที่ยังขาด.txt").decode("utf-8-sig")
    assert "- 1.2.1 ประเด็นที่ 1.2.1: เหตุผลที่ระบุ: =ยังไม่ถึงรอบ ประเมิน\r\n" in text
    assert "- 1.2.2 ประเด็นที่ 1.2.2: ไม่ได้ระบุเหตุผล\r\n" in text
    assert "1.1.1" not in text


def test_what_is_withdrawn_or_removed_is_not_in_it(handed, make, unpack):
    withdraw_citation(handed.plan.citations.first(), by=handed.year.collector)
    remove_evidence(handed.link, by=handed.year.collector, why="ซ้ำ")
    assert [n for n in unpack(make(handed.year)).namelist() if "/" in n] == [FILE_2]


def test_it_may_be_empty_but_for_the_lists(year, make, unpack):
    assert unpack(make(year)).namelist() == [*LISTS, "SHA256SUMS"]


# -- the same bytes ---------------------------------------------------------------------
def test_its_bytes_stay_whatever_happens_to_the_year(handed, make):
    row = make(handed.year)
    before = bytes_of(row)
    make_evidence(
        handed.year.office,
        by=handed.year.collector,
        title="ใหม่",
        items=[load_again(handed.year.items[3])],
    )
    assert bytes_of(load_again(row)) == before
    assert len(before) == row.size
    assert make(handed.year).sha256 != row.sha256


def test_another_list_or_index_has_another_name(handed, make):
    assert make(handed.year).sha256 != make(handed.year, "indicator-1.1").sha256


# -- who, and the history ---------------------------------------------------------------
def test_only_the_offices_people(handed):
    stranger = make_content_year("skn1", size=(1, 1, 1)).collector
    with pytest.raises(NotAllowed):
        handovers.ask_for(handed.year.assessment, HandedPart(), by=stranger)
    assert not EvidenceHandover.objects.exists()


def test_who_was_deactivated_meanwhile_gets_none(handed):
    gone = make_person(handed.year.office)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        handovers.ask_for(handed.year.assessment, HandedPart(), by=gone)


def test_the_history_says_who_took_what_along(handed, make):
    make(handed.year, "indicator-1.1", by=handed.year.member)
    event = Event.objects.order_by("pk").last()
    assert (event.verb, event.actor) == ("evidence.hand_over", handed.year.member)
    assert (event.fiscal_year, event.after) == (2560, {"indicator": "1.1"})


# -- damage -----------------------------------------------------------------------------
def test_a_file_that_is_missing_on_the_disk_is_left_out_and_listed(handed, make, unpack):
    path_of(handed.plan.revisions.get().files.get().blob).unlink()
    archive = unpack(make(handed.year))
    assert [n for n in archive.namelist() if "/" in n] == [LINK]
    assert "- 1.1.1: แผน.pdf" in archive.read("สิ่งที่ยังขาด.txt").decode("utf-8-sig")
    assert "เสียหาย ไม่มีใน ZIP" in archive.read("index.html").decode()
    assert Blob.objects.get().damaged_at


def test_a_file_found_damaged_while_it_is_sent_cuts_the_line(handed, make, monkeypatch):
    monkeypatch.setattr(pieces, "PIECE", 10)
    Blob.objects.update(pieces="")
    row = make(handed.year)
    blob = Blob.objects.get()
    data = path_of(blob).read_bytes()
    path_of(blob).write_bytes(data[:50] + b"!" + data[51:])
    got = bytearray()
    with pytest.raises(FileDamaged):
        read_into(got, row)
    assert 0 < len(got) < row.size
    assert load_again(blob).damaged_at


def test_after_damage_or_removal_it_is_made_anew(handed, make):
    row = make(handed.year)
    Blob.objects.update(damaged_at=clock.now())
    with pytest.raises(MoveRefused, match="เสียหาย"):
        handovers.open_handover(row)
    Blob.objects.update(damaged_at=None)
    assert isinstance(handovers.open_handover(row), ZipReader)
    remove_evidence(handed.link, by=handed.year.collector, why="ข้อมูลส่วนบุคคล")
    with pytest.raises(MoveRefused, match="ลบหลักฐาน"):
        handovers.open_handover(row)


def test_what_was_removed_before_it_was_made_hinders_nothing(handed, make):
    other = make_evidence(handed.year.office, by=handed.year.collector, title="อื่น")
    remove_evidence(other, by=handed.year.collector, why="ซ้ำ")
    assert handovers.why_stale(make(handed.year)) == ""


# -- files from before CRC-32 were kept -------------------------------------------------
def test_the_crc_is_known_as_soon_as_a_file_is_stored(handed):
    data = path_of(Blob.objects.get()).read_bytes()
    assert Blob.objects.get().crc32 == zlib.crc32(data)


def test_old_files_are_read_by_a_worker_and_not_by_the_request(handed, monkeypatch):
    woken = []
    monkeypatch.setattr(handovers.broker, "wake", woken.append)
    Blob.objects.update(crc32=None, pieces="")
    row = handovers.ask_for(handed.year.assessment, HandedPart(), by=handed.year.staff)
    handovers.prepare_now(row)
    assert woken == ["indicators.tasks.prepare_handovers"]
    assert load_again(row).state == "waiting"
    with pytest.raises(MoveRefused):
        handovers.open_handover(load_again(row))
    tasks.prepare_handovers()
    tasks.prepare_handovers()
    row = load_again(row)
    assert (row.state, row.claimed_by != "") == ("ready", True)
    with zipfile.ZipFile(io.BytesIO(bytes_of(row))) as archive:
        assert archive.testzip() is None
    assert Blob.objects.get().crc32


def test_an_old_file_that_is_damaged_is_found_then(handed):
    blob = Blob.objects.get()
    Blob.objects.update(crc32=None)
    path_of(blob).write_bytes(bytes(blob.size))
    row = handovers.ask_for(handed.year.assessment, HandedPart(), by=handed.year.staff)
    assert handovers.prepare_due() == 1
    assert load_again(row).files == 0
    assert load_again(blob).damaged_at


def test_the_weekly_check_fills_in_what_is_not_known(handed):
    known = Blob.objects.get().crc32
    Blob.objects.update(crc32=None)
    check_blobs()
    assert Blob.objects.get().crc32 == known


def test_of_two_workers_one_writes_the_index(handed):
    row = handovers.ask_for(handed.year.assessment, HandedPart(), by=handed.year.staff)
    free = EvidenceHandover.objects.filter(pk=row.pk)
    assert handovers._claim(free) is not None
    assert handovers._claim(free) is None
    free.update(lease_until=clock.now() - timedelta(seconds=1))  # the first one died
    assert handovers.prepare_due() == 1


# -- forgetting -------------------------------------------------------------------------
def test_after_a_week_the_index_goes_and_the_history_stays(handed, make):
    row = make(handed.year)
    assert handovers.sweep(at=row.created_at + handovers.KEPT_FOR) == 0
    assert handovers.sweep(at=row.created_at + handovers.KEPT_FOR + timedelta(seconds=1)) == 1
    assert Event.objects.filter(verb="evidence.hand_over").count() == 1
    assert Blob.objects.count() == 1


# -- how much it costs ------------------------------------------------------------------
def test_reading_costs_the_same_for_few_and_many(handed, django_assert_num_queries, cite_more):
    part = parts_of(handed.year.assessment)[""]
    with django_assert_num_queries(5):
        contents_of(handed.year.assessment, part)
    cite_more(handed.year, 20)
    with django_assert_num_queries(5):
        assert len(contents_of(handed.year.assessment, part).files) == 22

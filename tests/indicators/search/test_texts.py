"""What stands in files is read once, page by page, and found by who may see the file."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

import thai
from core import clock
from indicators.evidence.blobs import path_of
from indicators.evidence.evidence import remove_evidence
from indicators.evidence.stored.sweep import sweep
from indicators.models import Blob, BlobText, Evidence, EvidenceFile, TextPart
from indicators.search import extraction, texts
from indicators.search.texts import queue_unread, read_due
from indicators.states import TextState
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_image
from tests.factories.people import make_reviewer
from tests.indicators.search.test_finding import SECRET, find
from tests.indicators.search.written import make_office, make_scan, make_typed_pdf

pytestmark = pytest.mark.postgres
KINDS = ["docx", "xlsx", "pptx", "odt", "ods", "odp"]


def typed(year, *pages, title="แฟ้ม", **more):
    return make_evidence(
        year.office, by=year.collector, title=title, data=make_typed_pdf(*pages), **more
    )


def hit_of(user, words):
    from core.search import Wanted, Words, sources  # noqa: PLC0415

    (source,) = [s for s in sources(user) if s.name == "evidence"]
    (hit,) = source.find(user, Wanted(words=Words.of(words)), slice(0, 5)).hits
    return hit


# -- what is read ---------------------------------------------------------------------
def test_a_typed_pdf_is_found_by_its_text_and_opens_at_the_page(year):
    typed(year, "หน้าแรก", "คำสั่งแต่งตั้งคณะกรรมการ ที่ ๑๒/๒๕๖๐")
    assert find(year.staff, "คณะกรรมการ 12/2560") == []
    assert read_due() == 1
    hit = hit_of(year.staff, "คณะกรรมการ 12/2560")
    file = EvidenceFile.objects.get()
    assert hit.place_url == reverse("indicators:file_preview", args=[file.pk]) + "#page=2"
    assert hit.place == f"{file.name} หน้า 2"
    assert [piece.text for piece in hit.snippet if piece.found] == ["คณะกรรมการ", "๑๒/๒๕๖๐"]
    assert not hit.by_machine


@pytest.mark.parametrize("kind", KINDS)
def test_office_files_give_their_text(kind, tmp_path):
    media_type, data = make_office(kind, "สำนักงานเขต", "แผน ๒๕๖๐")
    path = tmp_path / "file"
    path.write_bytes(data)
    found = extraction.extract(path, media_type)
    assert " ".join(part.shown for part in found.parts) == "สำนักงานเขต แผน ๒๕๖๐"
    assert found.has_pages == (kind in ("pptx", "odp"))
    assert [part.number for part in found.parts] == ([1, 2] if found.has_pages else [1])
    assert all(part.folded == thai.fold(part.shown) for part in found.parts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp874"])
def test_plain_text_of_every_encoding(encoding, tmp_path):
    path = tmp_path / "file"
    path.write_bytes("ชื่อ,จำนวน\nโรงเรียน,๑๒".encode(encoding))
    (part,) = extraction.extract(path, "text/plain").parts
    assert part.folded == "ชื่อ,จำนวน โรงเรียน,12"


def test_lines_of_thai_that_the_paper_breaks_are_one(year):
    sentence = "สำนักงานเขตพื้นที่การศึกษาดำเนินการพัฒนาบุคลากรทุกกลุ่มงานอย่างต่อเนื่อง" * 3
    typed(year, f"{sentence} ABC")
    read_due()
    assert find(year.staff, sentence) == ["แฟ้ม"]


def test_letters_of_old_fonts_are_read_as_what_they_are(tmp_path):
    path = tmp_path / "file"
    path.write_text("ป\uf702 ท\uf702\uf70a ส านัก")
    (part,) = extraction.extract(path, "text/plain").parts
    assert "ปี ที่ สำนัก" in part.folded


def test_of_a_huge_text_a_part_is_kept_and_it_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "MOST_LETTERS", 5_000)
    path = tmp_path / "file"
    path.write_text("แผนงาน ก\n" * 2_000)
    found = extraction.extract(path, "text/plain")
    assert found.is_cut
    assert 3_000 < sum(len(part.shown) for part in found.parts) <= 5_000


def test_a_scan_is_read_by_a_machine_and_says_so(year, client_for):
    data = make_scan("Annual Report สกลนคร")
    make_evidence(year.office, by=year.staff, title="สแกน", name="สแกน.pdf", data=data)
    read_due()
    hit = hit_of(year.staff, "annual สกลนคร")
    assert hit.by_machine
    page = client_for(year.staff).get(reverse("indicators:find"), {"q": "annual"})
    assert "อ่านข้อความจากภาพโดยอัตโนมัติ" in page.text


def test_a_photograph_of_a_page_is_read(year):
    data = make_scan("Annual Report สกลนคร", "PNG")
    make_evidence(year.office, by=year.staff, title="ภาพ", name="ภาพ.png", data=data)
    read_due()
    assert hit_of(year.staff, "annual report").by_machine


def test_without_tesseract_scans_wait_and_pictures_are_left_alone(year, monkeypatch):
    make_evidence(year.office, by=year.staff, title="สแกน", data=make_scan("Annual Report"))
    make_evidence(year.office, by=year.staff, title="ภาพ", name="ภาพ.jpg", data=make_image())
    monkeypatch.setattr(texts, "ocr_program", lambda: "")
    assert read_due() == 1
    assert [row.state for row in BlobText.objects.all()] == [TextState.SCAN]
    assert read_due() == 0
    monkeypatch.undo()
    assert read_due() == 2
    assert find(year.staff, "annual") == ["สแกน"]


# -- once each ------------------------------------------------------------------------
def test_each_file_is_read_once(year):
    typed(year, "หนึ่ง")
    assert read_due() == 1
    typed(year, "หนึ่ง", title="อีกครั้ง")
    assert read_due() == 0
    assert sorted(find(year.staff, "หนึ่ง")) == ["อีกครั้ง", "แฟ้ม"]


def test_of_two_workers_one_reads_and_the_dead_ones_work_is_taken_over(year):
    typed(year, "หนึ่ง")
    queue_unread()
    row = texts._claim("dies")
    assert texts._claim("comes late") is None
    assert read_due() == 0
    BlobText.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert read_due() == 1
    assert not texts._keep(row, {"is_scan": False, "has_pages": True, "is_cut": False, "parts": []})
    assert TextPart.objects.count() == 1


def test_what_kills_its_worker_each_time_is_given_up(year):
    typed(year, "หนึ่ง")
    queue_unread()
    BlobText.objects.update(attempts=texts.ATTEMPTS)
    assert read_due() == 0
    assert BlobText.objects.get().state == TextState.FAILED


def test_a_file_that_cannot_be_read_is_found_by_its_name(year):
    typed(year, "หนึ่ง", name="รายงานผล.pdf")
    path_of(Blob.objects.get()).write_bytes(b"%PDF-1.7 nothing more")
    assert read_due() == 0
    assert BlobText.objects.get().state == TextState.FAILED
    assert find(year.staff, "รายงานผล") == ["แฟ้ม"]
    assert read_due() == 0


def test_the_text_goes_with_the_file(year):
    typed(year, "หนึ่ง")
    read_due()
    stray = Blob.objects.create(
        office=year.office, sha256="0" * 64, size=1, media_type="text/plain", created_at=clock.now()
    )
    BlobText.objects.create(blob=stray)
    old = clock.now() - timedelta(days=3)
    Blob.objects.update(created_at=old)
    sweep()
    assert list(Blob.objects.all()) == [EvidenceFile.objects.get().blob]
    assert BlobText.objects.count() == 1


# -- nobody else's ----------------------------------------------------------------------
def test_nobody_finds_what_stands_in_another_offices_files(year):
    typed(year, SECRET)
    read_due()
    assert find(year.staff, SECRET) == ["แฟ้ม"]
    other = make_content_year("skn1")
    for stranger in (other.coordinator, make_reviewer()):
        assert find(stranger, SECRET) == []


def test_the_same_file_of_two_offices_is_each_ones_own(year):
    typed(year, SECRET)
    other = make_content_year("skn1")
    typed(other, SECRET, title="ของเขตอื่น")
    read_due()
    assert find(year.staff, SECRET) == ["แฟ้ม"]
    assert find(other.staff, SECRET) == ["ของเขตอื่น"]


def test_what_stands_in_removed_evidence_is_found_by_who_may_manage_it(year):
    typed(year, SECRET)
    read_due()
    remove_evidence(Evidence.objects.get(), by=year.collector, why="ซ้ำ")
    for person in (year.staff, year.collector, year.coordinator):
        assert find(person, SECRET) == []
    assert find(year.staff, SECRET, state="removed") == []
    assert find(year.coordinator, SECRET, state="removed") == ["แฟ้ม"]

"""Pages and thumbnails of files: what is owed, who draws it, what becomes of odd files."""

import io
import json
import os
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image

from core.files.temporary import temporary_folder
from indicators.evidence.blobs import path_of
from indicators.evidence.stored.damage import report_damage
from indicators.evidence.stored.sweep import check_blobs, sweep
from indicators.models import Blob, EvidenceFile, Rendition
from indicators.renditions import child, folders, rendering
from indicators.renditions.health import files_to_show
from indicators.renditions.rendering import ask, draw_due, rendition_of
from indicators.states import RenditionState
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_docx, make_pages, make_zip

TWO_DAYS = timedelta(days=2)


def bring(year, name="แผน.pdf", data=None):
    data = make_pages(12) if data is None else data
    make_evidence(year.office, by=year.staff, name=name, data=data)
    return EvidenceFile.objects.order_by("pk").last().blob


def drawn(blob):
    """The numbers of the pages whose pictures are there."""
    names = [path.name.partition(".")[0] for path in folders.folder_of(blob).glob("*")]
    return sorted(int(name) for name in names if name.isdecimal())


def test_a_new_file_owes_its_first_page_and_a_thumbnail_and_no_more(year):
    blob = bring(year)
    assert draw_due() == 1
    row = Rendition.objects.get()
    assert (row.blob, row.state, row.pages, row.thumbnail) == (blob, "ready", 12, True)
    assert drawn(blob) == [1]
    with Image.open(folders.picture_of(blob, 1).path) as image:
        assert (image.format, image.size) == ("WEBP", (1200, 1699))
    with Image.open(folders.found(blob, "thumbnail")) as image:
        assert max(image.size) == 200
    assert draw_due() == 0


def test_who_looks_gets_that_page_first_and_the_next_ones(year):
    first, second = bring(year), bring(year, data=make_pages(40))
    draw_due()
    ask(rendition_of(second), 30)
    ask(rendition_of(first), 5)
    assert list(Rendition.objects.order_by("asked_at").values_list("wanted", flat=True)) == [30, 5]
    assert draw_due() == 2
    assert drawn(second) == [1, *range(30, 38)]
    assert drawn(first) == [1, *range(5, 13)]
    ask(rendition_of(second), 33)
    assert rendition_of(second).state == "ready", "the pages ahead are there"
    ask(rendition_of(second), 35)
    assert (rendition_of(second).state, rendition_of(second).wanted) == ("queued", 38)


def test_a_page_asked_for_while_others_are_drawn_comes_next(year, monkeypatch):
    blob = bring(year, data=make_pages(40))
    draw_due()
    ask(rendition_of(blob), 2)
    real = folders.keep

    def keep(blob, name, scratch):
        real(blob, name, scratch)
        if name == "4":
            ask(rendition_of(blob), 25)

    monkeypatch.setattr(folders, "keep", keep)
    draw_due()
    assert drawn(blob) == [1, *range(2, 10), *range(25, 33)]


def test_two_workers_draw_each_file_once(year):
    for number in range(4):
        bring(year, data=make_pages(2 + number))
    rendering.queue_new()
    claims = [rendering._claim("a"), rendering._claim("b"), rendering._claim("a")]
    assert len({row.pk for row in claims}) == 3
    assert rendering._draw(claims[0])
    Rendition.objects.filter(pk=claims[1].pk).update(lease_until=timezone.now())
    waiting = {claims[1].pk, Rendition.objects.get(state="queued").pk}
    assert {rendering._claim("c").pk, rendering._claim("c").pk} == waiting
    assert rendering._claim("c") is None
    Rendition.objects.filter(pk=claims[2].pk).update(claimed_by="somebody else")
    assert not rendering._draw(claims[2]), "who lost the lease writes nothing"
    assert Rendition.objects.get(pk=claims[2].pk).state == "working"


def test_a_file_that_kills_its_workers_is_given_up(year):
    blob = bring(year)
    rendering.queue_new()
    for _attempt in range(3):
        assert rendering._claim("").blob == blob
        Rendition.objects.update(lease_until=timezone.now())
    draw_due()
    assert Rendition.objects.get().state == "failed"


def test_what_failed_is_tried_twice_more_after_a_pause(year, monkeypatch):
    bring(year)
    with monkeypatch.context() as short_of_memory:
        short_of_memory.setattr(rendering, "_pdf_of", given(b"%PDF-1.7"))
        for pause in (timedelta(hours=1), timedelta(days=1)):
            before = timezone.now()
            assert draw_due() == 0
            row = Rendition.objects.get()
            assert row.state == "failed"
            assert before + pause <= row.lease_until <= timezone.now() + pause
            assert draw_due() == 0
            assert Rendition.objects.get().attempts == row.attempts, "not before its time"
            Rendition.objects.update(lease_until=timezone.now())
    assert (draw_due(), Rendition.objects.get().state) == (1, "ready")
    Rendition.objects.update(state="queued", attempts=2)
    monkeypatch.setattr(rendering, "_pdf_of", given(b"%PDF-1.7"))
    draw_due()
    assert (Rendition.objects.get().state, Rendition.objects.get().lease_until) == ("failed", None)


def test_health_says_what_waits_and_who(year):
    bring(year)
    rendering.queue_new()
    found = files_to_show()
    assert (found.ok, "รอจัดทำหน้าแสดง 1 ไฟล์" in found.says, found.hint) == (True, True, "")
    Rendition.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    assert not files_to_show().ok
    Rendition.objects.update(state="failed")
    assert "แสดงเป็นหน้าไม่ได้ 1 ไฟล์" in files_to_show().hint


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", make_pages(1)[:300]])
def test_what_cannot_be_opened_has_no_pages(year, data, monkeypatch):
    blob = bring(year)
    monkeypatch.setattr("indicators.renditions.rendering._pdf_of", given(data))
    draw_due()
    assert (Rendition.objects.get().state, drawn(blob)) == ("failed", [])


def given(data):
    """As ``_pdf_of``, another file in place of the blob's."""

    @contextmanager
    def pdf_of(_rendition):
        path = temporary_folder() / "given.pdf"
        path.write_bytes(data)
        yield path

    return pdf_of


def test_a_page_that_takes_too_much_is_passed_over(year, monkeypatch):
    """A child that dies at page 2 costs that page alone."""
    program = temporary_folder() / "dies.py"
    program.write_text(
        "import json, os, sys\n"
        f"sys.path.append({os.getcwd()!r})\n"
        "from indicators.renditions.drawing import draw\n"
        "def say(message):\n"
        "    print(json.dumps(message), flush=True)\n"
        "    if message.get('begins') == 2: os.kill(os.getpid(), 9)\n"
        "draw(json.load(sys.stdin), say)\n"
    )
    blob = bring(year, data=make_pages(3))
    draw_due()
    monkeypatch.setattr(child, "PROGRAM", program)
    ask(rendition_of(blob), 2)
    draw_due()
    row = Rendition.objects.get()
    assert (row.state, drawn(blob)) == ("ready", [1])
    assert folders.is_unreadable(blob, 2)
    monkeypatch.undo()
    ask(row, 2)
    draw_due()
    assert drawn(blob) == [1, 3]


@pytest.mark.parametrize("size", [(3, 14_400), (14_400, 3), (14_400, 14_400)])
def test_odd_sizes_of_pages_stay_small(year, size):
    blob = bring(year, data=make_pages(1, size=size))
    draw_due()
    shown = folders.picture_of(blob, 1)
    assert shown is None or shown.width * shown.height <= 1200 * 4800


def test_the_child_is_limited(year):
    with child.running(
        [sys.executable, "-I", "-c", "import time; time.sleep(60)"], seconds=0.3
    ) as process:
        with suppress(ValueError):
            process.stdin.close()
        assert process.wait(timeout=20) == -9


# -- photographs -------------------------------------------------------------------------
def test_a_photograph_has_a_thumbnail_upright(year):
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.new("RGB", (400, 200), "red").save(out, "JPEG", exif=exif)
    blob = bring(year, "ภาพ.jpg", out.getvalue())
    draw_due()
    with Image.open(folders.found(blob, "thumbnail")) as image:
        assert image.size == (100, 200)
    assert Rendition.objects.get().thumbnail


def test_what_has_no_pages_owes_nothing(year):
    bring(year, "ข้อความ.txt", "ข้อความ".encode())
    bring(year, "แฟ้ม.zip", make_zip({"ก.txt": b"x"}))
    assert draw_due() == 0
    assert not Rendition.objects.exists()


# -- Office files ------------------------------------------------------------------------
SOFFICE = """#!{python}
import json, os, shutil, sys
out = sys.argv[sys.argv.index("--outdir") + 1]
profile = next(a for a in sys.argv if a.startswith("-env:UserInstallation="))
said = {{"args": sys.argv, "env": dict(os.environ), "profile": profile}}
with open({log!r}, "a") as log: log.write(json.dumps(said) + chr(10))
if {works}: shutil.copyfile({pdf!r}, os.path.join(out, "document.pdf"))
"""


@pytest.fixture
def soffice(tmp_path, settings):
    """``soffice(works)``: a program that makes a PDF of three pages, and a file that logs."""

    def put(works=True):
        pdf, log, program = tmp_path / "made.pdf", tmp_path / "log", tmp_path / "soffice"
        pdf.write_bytes(make_pages(3))
        program.write_text(
            SOFFICE.format(python=sys.executable, log=str(log), pdf=str(pdf), works=works)
        )
        program.chmod(0o755)
        settings.LIBREOFFICE = str(program)
        return log

    return put


def test_office_files_become_pages_where_there_is_a_program(year, soffice):
    log = soffice()
    blob = bring(year, "แผน.docx", make_docx())
    assert draw_due() == 1
    row = Rendition.objects.get()
    assert (row.state, row.pages, drawn(blob)) == ("ready", 3, [1])
    ask(row, 2)
    draw_due()
    assert drawn(blob) == [1, 2, 3]
    (said,) = [json.loads(line) for line in log.read_text().splitlines()]  # converted once
    assert "SECRET_KEY" not in said["env"]
    assert "DATA_DIR" not in said["env"]
    assert said["args"][-1].endswith("/document.docx")
    assert not list(temporary_folder().glob("office-*")), "the profile is gone"


def test_without_the_program_it_says_so_and_later_catches_up(year, soffice):
    bring(year, "แผน.docx", make_docx())
    assert draw_due() == 0
    assert Rendition.objects.get().state == RenditionState.UNAVAILABLE
    soffice()
    assert draw_due() == 1
    assert Rendition.objects.get().state == "ready"


def test_a_document_of_which_no_pdf_comes_failed(year, soffice):
    soffice(works=False)
    bring(year, "แผน.docx", make_docx())
    draw_due()
    assert Rendition.objects.get().state == "failed"


# -- keeping -----------------------------------------------------------------------------
def test_a_damaged_file_shows_nothing_and_comes_back_with_its_bytes(year):
    blob = bring(year)
    draw_due()
    data = path_of(blob).read_bytes()
    path_of(blob).write_bytes(data[:-1] + b"x")
    ask(rendition_of(blob), 3)
    draw_due()
    blob.refresh_from_db()
    assert blob.damaged_at is not None
    assert not Rendition.objects.exists()
    assert not folders.folder_of(blob).exists()
    assert draw_due() == 0
    path_of(blob).write_bytes(data)
    check_blobs()
    assert draw_due() == 1


def test_a_picture_that_changed_on_the_disk_is_no_picture(year):
    blob = bring(year)
    draw_due()
    path = folders.found(blob, "1")
    path.write_bytes(path.read_bytes() + b"x")
    assert folders.whole_bytes(path) is None
    assert not path.exists()


def test_pictures_keep_no_blob_and_go_with_it(year, settings):
    blob = bring(year)
    draw_due()
    stray = Blob.objects.create(
        office=year.office, sha256="a" * 64, size=1, media_type="application/pdf",
        created_at=timezone.now() - TWO_DAYS,
    )  # fmt: skip
    Rendition.objects.create(blob=stray, created_at=timezone.now())
    folders.folder_of(stray).mkdir(parents=True)
    sweep()
    assert not Blob.objects.filter(pk=stray.pk).exists()
    assert Rendition.objects.get().blob == blob
    folders.sweep()
    assert not folders.folder_of(stray).exists()
    assert drawn(blob) == [1]


def test_pages_nobody_asked_for_in_a_month_go_and_come_again(year):
    blob = bring(year)
    draw_due()
    ask(rendition_of(blob), 2)
    draw_due()
    for path in folders.folder_of(blob).iterdir():
        os.utime(path, (1, 1))
    folders.sweep()
    assert drawn(blob) == [1]
    assert folders.found(blob, "thumbnail")
    ask(rendition_of(blob), 2)
    draw_due()
    assert 2 in drawn(blob)


def test_reporting_damage_leaves_the_rest(year):
    blob = bring(year)
    draw_due()
    report_damage(blob)
    assert Rendition.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once(blob_root):
    year = make_content_year()
    blobs = [bring(year, data=make_pages(n)) for n in (2, 3, 4, 5)]
    counts = []

    def work():
        try:
            counts.append(draw_due())
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 4
    assert [drawn(blob) for blob in blobs] == [[1]] * 4
    assert set(Rendition.objects.values_list("state", flat=True)) == {"ready"}

"""to_pdf: what it serves, what it refuses, what it calls a failure."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings

from reports.render.child import render_in_child
from reports.render.failures import RenderFailed
from reports.render.pdf import to_pdf
from tests.reports.render.processes import LIMITS

PAGE = (
    '<!DOCTYPE html><html lang="th"><head><meta charset="utf-8"><title>ทดสอบ</title>'
    "<style>html{{font:10.7pt/1.7 Paper}}</style></head><body>{}</body></html>"
)
WORDS = "ดำเนินการน้ำดื่ม ที่นี่ ป้ำ ฝู้ ญี่ปุ่น ก๋วยเตี๋ยว ผู้มีส่วนได้ส่วนเสีย เปี๊ยะ ☐ ☑ ✓"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8ffff3f0005fe02fea735815d0000000049454e44ae426082"
)


def text_of(data: bytes) -> str:
    command = ["pdftotext", "-", "-"]
    return subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()


def test_thai_words_come_out_as_they_went_in(fonts):
    result = to_pdf(PAGE.format(f"<p>{WORDS}</p><p><b>{WORDS}</b></p>"), fonts=fonts)

    assert text_of(result.data).split("\n")[0] == WORDS
    assert text_of(result.data).count(WORDS) == 2


def test_the_result_is_archive_quality_thai_and_titled(fonts):
    result = to_pdf(PAGE.format("<p>ก</p>"), fonts=fonts)

    with pikepdf.open(BytesIO(result.data)) as pdf, pdf.open_metadata() as metadata:
        assert metadata.pdfa_status == "3U"
        assert metadata["dc:title"] == "ทดสอบ"
        assert str(pdf.Root.Lang) == "th"


def test_the_same_html_gives_the_same_bytes(fonts):
    html = PAGE.format(f"<p>{WORDS}</p>")

    assert to_pdf(html, fonts=fonts).data == to_pdf(html, fonts=fonts).data


def test_only_our_own_face_is_embedded(fonts):
    result = to_pdf(PAGE.format(f"<p>{WORDS} <i>{WORDS}</i></p>"), fonts=fonts)

    with pikepdf.open(BytesIO(result.data)) as pdf:
        names = {
            str(item.BaseFont)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0"
        }
    assert {name.split("+")[1].split("-")[0] for name in names} == {"Paper"}


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "blob:somebody-elses",
        "asset:../../../manage.py",
        "asset:missing.svg",
        "/etc/passwd",
    ],
)
@pytest.mark.parametrize("place", ['<img src="{}" alt="x">', '<link rel="stylesheet" href="{}">'])
def test_every_other_address_is_refused(fonts, address, place):
    with pytest.raises(RenderFailed):
        to_pdf(PAGE.format(place.format(address)), fonts=fonts)


def test_the_documents_own_file_is_served(fonts, tmp_path):
    path = tmp_path / "pixel"
    path.write_bytes(PIXEL)
    html = PAGE.format('<img src="blob:a" alt="ก"><img src="blob:b" alt="ข">')

    assert to_pdf(html, fonts=fonts, base_files={"a": PIXEL, "b": path}).pages == 1


def test_a_broken_picture_is_a_failed_build(fonts):
    with pytest.raises(RenderFailed, match="Failed to load image"):
        to_pdf(PAGE.format('<img src="blob:a" alt="x">'), fonts=fonts, base_files={"a": b"no"})


def test_a_letter_without_glyph_is_a_failed_build(fonts):
    with pytest.raises(RenderFailed, match="notdef"):
        to_pdf(PAGE.format("<p>漢</p>"), fonts=fonts)


def test_missing_fonts_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="fonts_build"):
        to_pdf(PAGE.format("ก"), fonts=tmp_path)


def test_progress_only_grows(fonts):
    seen = []

    to_pdf(PAGE.format("<p>ก</p>" * 300), fonts=fonts, progress=seen.append)

    assert seen == sorted(set(seen))
    assert 0 < seen[0] < seen[-1] < 100


# -- in a child --------------------------------------------------------------------


def test_the_child_writes_the_file_and_reports(fonts, tmp_path):
    seen, path = [], tmp_path / "new" / "paper.pdf"

    done = render_in_child(PAGE.format("<p>ก</p>"), path, fonts=fonts, progress=seen.append)

    assert (done.pages, done.size) == (1, path.stat().st_size)
    assert 20 < done.peak_mb < 400
    assert seen
    assert [item.name for item in path.parent.iterdir()] == ["paper.pdf"]


def test_the_child_makes_the_same_bytes_as_the_parent(fonts, tmp_path):
    html = PAGE.format(f"<p>{WORDS}</p>")

    done = render_in_child(html, tmp_path / "paper.pdf", fonts=fonts)

    assert done.sha256 == to_pdf(html, fonts=fonts).sha256


def test_a_failed_child_says_why_and_leaves_no_file(fonts, tmp_path):
    with pytest.raises(RenderFailed, match="not a file of this document"):
        render_in_child(
            PAGE.format('<img src="file:///etc/passwd" alt="x">'), tmp_path / "p.pdf", fonts=fonts
        )

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_a_child_that_runs_wild_is_ended(fonts, tmp_path, limit):
    html = PAGE.format("<p>ดำเนินการ</p>" * 20_000)

    with pytest.raises(RenderFailed, match=r"too long|too much|more than"):
        render_in_child(html, tmp_path / "p.pdf", fonts=fonts, **limit)

    assert not list(tmp_path.iterdir())


def test_whoever_listens_to_progress_can_stop_the_child(fonts, tmp_path):
    def stop(percent):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        render_in_child(PAGE.format("ก"), tmp_path / "p.pdf", fonts=fonts, progress=stop)

    assert not list(tmp_path.iterdir())


def test_the_child_needs_neither_settings_nor_secrets(fonts, tmp_path, monkeypatch):
    for name in ("SECRET_KEY", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    assert render_in_child(PAGE.format("ก"), Path(tmp_path / "p.pdf"), fonts=fonts).pages == 1


FULL = """
import os, resource, sys
from pathlib import Path
from reports.render import pdf

class Full:
    def __init__(self, **options):
        held = None
        while True:
            held = (held,)

pdf.HTML = Full
resource.setrlimit(resource.RLIMIT_AS, (200 * 1024**2,) * 2)
try:
    pdf.to_pdf("", fonts=Path(sys.argv[1]))
except MemoryError:
    os._exit(7)
"""


def test_with_no_memory_left_it_ends(fonts):
    done = subprocess.run(
        [sys.executable, "-c", FULL, fonts], cwd=settings.BASE_DIR, check=False, timeout=60
    )
    assert done.returncode == 7

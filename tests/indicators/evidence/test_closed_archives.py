"""Archives that are not looked into, wherever they lie, and files that are two things at once."""

import gzip
import struct
import zlib

import pytest

from tests.factories.files import make_docx, make_image, make_pdf, make_zip
from tests.indicators.evidence.odd_files import box, make_media, pdf_with_action
from tests.indicators.evidence.test_lying_archives import ZIP, A, archive_of, part_of, row_of
from tests.indicators.evidence.test_objects_in_files import PROGRAM, refusal_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CLOSED = {
    "tar": b"setup.exe".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300,
    "old tar": b"setup.exe".ljust(257, b"\0") + b"ustar  \0" + b"\0" * 300,
    "bzip2": b"BZh91AY&SY" + b"\0" * 40,
    "zstd": b"\x28\xb5\x2f\xfd" + b"\0" * 40,
    "lzip": b"LZIP\x01" + b"\0" * 40,
    "compress": b"\x1f\x9d\x90" + b"\0" * 40,
    "old rar": b"RE~^" + b"\0" * 40,
    "lha": b"\x24\x2d-lh5-" + b"\0" * 40,
    "ace": b"\0" * 7 + b"**ACE**" + b"\0" * 40,
    "installer": b"ISc(" + b"\0" * 40,
    "gzip": gzip.compress(b"text"),
    "gzip of a program": gzip.compress(PROGRAM),
    "gzip cut": gzip.compress(PROGRAM)[:9],
    "a picture in name only": gzip.compress(b"\1\0\0\0" + PROGRAM),
}


@pytest.mark.parametrize("kind", CLOSED)
def test_an_archive_that_is_not_looked_into_is_refused(tmp_path, kind):
    assert refusal_of(tmp_path, make_zip({"ใน.dat": CLOSED[kind]})) == ("closed_archive", "ใน.dat")
    docx = make_docx(entries={"word/media/a.emz": CLOSED[kind]})
    assert refusal_of(tmp_path, docx) == ("closed_archive", "word/media/a.emz")
    assert refusal_of(tmp_path, CLOSED[kind]) == ("unknown", None)


@pytest.mark.parametrize(
    "picture",
    [
        b"\1\0\0\0" + b"\x6c".ljust(36, b"\0") + b" EMF" + b"\0" * 2000,
        b"\xd7\xcd\xc6\x9a" + b"\0" * 2000,
        b"\1\0\x09\0\0\3" + b"\0" * 2000,
    ],
    ids=["emf", "wmf with its size", "wmf"],
)
def test_a_packed_picture_of_windows_stays_in_its_document(tmp_path, picture):
    docx = make_docx(entries={"word/media/image1.emz": gzip.compress(picture)})
    assert refusal_of(tmp_path, docx) == WORD


HIDDEN = [
    b"Rar!\x1a\x07\0" + b"\0" * 50,
    b"Rar!\x1a\x07\x01\0",
    b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 9,
]


@pytest.mark.parametrize("behind", HIDDEN, ids=["rar", "rar 5", "7z"])
@pytest.mark.parametrize(
    "file",
    [make_image(), make_image("PNG"), make_pdf("ก"), make_media(b"isom", b"vide")],
    ids=["jpeg", "png", "pdf", "film"],
)
def test_no_other_archive_is_hidden_behind_a_file(tmp_path, file, behind):
    refused = ("hidden_archive", None)
    assert refusal_of(tmp_path, file + behind) == refused
    far = file + b"\0" * (1024 * 1024 - len(file) - 3) + behind + b"\0" * 70_000
    assert refusal_of(tmp_path, far) == refused
    assert refusal_of(tmp_path, make_zip({"ภาพ.dat": far}, deflate=False)) == refused
    assert refusal_of(tmp_path, make_docx(entries={"word/media/a": file + behind})) == refused


def test_the_sign_of_another_archive_cut_short_is_taken(tmp_path):
    assert refusal_of(tmp_path, make_image() + b"Rar!\x1a" + b"7z\xbc\xaf") == "image/jpeg"


ACTIVE = pdf_with_action("open", {"/S": "/JavaScript", "/JS": "app.alert(1)"})


def pictures_before(pdf):
    """A JPEG with the PDF in its first comment, and a film with one in its first box."""
    comment = b"\xff\xfe" + struct.pack(">H", len(pdf) + 2) + pdf
    head = box(b"ftyp", b"isom", b"\0\0\0\0", b"isom")
    return [
        (b"\xff\xd8" + comment + make_image()[2:], "image/jpeg"),
        (head + box(b"free", pdf), "video/mp4"),
    ]


def test_a_picture_that_is_a_pdf_as_well_does_nothing_as_one(tmp_path):
    for data, _kind in pictures_before(ACTIVE):
        assert refusal_of(tmp_path, data) == ("active_pdf", None)
    for pdf in (make_pdf("ก"), b"%PDF-1.4 text"):
        for data, kind in pictures_before(pdf):
            assert refusal_of(tmp_path, data) == kind


def test_the_second_name_in_a_parts_own_head_counts(tmp_path):
    def with_name(name):
        field = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(A[0])) + name
        return archive_of([part_of(*A, extra=field)], [row_of(*A, 0)])

    assert refusal_of(tmp_path, with_name(b"setup.exe")) == ("hidden_archive", None)
    assert refusal_of(tmp_path, with_name(A[0])) == ZIP


@pytest.mark.parametrize(
    "name",
    [
        *("autorun.inf", "ลิงก์.url", "a.library-ms", "a.search-ms", "a.Desktop", "a.website"),
        *("a.wll", "a.xla", "a.ppa", "a.slk", "a.accde", "a.mde", "a.rdp", "a.hlp", "a.img"),
        *("a.ps1xml", "a.psd1", "a.pyz", "a.terminal", "a.AppImage", "a.ipa", "a.themepack"),
    ],
)
def test_what_a_system_starts_is_a_program(tmp_path, name):
    assert refusal_of(tmp_path, make_zip({name: b"x"})) == ("program_inside", name)


def test_what_a_system_only_shows_is_none(tmp_path):
    names = ["desktop.ini", "Thumbs.db", ".DS_Store", "a.py", "ข้อมูล.accdb", "a.ttf", "a.xlt.txt"]
    assert refusal_of(tmp_path, make_zip(dict.fromkeys(names, b"x"))) == ZIP

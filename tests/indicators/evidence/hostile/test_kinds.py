"""Kinds of files beyond the first ones: what is taken, what is refused, and what the site says."""

import io
import struct

import pytest

from indicators.evidence import inspection
from indicators.evidence.blobs import FileRefused, store
from indicators.evidence.inspection import pdf
from indicators.evidence.inspection.streams import Window, holds
from indicators.evidence.kinds import EXTENSIONS
from tests.factories.files import make_docx, make_image, make_pdf, make_upload, make_zip
from tests.indicators.evidence.hostile.packed_files import (
    make_mp3,
    make_old_rar,
    make_rar,
    make_seven_zip,
    packed_object,
    show_with_object,
)
from tests.indicators.evidence.odd_files import box, crowded_pdf, make_compound
from tests.indicators.evidence.test_inspection import BIFF, code_of, named

WORD, SHEET, SHOW = (
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
)
RAR, SEVEN = "application/vnd.rar", "application/x-7z-compressed"
DOC = struct.pack("<10xH", 0)
OBJECT = "\x01Ole10Native"
CLOSED = [(make_old_rar, RAR), (make_rar, RAR), (make_seven_zip, SEVEN)]


def word(**streams):
    """A Word file with further streams."""
    return make_compound({"WordDocument": DOC} | streams)


def sheet_of(kind):
    """A workbook whose only sheet is of this kind."""
    return BIFF + struct.pack("<HHIBBBB", 0x85, 8, 0, 0, kind, 0, 0) + struct.pack("<HH", 0x0A, 0)


def word_with_template(path):
    """A Word file attached to a template."""
    texts = struct.pack("<HHH", 0xFFFF, 2, 0)
    for text in ("", path):
        texts += struct.pack("<H", len(text)) + text.encode("utf-16-le")
    head = bytearray(b"\0" * 1000)
    struct.pack_into("<II", head, 0x9A + 8 * 32, 0, len(texts))
    return make_compound({"WordDocument": bytes(head), "0Table": texts})


DDE = BIFF + struct.pack("<HH", 0x1AE, 12) + b"\0\0\x08\0\0cmd\x03/c " + struct.pack("<HH", 0x23, 4)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (word(), WORD),
        (make_compound({"Workbook": sheet_of(0)}), SHEET),
        (make_compound({"Book": sheet_of(2)}), SHEET),
        (make_compound({"PowerPoint Document": b""}), SHOW),
        (make_compound({"WordDocument": DOC, "Workbook": b""}), "damaged"),
        (make_compound({"Workbook": sheet_of(1)}), "macros"),
        (make_compound({"Book": sheet_of(6)}), "macros"),
        (make_compound({"WordDocument": DOC, "Macros": b""}), "macros"),
        (make_compound({"WordDocument": DOC, "x": b"\0Attribut\0e VB_Nam"}), "macros"),
        (make_compound({"Workbook": DDE + b"\0\0cm"}), "reaches_out"),
        (make_compound({"Workbook": DDE + b"\x10\0cm"}), SHEET),
        (make_compound({"WordDocument": DOC + b"\x13 DDEAUTO c:\\\\cmd"}), "reaches_out"),
        (
            make_compound({"WordDocument": DOC + "\x13 dde excel".encode("utf-16-le")}),
            "reaches_out",
        ),
        (make_compound({"WordDocument": DOC + b"\x13 DATE \x14"}), WORD),
        (word_with_template("https://example.org/a.dotm"), "reaches_out"),
        (word_with_template("\\\\example.org\\a.dot"), "reaches_out"),
        (word_with_template("C:\\Templates\\Normal.dot"), WORD),
        (word(**{OBJECT: packed_object("a.exe")}), "program_attached"),
        (make_compound({"PowerPoint Document": show_with_object("a.exe")}), "program_attached"),
        (make_compound({"PowerPoint Document": show_with_object("a.txt")}), SHOW),
        (word(Package=make_docx(entries={"word/vbaProject.bin": b""})), "macros"),
        (word(Package=make_zip({"a.exe": b"x"})), "program_attached"),
        (word() + make_zip({"a.exe": b"x"}), "program_attached"),
        (word() + b"Rar!\x1a\x07\0", "hidden_archive"),
        (word()[:600], "unknown"),
        (b"{\\rtf1 x}", "old_office"),
        (b"{\\rt\x1b", "unknown"),
        (b"{\\rt0}", "old_office"),
    ],
    ids=named,
)
def test_an_old_office_file_is_kept_unless_it_does_something(tmp_path, data, code):
    assert code_of(tmp_path, data) == code


def test_of_two_objects_in_an_old_file_the_second_is_looked_at_too(tmp_path):
    once = word(**{OBJECT: packed_object("a.txt"), OBJECT[:-1] + "X": packed_object("b.exe")})
    twice = once.replace("Ole10NativX".encode("utf-16-le"), "Ole10Native".encode("utf-16-le"))
    assert code_of(tmp_path, twice) == "program_attached"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("เก่า.doc", word()),
        ("ใหม่.doc", make_docx()),
        ("ตาราง.xls", make_zip({"[Content_Types].xml": b"<Types/>", "xl/a.xml": b"<x/>"})),
    ],
    ids=named,
)
def test_names_of_old_office_files_fit(year, name, data):
    assert store(make_upload(name, data), office=year.office, by=year.collector).size


def test_an_old_file_with_the_name_of_a_new_one_is_a_mistake(year):
    data = word()
    with pytest.raises(FileRefused, match=r"\.docx"):
        store(make_upload("แผน.docx", data), office=year.office, by=year.collector)


# -- archives that are not unpacked ----------------------------------------------------------
@pytest.mark.parametrize(("make", "kind"), CLOSED)
def test_what_the_parts_of_a_closed_archive_are_called_is_read(tmp_path, make, kind):
    def asked(*names, **options):
        return code_of(tmp_path, make(*names, **options))

    assert asked("แผน ๒๕๖๐.pdf", "ภาพ/รูป.jpg") == kind
    assert asked("แผน.pdf", "setup.exe") == "program_in_archive"
    assert asked("fdp.\u202eexe.scr") == "program_in_archive"
    assert asked("../แผน.pdf") == "way_out"
    assert asked("site/index.html", "site/app.js") == kind
    assert asked("invoice.js") == "program_in_archive"
    assert asked("แผน.pdf", locked=True) == "encrypted"
    assert asked("แผน.pdf", heads_locked=True) == "encrypted"
    assert asked(*map(str, range(inspection.MAX_ENTRIES + 1))) == "too_many_entries"
    whole = make("แผน.pdf")
    assert code_of(tmp_path, whole[: len(whole) // 2]) == "damaged"
    assert code_of(tmp_path, whole + make_zip({"a.exe": b"x"})) == "program_inside"


def test_a_wide_name_of_an_old_rar_is_the_one_that_counts(tmp_path):
    assert code_of(tmp_path, make_old_rar("a.txt", wide="แผน.exe")) == "program_in_archive"
    assert code_of(tmp_path, make_old_rar("a.txt", wide="แผน.pdf")) == RAR


@pytest.mark.parametrize("at", range(8, 60, 4))
def test_a_closed_archive_with_odd_bytes_is_answered(tmp_path, at):
    for make in (make_old_rar, make_rar, make_seven_zip):
        data = bytearray(make("แผน.pdf", "ภาพ.jpg"))
        data[at : at + 4] = b"\xff\xff\xff\xff"
        assert code_of(tmp_path, bytes(data))


def test_a_table_of_7z_unpacks_to_no_more_than_it_may(tmp_path):
    assert code_of(tmp_path, make_seven_zip("a.pdf", promised=1 << 40)) == "bomb"


# -- pictures, sound -------------------------------------------------------------------------
def heic(brand, *coded, size=(4032, 3024), others=b"mif1"):
    """As much of a HEIC file as says what is in it."""
    sizes = box(b"ispe", b"\0" * 4, struct.pack(">II", *size))
    parts = box(b"ipco", sizes, *(box(kind, b"\0" * 8) for kind in coded))
    head = box(b"ftyp", brand, b"\0" * 4, others, brand)
    return head + box(b"meta", b"\0" * 4, box(b"iprp", parts))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (heic(b"heic", b"hvcC"), "image/heic"),
        (heic(b"mif1", b"hvcC", others=b"heic"), "image/heic"),
        (heic(b"avif", b"av1C"), "avif"),
        (heic(b"mif1", b"av1C"), "avif"),
        (heic(b"avif"), "avif"),
        (heic(b"heic", b"hvcC", size=(20_000, 20_000)), "too_many_pixels"),
        (make_image("TIFF"), "image/tiff"),
        (make_image("TIFF", size=(10_000, 9000), mode="1"), "too_many_pixels"),
        (make_image("TIFF")[:60], "damaged"),
        (make_image("AVIF"), "avif"),
        (make_mp3(), "audio/mpeg"),
        (make_mp3(tag=True), "audio/mpeg"),
        (make_mp3()[:500], "audio/mpeg"),
        (b"ID3\4\0\0\0\0\0\x0a" + b"MZ" * 40, "unknown"),
        (b"\xff\xfb\x90\0" + b"\1" * 900, "unknown"),
    ],
    ids=named,
)
def test_pictures_and_sound_are_known_by_how_they_are_built(tmp_path, data, code):
    assert code_of(tmp_path, data) == code


def test_every_type_has_an_ending(year):
    assert [kind for kind, group in EXTENSIONS.items() if not group] == []


# -- large files -----------------------------------------------------------------------------
def test_signs_are_found_across_pieces_and_windows_see_their_bytes_only():
    data = b"x" * (256 * 1024 - 3) + b"PK\3\4" + b"y" * 10
    assert holds(io.BytesIO(data), [b"PK\3\4"])
    assert not holds(io.BytesIO(data), [b"PK\3\4"], 0, 256 * 1024)
    window = io.BufferedReader(Window(io.BytesIO(b"0123456789"), 2, 5))
    assert window.read() == b"23456"
    window.seek(-2, io.SEEK_END)
    assert window.read(9) == b"56"


def test_a_part_too_large_for_memory_is_to_be_brought_by_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("indicators.evidence.inspection.archives.MAX_HELD", 1000)
    inner = make_zip({"a.txt": bytes(range(256)) * 8}, deflate=False)
    assert code_of(tmp_path, make_zip({"ใน.zip": inner})) == "too_large_inside"
    assert code_of(tmp_path, make_zip({"ใน.zip": inner}, deflate=False)) == "application/zip"
    many = make_zip({f"{n}.pdf": make_pdf(str(n)) for n in range(5)})
    assert code_of(tmp_path, many) == "application/zip"


def test_a_large_scan_is_no_crowd(monkeypatch):
    """Every letter stands by chance in packed pictures; a crowd is many for its size."""
    monkeypatch.setattr(pdf, "MAX_SIGNS", {b"[": 10})
    pdf.refuse_crowd(io.BytesIO(b"[" * 20 + b"\0" * 2000))
    with pytest.raises(inspection.InspectionRefused):
        pdf.refuse_crowd(io.BytesIO(b"[" * 20))


ACTIVE = b"<</S/JavaScript/JS(1)>>"


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data,
        lambda data: data.replace(b"15 0 obj", b"15 7 obj").replace(b"00000 n", b"00007 n"),
        lambda data: data.replace(b"/Size 24", b"/Size 12"),
        lambda data: data.replace(b"15 0 obj", b"15 %\n 0 obj"),
    ],
    ids=["plain", "another generation", "fewer than there are", "a remark in its head"],
)
def test_a_pdf_of_many_objects_is_looked_through_in_parts(tmp_path, monkeypatch, change):
    whole = crowded_pdf(b"<</A[1 2 3]>>", 20)
    assert code_of(tmp_path, whole) == "application/pdf"
    seen = []
    monkeypatch.setattr(pdf, "PART", 5)
    monkeypatch.setattr(pdf, "opened", lambda *given, o=pdf.opened: seen.append(1) or o(*given))
    assert code_of(tmp_path, whole) == "application/pdf"
    assert len(seen) == 6
    head, tail = whole.split(b"15 0 obj\n")
    active = head + b"15 0 obj\n" + ACTIVE + tail[tail.index(b"\nendobj") :]
    assert code_of(tmp_path, change(active)) == "active_pdf"

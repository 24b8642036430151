"""Archives whose table leaves something out, and files in them that are two things at once."""

import io
import struct
import zipfile
import zlib

import pytest

from indicators.evidence.inspection import archives
from indicators.evidence.reasons import reason_for
from tests.factories.files import make_docx, make_image, make_pdf, make_zip
from tests.indicators.evidence.odd_files import make_compound, pdf_with_action, pdf_with_file
from tests.indicators.evidence.test_objects_in_files import PROGRAM, refusal_of

ZIP = "application/zip"
PART, ROW, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
HONEST = make_zip({"a.txt": b"1" * 50, "b.txt": b"2" * 50})
EVIL = make_zip({"setup.exe": PROGRAM})


def part_of(name, data, *, method=0, size=None, packed=None, flags=0, extra=b""):
    """A part as it lies in an archive: its head and its bytes."""
    packed = data if packed is None else packed
    size = len(packed) if size is None else size
    head = struct.pack("<4s5H", PART, 20, flags, method, 0, 33)
    head += struct.pack("<3I2H", zlib.crc32(data), size, len(data), len(name), len(extra))
    return head + name + extra + packed


def row_of(name, data, at, *, method=0, packed=None):
    """Its row in the table of contents."""
    packed = data if packed is None else packed
    head = struct.pack("<4s6H", ROW, 20, 20, 0, method, 0, 33)
    head += struct.pack(
        "<3I5H2I", zlib.crc32(data), len(packed), len(data), len(name), *[0] * 5, at
    )
    return head + name


def archive_of(parts, rows, *, count=None, begins=None, between=b"", comment=b""):
    """An archive of parts and rows that need not agree."""
    table, at = b"".join(rows), len(b"".join(parts) + between)
    count = len(rows) if count is None else count
    end = struct.pack("<4s4H", END, 0, 0, count, count)
    end += struct.pack("<2IH", len(table), at if begins is None else begins, len(comment))
    return b"".join(parts) + between + table + end + comment


A = (b"a.txt", b"text")
LEFT_OUT = part_of(b"setup.exe", PROGRAM)
DEFLATED = zlib.compressobj(wbits=-15)
DEFLATED = DEFLATED.compress(A[1]) + DEFLATED.flush()
MORE = DEFLATED + LEFT_OUT
LONG = b"x" * 20 + LEFT_OUT

LIES = {
    "two archives": EVIL + HONEST,
    "two archives, the honest one first": HONEST + EVIL,
    "an empty one first": make_zip({}) + HONEST,
    "before the first part": archive_of([LEFT_OUT, part_of(*A)], [row_of(*A, len(LEFT_OUT))]),
    "between two parts": archive_of(
        [part_of(*A), LEFT_OUT, part_of(b"b", b"c")],
        [row_of(*A, 0), row_of(b"b", b"c", len(part_of(*A) + LEFT_OUT))],
    ),
    "before the table": archive_of([part_of(*A)], [row_of(*A, 0)], between=LEFT_OUT),
    "in the comment": archive_of([part_of(*A)], [row_of(*A, 0)], comment=LEFT_OUT),
    "behind the end": archive_of([part_of(*A)], [row_of(*A, 0)]) + LEFT_OUT,
    "a table in the comment": archive_of([part_of(*A)], [row_of(*A, 0)], comment=row_of(*A, 0)),
    "more rows than are read": archive_of([part_of(*A)], [row_of(*A, 0)], count=2),
    "another place of the table": archive_of([part_of(*A)], [row_of(*A, 0)], begins=20),
    "the head says shorter": archive_of([part_of(b"a", LONG, size=20)], [row_of(b"a", LONG, 0)]),
    "the wide head says shorter": archive_of(
        [part_of(b"a", LONG, size=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 20))],
        [row_of(b"a", LONG, 0)],
    ),
    "the head says another way": archive_of(
        [part_of(*A, method=8, size=len(DEFLATED), packed=DEFLATED)],
        [row_of(b"a.txt", DEFLATED, 0)],
    ),
    "behind what is packed": archive_of(
        [part_of(*A, method=8, packed=MORE)], [row_of(*A, 0, method=8, packed=MORE)]
    ),
    "behind what is stored": archive_of(
        [part_of(*A, packed=A[1] + LEFT_OUT)], [row_of(*A, 0, packed=A[1] + LEFT_OUT)]
    ),
    "another kind of archive": archive_of(
        [part_of(*A)], [row_of(*A, 0)], between=b"Rar!\x1a\x07\x01\0"
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_archive_that_holds_more_than_it_says_is_refused_at_every_depth(tmp_path, lie):
    refused = ("hidden_archive", None)
    assert refusal_of(tmp_path, LIES[lie]) == refused
    inside = make_zip({"ก.txt": b"1", "ใน.zip": LIES[lie]})
    assert refusal_of(tmp_path, inside) == refused
    assert refusal_of(tmp_path, make_docx(entries={"word/embeddings/a.xlsx": inside})) == refused


@pytest.mark.parametrize(
    "data",
    [
        archive_of([part_of(b"setup.exe", b"")], [row_of(b"folder/", b"", 0)]),
        archive_of([part_of(*A)], [row_of(*A, 0), row_of(*A, 0)]),
        archive_of([part_of(b"", b"x")], [row_of(b"", b"x", 0)]),
    ],
    ids=["a folder that is a file", "one part twice", "no name"],
)
def test_a_table_that_names_what_is_not_there_is_damaged(tmp_path, data):
    assert refusal_of(tmp_path, data) == ("damaged", None)


def unicode_name(name):
    """A row with a second name, which many programs prefer."""
    field = struct.pack("<BI", 1, zlib.crc32(A[0])) + name
    row = bytearray(row_of(*A, 0))
    row[30:32] = struct.pack("<H", len(field) + 4)
    return bytes(row) + struct.pack("<HH", 0x7075, len(field)) + field


def test_every_name_of_a_part_counts(tmp_path):
    second = archive_of([part_of(*A)], [unicode_name(b"setup.exe")])
    assert refusal_of(tmp_path, second) == ("program_inside", "setup.exe")
    zero = (b"a.txt\0.exe", b"x")
    assert refusal_of(tmp_path, archive_of([part_of(*zero)], [row_of(*zero, 0)])) == (
        "program_inside",
        "a.txt.exe",
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("แบบ/ติดตั้ง.exe".encode("cp874"), "แบบ/ติดตั้ง.exe"),
        ("ที่นี่.vbs".encode("cp874"), "ที่นี่.vbs"),
        ("แบบ/ติดตั้ง.exe".encode(), "แบบ/ติดตั้ง.exe"),
        ("เธอ.vbs".encode(), "เธอ.vbs"),
        (b"caf\x82.exe", "caf\x82.exe".replace("\x82", "é")),  # no Thai letter: as it is
        (b"plain.exe", "plain.exe"),
    ],
)
def test_a_name_that_windows_or_macos_packed_is_read_as_thai(tmp_path, name, said):
    data = archive_of([part_of(name, b"x")], [row_of(name, b"x", 0)])
    assert refusal_of(tmp_path, data) == ("program_inside", said)
    assert refusal_of(tmp_path, make_zip({"ใน.zip": data})) == (
        "program_inside",
        f"ใน.zip → {said}",
    )


# -- honest ones -----------------------------------------------------------------------------
class Pipe:
    """Somewhere one cannot go back to."""

    def __init__(self):
        self.data = b""

    def write(self, data):
        self.data += data
        return len(data)

    def flush(self):
        pass


def streamed(method, *, wide=False):
    pipe = Pipe()
    with (
        zipfile.ZipFile(pipe, "w", method) as archive,
        archive.open("ก.txt", "w", force_zip64=wide) as f,
    ):
        f.write(b"1" * 3000)
    return pipe.data


def wide_and_grown():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("โฟลเดอร์")
        with archive.open("ข.txt", "w", force_zip64=True) as file:
            file.write(b"2" * 3000)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("ค.txt", b"3")
        archive.comment = "หมายเหตุ".encode()
    return out.getvalue()


HONEST_ONES = {
    "streamed": streamed(zipfile.ZIP_DEFLATED),
    "streamed, stored": streamed(zipfile.ZIP_STORED),
    "streamed, wide": streamed(zipfile.ZIP_DEFLATED, wide=True),
    "wide and grown": wide_and_grown(),
    "padded": archive_of(
        [part_of(*A, extra=b"\0" * 7), b"\0" * 40, part_of(b"b", b"c")],
        [row_of(*A, 0), row_of(b"b", b"c", len(part_of(*A)) + 47)],
        between=b"\0" * 4096,
    ),
    "cut by a download that adds zeros": HONEST + b"\0" * 100,
    "archives as they are": make_zip({"ก.zip": HONEST, "ข.zip": streamed(0)}, deflate=False),
    "empty": make_zip({}),
    "the sign in a text": make_zip({"ก.bin": b"1" + PART * 9 + END}, deflate=False),
}


@pytest.mark.parametrize("kind", HONEST_ONES)
def test_what_honest_writers_leave_is_taken_at_every_depth(tmp_path, kind):
    assert refusal_of(tmp_path, HONEST_ONES[kind]) == ZIP
    assert refusal_of(tmp_path, make_zip({"ใน.zip": HONEST_ONES[kind]})) == ZIP


def test_a_packed_part_may_hold_the_sign_by_chance(tmp_path):
    """Letters that cannot be packed stand there as they are."""
    stream = zlib.compressobj(0, wbits=-15)
    data = b"text" + LEFT_OUT
    packed = stream.compress(data) + stream.flush()
    assert PART in packed
    a = (b"a.bin", data)
    part, row = part_of(*a, method=8, packed=packed), row_of(*a, 0, method=8, packed=packed)
    assert refusal_of(tmp_path, archive_of([part], [row])) == ZIP


# -- two kinds at once -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "part",
    [
        b"\0" * 10 + EVIL,
        make_image() + HONEST,
        make_pdf("ก") + EVIL,
        b"text\n" + HONEST + b"\0" * 60_000,
    ],
    ids=["zeros", "picture", "pdf", "text"],
)
def test_a_part_of_another_kind_is_no_archive_as_well(tmp_path, part):
    for inside in (make_zip({"d.zip": part}), make_docx(entries={"word/media/a.bin": part})):
        assert refusal_of(tmp_path, inside) == ("hidden_archive", None)
        assert refusal_of(tmp_path, make_zip({"ใน.zip": inside})) == ("hidden_archive", None)


def test_an_old_office_file_may_hold_a_new_one_without_programs(tmp_path):
    sheet = make_docx()
    assert refusal_of(tmp_path, make_zip({"เก่า.doc": make_compound({"Package": sheet})})) == ZIP
    sheet = make_docx(entries={"word/embeddings/a.bin": PROGRAM})
    assert refusal_of(tmp_path, make_zip({"เก่า.doc": make_compound({"Package": sheet})})) == (
        "program_inside",
        "เก่า.doc → word/embeddings/a.bin",
    )


# -- PDFs inside -----------------------------------------------------------------------------
ACTIVE = pdf_with_action("open", {"/S": "/JavaScript", "/JS": "app.alert(1)"})


@pytest.mark.parametrize(
    ("part", "code", "inner"),
    [
        (ACTIVE, "active_inside", ""),
        (b"\n" * 900 + ACTIVE, "active_inside", ""),
        (pdf_with_file("evil.exe", b"x"), "program_inside", " → evil.exe"),
        (pdf_with_file("แผน.pdf", PROGRAM), "program_inside", " → แผน.pdf"),
        (pdf_with_file("ข้อมูล.xml", b"<x/>"), "files_attached", " → ข้อมูล.xml"),
    ],
    ids=["active", "active further on", "program", "program by its bytes", "file"],
)
def test_a_pdf_inside_is_looked_into_and_named(tmp_path, part, code, inner):
    assert refusal_of(tmp_path, make_zip({"b.pdf": part})) == (code, f"b.pdf{inner}")
    nested = make_zip({"ก.txt": b"1", "a.zip": make_zip({"b.dat": part})})
    assert refusal_of(tmp_path, nested) == (code, f"a.zip → b.dat{inner}")


@pytest.mark.parametrize(
    "part",
    [make_pdf("ก"), make_pdf("ก", password="1234"), make_pdf("ก")[:300], b"how %PDF-1.4 begins"],
    ids=["whole", "locked", "cut", "text"],
)
def test_a_pdf_inside_that_cannot_be_read_stays(tmp_path, part):
    assert refusal_of(tmp_path, make_zip({"b.pdf": part})) == ZIP


@pytest.mark.parametrize("code", ["active_inside", "too_many_pdfs", "hidden_archive"])
def test_the_reason_can_be_read(code):
    assert "PDF" in reason_for(code) or "ZIP" in reason_for(code)
    assert reason_for(code) % {"name": "ก.zip → ข.pdf", "count": 3} != reason_for("")


def test_so_many_pdfs_inside_are_looked_into(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_PDFS", 2)
    three = make_zip({f"{n}.pdf": make_pdf("ก") for n in range(3)})
    assert refusal_of(tmp_path, three) == ("too_many_pdfs", None)
    two = {"1.pdf": make_pdf("ก"), "ใน.zip": make_zip({"2.pdf": make_pdf("ข")})}
    assert refusal_of(tmp_path, make_zip(two)) == ZIP

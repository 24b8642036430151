"""What Office files and ZIPs bring along in objects and old Office files inside."""

import struct

import pytest

from indicators.evidence import inspection
from tests.factories.files import make_docx, make_zip
from tests.indicators.evidence.odd_files import make_compound

PROGRAM = b"MZ" + b"\0" * 100
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def packed(name, data, *, path=b"C:\\temp\\a"):
    """The stream of an object in which Office packs any file."""
    body = b"\2\0" + name.encode("cp874") + b"\0" + b"x\0" + b"\0\0\3\0"
    body += struct.pack("<I", len(path)) + path + struct.pack("<I", len(data)) + data
    return make_compound({"\x01Ole10Native": struct.pack("<I", len(body)) + body})


def refusal_of(tmp_path, data):
    """Code and name of the refusal, or the media type."""
    path = tmp_path / "x"
    path.write_bytes(data)
    try:
        return inspection.inspect(path)
    except inspection.InspectionRefused as refused:
        return refused.code, refused.answer.get("name")


OBJECTS = {
    "named": (packed("แบบ.exe", PICTURE), "แบบ.exe"),
    "by its bytes": (packed("รูป.png", PROGRAM), "รูป.png"),
    "by its bytes, after a long path": (packed("a", PROGRAM, path=b"x" * 300), "a"),
    "a shortcut": (packed("a.lnk", b"L\0"), "a.lnk"),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_program_packed_as_an_object_is_named(tmp_path, kind):
    data, name = OBJECTS[kind]
    part = "word/embeddings/oleObject1.bin"
    docx = make_docx(entries={part: data})
    assert refusal_of(tmp_path, docx) == ("program_attached", f"{part} → {name}")
    in_zip = make_zip({"งาน/รายงาน.docx": docx})
    code, said = refusal_of(tmp_path, in_zip)
    assert code == "program_inside"
    assert said.startswith("งาน/รายงาน.docx → word/")


@pytest.mark.parametrize("part", ["_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros"])
def test_an_old_file_with_macros_does_not_hide_in_another(tmp_path, part):
    old = make_compound({"Workbook": b"x", part: b"y"})
    assert refusal_of(tmp_path, make_zip({"เก่า.xls": old})) == ("program_inside", "เก่า.xls")
    assert refusal_of(tmp_path, make_docx(entries={"word/embeddings/a.bin": old})) == (
        "program_attached",
        "word/embeddings/a.bin",
    )


@pytest.mark.parametrize(
    "inside",
    [
        packed("รูป.png", PICTURE),
        make_compound({"Equation Native": b"x"}),
        make_compound({"WordDocument": b"x"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ],
    ids=["picture", "formula", "old text", "nothing in it", "cut"],
)
def test_honest_objects_and_old_files_stay(tmp_path, inside):
    assert refusal_of(tmp_path, make_zip({"a.doc": inside})) == "application/zip"
    docx = make_docx(entries={"word/embeddings/oleObject1.bin": inside})
    assert refusal_of(tmp_path, docx) == f"{inspection.OOXML}wordprocessingml.document"

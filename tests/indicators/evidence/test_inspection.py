"""What a file is, or why it is refused: by what lies in it, never by what it is called."""

import resource
import struct
import time
from pathlib import Path

import pytest

from indicators.evidence import blobs, inspection
from indicators.evidence.blobs import EXTENSIONS, KNOWN_EXTENSIONS, FileRefused, label_for, store
from indicators.evidence.forms import EvidenceForm
from indicators.evidence.reasons import reason_for
from tests.factories.files import make_docx, make_image, make_pdf, make_upload, make_zip
from tests.indicators.evidence.odd_files import (
    crowded_pdf,
    make_compound,
    make_media,
    make_sheet,
    pdf_with_action,
    pdf_with_file,
)

CASES = Path(__file__).with_name("cases")
PROGRAM = b"MZ" + b"\0" * 100
MACRO_TYPES = (
    "<Types><Override ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/>"
)


def named(value):
    """Names of tests: the same in each process, so no bytes with a time in them."""
    return value if isinstance(value, str) else "file"


def code_of(tmp_path, data):
    """The inspector's code; the media type when it takes the file."""
    path = tmp_path / "x"
    path.write_bytes(data)
    try:
        return inspection.inspect(path)
    except inspection.InspectionRefused as refused:
        return (reason_for(refused.code) % refused.answer) and refused.code


def brought(year, name, data):
    """What the product says to who brings this: media type and label, or the sentence."""
    try:
        blob = store(make_upload(name, data), office=year.office, by=year.collector)
    except FileRefused as refused:
        return refused.message
    return blob.media_type, label_for(name, blob.media_type)


# -- the cases that were wrong when they were tried ------------------------------------------
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("web-page.zip", ("application/zip", "web-page.zip")),
        ("archive-named-pdf.pdf", ("ZIP", "โปรแกรม", "setup.exe")),
        ("password.xlsx", ("รหัสผ่าน",)),
        ("iphone.mov", ("video/quicktime", "iphone.mov")),
        ("voice.m4a", ("audio/mp4", "voice.m4a")),
        ("html-table.xls", ("หน้าเว็บ", "บันทึกเป็น", ".xlsx")),
        ("web-archive.doc", ("หน้าเว็บ", "บันทึกเป็น", ".docx")),
        ("tis620-dos-end.csv", ("text/plain", "tis620-dos-end.csv")),
        ("embedded-program.pdf", ("โปรแกรมแนบ", "evil.exe")),
    ],
)
def test_a_case_is_answered_rightly(year, name, said):
    answer = brought(year, name, (CASES / name).read_bytes())
    if isinstance(answer, tuple):
        assert answer == said
    else:
        assert [word for word in said if word not in answer] == []


# -- archives --------------------------------------------------------------------------------
def nested(levels, data):
    for _level in range(levels):
        data = make_zip({"ใน.zip": data})
    return data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_zip({"a.pdf": make_pdf("ก")}, deflate=False), "application/zip"),
        (make_zip({"หน้า.html": b"<html>", "หน้า_files/jquery.js": b"1"}), "application/zip"),
        (make_zip({"site/index.htm": b"<html>", "site/js/app.js": b"1"}), "application/zip"),
        (make_zip({"invoice.js": b"1"}), "program_inside"),
        (make_zip({"site/index.html": b"<html>", "other/invoice.js": b"1"}), "program_inside"),
        (make_zip({"a/index.html": b"<html>", "a/run.vbs": b"1"}), "program_inside"),
        (make_zip({"แผน.pdf": PROGRAM}), "program_inside"),
        (make_zip({"อ่าน.txt": b"\x7fELF" + b"\0" * 60}), "program_inside"),
        (make_zip({"setup.exe. ": b"x"}), "program_inside"),
        (make_zip({"a.exe::$DATA": b"x"}), "program_inside"),
        (make_zip({"a.exe\u3000.\u2800\u00a0": b"x"}), "program_inside"),
        (make_zip({"a．ｅｘｅ": b"x"}), "program_inside"),
        (make_zip({"a.ocx": b"x"}), "program_inside"),
        (make_zip({"a.SCT": b"x"}), "program_inside"),
        (make_zip({"a.mst ": b"x"}), "program_inside"),
        (make_zip({"www.obec.com: สรุป": b"x", "a.exe\u3000ก.txt": b"x"}), "application/zip"),
        (make_zip({"ก.txt": b"\xce\xfa\xed\xfe\7\0\0\0"}), "program_inside"),
        (make_zip({"ก.txt": b"\xca\xfe\xba\xbf\0\0\0\1"}), "program_inside"),
        (make_zip({"เสียง.amr": b"#!AMR\n<" + b"\0" * 12}), "application/zip"),
        (make_zip({"fdp.\u202eexe.scr\u202c": b"x"}), "program_inside"),
        (make_zip({"ใน.zip": make_zip({"setup.exe": b"x"})}), "program_inside"),
        (make_zip({"ใน.dat": make_zip({"แผน.pdf": PROGRAM})}), "program_inside"),
        (nested(3, make_zip({"ภาพ.jpg": PROGRAM})), "program_inside"),
        (make_zip({"ใน.zip": make_docx(entries={"word/vbaProject.bin": b"x"})}), "program_inside"),
        (make_docx(entries={"word/embeddings/a.bin": PROGRAM}), "program_attached"),
        (make_docx(entries={"word/embeddings/a.xlsm": b"x"}), "program_attached"),
        (nested(3, make_zip({"แผน.txt": b"1"})), "application/zip"),
        (nested(4, make_zip({"แผน.txt": b"1"})), "too_deep"),
        (make_zip({"ใน.zip": make_zip({"zeros": b"\0" * 40_000_000})}), "bomb"),
        (make_zip({"ใน.rar": b"Rar!\x1a\x07\x01\0"}), "closed_archive"),
        (make_zip({"ใน.7z": b"7z\xbc\xaf\x27\x1c"}), "closed_archive"),
        (make_pdf("ก") + make_zip({"setup.exe": PROGRAM}), "hidden_archive"),
        (make_image("JPEG") + make_zip({"แผน.txt": b"1"}), "hidden_archive"),
    ],
    ids=named,
)
def test_an_archive_is_judged_by_what_lies_in_it(tmp_path, data, code):
    assert code_of(tmp_path, data) == code


def test_so_many_parts_count_in_all_archives_together(tmp_path):
    part = make_zip({f"{n}.txt": b"" for n in range(inspection.MAX_ENTRIES // 3)})
    data = make_zip({f"{n}.zip": part for n in range(4)})
    assert code_of(tmp_path, data) == "too_many_entries"


def test_the_reason_names_the_program_and_the_way_to_it(year):
    data = make_zip({"ก.zip": make_zip({"ข.exe": b"x"})})
    said = brought(year, "แผน.pdf", data)
    assert "ก.zip → ข.exe" in said
    assert "ZIP" in said


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (make_sheet(types=MACRO_TYPES.encode("utf-16")), "macros"),
        (make_sheet(types=MACRO_TYPES.encode("utf-16-be")), "macros"),
        (make_sheet(types=MACRO_TYPES.encode("utf-8-sig")), "macros"),
        (make_sheet(types=MACRO_TYPES.encode("utf-32")), "macros"),
        (make_sheet(types=MACRO_TYPES.upper().encode()), "macros"),
        (make_sheet(types=MACRO_TYPES.replace("E", "&#69;").encode()), "macros"),
        (make_sheet(types=MACRO_TYPES.encode(), name="[CONTENT_TYPES].XML"), "macros"),
        (
            make_sheet(types=b"<!DOCTYPE x [<!ENTITY e 'macroE'>]><Types a='&e;nabled'/>"),
            "damaged",
        ),
        (make_sheet(types=b"<Types a='application/vnd.ms-excel.macrosheet+xml'/>"), "macros"),
        (
            make_sheet(types="<Types/>".encode("utf-16"), name="[content_types].xml"),
            f"{inspection.OOXML}spreadsheetml.sheet",
        ),
    ],
    ids=named,
)
def test_macros_are_found_however_their_type_is_written(tmp_path, data, code):
    assert code_of(tmp_path, data) == code


# -- PDF -------------------------------------------------------------------------------------
ACTIONS = {
    "javascript": {"/S": "/JavaScript", "/JS": "app.alert(1)"},
    "launch": {"/S": "/Launch", "/F": "calc.exe"},
    "submit": {"/S": "/SubmitForm", "/F": "http://example.org/"},
    "import": {"/S": "/ImportData", "/F": "a.fdf"},
    "other file": {"/S": "/GoToR", "/F": "a.pdf", "/D": "x"},
    "file inside": {"/S": "/GoToE", "/D": "x"},
    "address": {"/S": "/URI", "/URI": " javascript:alert(1)"},
}


@pytest.mark.parametrize("where", ["open", "page", "link", "form", "names", "apart"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_pdf_that_does_something_is_refused_wherever_it_says_so(tmp_path, where, action):
    assert code_of(tmp_path, pdf_with_action(where, ACTIONS[action])) == "active_pdf"


@pytest.mark.parametrize(
    "body",
    [
        b"<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>",
        b"<</S/#4aavaScript/J#53(1)>>",
        b"<</Type/Annot/Subtype/Widget/A<</S/Sub#6ditForm/F(x)>>>>",
        b"<</XFA[(a) 1 0 R]>>",
    ],
    ids=named,
)
def test_a_name_is_known_however_it_is_written(tmp_path, body):
    assert code_of(tmp_path, crowded_pdf(body, 1)) == "active_pdf"


@pytest.mark.parametrize(
    "data",
    [
        pdf_with_action("link", {"/S": "/URI", "/URI": "https://example.org/javascript:"}),
        pdf_with_action("open", {"/S": "/GoTo", "/D": "x"}),
        crowded_pdf(b"<</Title(how to write /JS and /EF in a PDF)>>", 1),
    ],
    ids=named,
)
def test_a_pdf_that_only_speaks_of_it_is_taken(tmp_path, data):
    assert code_of(tmp_path, data) == "application/pdf"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("evil.exe", b"x", "program_attached"),
        ("แผน.pdf", PROGRAM, "program_attached"),
        ("งบ.xlsm", b"x", "program_attached"),
        ("ใบแจ้ง.js", b"x", "program_attached"),
        ("ข้อมูล.xml", b"<x/>", "files_attached"),
        ("ภาพ.jpg", make_image(), "files_attached"),
    ],
    ids=named,
)
def test_a_pdf_with_a_file_attached_is_refused_and_the_file_named(year, name, data, code):
    said = brought(year, "รายงาน.pdf", pdf_with_file(name, data))
    assert said == reason_for(code) % {"name": name}


@pytest.mark.parametrize(
    ("unit", "times", "count"),
    [
        (b"<</A[1 2 3]>>", 1, 320_000),
        (b"<</S/X>>", 14_000, 110),
        (b"[]", 6_000_000, 1),
    ],
    ids=["objects", "dictionaries", "one array"],
)
def test_a_crowd_of_objects_is_refused_and_costs_little(tmp_path, unit, times, count):
    """By the time of the processor: a busy machine makes no test fail."""
    refused, seconds = looked_at(tmp_path / "x.pdf", b"[" + unit * times + b"]", count)
    assert refused
    assert seconds < 5


def test_texts_that_look_like_actions_cost_little(tmp_path):
    """They are walked through and honest; a machine that is too slow for that refuses."""
    unit = b"[(/JS x) 1 1 1 1 1 1 1 1 1 1]"
    _either, seconds = looked_at(tmp_path / "x.pdf", unit, 150_000)
    assert seconds < 5


def looked_at(path, body, count):
    """Whether a PDF of so many objects is refused, and the processor's seconds that it took."""
    path.write_bytes(crowded_pdf(body, count))
    before = time.process_time(), child_seconds()
    try:
        blobs.inspected(path)
        refused = False
    except FileRefused:
        refused = True
    return refused, time.process_time() - before[0] + child_seconds() - before[1]


def child_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# -- passwords -------------------------------------------------------------------------------
BIFF = struct.pack("<HH4x", 0x0809, 4)


@pytest.mark.parametrize(
    ("streams", "code"),
    [
        ({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}, "encrypted"),
        ({"WordDocument": struct.pack("<10xH", 0x0100)}, "encrypted"),
        ({"WordDocument": struct.pack("<10xH", 0x0200)}, "application/msword"),
        ({"Workbook": BIFF + struct.pack("<HH", 0x2F, 0)}, "encrypted"),
        ({"Book": BIFF + struct.pack("<HH", 0x2F, 0)}, "encrypted"),
        ({"Workbook": BIFF + struct.pack("<HH", 0x0A, 0)}, "application/vnd.ms-excel"),
        ({"Current User": struct.pack("<12xI", 0xF3D1C4DF)}, "encrypted"),
        ({"PowerPoint Document": b"x"}, "application/vnd.ms-powerpoint"),
        ({"__substg1.0_0037001F": b"a mail"}, "unknown"),
    ],
    ids=named,
)
def test_a_file_under_a_password_is_named_as_such(tmp_path, streams, code):
    assert code_of(tmp_path, make_compound(streams)) == code


@pytest.mark.parametrize(
    "data",
    [
        make_pdf("x", password="1234"),
        make_zip(
            {
                "mimetype": f"{inspection.ODF}text".encode(),
                "META-INF/manifest.xml": b"<m:file-entry><m:encryption-data/></m:file-entry>",
            }
        ),
        make_zip({"a.txt": b"1"}).replace(
            b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\1"
        ),
    ],
    ids=["pdf", "odt", "zip"],
)
def test_other_files_under_a_password_too(tmp_path, data):
    assert code_of(tmp_path, data) == "encrypted"


# -- web pages -------------------------------------------------------------------------------
PAGES = {
    "table": "<TABLE><TR><TD>ตัวบ่งชี้",
    "comment": "\ufeff\r\n<!-- saved from url -->\n<table>",
    "style": "<style>td{}</style><table>",
    "sheet": '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body>',
    "archive": "From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
    "Content-Type: multipart/related;\r\n\ttype=text/html",
    "warning": "<br />\n<b>Notice</b>: Undefined index",
    "plain": "ลำดับ\tชื่อ\n1\tแผน",
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("name", "encoding"), [("รายงาน.xls", "utf-8"), ("บันทึก.doc", "utf-16"), ("ก.XLS", "cp874")]
)
def test_a_page_with_the_name_of_an_office_file_is_refused_with_advice(year, name, page, encoding):
    text = PAGES[page].replace("\ufeff", "") if encoding == "cp874" else PAGES[page]
    said = brought(year, name, text.encode(encoding))
    assert "บันทึกเป็น" in said
    assert ".xlsx" in said


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('<?mso-application progid="Excel.Sheet"?><Workbook>', "old_office"),
        ("{\\rtf1\\ansi สวัสดี}", "old_office"),
        ("<table><tr><td>1", "web_page"),
        ("From: <Saved by Microsoft Internet Explorer 11>\nContent-Type: text/html", "web_page"),
        ("<ชื่อโครงการ> คือ", "text/plain"),
        ("5 < 6 <b>", "text/plain"),
        ("Subject: ขอเชิญประชุม\n\nเรียน ทุกท่าน", "text/plain"),
        ("ก\x1a", "text/plain"),
        ("ก\r\n\x1a\x1a\x1a\r\n", "text/plain"),
        ("ก\x1a\0\0\0", "text/plain"),
        ("ก\x1aข", "unknown"),
        ("ก\0", "unknown"),
        ("#!AMR\n<", "unknown"),
        ("#!/bin/sh", "program"),
    ],
)
def test_text_is_text_and_nothing_else(tmp_path, text, code):
    assert code_of(tmp_path, text.encode()) == code


# -- films and sound -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("IMG_1.MOV", make_media(b"qt  ", b"vide", b"soun"), "video/quicktime"),
        ("เก่า.mov", make_media(b"qt  ", b"vide")[20:], "video/quicktime"),
        ("คลิป.mov", make_media(b"mp42", b"vide", others=b"qt  "), "video/mp4"),
        ("คลิป.mp4", make_media(b"isom", b"vide", b"soun", data_first=True), "video/mp4"),
        ("บันทึกเสียง.m4a", make_media(b"M4A ", b"soun"), "audio/mp4"),
        ("บันทึกเสียง.m4a", make_media(b"mp42", b"soun", others=b"isom"), "audio/mp4"),
        ("ประชุม.m4a", make_media(b"isom", b"soun", data_first=True), "audio/mp4"),
        ("ประชุม.m4a", make_media(b"mp42")[:40], "video/mp4"),
        ("คลิป.3gp", make_media(b"3gp4", b"vide", b"soun", others=b"isom"), "video/3gpp"),
        ("คลิป.mp4", make_media(b"3gp6", b"vide"), "video/3gpp"),
        ("คลิป.3g2", make_media(b"3g2a", b"vide"), "video/3gpp"),
        ("คลิป.3gp", make_media(b"mp42", b"vide", others=b"3gp4"), "video/mp4"),
        ("เสียง.3gp", make_media(b"3gp5", b"soun"), "audio/mp4"),
    ],
    ids=named,
)
def test_films_and_sound_keep_the_name_they_came_with(year, name, data, media_type):
    assert brought(year, name, data) == (media_type, name)


# -- the hint --------------------------------------------------------------------------------
def test_the_hint_names_everything_that_is_taken_and_nothing_else(client_for, year):
    said = [ending for kind in EvidenceForm().kinds for ending in kind.endings]
    assert sorted(said) == sorted(KNOWN_EXTENSIONS)
    assert {kind for kind, (first, *_more) in EXTENSIONS.items() if first not in said} == set()
    page = client_for(year.collector).get(f"/o/{year.office.code}/2560/evidence/new/")
    text = " ".join(page.content.decode().split())
    assert "วิดีโอ (.mp4" in text
    assert "เสียง (.m4a .mp3)" in text
    assert 'accept="' + ",".join(sorted(KNOWN_EXTENSIONS)) in text

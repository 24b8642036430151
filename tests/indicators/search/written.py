"""Files in which words stand."""

import io
from pathlib import Path

import fontpkg_sarabun
from PIL import Image, ImageDraw, ImageFont
from weasyprint import HTML

from indicators.evidence.inspection import ODF, OOXML
from tests.factories.files import make_zip

FONT = Path(fontpkg_sarabun.__file__).parent / "files" / "Sarabun-Regular.ttf"
STYLE = (
    f"@font-face {{ font-family: X; src: url({FONT.as_uri()}) }}"
    " p { font: 16pt X; break-after: page }"
)


def make_typed_pdf(*pages):
    """A PDF with a text layer, a page each."""
    body = "".join(f"<p>{page}</p>" for page in pages)
    return HTML(string=f"<style>{STYLE}</style>{body}").write_pdf(uncompressed_pdf=False)


def make_scan(text, kind="PDF"):
    """A picture of a line of text: a PDF of one page without a text layer, or an image."""
    page = Image.new("L", (1654, 700), "white")
    drawing = ImageDraw.Draw(page)
    drawing.text((150, 200), text, font=ImageFont.truetype(str(FONT), 60), fill="black")
    out = io.BytesIO()
    page.save(out, kind, resolution=200)
    return out.getvalue()


def _xml(*parts):
    return (
        "<x xmlns:w='w' xmlns:a='a' xmlns:text='t' xmlns:draw='d'>" + "".join(parts) + "</x>"
    ).encode()


def make_office(kind, *texts):
    """``(media type, bytes)`` of an Office file; each text is a paragraph, a row or a slide."""
    content = {"[Content_Types].xml": b"<Types/>"}
    if kind == "docx":
        rows = [
            f"<w:p><w:r><w:t>{t[:3]}</w:t></w:r><w:r><w:t>{t[3:]}</w:t></w:r></w:p>" for t in texts
        ]
        return f"{OOXML}wordprocessingml.document", make_zip(
            content | {"word/document.xml": _xml(*rows)}
        )
    if kind == "xlsx":
        shared = [f"<w:si><w:t>{t}</w:t></w:si>" for t in texts]
        cells = [f"<w:row><w:c t='s'><w:v>{n}</w:v></w:c></w:row>" for n in range(len(texts))]
        return f"{OOXML}spreadsheetml.sheet", make_zip(
            content
            | {"xl/sharedStrings.xml": _xml(*shared), "xl/worksheets/sheet1.xml": _xml(*cells)}
        )
    if kind == "pptx":
        slides = {
            f"ppt/slides/slide{n}.xml": _xml(f"<a:p><a:r><a:t>{t}</a:t></a:r></a:p>")
            for n, t in enumerate(texts, 1)
        }
        return f"{OOXML}presentationml.presentation", make_zip(content | slides)
    if kind == "odp":
        pages = [f"<draw:page><text:p>{t}</text:p></draw:page>" for t in texts]
        return f"{ODF}presentation", make_zip({"content.xml": _xml(*pages)})
    rows = [f"<text:p>{t[:2]}<text:span>{t[2:]}</text:span></text:p>" for t in texts]
    media = {"odt": "text", "ods": "spreadsheet"}[kind]
    return f"{ODF}{media}", make_zip({"content.xml": _xml(*rows)})

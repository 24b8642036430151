"""Bytes of files that are what they say, and files as a browser sends them."""

import io
import zipfile

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def make_pdf(text="", *, javascript=False, launch=False, password=""):
    """A PDF of one page; ``text`` only makes the bytes differ."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.docinfo["/Title"] = text
    if javascript:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name("/JavaScript"), JS=pikepdf.String("app.alert(1)")
        )
    if launch:
        pdf.Root.OpenAction = pikepdf.Dictionary(
            S=pikepdf.Name("/Launch"), F=pikepdf.String("calc.exe")
        )
    out = io.BytesIO()
    encryption = pikepdf.Encryption(owner="o", user=password) if password else None
    # The same text the same bytes: they stand in the names of tests.
    pdf.save(out, encryption=encryption or False, deterministic_id=not encryption)
    return out.getvalue()


def make_image(kind="JPEG", *, size=(40, 30), colour="steelblue", mode="RGB", **options):
    """A picture of one colour; ``options`` are Pillow's for saving.

    ``mode="1"``, black and white, makes what is only large a hundred times faster.
    """
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def make_zip(entries, *, deflate=True):
    """A ZIP of ``{name: bytes}``."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if deflate else 0) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def make_docx(*, entries=None):
    """As much of a DOCX as tells what it is, and ``entries`` of ``{name: bytes}`` more."""
    return make_zip(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b"<w:document/>",
            **(entries or {}),
        }
    )


def make_upload(name="แผนปฏิบัติการประจำปี ๒๕๖๐.pdf", data=None):
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, make_pdf(name) if data is None else data)


def make_pages(count, *, size=(595, 842)):
    """A PDF of ``count`` pages, each grey in a tone of its own."""
    pdf = pikepdf.new()
    for number in range(count):
        page = pdf.add_blank_page(page_size=size)
        tone = 0.2 + 0.6 * number / count
        page.Contents = pdf.make_stream(f"{tone:.3f} g 50 50 200 {100 + number} re f".encode())
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()

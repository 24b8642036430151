"""Bytes of files that are not what they seem: compound files, films, PDFs that do something."""

import io
import struct

import pikepdf

from tests.factories.files import make_zip

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def make_compound(streams):
    """A file of the old Office (MS-CFB) of ``{name: bytes}``; each stream takes whole sectors."""
    data = [body.ljust(4096, b"\0") for body in streams.values()]
    counts = [-(-len(body) // SECTOR) for body in data]
    folders = -(-(len(streams) + 1) // 4)
    table = [TABLE, *range(2, folders + 1), END]
    rows, first = [_row("Root Entry", 5, END, 0, child=1)], 1 + folders
    for number, (name, body, count) in enumerate(zip(streams, data, counts, strict=True), 1):
        after = number + 1 if number < len(streams) else FREE
        rows.append(_row(name, 2, first, len(body), right=after))
        table += [*range(first + 1, first + count), END]
        first += count
    assert len(table) <= 128, "one sector of the table is enough for tests"
    table += [FREE] * (128 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 10
    head += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, END, 0, END, 0, 0)
    head += struct.pack("<108I", *[FREE] * 108)
    directory = b"".join(rows).ljust(folders * SECTOR, b"\0")
    sectors = b"".join(body.ljust(n * SECTOR, b"\0") for body, n in zip(data, counts, strict=True))
    return head + struct.pack("<128I", *table) + directory + sectors


def _row(name, kind, first, size, *, right=FREE, child=FREE):
    letters = name.encode("utf-16-le") + b"\0\0"
    row = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters), kind, 1)
    row += struct.pack("<III", FREE, right, child) + b"\0" * 36
    return row + struct.pack("<IQ", first, size)


def box(kind, *content):
    """A box of an ISO media file."""
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def make_media(brand, *tracks, others=b"", data_first=False):
    """A film or a recording with tracks of these kinds (``b"vide"``, ``b"soun"``)."""
    handlers = [box(b"hdlr", b"\0" * 8, kind, b"\0" * 12) for kind in tracks]
    table = box(b"moov", *(box(b"trak", box(b"mdia", handler)) for handler in handlers))
    data = box(b"mdat", b"\0" * 64)
    head = box(b"ftyp", brand, b"\0\0\0\0", brand, others)
    return head + (data + table if data_first else table + data)


def saved(pdf, **options):
    """The bytes of a pikepdf document."""
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def new_pdf():
    """A pikepdf document of one page."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    return pdf


def pdf_with_action(where, action):
    """A PDF whose action, pikepdf's dictionary of ``action``, lies ``where``."""
    pdf = new_pdf()
    thing = pikepdf.Dictionary(
        {key: pikepdf.Name(v) if str(v)[:1] == "/" else v for key, v in action.items()}
    )
    if where == "open":
        pdf.Root.OpenAction = thing
    elif where == "page":
        pdf.pages[0].AA = pikepdf.Dictionary(O=thing)
    elif where == "link":
        note = {"/Type": pikepdf.Name.Annot, "/Subtype": pikepdf.Name.Link, "/A": thing}
        note["/Rect"] = pikepdf.Array([0, 0, 9, 9])
        pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(pikepdf.Dictionary(note))])
    elif where == "form":
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, AA=pikepdf.Dictionary(K=thing))
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field)]))
    elif where == "names":
        pdf.Root.Names = pikepdf.Dictionary(
            Dests=pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("x"), thing]))
        )
    else:
        thing["/S"] = pdf.make_indirect(thing["/S"])
        pdf.Root.OpenAction = pdf.make_indirect(thing)
    packed = pikepdf.ObjectStreamMode.generate
    return saved(pdf, object_stream_mode=packed, deterministic_id=True)


def pdf_with_file(name, data):
    """A PDF that has a file attached."""
    pdf = new_pdf()
    pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, data, filename=name)
    return saved(pdf)


def crowded_pdf(body, count):
    """A PDF with ``count`` objects that all read ``body``."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    base = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    for number, text in enumerate([*base, *[body] * count], 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, table)
    return bytes(out)


def make_sheet(*, types=b"<Types/>", name="[Content_Types].xml", entries=None):
    """As much of an XLSX as tells what it is, with content types as they are given."""
    return make_zip({name: types, "xl/workbook.xml": b"<x/>", **(entries or {})})

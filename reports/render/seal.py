"""The seal of an approved paper as a picture: a QR code that leads to the page that checks it."""

from itertools import groupby

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

QUIET = 2  # modules left white around it; the paper around it is white as well


def seal_svg(url: str) -> SafeString:
    """Plain SVG of filled boxes: strokes would leave hairlines between the rows.

    Its title is the alternative text that archives and screen readers want.
    """
    rows = tuple(segno.make(url, error="m").matrix)
    size = len(rows) + 2 * QUIET
    path = "".join(_row(y, row) for y, row in enumerate(rows, start=QUIET))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" width="{0}" height="{0}">'
        '<title>คิวอาร์โค้ดตรวจสอบเอกสาร {1}</title><path fill="#000" d="{2}"/></svg>',
        size,
        url,
        mark_safe(path),  # digits and the letters of a path, made right here
    )


def _row(y: int, modules: bytes | bytearray) -> str:
    """The dark runs of one row of modules."""
    x, path = QUIET, ""
    for dark, run in groupby(modules):
        width = len(list(run))
        if dark:
            path += f"M{x} {y}h{width}v1h-{width}z"
        x += width
    return path

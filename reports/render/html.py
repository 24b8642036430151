"""Snapshot to HTML: no database, no request, no clock. `paper.child` makes the PDF of it."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from reports.official import is_official, paper_of
from reports.official.flow import placed
from reports.render.chart import score_chart
from reports.render.font import covered
from reports.render.symbols import REPLACEMENT
from reports.snapshot import SarSnapshot, Snapshot, kind_of
from thai.text import canonical_spelling

TAG = re.compile(r"(<[^>]*>)")
PAIR = re.compile(r"(?<=\s)(?:(?:พ\.ศ\.|เขต|ครั้งที่|หน้า|ข้อ|มาตรา|ห้องประชุม) [0-9๐-๙]+[0-9๐-๙/.]*)")
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def to_html(snapshot: Snapshot) -> str:
    """The paper as HTML. Its style sheets are `asset:` addresses, its images `blob:<sha256>`."""
    kind = kind_of(snapshot)
    official = is_official(snapshot)
    values = {
        "it": snapshot,
        "office": snapshot.office,
        "thai": snapshot.office.digits == "thai",
        **(_official(snapshot) if official else _EXTRA.get(kind, _nothing)(snapshot)),
    }
    # Not the project's engine: its context processors know the request and the language.
    page = _engine().get_template(f"reports/render/{'official' if official else kind}.html")
    return keep_pairs(printable(page.render(Context(values, use_l10n=False, use_tz=False))))


def blobs_of(snapshot: Snapshot) -> set[str]:
    """Hashes of the files the paper shows: the `base_files` that rendering it needs."""
    blobs = {snapshot.office.emblem} - {""}
    if isinstance(snapshot, SarSnapshot):
        blobs |= {photograph.sha256 for photograph in snapshot.photographs}
    return blobs


def printable(text: str) -> str:
    """Text that our faces can draw: marks in their order, and a box for a letter they lack.

    An emoji that somebody pasted must not keep an office from its report for ever.
    """
    return _unprintable().sub(REPLACEMENT, canonical_spelling(text))


def keep_pairs(html: str) -> str:
    """Keep `พ.ศ. ๒๕๖๐` and `เขต ๒` on one line.

    By an element and not by a no-break space: libthai breaks lines at those all the same.
    """
    parts, plain = TAG.split(html), False
    for n, part in enumerate(parts):
        if part.startswith("<"):
            if part.startswith(("<title", "<text")):
                plain = True
            elif part.startswith(("</title", "</text")):
                plain = False
        elif not plain:
            parts[n] = PAIR.sub(r'<span class="name">\g<0></span>', part)
    return "".join(parts)


@cache
def _unprintable() -> re.Pattern:
    return re.compile("[^\n\t" + "".join(re.escape(chr(c)) for c in sorted(covered())) + "]")


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(TEMPLATES)],
        builtins=["reports.render.filters", "template_partials.templatetags.partials"],
    )


def _nothing(snapshot: Snapshot) -> dict[str, Any]:
    return {}


def _official(snapshot: Snapshot) -> dict[str, Any]:
    paper = paper_of(snapshot)
    return {"paper": paper, "placed": placed(paper)}


def _sar(snapshot: SarSnapshot) -> dict[str, Any]:
    indicators = [i for standard in snapshot.standards for i in standard.indicators]
    return {
        "chart": score_chart(snapshot.standards),
        "indicators": indicators,
        "codes": {item.code for i in indicators for item in i.considerations},
    }


_EXTRA: dict[str, Callable[[Any], dict[str, Any]]] = {"sar": _sar}

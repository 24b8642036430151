"""The paper's own typeface: Sarabun, patched so that one glyph is one Unicode string.

PDF text extraction maps glyphs back to letters, one glyph at a time. Sarabun as shipped draws ำ as
two glyphs and moves stacked marks by GPOS, so a PDF made with it cannot be searched: ดำเนินการ is
found nowhere. Here every tone + ำ and every vowel mark + tone becomes a glyph of its own, and the
usual shift of each mark is baked into its outline, so that nothing is moved afterwards and no two
marks stand at one place, where an extractor could not see which comes first.

Sarabun's licence (OFL) reserves no name; the patched family is called Paper all the same, so that
nobody takes it for the original.
"""

import hashlib
import inspect
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median_low
from typing import Any

import fontpkg_sarabun
import fontTools
import uharfbuzz as hb
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

from core.files import settle, write_whole
from reports.render import symbols

FAMILY = "Paper"
FACES = ("Regular", "Italic", "SemiBold", "Bold", "BoldItalic")
SOURCES = Path(fontpkg_sarabun.__file__).parent / "files"
STAMP = "Paper.stamp"
FONTCONFIG = "fonts.conf"

SARA_AM = "\u0e33"
TONES = "\u0e48\u0e49\u0e4a\u0e4b"
THANTHAKHAT = "\u0e4c"
UPPER = "\u0e31\u0e34\u0e35\u0e36\u0e37\u0e47\u0e4d"
LOWER = "\u0e38\u0e39\u0e3a"
# Marks have other shapes on ascenders (ป ฝ ฟ) and on descenders (ฎ ฏ ฤ).
SHAPES = {"ก": "", "ป": ".narrow", "ฎ": ".low"}
CONSONANTS = "กนรอมงลวดตทสคปยบพหจชขผถธฝฟญฐฎฏ"  # of these, the median shift is baked in

FONTCONFIG_TEXT = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{folder}</dir>
  <cachedir>{cache}</cachedir>
  <selectfont><rejectfont><glob>*.woff2</glob></rejectfont></selectfont>
</fontconfig>
"""


def build_fonts(folder: Path) -> list[Path]:
    """Make the patched faces in `folder` and return what was written: nothing if up to date.

    Each file appears whole or not at all; the stamp comes last, so a build that was cut off is
    done again. Two builds at once write the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / STAMP
    whole = all(path.exists() for path in (stamp, *font_files(folder)))
    if whole and stamp.read_text() == _fingerprint():
        return []
    made = []
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as scratch:
        for face in FACES:
            for name in _save_face(face, Path(scratch)):
                made.append(settle(Path(scratch) / name, folder / name))
    write_whole(stamp, _fingerprint().encode())
    return made


def font_files(folder: Path) -> list[Path]:
    """Where the patched faces lie once they are built."""
    return [folder / f"{FAMILY}-{face}.{kind}" for face in FACES for kind in ("ttf", "woff2")]


def use_fonts(folder: Path, scratch: Path) -> None:
    """Let fontconfig, in this process, know the faces in `folder` and no other font.

    No font of the machine can slip into a paper: the same text gives the same bytes anywhere, and
    a letter that the faces lack is noticed. The file is written to `scratch` and not to `folder`,
    because `folder` is served to browsers and the file names folders of the server.
    """
    missing = [path.name for path in font_files(folder) if not path.exists()]
    if missing:
        raise FileNotFoundError(f"{folder} lacks {', '.join(missing)}: run manage.py fonts_build")
    config = scratch / FONTCONFIG
    config.write_text(FONTCONFIG_TEXT.format(folder=folder, cache=scratch / "cache"))
    os.environ["FONTCONFIG_FILE"] = str(config)


@cache
def covered() -> frozenset[int]:
    """Code points that every face can draw."""
    common: set[int] = set(range(0x110000))
    for face in FACES:
        with TTFont(SOURCES / f"Sarabun-{face}.ttf", lazy=True) as font:
            common &= font.getBestCmap().keys()
    return frozenset(common) | frozenset(map(ord, symbols.SYMBOLS))


@cache
def _fingerprint() -> str:
    digest = hashlib.sha256(fontTools.version.encode())
    for module in (sys.modules[__name__], symbols):
        digest.update(inspect.getsource(module).encode())
    for face in FACES:
        digest.update((SOURCES / f"Sarabun-{face}.ttf").read_bytes())
    return digest.hexdigest()


def _save_face(face: str, folder: Path) -> list[str]:
    font = patch(SOURCES / f"Sarabun-{face}.ttf")
    stem = f"{FAMILY}-{face}"
    font.save(folder / f"{stem}.ttf")
    font.flavor = "woff2"
    font.save(folder / f"{stem}.woff2")
    return [f"{stem}.ttf", f"{stem}.woff2"]


# -- patching ----------------------------------------------------------------------


@dataclass(frozen=True)
class Shaped:
    """One glyph as HarfBuzz placed it."""

    glyph: str
    dx: int
    dy: int
    advance: int


@dataclass(frozen=True)
class Composed:
    """A new glyph that stands for a whole sequence of glyphs."""

    name: str
    parts: tuple[str, ...]
    outline: Any
    advance: int
    is_mark: bool


Shape = Callable[[str], list[Shaped]]


def patch(source: Path) -> TTFont:
    """The face in `source` with one glyph for one Unicode string."""
    font = TTFont(source, recalcTimestamp=False)  # the build's time would make each build differ
    shape = _shaper(source, font.getGlyphOrder())
    composed = _compose(font, shape)
    _add_glyphs(font, composed)
    _bake_shifts(font, _usual_shifts(shape, composed))
    _drop_thai_attachment(font)
    _add_ligatures(font, composed)
    symbols.add_to(font)
    _rename(font)
    return font


def _shaper(source: Path, order: list[str]) -> Shape:
    face = hb.Font(hb.Face(hb.Blob.from_file_path(str(source))))

    def shape(text: str) -> list[Shaped]:
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.cluster_level = hb.BufferClusterLevel.MONOTONE_CHARACTERS
        hb.shape(face, buffer)
        return [
            Shaped(order[info.codepoint], place.x_offset, place.y_offset, place.x_advance)
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]

    return shape


class _Flatten:
    """A pen that draws a composite glyph's components as plain outlines."""

    def __init__(self, pen: Any, glyphs: Any):
        self._pen, self._glyphs = pen, glyphs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pen, name)

    def addComponent(self, name: str, transformation: tuple[float, ...]) -> None:
        moved = TransformPen(self._pen, transformation)
        self._glyphs[name].draw(_Flatten(moved, self._glyphs))


def _compose(font: TTFont, shape: Shape) -> list[Composed]:
    glyphs, composed = font.getGlyphSet(), {}
    sequences = [(tone + SARA_AM, False) for tone in ("", *TONES)]
    sequences += [(vowel + tone, True) for vowel in UPPER + LOWER for tone in TONES + THANTHAKHAT]
    for base, suffix in SHAPES.items():
        for text, is_mark in sequences:
            run = shape(base + text)[1:]
            parts = tuple(item.glyph for item in run)
            if len(parts) < 2 or parts in composed:
                continue
            name = "th_" + "_".join(f"{ord(letter):04X}" for letter in text) + suffix
            outline, advance = _draw_run(glyphs, run, is_mark)
            composed[parts] = Composed(name, parts, outline, advance, is_mark)
    return list(composed.values())


def _draw_run(glyphs: Any, run: list[Shaped], is_mark: bool) -> tuple[Any, int]:
    """The outline of a run, and its advance. A mark keeps its first part where that part was."""
    pen, x = TTGlyphPen(None), 0
    left, low = (run[0].dx, run[0].dy) if is_mark else (0, 0)
    for item in run:
        placed = TransformPen(pen, (1, 0, 0, 1, x + item.dx - left, item.dy - low))
        glyphs[item.glyph].draw(_Flatten(placed, glyphs))
        x += item.advance
    return pen.glyph(), x


def _add_glyphs(font: TTFont, composed: list[Composed]) -> None:
    outlines, classes = font["glyf"], font["GDEF"].table.GlyphClassDef.classDefs
    for new in composed:
        outlines[new.name] = new.outline
        new.outline.recalcBounds(outlines)
        font["hmtx"][new.name] = (new.advance, new.outline.xMin)
        classes[new.name] = 3 if new.is_mark else 1
    font.setGlyphOrder(list(outlines.glyphOrder))


def _usual_shifts(shape: Shape, composed: list[Composed]) -> dict[str, int]:
    """How far each mark usually moves: the median over common consonants.

    What is left over is at most 0.03 em, less than the eye sees.
    """
    seen: dict[str, list[int]] = {}
    stacks = list(UPPER + TONES + THANTHAKHAT + LOWER)
    stacks += [lower + tone for lower in LOWER for tone in TONES + THANTHAKHAT]
    for base in CONSONANTS:
        for stack in stacks:
            for item in shape(base + stack)[1:]:
                if item.advance == 0:
                    seen.setdefault(item.glyph, []).append(item.dx)
    shifts = {glyph: median_low(values) for glyph, values in seen.items()}
    for new in composed:
        if new.is_mark:
            shifts[new.name] = shifts.get(new.parts[0], 0)
    return shifts


def _bake_shifts(font: TTFont, shifts: dict[str, int]) -> None:
    outlines = font["glyf"]
    for name in list(outlines.keys()):
        glyph = outlines[name]
        if glyph.isComposite() and any(part.glyphName in shifts for part in glyph.components):
            glyphs, pen = font.getGlyphSet(), TTGlyphPen(None)
            glyphs[name].draw(_Flatten(pen, glyphs))  # else its parts would move twice
            outlines[name] = pen.glyph()
            outlines[name].recalcBounds(outlines)
    for name, dx in shifts.items():
        glyph = outlines[name]
        glyph.coordinates.translate((dx, 0))
        glyph.recalcBounds(outlines)
        font["hmtx"][name] = (font["hmtx"][name][0], glyph.xMin)


def _drop_thai_attachment(font: TTFont) -> None:
    """Take Thai marks out of GPOS: extractors see a mark that is moved as a mark gone astray."""
    fields = {
        "MarkBasePos": ("MarkCoverage", "MarkArray", "MarkRecord", "MarkCount"),
        "MarkMarkPos": ("Mark1Coverage", "Mark1Array", "MarkRecord", "MarkCount"),
    }
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if type(table).__name__ not in fields:
                continue
            coverage, array, records, count = fields[type(table).__name__]
            marks, anchors = getattr(table, coverage), getattr(table, array)
            kept = [
                (glyph, record)
                for glyph, record in zip(marks.glyphs, getattr(anchors, records), strict=True)
                if not glyph.startswith(("uni0E", "th_"))
            ]
            marks.glyphs = [glyph for glyph, _ in kept]
            setattr(anchors, records, [record for _, record in kept])
            setattr(anchors, count, len(kept))


def _add_ligatures(font: TTFont, composed: list[Composed]) -> None:
    """Substitute in `ccmp`: `liga` is switched off wherever letters are spaced."""
    substitution = otTables.LigatureSubst()
    substitution.ligatures = {}
    for new in sorted(composed, key=lambda new: -len(new.parts)):
        ligature = otTables.Ligature()
        ligature.LigGlyph, ligature.CompCount = new.name, len(new.parts)
        ligature.Component = list(new.parts[1:])
        substitution.ligatures.setdefault(new.parts[0], []).append(ligature)
    lookup = otTables.Lookup()
    lookup.LookupType, lookup.LookupFlag = 4, 0
    lookup.SubTable, lookup.SubTableCount = [substitution], 1
    table = font["GSUB"].table
    table.LookupList.Lookup.append(lookup)
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    index = table.LookupList.LookupCount - 1
    for feature in {id(r.Feature): r for r in table.FeatureList.FeatureRecord}.values():
        if feature.FeatureTag == "ccmp":
            feature.Feature.LookupListIndex.append(index)
            feature.Feature.LookupCount += 1


def _rename(font: TTFont) -> None:
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            record.string = str(record).replace("Sarabun", FAMILY)

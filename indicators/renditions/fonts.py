"""Thai letters for Office files: Sarabun in place of the faces that offices write in.

TH Sarabun, Angsana New and their kin draw their letters small: 16 points of theirs are 10.7 of
Sarabun. So a copy with a larger square stands in for them, and lines break where they broke.
"""

from pathlib import Path

import fontpkg_sarabun
from fontTools.ttLib import TTFont

from core.files import settle

SOURCES = Path(fontpkg_sarabun.__file__).parent / "files"
FAMILY = "Esa Thai"
FACES = {"Regular": "Regular", "Bold": "Bold", "Italic": "Italic", "BoldItalic": "Bold Italic"}
LARGER = 16 / 10.7
SMALL_FACES = (
    "TH SarabunPSK",
    "TH Sarabun New",
    "TH SarabunIT๙",
    "TH SarabunIT9",
    "TH Sarabun",
    "TH Niramit AS",
    "TH Chakra Petch",
    "Angsana New",
    "AngsanaUPC",
    "Cordia New",
    "CordiaUPC",
    "Browallia New",
    "BrowalliaUPC",
    "DilleniaUPC",
    "EucrosiaUPC",
)
CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{sources}</dir>
  <dir>{small}</dir>
  <cachedir>{cache}</cachedir>
  {aliases}
  <match target="pattern">
    <edit name="family" mode="append_last"><string>Sarabun</string></edit>
  </match>
</fontconfig>
"""
ALIAS = (
    '<match target="pattern"><test name="family"><string>{name}</string></test>'
    '<edit name="family" mode="assign" binding="same"><string>{family}</string></edit></match>'
)


def write_configuration(folder: Path, scratch: Path) -> Path:
    """A file for FONTCONFIG_FILE; the faces lie in ``folder``, made at the first time."""
    _build(folder)
    aliases = "\n  ".join(ALIAS.format(name=name, family=FAMILY) for name in SMALL_FACES)
    path = scratch / "fonts.conf"
    path.write_text(
        CONFIGURATION.format(
            sources=SOURCES, small=folder, cache=scratch / "font-cache", aliases=aliases
        ),
        encoding="utf-8",
    )
    return path


def _build(folder: Path) -> None:
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    for face, style in FACES.items():
        path = folder / f"small-{face}.ttf"
        if not path.exists():
            scratch = folder / f".new-{face}.ttf"
            _larger_square(SOURCES / f"Sarabun-{face}.ttf", style).save(scratch)
            settle(scratch, path)


def _larger_square(source: Path, style: str) -> TTFont:
    font = TTFont(source)
    font["head"].unitsPerEm = round(font["head"].unitsPerEm * LARGER)
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = FAMILY
        elif record.nameID == 4:
            record.string = f"{FAMILY} {style}"
        elif record.nameID == 6:
            record.string = f"{FAMILY} {style}".replace(" ", "")
    return font

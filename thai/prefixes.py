"""Prefixes of names: which there are, long and short, and where a typed text begins with some.

A prefix is typed as it is known (ผู้ช่วยศาสตราจารย์), short (ผศ.), with or without the spaces and
inner stops of the short one (น.ส., นส., น. ส.), and several stand together (ผศ.ดร.).
"""

import re
from functools import cache
from typing import NamedTuple

# Titles written without a space. Whatever is not here (ranks such as ว่าที่ ร.ต., academic
# titles such as ดร. and ผศ., a prefix nobody foresaw) stands off by one.
JOINED_PREFIXES = frozenset(
    [
        *("นาย", "นาง", "นางสาว", "น.ส.", "เด็กชาย", "เด็กหญิง", "ด.ช.", "ด.ญ."),
        *("คุณ", "คุณหญิง", "ท่านผู้หญิง", "หม่อม", "หม่อมหลวง", "หม่อมราชวงศ์", "ม.ล.", "ม.ร.ว."),
        *("นายแพทย์", "แพทย์หญิง", "ทันตแพทย์", "ทันตแพทย์หญิง", "นพ.", "พญ.", "ทพ.", "ทพญ."),
        *("พระ", "พระครู", "พระมหา", "พระปลัด", "แม่ชี"),
    ]
)
# What else a prefix is written as; whoever types the short one means the long one.
SHORT_PREFIXES = {
    "นางสาว": ("น.ส.", "นส ", "นสาว"),
    "เด็กชาย": ("ด.ช.",),
    "เด็กหญิง": ("ด.ญ.",),
    "นายแพทย์": ("น.พ.",),
    "แพทย์หญิง": ("พ.ญ.",),
    "ทันตแพทย์": ("ท.พ.",),
    "ทันตแพทย์หญิง": ("ท.พ.ญ.",),
    "ดร.": ("ดร ", "ด็อกเตอร์", "ดอกเตอร์"),
    "หม่อมราชวงศ์": ("ม.ร.ว.",),
    "หม่อมหลวง": ("ม.ล.",),
    "ผู้ช่วยศาสตราจารย์": ("ผ.ศ.", "ผศ "),
    "รองศาสตราจารย์": ("ร.ศ.", "รศ "),
    "ศาสตราจารย์": ("ศ.",),
    "อาจารย์": ("อ.",),
}
_RANKS = """
    พลเอก พล.อ. พลโท พล.ท. พลตรี พล.ต. พันเอก พ.อ. พันโท พ.ท. พันตรี พ.ต.
    ร้อยเอก ร.อ. ร้อยโท ร.ท. ร้อยตรี ร.ต.
    จ่าสิบเอก จ.ส.อ. จ่าสิบโท จ.ส.ท. จ่าสิบตรี จ.ส.ต. สิบเอก ส.อ. สิบโท ส.ท. สิบตรี ส.ต.
    พลเรือเอก พล.ร.อ. พลเรือโท พล.ร.ท. พลเรือตรี พล.ร.ต. นาวาเอก น.อ. นาวาโท น.ท. นาวาตรี น.ต.
    เรือเอก ร.อ. เรือโท ร.ท. เรือตรี ร.ต. พันจ่าเอก พ.จ.อ. พันจ่าโท พ.จ.ท. พันจ่าตรี พ.จ.ต.
    จ่าเอก จ.อ. จ่าโท จ.ท. จ่าตรี จ.ต.
    พลอากาศเอก พล.อ.อ. พลอากาศโท พล.อ.ท. พลอากาศตรี พล.อ.ต.
    นาวาอากาศเอก น.อ. นาวาอากาศโท น.ท. นาวาอากาศตรี น.ต.
    เรืออากาศเอก ร.อ. เรืออากาศโท ร.ท. เรืออากาศตรี ร.ต.
    พันจ่าอากาศเอก พ.อ.อ. พันจ่าอากาศโท พ.อ.ท. พันจ่าอากาศตรี พ.อ.ต.
    จ่าอากาศเอก จ.อ. จ่าอากาศโท จ.ท. จ่าอากาศตรี จ.ต.
    พลตำรวจเอก พล.ต.อ. พลตำรวจโท พล.ต.ท. พลตำรวจตรี พล.ต.ต.
    พันตำรวจเอก พ.ต.อ. พันตำรวจโท พ.ต.ท. พันตำรวจตรี พ.ต.ต.
    ร้อยตำรวจเอก ร.ต.อ. ร้อยตำรวจโท ร.ต.ท. ร้อยตำรวจตรี ร.ต.ต. ดาบตำรวจ ด.ต.
    จ่าสิบตำรวจ จ.ส.ต. สิบตำรวจเอก ส.ต.อ. สิบตำรวจโท ส.ต.ท. สิบตำรวจตรี ส.ต.ต.
""".split()
ACTING_RANK, FEMALE = "ว่าที่", "หญิง"
# Letters with which no name can begin.
_NO_BEGINNING = re.compile("[\u0e2f-\u0e3a\u0e45-\u0e4e]")


class Typed(NamedTuple):
    """A prefix that a text begins with."""

    text: str
    means: frozenset[str]  # the long forms: ร.ต. is ร้อยตรี, เรือตรี and more
    rest: str  # what stands behind it
    sure: bool  # whether a full stop or a space parts it from the rest


@cache
def _known() -> list[tuple[re.Pattern[str], frozenset[str]]]:
    """Every way to write a prefix, with the long forms that it can mean."""
    ways: dict[str, set[str]] = {prefix: {prefix} for prefix in JOINED_PREFIXES}
    for long, shorts in SHORT_PREFIXES.items():
        for way in (long, *shorts):
            ways.setdefault(way, set()).add(long)
    for long, short in zip(_RANKS[::2], _RANKS[1::2], strict=True):
        for female in ("", f" {FEMALE}"):
            meant, acting = f"{long}{female.strip()}", f"{ACTING_RANK}{long}{female.strip()}"
            ways.setdefault(f"{short}{female}", set()).update((meant, acting))
            ways.setdefault(f"{long}{female}", set()).add(meant)
            for way in (short, long):
                ways.setdefault(f"{ACTING_RANK} {way}{female}", set()).add(acting)
    return [(_pattern(way), frozenset(meant)) for way, meant in ways.items()]


def _pattern(way: str) -> re.Pattern[str]:
    """The way with its inner stops and spaces left out or not; the last stop has to stand."""
    if way.endswith(" "):
        return re.compile(f"{way.strip()}(?= )")
    inner, last = (way[:-1], r" ?\.") if way.endswith(".") else (way, "")
    return re.compile(inner.replace(" ", " ?").replace(".", r" ?\.? ?") + last)


def at_start(text: str) -> Typed | None:
    """The longest known prefix that the text begins with, if a name can follow there."""
    longest = None
    for pattern, means in _known():
        found = pattern.match(text)
        if found is None or _NO_BEGINNING.match(rest := text[found.end() :].lstrip(" .")):
            continue
        if longest is None or found.end() > len(longest.text):
            apart = found.group().endswith(".") or text[found.end() : found.end() + 1] in (" ", ".")
            longest = Typed(found.group(), means, rest, apart)
        elif found.end() == len(longest.text):
            longest = longest._replace(means=longest.means | means)
    return longest


def all_at_start(text: str, shortest: int = 0) -> list[Typed]:
    """The prefixes that a text begins with, one after the other; so many letters are left."""
    found: list[Typed] = []
    while text and (one := at_start(text)) and len(one.rest) >= shortest:
        found.append(one)
        text = one.rest
    return found

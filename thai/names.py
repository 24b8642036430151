"""How Thai papers put names and signatures together.

Spacing after สำนักงานราชบัณฑิตยสภา, หลักเกณฑ์การเว้นวรรค: a title that is part of the address
(นาย นาง นางสาว คุณหญิง …) touches the name (ข้อ ๒), a rank stands off by a space (ข้อ ๑.๒.๘).
"""

import re
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
    "นางสาว": ("น.ส.", "นส.", "นสาว"),
    "ว่าที่ร้อยตรี": ("ว่าที่ ร.ต.", "ว่าที่ร.ต.", "ร.ต."),
    "ว่าที่ร้อยโท": ("ว่าที่ ร.ท.", "ว่าที่ร.ท."),
    "ว่าที่ร้อยเอก": ("ว่าที่ ร.อ.", "ว่าที่ร.อ."),
    "เด็กชาย": ("ด.ช.",),
    "เด็กหญิง": ("ด.ญ.",),
    "นายแพทย์": ("นพ.", "น.พ."),
    "แพทย์หญิง": ("พญ.", "พ.ญ."),
    "ดร.": ("ดร ", "ด็อกเตอร์"),
    "หม่อมราชวงศ์": ("ม.ร.ว.",),
    "หม่อมหลวง": ("ม.ล.",),
    "ผู้ช่วยศาสตราจารย์": ("ผศ.",),
    "รองศาสตราจารย์": ("รศ.",),
    "ศาสตราจารย์": ("ศ.",),
}
# Letters with which no name can begin.
_NO_BEGINNING = re.compile("[\u0e2f-\u0e3a\u0e45-\u0e4e]")
ACTING = "รักษาราชการแทน"


def full_name(prefix: str | None, given: str | None, family: str | None) -> str:
    """``นายสมชาย ใจดี``, ``ว่าที่ ร.ต. สมชาย ใจดี``: missing parts leave no stray space."""
    prefix, given, family = (" ".join((part or "").split()) for part in (prefix, given, family))
    first = f"{prefix}{given}" if prefix in JOINED_PREFIXES else f"{prefix} {given}"
    return f"{first.strip()} {family}".strip()


def signature_position(own_position: str, acting_position: str | None = None) -> str:
    """The line under a signature: the own position, or ``<own> รักษาราชการแทน <position>``.

    พระราชบัญญัติระเบียบบริหารราชการแผ่นดิน พ.ศ. 2534 มาตรา 41–48: who acts has the powers of
    the position, and says so by naming both.
    """
    if not acting_position:
        return own_position
    return f"{own_position} {ACTING} {acting_position}".strip()


class GivenName(NamedTuple):
    """A given name as it was typed, taken apart: ``prefix`` stood before it once more."""

    prefix: str
    name: str
    sure: bool  # whether nothing but a prefix can be meant


def _ways_of(prefix: str) -> set[str]:
    """Every way to write this prefix, itself first known as short or long."""
    ways = {prefix}
    for long, short in SHORT_PREFIXES.items():
        if prefix == long or prefix in short:
            ways |= {long, *short}
    return ways


def prefix_in(prefix: str, given: str) -> GivenName | None:
    """The prefix that ``given`` begins with although it has a box of its own, or None.

    It is sure where a full stop or a space stands between (น.ส.ใจดี, นาย ใจดี). นายใจดี may be a
    name, as นางนวล is one: that is for the person to say. นายิกา is no นาย.
    """
    prefix, given = " ".join(prefix.split()), " ".join(given.split())
    known = set(JOINED_PREFIXES) | set(SHORT_PREFIXES)
    known |= {short for ways in SHORT_PREFIXES.values() for short in ways}
    twice = _ways_of(prefix) if prefix else known
    for way in sorted(twice, key=len, reverse=True):
        rest = given.removeprefix(way)
        name = rest.strip()
        if rest == given or len(name) < 2 or _NO_BEGINNING.match(name):
            continue
        sure = way.endswith((".", " ")) or rest.startswith(" ")
        if prefix or sure:
            return GivenName(way.strip(), name, sure)
    return None

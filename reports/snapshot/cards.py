"""Parts that several papers share."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class OfficeCard:
    name: str  # สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2
    short_name: str  # สพป.สกลนคร เขต 2
    address: str = ""
    province: str = ""
    digits: Literal["thai", "arabic"] = "thai"  # of every paper
    emblem: str = ""  # sha256 of the emblem's blob; "" leaves its place blank


@dataclass(frozen=True, kw_only=True)
class Person:
    name: str  # full name with prefix
    position: str = ""


@dataclass(frozen=True, kw_only=True)
class SignatureCard:
    """Who signs. Acting: `position` is the person's own, `acting_for` the one acted for."""

    name: str
    position: str
    acting_for: str = ""  # prints as a second line: รักษาราชการแทน <acting_for>


@dataclass(frozen=True, kw_only=True)
class SealCard:
    """What an approved paper bears so that anybody may check it."""

    code: str
    url: str  # the public page that says whether the paper is genuine
    history: str = ""  # the head of the office's history at approval; papers of before have none


@dataclass(frozen=True, kw_only=True)
class LevelCard:
    score: int
    name: str  # ดีเยี่ยม
    at_least: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class EditionCard:
    code: str
    title: str
    verified: bool
    note: str = ""
    levels: tuple[LevelCard, ...] = ()  # best first


@dataclass(frozen=True, kw_only=True)
class Member:
    name: str
    position: str = ""
    role: str = ""  # ประธานกรรมการ, กรรมการ, กรรมการและเลขานุการ …


@dataclass(frozen=True, kw_only=True)
class CommitteeGroup:
    """One part of an order: its members by rank, then what the group has to do."""

    title: str  # คณะกรรมการอำนวยการ
    members: tuple[Member, ...] = ()
    duties: tuple[str, ...] = ()

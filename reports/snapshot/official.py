"""The five official papers: ประกาศ, คำสั่ง, บันทึกข้อความ, หนังสือเชิญประชุม, รายงานการประชุม."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from reports.snapshot.cards import CommitteeGroup, OfficeCard, Person, SealCard, SignatureCard


@dataclass(frozen=True, kw_only=True)
class AnnouncementSnapshot:
    office: OfficeCard
    fiscal_year: int
    subject: str
    body: str
    signed_on: date | None  # None leaves a dotted place for the day
    signature: SignatureCard | None
    draft: bool
    seal: SealCard | None = None
    correction: str = ""  # what this version corrects of the one before


@dataclass(frozen=True, kw_only=True)
class AnnexLine:
    """One row of the list of supervisors and collectors that follows an order."""

    kind: Literal["standard", "indicator", "consideration"]
    code: str
    title: str
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OrderSnapshot:
    office: OfficeCard
    fiscal_year: int
    number: str  # "12", without the year; "" leaves a dotted place
    year: int  # พ.ศ. of the number
    subject: str
    reason: str  # why
    power: str  # อาศัยอำนาจตาม …
    groups: tuple[CommitteeGroup, ...]  # advisers, steering, one working group per standard
    effective: str  # words after ทั้งนี้, e.g. ตั้งแต่บัดนี้เป็นต้นไป
    signed_on: date | None
    signature: SignatureCard | None
    draft: bool
    annex: tuple[AnnexLine, ...] = ()  # standards, each followed by its indicators, and so on
    seal: SealCard | None = None
    correction: str = ""  # what this version corrects of the one before


# -- บันทึกข้อความ ---------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a deputy or the director wrote under a memo; `words` come before what was typed."""

    words: str  # เห็นควรอนุมัติ, อนุมัติ …
    opinion: str  # as typed; may be ""
    signature: SignatureCard | None  # None leaves the place for a pen
    dated: date | None = None


@dataclass(frozen=True, kw_only=True)
class MemoSnapshot:
    """The memo that puts an order before the director."""

    office: OfficeCard
    fiscal_year: int
    department: str  # ส่วนราชการ
    number: str  # "7", without the year; "" leaves a dotted place
    year: int  # พ.ศ. of the number
    dated: date | None
    subject: str
    to: str  # เรียน …
    origin: str  # ต้นเรื่อง
    facts: str  # ข้อเท็จจริง / ข้อพิจารณา
    request: str  # ข้อเสนอ
    signature: SignatureCard | None  # the coordinator who proposed
    opinions: tuple[Opinion, ...]  # deputy, if the office asks one; the director last
    draft: bool
    seal: SealCard | None = None
    correction: str = ""  # what this version corrects of the one before


# -- meetings ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AgendaTask:
    """Who does what by when."""

    text: str
    owner: str
    due: date


@dataclass(frozen=True, kw_only=True)
class AgendaPoint:
    """ระเบียบวาระที่ <number>, or a point under it (3.1)."""

    number: str
    title: str
    text: str = ""
    resolution: str = ""
    tasks: tuple[AgendaTask, ...] = ()
    points: tuple["AgendaPoint", ...] = ()


@dataclass(frozen=True, kw_only=True)
class InvitationSnapshot:
    """Calls a meeting, with its agenda and, on a page of its own, who is invited."""

    office: OfficeCard
    fiscal_year: int
    department: str
    dated: date
    subject: str
    to: str
    opening: str
    meeting: str  # what the meeting is called
    starts_at: datetime  # aware
    place: str
    link: str
    closing: str
    agenda: tuple[AgendaPoint, ...]
    invited: tuple[Person, ...]
    signature: SignatureCard | None
    draft: bool
    number: str = ""  # as the register has it, year and all; "" leaves a dotted place


@dataclass(frozen=True, kw_only=True)
class Attendant:
    """One person of the attendance; `seat` is the person's place in the committee, if any."""

    name: str
    position: str = ""
    seat: str = ""
    excuse: str = ""


@dataclass(frozen=True, kw_only=True)
class MinutesSnapshot:
    """รายงานการประชุม."""

    office: OfficeCard
    fiscal_year: int
    meeting: str  # what the meeting is called
    number: int  # ครั้งที่
    starts_at: datetime
    place: str
    present: tuple[Attendant, ...]
    absent: tuple[Attendant, ...]
    guests: tuple[str, ...]
    began_at: datetime | None
    ended_at: datetime | None
    summary: str  # minutes that belong to no agenda item
    agenda: tuple[AgendaPoint, ...]
    note_taker: SignatureCard | None
    checker: SignatureCard | None
    confirmed_on: date | None  # the day of the meeting that confirmed these minutes
    confirmed_in: str  # what that meeting is called
    draft: bool  # True until the minutes are closed
    opening: str = ""  # after the time it began; the office's standing words
    closing: str = ""

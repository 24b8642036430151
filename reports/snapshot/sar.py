"""The SAR, its summary for OBEC and the flow chart of its year."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from reports.snapshot.cards import (
    CommitteeGroup,
    EditionCard,
    OfficeCard,
    Person,
    SealCard,
    SignatureCard,
)


@dataclass(frozen=True, kw_only=True)
class EvidenceLine:
    """One citation under one consideration."""

    title: str
    code: str = ""  # number in the evidence index, e.g. 1.1.1-02
    document_date: date | None = None
    names: tuple[str, ...] = ()  # file names and addresses of links
    pages: str = ""  # "3-5", as the collector wrote it
    link: str = ""  # where it is looked at; reports of before there was one have none


@dataclass(frozen=True, kw_only=True)
class ConsiderationCard:
    code: str
    title: str
    weight: Decimal | None
    narrative: str = ""
    result: str = ""
    level: int | None = None  # the committee's agreed score; None is unscored
    level_name: str = ""
    reason: str = ""
    evidence: tuple[EvidenceLine, ...] = ()
    no_evidence_reason: str = ""
    collectors: tuple[Person, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Project:
    name: str
    kind: str = ""  # แผนงาน / โครงการ / กิจกรรม
    budget: Decimal | None = None
    agreement: str = ""  # คำรับรองการปฏิบัติราชการ
    plan: str = ""  # แผนปฏิบัติการประจำปี


@dataclass(frozen=True, kw_only=True)
class IndicatorCard:
    code: str
    title: str
    weight: Decimal | None
    score: Decimal | None = None
    level_name: str = ""
    unscored: int = 0  # considerations below without an agreed score
    supervisors: tuple[Person, ...] = ()
    considerations: tuple[ConsiderationCard, ...] = ()
    strengths: str = ""
    to_improve: str = ""
    problems: str = ""
    measures: str = ""
    projects: tuple[Project, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StandardCard:
    code: str
    title: str
    weight: Decimal | None
    score: Decimal | None = None
    level_name: str = ""
    unscored: int = 0
    supervisors: tuple[Person, ...] = ()
    indicators: tuple[IndicatorCard, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ArithmeticLine:
    """One line of how a score came about; `working` is e.g. `(4 × 1 + 5 × 1) ÷ 2`."""

    code: str  # code of the standard or indicator, "" for the office
    title: str
    working: str
    score: Decimal | None


@dataclass(frozen=True, kw_only=True)
class OrderCard:
    number: str  # "12/2560"
    subject: str
    signed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingNote:
    title: str
    held_on: date | None = None
    place: str = ""
    present: int | None = None
    absent: int | None = None
    summary: str = ""  # the minutes


@dataclass(frozen=True, kw_only=True)
class Photograph:
    sha256: str  # a blob; whoever renders hands its bytes over as the file of this key
    caption: str


@dataclass(frozen=True, kw_only=True)
class IndexedEvidence:
    """One piece of evidence in the annex, with every consideration that cites it."""

    code: str
    title: str
    document_date: date | None = None
    names: tuple[str, ...] = ()
    cited_by: tuple[str, ...] = ()  # codes of considerations
    link: str = ""  # of the first citation


@dataclass(frozen=True, kw_only=True)
class GapLine:
    """Something that was not complete when the director approved the report."""

    text: str
    codes: tuple[str, ...] = ()  # of considerations or indicators


@dataclass(frozen=True, kw_only=True)
class SarSnapshot:
    office: OfficeCard
    fiscal_year: int  # พ.ศ.
    edition: EditionCard
    generated_at: datetime  # aware; printed only on drafts
    draft: bool  # True until the director approved this very version
    version: int = 1
    approved_on: date | None = None
    director: SignatureCard | None = None
    preface: str = ""  # คำนำ; "" prints the usual wording
    basic_info: str = ""  # ส่วนที่ 1, in the office's words
    conclusion: str = ""  # ส่วนที่ 3, in the office's words
    standards: tuple[StandardCard, ...] = ()
    score: Decimal | None = None  # the office's; None while anything is unscored
    level_name: str = ""
    unscored: int = 0
    arithmetic: tuple[ArithmeticLine, ...] = ()
    committee: tuple[CommitteeGroup, ...] = ()
    order: OrderCard | None = None
    meetings: tuple[MeetingNote, ...] = ()
    photographs: tuple[Photograph, ...] = ()
    evidence_index: tuple[IndexedEvidence, ...] = ()
    seal: SealCard | None = None
    gaps: tuple[GapLine, ...] = ()  # at the approval; reports of before this was kept have none
    gaps_reason: str = ""
    correction: str = ""  # what this version corrects of the one before, in one sentence


@dataclass(frozen=True, kw_only=True)
class SummaryIndicator:
    code: str
    title: str
    score: Decimal | None = None
    level_name: str = ""
    strengths: str = ""
    to_improve: str = ""


@dataclass(frozen=True, kw_only=True)
class SummaryStandard:
    code: str
    title: str
    weight: Decimal | None
    score: Decimal | None = None
    level_name: str = ""
    indicators: tuple[SummaryIndicator, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SummarySnapshot:
    office: OfficeCard
    fiscal_year: int
    edition: EditionCard
    standards: tuple[SummaryStandard, ...]
    score: Decimal | None
    level_name: str
    unscored: int
    draft: bool
    director: SignatureCard | None = None
    submitted_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class FlowchartStep:
    number: int
    shape: Literal["start", "process", "document", "decision", "end"]
    label: str  # short words inside the shape
    begin: date | None
    end: date | None
    description: str
    responsible: tuple[str, ...]  # by role, as the office's document names them
    state: Literal["waiting", "open", "done"]
    people: tuple[str, ...] = ()  # who was named for it, the first few
    late: bool = False
    done_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class FlowchartSnapshot:
    office: OfficeCard
    fiscal_year: int
    title: str
    as_of: date
    steps: tuple[FlowchartStep, ...]

"""What the product knows should be on a meeting's agenda, and how it gets into the text.

The lines are official text, hence Thai in every language of the screen. An agenda is written as
text, one ระเบียบวาระ a line; a line that begins with a dash is a point under the one above, and
one that begins with | is the next line of the same title.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Max, Min

import thai
from indicators.assignments.assignments import kind_of, unassigned
from indicators.models import Score
from indicators.narratives.progress import progress_of
from workflow.models import Cycle, Meeting, ResolutionTask
from workflow.states import MeetingKind, MeetingState

CODES_SHOWN = 8
TITLE_MAX = 300
DASHES = "-–—•"
CONTINUES = "|"
BLANKS = (
    " \t\u00a0\u2000\u2001\u2002\u2003\u2007\u2009\u202f\u3000"  # Word puts a tab behind a bullet
)
# ระเบียบวาระที่ …
CHAIR, CONFIRM, ARISING, TO_KNOW, TO_CONSIDER = 1, 2, 3, 4, 5


class Why(StrEnum):
    """Where a point comes from."""

    PURPOSE = "purpose"
    CALENDAR = "calendar"
    ASSIGNMENTS = "assignments"
    MINUTES = "minutes"
    TASK = "task"
    UNASSIGNED = "unassigned"
    UNWRITTEN = "unwritten"
    WITHOUT_EVIDENCE = "without_evidence"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True)
class OpenPoint:
    """One line under ระเบียบวาระที่ ``part``."""

    part: int
    title: str
    why: Why


@dataclass(frozen=True)
class Counted:
    """A line that counts: ``ตัวบ่งชี้ที่ยังไม่มีผู้กำกับดูแล 3 ตัวบ่งชี้ (1.2, 2.1, 3.4)``."""

    stem: str
    unit: str

    def line(self, codes: Sequence[str]) -> str:
        """The line about these codes."""
        shown = ", ".join(codes[:CODES_SHOWN])
        if rest := len(codes) - CODES_SHOWN:
            shown += f" และอีก {rest} {self.unit}" if rest > 0 else ""
        return f"{self.stem} {len(codes)} {self.unit} ({shown})"

    def wrote(self, line: str) -> bool:
        """Whether ``line`` is such a line as it was written, whatever it counted then."""
        text = rf"{re.escape(self.stem)} \d+ {re.escape(self.unit)} \([^()]*\)"
        return re.fullmatch(text, line) is not None


UNASSIGNED = {
    "standard": Counted("มาตรฐานที่ยังไม่มีผู้กำกับดูแล", "มาตรฐาน"),
    "indicator": Counted("ตัวบ่งชี้ที่ยังไม่มีผู้กำกับดูแล", "ตัวบ่งชี้"),
    "consideration": Counted("ประเด็นการพิจารณาที่ยังไม่มีผู้จัดเก็บข้อมูล", "ประเด็น"),
}
UNWRITTEN = Counted("ประเด็นการพิจารณาที่ยังไม่ได้เขียนการดำเนินงาน", "ประเด็น")
WITHOUT_EVIDENCE = Counted("ประเด็นการพิจารณาที่ยังไม่มีหลักฐาน", "ประเด็น")
DISAGREEMENT = Counted("ประเด็นการพิจารณาที่กรรมการให้คะแนนไม่ตรงกัน", "ประเด็น")
COUNTED = (*UNASSIGNED.values(), UNWRITTEN, WITHOUT_EVIDENCE, DISAGREEMENT)

BRIEFING = (
    (
        CHAIR,
        Why.PURPOSE,
        "วัตถุประสงค์ของการประชุม และการกำหนดให้มาตรฐานสำนักงานเขตพื้นที่การศึกษาเป็นวาระร่วม "
        "ประจำปีงบประมาณ พ.ศ. {year}",
    ),
    (TO_KNOW, Why.CALENDAR, "ขั้นตอนและปฏิทินการดำเนินงาน ประจำปีงบประมาณ พ.ศ. {year}"),
    (
        TO_CONSIDER,
        Why.ASSIGNMENTS,
        "การมอบหมายผู้กำกับดูแลมาตรฐานและตัวบ่งชี้ และผู้จัดเก็บข้อมูลประเด็นการพิจารณา",
    ),
)


# -- what is open ---------------------------------------------------------------
def open_points(cycle: Cycle, kind: str, *, before: Meeting | None = None) -> list[OpenPoint]:
    """What should be on the agenda of a meeting of this kind, in the order of the agenda.

    ``before`` is the meeting whose agenda it is, once there is one: its own minutes and tasks are
    no business of an earlier meeting. A fixed number of queries, whatever the year's size.
    """
    found = [*_unconfirmed(cycle, kind, before), *_tasks(cycle, before)]
    if kind == MeetingKind.BRIEFING:
        found += _briefing(cycle)
    found += _unassigned(cycle)
    if kind == MeetingKind.COMMITTEE:
        found += [*_unfinished(cycle), *_disagreements(cycle)]
    return sorted(found, key=lambda point: point.part)


def _briefing(cycle: Cycle) -> list[OpenPoint]:
    year = cycle.assessment.fiscal_year
    return [OpenPoint(part, text.format(year=year), why) for part, why, text in BRIEFING]


def _unconfirmed(cycle: Cycle, kind: str, before: Meeting | None) -> Iterator[OpenPoint]:
    """Minutes of earlier meetings of the same kind that no meeting has confirmed yet."""
    rows = Meeting.objects.filter(
        cycle=cycle, kind=kind, state=MeetingState.HELD, confirmed_in__isnull=True
    )
    if before is not None:
        rows = rows.exclude(pk=before.pk).filter(starts_at__lt=before.starts_at)
    for row in rows:
        day = thai.format_date(row.starts_at)
        yield _point(CONFIRM, confirming(row), f" เมื่อวันที่ {day}", Why.MINUTES)


def confirming(meeting: Meeting) -> str:
    """What a later meeting is asked about these minutes, and resolves when it confirms them."""
    return f"รับรองรายงาน{_as_noun(meeting.title)}"


def _as_noun(title: str) -> str:
    """การประชุม…, whichever way the coordinator called the meeting."""
    if title.startswith("การประชุม"):
        return title
    return f"การ{title}" if title.startswith("ประชุม") else f"การประชุม {title}"


def _tasks(cycle: Cycle, before: Meeting | None) -> Iterator[OpenPoint]:
    """What earlier meetings resolved and nobody has finished."""
    rows = ResolutionTask.objects.kept().filter(meeting__cycle=cycle, done_at__isnull=True)
    rows = rows.exclude(meeting__state=MeetingState.CANCELLED)
    if before is not None:
        rows = rows.exclude(meeting=before.pk)
    for row in rows.select_related("owner").order_by("due", "pk"):
        who = f" ({row.owner.full_name} กำหนดวันที่ {thai.format_date(row.due)})"
        yield _point(ARISING, row.text, who, Why.TASK)


def _unassigned(cycle: Cycle) -> Iterator[OpenPoint]:
    codes: dict[str, list[str]] = {kind: [] for kind in UNASSIGNED}
    for target in unassigned(cycle.assessment):
        codes[kind_of(target)].append(target.code)
    for kind, counted in UNASSIGNED.items():
        yield from _counted(counted, codes[kind], Why.UNASSIGNED)


def _unfinished(cycle: Cycle) -> Iterator[OpenPoint]:
    items = progress_of(cycle.assessment).items
    unwritten = [item.code for item in items if not item.written]
    without = [item.code for item in items if not item.evidenced]
    yield from _counted(UNWRITTEN, unwritten, Why.UNWRITTEN)
    yield from _counted(WITHOUT_EVIDENCE, without, Why.WITHOUT_EVIDENCE)


def _disagreements(cycle: Cycle) -> Iterator[OpenPoint]:
    """Levels that members handed in and that differ, where the committee has not agreed yet."""
    order = ("indicator__standard__order", "indicator__order", "order", "code")
    rows = (
        Score.objects.filter(
            item__assessment=cycle.assessment_id,
            handed_in_at__isnull=False,
            item__agreed_score__isnull=True,
        )
        .values(*(f"item__consideration__{name}" for name in order))
        .annotate(lowest=Min("level"), highest=Max("level"))
        .order_by(*(f"item__consideration__{name}" for name in order))
    )
    codes = [row["item__consideration__code"] for row in rows if row["lowest"] != row["highest"]]
    yield from _counted(DISAGREEMENT, codes, Why.DISAGREEMENT)


def _counted(counted: Counted, codes: Sequence[str], why: Why) -> Iterator[OpenPoint]:
    if codes:
        yield OpenPoint(TO_CONSIDER, counted.line(codes), why)


def _point(part: int, text: str, after: str, why: Why) -> OpenPoint:
    """A point whose own words are cut, if need be, rather than what follows them."""
    text = " ".join(text.split())
    room = TITLE_MAX - len(after)
    if len(text) > room:
        kept, length = [], 0
        for cluster in thai.clusters(text):
            length += len(cluster)
            if length > room - 1:
                break
            kept.append(cluster)
        text = "".join(kept).rstrip() + "…"
    return OpenPoint(part, f"{text}{after}", why)


# -- agenda as text --------------------------------------------------------------
@dataclass
class AgendaHeading:
    """One ระเบียบวาระ of a text with the points under it."""

    title: str
    points: list[str] = field(default_factory=list)


def read(lines: Iterable[str]) -> list[AgendaHeading]:
    """The headings of a text. Nothing stands twice; a point before any heading becomes one."""
    found: dict[str, AgendaHeading] = {}
    current = None
    for title, dashed in _entries(lines):
        if not dashed or current is None:
            current = found.setdefault(title, AgendaHeading(title))
        elif title not in current.points:
            current.points.append(title)
    return list(found.values())


def _entries(lines: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each title with whether it is a point; a title of two lines has a line end inside."""
    title, dashed = "", False
    for line in lines:
        text = line.strip()
        if title and text.startswith(CONTINUES):
            title = f"{title}\n{text.lstrip(CONTINUES + BLANKS)}".rstrip()
            continue
        bare = text.lstrip(DASHES + CONTINUES + BLANKS)
        if bare:
            if title:
                yield title, dashed
            title, dashed = bare, bare != text.lstrip(CONTINUES + BLANKS)
    if title:
        yield title, dashed


def text_of(headings: Iterable[AgendaHeading]) -> str:
    """The text that ``read`` reads."""
    lines = []
    for heading in headings:
        lines += [heading.title, *(f"- {point}" for point in heading.points)]
    return "\n".join(lines_in_box(line) for line in lines)


def lines_in_box(title: str) -> str:
    """A title as the box shows it: its second line begins with a sign."""
    return title.replace("\n", f"\n{CONTINUES} ")


def with_points(
    text: str, points: Iterable[OpenPoint], *, parts: Sequence[str], kept: Iterable[str] = ()
) -> str:
    """The text with today's points under their ระเบียบวาระ; whatever somebody typed stays.

    A line that only counts, as the product wrote it, is brought up to date, or left out when
    nothing is left to count. ``parts`` are the titles of the usual ระเบียบวาระ; ``kept`` are
    lines with minutes, which stay word for word.
    """
    headings, minuted = read(text.splitlines()), set(kept)
    today = {_matter(point.title): point for point in points}
    there: set[str] = set()
    for heading in headings:
        lines = [_today(line, today, minuted) for line in heading.points]
        heading.points = list(dict.fromkeys(filter(None, lines)))
        there.update(map(_matter, (heading.title, *heading.points)))
    for matter, point in today.items():
        if matter not in there:
            _heading_of(headings, parts[point.part - 1]).points.append(point.title)
    return text_of(headings)


def _matter(line: str) -> str:
    """What a line is about: a line that counts is the same matter whatever it counts."""
    return next((counted.stem for counted in COUNTED if counted.wrote(line)), line)


def _today(line: str, today: Mapping[str, OpenPoint], kept: Collection[str]) -> str:
    """The line as it is to stand today; empty when it only counted what is done by now."""
    matter = _matter(line)
    if line in kept or matter == line:
        return line
    return today[matter].title if matter in today else ""


def _heading_of(headings: list[AgendaHeading], title: str) -> AgendaHeading:
    for heading in headings:
        if thai.fold(heading.title) == thai.fold(title):
            return heading
    headings.append(AgendaHeading(title))
    return headings[-1]

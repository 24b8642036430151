"""รายงานการประชุม."""

import re

from reports.blocks import (
    Block,
    Heading,
    Names,
    OfficialPaper,
    Pair,
    Row,
    RuledLine,
    SignaturePlace,
    Table,
    Text,
    Title,
)
from reports.official.meetings import (
    agenda_title,
    called,
    day_of,
    meeting_name,
    numbered,
    point_title,
    time_of,
)
from reports.official.parts import lines_of, office_name, said, signed_by, texts
from reports.snapshot import AgendaPoint, AgendaTask, Attendant, MinutesSnapshot

PRESENT, ABSENT, GUESTS = "ผู้มาประชุม", "ผู้ไม่มาประชุม", "ผู้เข้าร่วมประชุม"
RESOLVED, NOTHING = "มติที่ประชุม", "- ไม่มี -"
COLLECTS = re.compile(
    r"^(?:เรื่อง)?(?:ที่)?(?:ประธาน.*แจ้ง|รับรองรายงาน(?:การประชุม)?(?:ครั้งที่แล้ว)?$|สืบเนื่อง|อื่น"
    r"|เสนอ(?:ให้)?(?:ที่ประชุม)?(?:เพื่อ)?(?:ทราบ|พิจารณา)$)"
)
TASKS = ("สิ่งที่ต้องดำเนินการ", "ผู้รับผิดชอบ", "ภายในวันที่")


def minutes(it: MinutesSnapshot) -> OfficialPaper:
    """Who came, what was said and resolved, who wrote it down and who checked it."""
    title, count = f"รายงาน{meeting_name(it.meeting)}", _count(it)
    return OfficialPaper(
        title=f"{title} {count}",
        office=office_name(it.office),
        blocks=(
            Title(text=title, level=1),
            *_body(it),
            Title(text=count),
            Title(text=f"เมื่อวันที่ {day_of(it.starts_at)}", bold=False),
            Title(text=f"ณ {said(it.place)}", bold=False),
            RuledLine(),
            *_attendance(it),
            Text(text=f"เริ่มประชุมเวลา {time_of(it.began_at)}", indent=0, align="left", bold=True),
            *texts(it.opening),
            *(block for point in it.agenda for block in _item(point, closed=not it.draft)),
            *texts(it.summary),
            *texts(it.closing),
            Text(text=f"เลิกประชุมเวลา {time_of(it.ended_at)}", indent=0, align="left", bold=True),
            _signatures(it),
            *_confirmation(it),
        ),
        draft=it.draft,
    )


def _body(it: MinutesSnapshot) -> tuple[Title, ...]:
    """Whose meeting it was, unless the meeting's name says so."""
    office = office_name(it.office)
    return () if office in said(it.meeting) else (Title(text=office),)


def _count(it: MinutesSnapshot) -> str:
    return f"ครั้งที่ {said(it.number)}/{said(it.fiscal_year)}"


# -- who came -----------------------------------------------------------------------
def _attendance(it: MinutesSnapshot) -> tuple[Block, ...]:
    guests = tuple(
        Row(cells=(n, Names(names=(name,)))) for n, name in numbered(map(said, it.guests))
    )
    parts = (
        (PRESENT, _people(it.present)),
        (ABSENT, _people(it.absent)),
        (GUESTS, Table(widths=(12, 0), rows=guests, align=("right", "left"))),
    )
    return tuple(
        block for title, table in parts if table.rows for block in (Heading(text=title), table)
    )


def _people(people: tuple[Attendant, ...]) -> Table:
    """Number, name, position, and the seat or why somebody stayed away."""
    rows = tuple(
        Row(
            cells=(
                f"{said(n)}.",
                Names(names=(said(person.name),)),
                said(person.position),
                _last(person),
            )
        )
        for n, person in enumerate(people, start=1)
    )
    return Table(widths=(12, 48, 0, 42), rows=rows, align=("right", "left", "left", "left"))


def _last(person: Attendant) -> str:
    excuse = f"({said(person.excuse)})" if person.excuse else ""
    return " ".join(filter(None, (said(person.seat), excuse)))


# -- what was said ------------------------------------------------------------------
def _item(point: AgendaPoint, *, closed: bool) -> tuple[Block, ...]:
    said_here = _said(point)
    under = tuple(
        block
        for part in point.points
        for block in (Heading(text=point_title(part), level=3), *_said(part))
    )
    # “None” answers ระเบียบวาระ that only collect matters; an item with a matter of its own
    # that has no words was left unwritten, and is not said to be nothing.
    silent = closed and not said_here and not under
    nothing = (Text(text=NOTHING),) if silent and COLLECTS.search(point.title) else ()
    return (Heading(text=agenda_title(point)), *said_here, *under, *nothing)


def _said(point: AgendaPoint) -> tuple[Block, ...]:
    return (*texts(point.text), *_resolution(point.resolution), *_tasks(point.tasks))


def _resolution(text: str) -> tuple[Text, ...]:
    lines = lines_of(text)
    return tuple(Text(lead="" if n else RESOLVED, text=line) for n, line in enumerate(lines))


def _tasks(tasks: tuple[AgendaTask, ...]) -> tuple[Table, ...]:
    if not tasks:
        return ()
    rows = tuple(
        Row(cells=(said(task.text), Names(names=(said(task.owner),)), day_of(task.due)))
        for task in tasks
    )
    return (Table(widths=(0, 50, 36), head=TASKS, rows=rows),)


# -- who answers for it ---------------------------------------------------------------
def _signatures(it: MinutesSnapshot) -> Pair:
    def place(signature, duty):
        return SignaturePlace(lines=(*signed_by(signature), duty))

    return Pair(
        left=place(it.note_taker, "ผู้จดรายงานการประชุม"),
        right=place(it.checker, "ผู้ตรวจรายงานการประชุม"),
    )


def _confirmation(it: MinutesSnapshot) -> tuple[Text, ...]:
    if it.confirmed_on is None:
        return ()
    where = f"ใน{called(it.confirmed_in)}" if it.confirmed_in else ""
    return (Text(text=f"ที่ประชุมรับรองรายงานการประชุมนี้แล้ว{where} เมื่อวันที่ {day_of(it.confirmed_on)}"),)

"""หนังสือเชิญประชุม: a memo, with กำหนดการ, agenda and the list of people on pages of their own."""

from reports.blocks import (
    Block,
    Names,
    OfficialPaper,
    PageBreak,
    Row,
    RuledLine,
    Table,
    Text,
    Title,
)
from reports.official.meetings import (
    agenda_title,
    called,
    day_of,
    point_title,
    time_of,
)
from reports.official.parts import DOTS, director_place, memo_head, office_name, said, texts
from reports.snapshot import InvitationSnapshot, Person

AGENDA, INVITED = "กำหนดการและระเบียบวาระการประชุม", "บัญชีรายชื่อผู้ได้รับเชิญเข้าร่วมประชุม"


def invitation(it: InvitationSnapshot) -> OfficialPaper:
    """The letter, then what is attached to it."""
    return OfficialPaper(
        title=f"{said(it.subject)} วันที่ {day_of(it.starts_at)}",
        office=office_name(it.office),
        blocks=(
            *memo_head(
                it.office,
                department=it.department,
                number=said(it.number) or DOTS,
                day=it.dated,
                subject=it.subject,
                to=it.to,
            ),
            *texts(it.opening),
            *texts(it.closing),
            director_place(it.signature, it.office),
            *_schedule(it),
            *_invited(it),
        ),
        draft=it.draft,
    )


def _schedule(it: InvitationSnapshot) -> tuple[Block, ...]:
    return (
        PageBreak(),
        Title(text=AGENDA),
        Title(text=called(it.meeting)),
        RuledLine(),
        Table(widths=(32, 0), rows=tuple(Row(cells=row) for row in _when_and_where(it))),
        *(block for point in it.agenda for block in _point(point)),
    )


def _when_and_where(it: InvitationSnapshot) -> tuple[tuple[str, str], ...]:
    rows = (
        ("วันที่", day_of(it.starts_at)),
        ("เวลา", time_of(it.starts_at)),
        ("สถานที่", said(it.place)),
        ("ประชุมทางไกล", it.link),
    )
    return tuple(row for row in rows if row[1])


def _point(point) -> tuple[Block, ...]:
    return (
        Text(text=agenda_title(point), indent=0, align="left", bold=True),
        *(Text(text=point_title(under), align="left") for under in point.points),
    )


def _invited(it: InvitationSnapshot) -> tuple[Block, ...]:
    if not it.invited:
        return ()
    return (
        PageBreak(),
        Title(text=INVITED),
        Title(text=called(it.meeting)),
        Title(
            text=f"วันที่ {day_of(it.starts_at)} เวลา {time_of(it.starts_at)} ณ {said(it.place)}",
            bold=False,
        ),
        _list(it.invited),
    )


def _list(people: tuple[Person, ...]) -> Table:
    rows = tuple(
        Row(cells=(said(n), Names(names=(said(person.name),)), said(person.position)))
        for n, person in enumerate(people, start=1)
    )
    return Table(
        widths=(14, 62, 0),
        head=("ที่", "ชื่อ–สกุล", "ตำแหน่ง"),
        rows=rows,
        align=("centre", "left", "left"),
    )

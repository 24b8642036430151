"""คำสั่งแต่งตั้งคณะกรรมการ, its long lists of people as บัญชีแนบท้ายคำสั่ง."""

from typing import Literal

from reports.blocks import (
    Block,
    Heading,
    Names,
    Numbered,
    OfficialPaper,
    PageBreak,
    Row,
    RuledLine,
    Table,
    Text,
    Title,
)
from reports.official.parts import (
    director_place,
    head,
    number,
    office_name,
    official_day,
    plain_day,
    said,
    texts,
)
from reports.snapshot import AnnexLine, CommitteeGroup, OrderSnapshot

LONGEST_LIST = 15  # people of one group in the order's own text; more follow in the annex
ANNEX = "บัญชีแนบท้ายคำสั่ง"
NOBODY = "ยังไม่มีข้อมูล"
IN_ANNEX = "ตามรายชื่อในบัญชีแนบท้ายคำสั่งนี้ จำนวน {} คน"
RESPONSIBLE = "รายชื่อผู้กำกับดูแลมาตรฐาน ตัวบ่งชี้ และผู้จัดเก็บข้อมูลประเด็นการพิจารณา"
RESPONSIBLE_IN_ANNEX = "ผู้กำกับดูแลมาตรฐาน ตัวบ่งชี้ และผู้จัดเก็บข้อมูลประเด็นการพิจารณา ให้เป็นไปตามบัญชีแนบท้ายคำสั่งนี้"
DOTTED_EFFECTIVE = "ตั้งแต่......................................เป็นต้นไป"
SHADES: dict[str, Literal["plain", "strong", "medium"]] = {
    "standard": "strong",
    "indicator": "medium",
    "consideration": "plain",
}


def order(it: OrderSnapshot) -> OfficialPaper:
    """Everything up to the signature, then what follows as annex."""
    title, subject = f"คำสั่ง{office_name(it.office)}", f"เรื่อง {said(it.subject)}"
    numbered = f"ที่ {number(it.number, it.year)}"
    return OfficialPaper(
        title=f"{title} {numbered} {subject}",
        office=office_name(it.office),
        blocks=(
            *head(it.office, it.seal),
            Title(text=title, level=1),
            Title(text=numbered, bold=False),
            Title(text=subject),
            RuledLine(),
            *texts(it.reason),
            *texts(it.power),
            *_groups(it.groups),
            *((Text(text=RESPONSIBLE_IN_ANNEX),) if it.annex else ()),
            Text(text=_effective(it.effective)),
            *texts(it.correction),
            Text(text=f"สั่ง ณ วันที่ {official_day(it.signed_on)}", indent=0, align="centre"),
            director_place(it.signature, it.office),
            *_annexes(it, numbered),
        ),
        draft=it.draft,
    )


def _effective(words: str) -> str:
    """The one sentence that begins with ทั้งนี้, which an office may have typed itself."""
    words = said(words).removeprefix("ทั้งนี้").strip()
    return f"ทั้งนี้ {words or DOTTED_EFFECTIVE}"


def _groups(groups: tuple[CommitteeGroup, ...]) -> tuple[Block, ...]:
    return tuple(
        block
        for place, group in enumerate(groups, start=1)
        for block in (Heading(text=_title(place, group)), *_people(place, group), *_duties(group))
    )


def _title(place: int, group: CommitteeGroup) -> str:
    return f"{said(place)}. {said(group.title)}"


def _is_long(group: CommitteeGroup) -> bool:
    return len(group.members) > LONGEST_LIST


def _people(place: int, group: CommitteeGroup) -> tuple[Block, ...]:
    if not group.members:
        return (Text(text=NOBODY),)
    if _is_long(group):
        return (Text(text=IN_ANNEX.format(said(len(group.members)))),)
    rows = tuple(
        Row(
            cells=(
                f"{said(place)}.{said(n)}",
                Names(names=(said(member.name),)),
                said(member.position),
                member.role,
            )
        )
        for n, member in enumerate(group.members, start=1)
    )
    return (Table(widths=(13, 48, 0, 42), rows=rows, align=("right", "left", "left", "left")),)


def _duties(group: CommitteeGroup) -> tuple[Block, ...]:
    if not group.duties:
        return ()
    duties = tuple(map(said, group.duties))
    if len(duties) == 1:
        return (Text(lead="มีหน้าที่", text=duties[0]),)
    return (Text(lead="มีหน้าที่", text="ดังนี้"), Numbered(items=duties))


# -- annex --------------------------------------------------------------------------
def _annexes(it: OrderSnapshot, numbered: str) -> tuple[Block, ...]:
    """Long groups first, then who answers for what; nothing when all stands in the order."""
    lists: list[Block] = []
    for place, group in enumerate(it.groups, start=1):
        if _is_long(group):
            lists += [Heading(text=_title(place, group)), _member_table(group)]
    if it.annex:
        lists += [Heading(text=RESPONSIBLE), _annex_table(it.annex)]
    if not lists:
        return ()
    return (
        PageBreak(),
        Title(text=f"{ANNEX}{office_name(it.office)}"),
        Title(text=f"{numbered} ลงวันที่ {plain_day(it.signed_on)}", bold=False),
        *lists,
    )


def _member_table(group: CommitteeGroup) -> Table:
    rows = tuple(
        Row(cells=(said(n), Names(names=(said(member.name),)), said(member.position), member.role))
        for n, member in enumerate(group.members, start=1)
    )
    return Table(
        widths=(12, 52, 0, 42),
        head=("ที่", "ชื่อ–สกุล", "ตำแหน่ง", "หน้าที่"),
        rows=rows,
        align=("centre", "left", "left", "left"),
    )


def _annex_table(lines: tuple[AnnexLine, ...]) -> Table:
    rows = tuple(
        Row(
            cells=(
                said(line.code),
                said(line.title),
                Names(names=tuple(said(person.name) for person in line.people))
                if line.people
                else NOBODY,
            ),
            kind=SHADES[line.kind],
        )
        for line in lines
    )
    return Table(
        widths=(15, 0, 58),
        head=("รหัส", "มาตรฐาน / ตัวบ่งชี้ / ประเด็นการพิจารณา", "ผู้รับผิดชอบ"),
        rows=rows,
        align=("centre", "left", "left"),
    )

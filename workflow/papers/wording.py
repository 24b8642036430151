"""What a proposal's ``body`` says, per kind: how it is prefilled and frozen.

announcement
    ``{"reason", "text", "effective": ISO date | None}``
order
    ``{"reason", "power", "effective": ISO date | None, "duties": {part: text}, "members": [row],
    "memo": {"subject", "to", "origin", "facts", "request"},
    "supervisors": [{"user", "standard": code | None, "indicator": code | None}],
    "collectors": [{"user", "consideration": code}]}`` where ``duties`` has the keys of ``DUTIES``
    and a member row is ``{"user", "part", "standard": code | None, "seat", "order"}``.
    Proposing takes supervisors and collectors from the assignment table and gives every row the
    person's ``name`` and ``position`` as they are then: the paper keeps them for good.
sar
    ``{"preface", "basic_info", "conclusion", "development"}``

The wording a draft starts from stands in ``phrases``, that of the SAR here; what keeps a draft
from being proposed in ``checks``.
"""

from datetime import date
from typing import Any

from core import clock
from indicators.models import Assignment, Standard
from indicators.states import Duty
from people import roles
from people.models import Office, User
from people.states import Role
from workflow.field_labels import DUTY_LABELS
from workflow.models import Cycle, Proposal
from workflow.papers import phrases
from workflow.papers.letterheads import letterhead_of
from workflow.papers.memos import memo_of, usual_memo
from workflow.states import CommitteePart, ProposalKind, Seat

Body = dict[str, Any]  # as the JSON column holds it, in the shape above
Row = dict[str, Any]
DUTIES = tuple(DUTY_LABELS)
SEAT_RANK = {seat: rank for rank, seat in enumerate(Seat)}
PART_RANK = {part: rank for rank, part in enumerate(CommitteePart)}

# -- the SAR's usual wording: official text, hence Thai in every language of the screen ----------
SAR_SUBJECT = "รายงานการประเมินตนเองตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. {year}"
SAR_TEXTS = {
    "preface": (
        "รายงานการประเมินตนเองฉบับนี้ จัดทำขึ้นเพื่อรายงานผลการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา "
        "ประจำปีงบประมาณ พ.ศ. {year} ของ{office} ซึ่งคณะกรรมการได้ประเมินตนเองตามประเด็นการพิจารณา"
        "จากหลักฐานการดำเนินงานจริง\n"
        "ขอขอบคุณผู้มีส่วนเกี่ยวข้องทุกฝ่ายที่ให้ความร่วมมือ และหวังเป็นอย่างยิ่งว่ารายงานฉบับนี้จะเป็นประโยชน์"
        "ต่อการพัฒนาคุณภาพการบริหารจัดการต่อไป"
    ),
    "basic_info": "{office} มีบุคลากรในสังกัดจำนวน {people} คน แบ่งส่วนราชการออกเป็น {groups} กลุ่ม/หน่วย",
    "conclusion": (
        "ผลการประเมินตนเองในภาพรวมและรายมาตรฐาน ปรากฏตามตารางสรุปผลในบทสรุปผู้บริหาร "
        "รายละเอียดจุดเด่นและจุดที่ควรพัฒนาปรากฏในผลการประเมินรายตัวบ่งชี้"
    ),
    "development": "นำจุดที่ควรพัฒนา ปัญหาอุปสรรค และข้อเสนอแนะ มากำหนดเป็นแผนปรับปรุงในปีงบประมาณถัดไป",
}


# -- prefilling -----------------------------------------------------------------
def prefilled(
    kind: ProposalKind, cycle: Cycle, previous: Proposal | None = None
) -> tuple[str, Body]:
    """Subject and body of a new draft: the last version's, else the usual wording.

    A new version of an order keeps the members somebody chose; who supervises and collects is
    read anew from the assignment table.
    """
    if previous is not None:
        return previous.subject, _next_body(kind, cycle, previous)
    office, year = cycle.assessment.office, cycle.assessment.fiscal_year
    if kind == ProposalKind.SAR:
        return SAR_SUBJECT.format(year=year), _sar(office, year)
    templates = phrases.templates_of(office)
    words = phrases.office_words(office, year=year)
    said = {name: phrases.filled(text, words) for name, text in templates.items()}
    if kind == ProposalKind.ANNOUNCEMENT:
        return said["announcement_subject"], _announcement(said)
    return said["order_subject"], _order(cycle, said)


def _next_body(kind: ProposalKind, cycle: Cycle, previous: Proposal) -> Body:
    """The last version's words; a day that is over is not one to be in force from."""
    body = dict(previous.body)
    effective = body.get("effective")
    if effective and date.fromisoformat(effective) < clock.today():
        body["effective"] = None
    if kind != ProposalKind.ORDER:
        return body
    return {**body, **named_in_assignments(cycle), "memo": memo_of(previous)}


def _announcement(said: dict[str, str]) -> Body:
    return {
        "reason": said["announcement_reason"],
        "text": said["announcement_text"],
        "effective": None,
    }


def _sar(office: Office, year: int) -> Body:
    words = {
        "year": year,
        "office": office.name,
        "people": office.people.active().count(),
        "groups": office.work_groups.count(),
    }
    return {name: text.format(**words) for name, text in SAR_TEXTS.items()}


def _order(cycle: Cycle, said: dict[str, str]) -> Body:
    named = named_in_assignments(cycle)
    return {
        "reason": said["order_reason"],
        "power": said["order_power"],
        "effective": None,
        "duties": {name: said[f"order_duties_{name}"] for name in DUTIES},
        "members": numbered(_steering(cycle) + _working(cycle, named)),
        "memo": usual_memo(cycle, said["order_subject"]),
        **named,
    }


def _in_order_of_the_edition(row: Assignment) -> tuple[int, int]:
    """A standard's supervisor stands before those of its indicators."""
    if row.standard is not None:
        return row.standard.order, -1
    assert row.indicator is not None  # noqa: S101 - a constraint: a duty is for one or the other
    return row.indicator.standard.order, row.indicator.order


def named_in_assignments(cycle: Cycle) -> dict[str, list[Row]]:
    """Supervisors and collectors of the assignment table, in catalogue order."""
    rows = (
        Assignment.objects.filter(assessment=cycle.assessment_id)
        .current()
        .select_related("standard", "indicator__standard", "consideration")
    )
    supervisors = [
        {
            "user": row.user_id,
            "standard": row.standard.code if row.standard else None,
            "indicator": row.indicator.code if row.indicator else None,
        }
        for row in sorted(
            (row for row in rows if row.duty == Duty.SUPERVISOR),
            key=_in_order_of_the_edition,
        )
    ]
    collectors = [
        {
            "user": row.user_id,
            "consideration": row.consideration.code if row.consideration else None,
        }
        for row in rows.filter(duty=Duty.COLLECTOR).order_by(
            "consideration__indicator__standard__order",
            "consideration__indicator__order",
            "consideration__order",
        )
    ]
    return {"supervisors": supervisors, "collectors": collectors}


def _steering(cycle: Cycle) -> list[Row]:
    """Director chairs, deputies, group directors, and the coordinator keeps the minutes."""
    office = cycle.assessment.office
    taken: set[int] = set()
    rows: list[Row] = []
    for role, seat in (
        (Role.DIRECTOR, Seat.CHAIR),
        (Role.DEPUTY, Seat.VICE_CHAIR),
        (Role.COORDINATOR, Seat.SECRETARY),
        (Role.GROUP_DIRECTOR, Seat.MEMBER),
    ):
        for person in roles.holders(office, role):
            if person.pk in taken:
                continue
            taken.add(person.pk)
            rows.append(_row(person.pk, CommitteePart.STEERING, None, seat))
            if role == Role.DIRECTOR:
                seat = Seat.MEMBER
            elif role == Role.COORDINATOR:
                seat = Seat.ASSISTANT_SECRETARY
    return rows


def with_working_members(body: Body, cycle: Cycle) -> Body:
    """The body with its working committees taken anew from the assignment table."""
    kept = [row for row in body["members"] if row["part"] != CommitteePart.WORKING]
    return {**body, "members": numbered(kept + _working(cycle, named_in_assignments(cycle)))}


def _working(cycle: Cycle, named: dict[str, list[Row]]) -> list[Row]:
    """Per standard: its supervisor chairs; supervisors of indicators and collectors are members."""
    rows = []
    standards = Standard.objects.filter(edition=cycle.assessment.edition_id).prefetch_related(
        "indicators__considerations"
    )
    for standard in standards:
        indicators = {indicator.code for indicator in standard.indicators.all()}
        considerations = {
            consideration.code
            for indicator in standard.indicators.all()
            for consideration in indicator.considerations.all()
        }
        chairs = [row["user"] for row in named["supervisors"] if row["standard"] == standard.code]
        others = [row["user"] for row in named["supervisors"] if row["indicator"] in indicators]
        others += [
            row["user"] for row in named["collectors"] if row["consideration"] in considerations
        ]
        members = [user for user in dict.fromkeys(others) if user not in chairs]
        part = CommitteePart.WORKING
        rows += [_row(user, part, standard.code, Seat.CHAIR) for user in chairs]
        rows += [_row(user, part, standard.code, Seat.MEMBER) for user in members]
    return rows


def _row(user: int, part: CommitteePart, standard: str | None, seat: Seat) -> Row:
    return {"user": user, "part": str(part), "standard": standard, "seat": str(seat)}


def numbered(rows: list[Row]) -> list[Row]:
    """Member rows in the order of the paper: part, standard, seat, then as they were."""
    ordered = sorted(
        rows,
        key=lambda row: (PART_RANK[row["part"]], row["standard"] or "", SEAT_RANK[row["seat"]]),
    )
    return [{**row, "order": number} for number, row in enumerate(ordered, start=1)]


# -- freezing -------------------------------------------------------------------
def people_of(body: Body) -> dict[int, User]:
    """Everybody an order's body names, by id."""
    wanted = {
        row["user"]
        for part in ("members", "supervisors", "collectors")
        for row in body.get(part, [])
    }
    people: dict[int, User] = User.objects.in_bulk(wanted)
    return people


def frozen(proposal: Proposal) -> Body:
    """The body as it goes to the director: people named, assignments taken as they stand."""
    body: Body = proposal.body
    if proposal.kind != ProposalKind.ORDER:
        return body
    body = {**body, **named_in_assignments(proposal.cycle), "memo": memo_of(proposal)}
    body["members"] = numbered(body["members"])
    people = people_of(body)
    for part in ("members", "supervisors", "collectors"):
        body[part] = [
            {
                **row,
                "name": people[row["user"]].full_name,
                "position": people[row["user"]].position,
            }
            for row in body[part]
        ]
    return body


def signature(person: User, *, acting: bool, office: Office) -> dict[str, str]:
    """The lines under the director's signature, as they stand on this day."""
    usual = "" if acting else letterhead_of(office).director_position
    return {
        "name": person.full_name,
        "position": usual or person.position,
        "acting": f"ผู้อำนวยการ{office.name}" if acting else "",
    }

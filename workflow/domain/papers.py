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

The wording a draft starts from stands in ``phrases``, that of the SAR in ``paper_texts``; what
keeps a draft from being proposed in ``paper_checks``.
"""

from datetime import date

from indicators.models import Assignment, Standard
from indicators.states import Duty
from people import clock
from people.domain import roles
from people.models import User
from people.states import Role
from workflow.domain import paper_texts as texts
from workflow.domain import phrases
from workflow.domain.letterheads import letterhead_of
from workflow.domain.memos import memo_of, usual_memo
from workflow.states import CommitteePart, ProposalKind, Seat

DUTIES = ("adviser", "steering", "working", "supervisor", "collector")
SEAT_RANK = {seat: rank for rank, seat in enumerate(Seat)}
PART_RANK = {part: rank for rank, part in enumerate(CommitteePart)}


# -- prefilling -----------------------------------------------------------------
def prefilled(kind, cycle, previous=None) -> tuple[str, dict]:
    """Subject and body of a new draft: the last version's, else the usual wording.

    A new version of an order keeps the members somebody chose; who supervises and collects is
    read anew from the assignment table.
    """
    if previous is not None:
        return previous.subject, _next_body(kind, cycle, previous)
    office, year = cycle.assessment.office, cycle.assessment.fiscal_year
    if kind == ProposalKind.SAR:
        return texts.SUBJECTS[kind].format(year=year), _sar(office, year)
    templates = phrases.templates_of(office)
    words = phrases.office_words(office, year=year)
    said = {name: phrases.filled(text, words) for name, text in templates.items()}
    if kind == ProposalKind.ANNOUNCEMENT:
        return said["announcement_subject"], _announcement(said)
    return said["order_subject"], _order(cycle, said)


def _next_body(kind, cycle, previous):
    """The last version's words; a day that is over is not one to be in force from."""
    body = dict(previous.body)
    effective = body.get("effective")
    if effective and date.fromisoformat(effective) < clock.today():
        body["effective"] = None
    if kind != ProposalKind.ORDER:
        return body
    return {**body, **named_in_assignments(cycle), "memo": memo_of(previous)}


def _announcement(said):
    return {
        "reason": said["announcement_reason"],
        "text": said["announcement_text"],
        "effective": None,
    }


def _sar(office, year):
    words = {
        "year": year,
        "office": office.name,
        "people": office.people.active().count(),
        "groups": office.work_groups.count(),
    }
    return {name: text.format(**words) for name, text in texts.SAR_TEXTS.items()}


def _order(cycle, said):
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


def named_in_assignments(cycle) -> dict:
    """Supervisors and collectors of the assignment table, in catalogue order."""
    rows = (
        Assignment.objects.filter(assessment=cycle.assessment_id)
        .current()
        .select_related("standard", "indicator__standard", "consideration")
    )
    supervisors = [
        {
            "user": row.user_id,
            "standard": row.standard.code if row.standard_id else None,
            "indicator": row.indicator.code if row.indicator_id else None,
        }
        for row in sorted(
            (row for row in rows if row.duty == Duty.SUPERVISOR),
            key=lambda row: (
                (row.standard or row.indicator.standard).order,
                -1 if row.standard_id else row.indicator.order,
            ),
        )
    ]
    collectors = [
        {"user": row.user_id, "consideration": row.consideration.code}
        for row in rows.filter(duty=Duty.COLLECTOR).order_by(
            "consideration__indicator__standard__order",
            "consideration__indicator__order",
            "consideration__order",
        )
    ]
    return {"supervisors": supervisors, "collectors": collectors}


def _steering(cycle) -> list[dict]:
    """Director chairs, deputies, group directors, and the coordinator keeps the minutes."""
    office, taken, rows = cycle.assessment.office, set(), []
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


def with_working_members(body, cycle) -> dict:
    """The body with its working committees taken anew from the assignment table."""
    kept = [row for row in body["members"] if row["part"] != CommitteePart.WORKING]
    return {**body, "members": numbered(kept + _working(cycle, named_in_assignments(cycle)))}


def _working(cycle, named) -> list[dict]:
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


def _row(user, part, standard, seat):
    return {"user": user, "part": str(part), "standard": standard, "seat": str(seat)}


def numbered(rows: list[dict]) -> list[dict]:
    """Member rows in the order of the paper: part, standard, seat, then as they were."""
    ordered = sorted(
        rows,
        key=lambda row: (PART_RANK[row["part"]], row["standard"] or "", SEAT_RANK[row["seat"]]),
    )
    return [{**row, "order": number} for number, row in enumerate(ordered, start=1)]


# -- freezing -------------------------------------------------------------------
def people_of(body) -> dict[int, User]:
    """Everybody an order's body names, by id."""
    wanted = {
        row["user"]
        for part in ("members", "supervisors", "collectors")
        for row in body.get(part, [])
    }
    return User.objects.in_bulk(wanted)


def frozen(proposal) -> dict:
    """The body as it goes to the director: people named, assignments taken as they stand."""
    if proposal.kind != ProposalKind.ORDER:
        return proposal.body
    body = {**proposal.body, **named_in_assignments(proposal.cycle), "memo": memo_of(proposal)}
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


def signature(person, *, acting: bool, office) -> dict:
    """The lines under the director's signature, as they stand on this day."""
    usual = "" if acting else letterhead_of(office).director_position
    return {
        "name": person.full_name,
        "position": usual or person.position,
        "acting": f"ผู้อำนวยการ{office.name}" if acting else "",
    }

"""The committee: made by the approved order and by nothing else, rights included."""

from datetime import datetime

from indicators.assignments import rights
from indicators.models import Assessment, Item, Standard
from people.models import User
from workflow.models import Committee, CommitteeMember, Proposal
from workflow.papers.wording import Body
from workflow.states import CommitteePart

SCORING_PARTS = (CommitteePart.STEERING, CommitteePart.WORKING)


def appoint(order: Proposal, *, at: datetime, by: User) -> Committee:
    """End the committee in force, make the one of ``order`` and hand out its rights.

    Called inside the approval's transaction.
    """
    cycle = order.cycle
    Committee.objects.filter(cycle=cycle, until__isnull=True).update(until=at)
    committee = Committee.objects.create(cycle=cycle, order=order, since=at)
    standards = dict(
        Standard.objects.filter(edition=cycle.assessment.edition_id).values_list("code", "pk")
    )
    CommitteeMember.objects.bulk_create(
        CommitteeMember(
            committee=committee,
            user_id=row["user"],
            part=row["part"],
            standard_id=standards[row["standard"]] if row["standard"] else None,
            seat=row["seat"],
            order=number,
        )
        for number, row in enumerate(order.body["members"], start=1)
    )
    rights.set_rights(
        cycle.assessment, scorers=scorers_of(order.body), writers=writers_of(order), by=by
    )
    return committee


def carry_on(order: Proposal, corrected: Proposal, *, at: datetime) -> None:
    """The committee of ``order`` goes on under its corrected version; nobody's rights change.

    Called inside the correction's transaction.
    """
    before = Committee.objects.filter(order=order, until__isnull=True).first()
    if before is None:
        return
    Committee.objects.filter(pk=before.pk).update(until=at)
    after = Committee.objects.create(cycle=order.cycle, order=corrected, since=at)
    members = list(before.members.all())
    for member in members:
        member.pk, member.committee = None, after
    CommitteeMember.objects.bulk_create(members)


def dismiss(order: Proposal, *, at: datetime) -> None:
    """End the committee that ``order`` appointed and take back every right it gave.

    Called inside the revocation's transaction; its history is the revocation's.
    """
    Committee.objects.filter(order=order, until__isnull=True).update(until=at)
    assessment = Assessment.objects.select_for_update().get(pk=order.cycle.assessment_id)
    rights.clear_rights(assessment)


def scorers_of(body: Body) -> set[int]:
    """Who scores: steering and working members; advisers advise."""
    return {row["user"] for row in body["members"] if row["part"] in SCORING_PARTS}


def writers_of(order: Proposal) -> dict[int, set[int]]:
    """Item id → who writes it: its collector and the supervisors of its indicator and standard."""
    standards: dict[str, set[int]] = {}
    indicators: dict[str, set[int]] = {}
    collectors: dict[str, set[int]] = {}
    for row in order.body["supervisors"]:
        level, code = (
            (indicators, row["indicator"]) if row["indicator"] else (standards, row["standard"])
        )
        level.setdefault(code, set()).add(row["user"])
    for row in order.body["collectors"]:
        collectors.setdefault(row["consideration"], set()).add(row["user"])
    items = Item.objects.filter(assessment=order.cycle.assessment_id).values_list(
        "pk",
        "consideration__code",
        "consideration__indicator__code",
        "consideration__indicator__standard__code",
    )
    return {
        pk: collectors.get(consideration, set())
        | indicators.get(indicator, set())
        | standards.get(standard, set())
        for pk, consideration, indicator, standard in items
    }


def everybody_in(body: Body) -> set[int]:
    """Ids of all who stand in the order."""
    return {row["user"] for part in ("members", "supervisors", "collectors") for row in body[part]}

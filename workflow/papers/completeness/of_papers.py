"""What is complete and what is not, before a paper is proposed, endorsed, approved or submitted.

One function, ``panel_of``, feeds the list on the page and the verb behind the button. What blocks
is refused; a gap is not, but a SAR is approved over gaps only with the director's written reason
(see ``panels``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from core import clock
from indicators.catalogue.checklists.queries import checklists_of
from workflow.models import Cycle, Proposal
from workflow.papers import checks
from workflow.papers.checks import Problem
from workflow.papers.completeness.panels import Criterion, Panel, Place
from workflow.states import ProposalKind, ProposalState, StepKind, StepState
from workflow.todo import Address
from workflow.todos import contents, facts, followups, papers
from workflow.todos.facts import Facts, ItemFact

PAGES = {"draft": "workflow:proposal_edit", "memo": "workflow:memo_edit"}
NOT_DONE = (StepState.WAITING, StepState.OPEN)


# -- papers -------------------------------------------------------------------------------------
def panel_of(proposal: Proposal, *, at: datetime) -> Panel:
    """What of this paper is complete; a draft by its texts, a proposed one by what it rests on."""
    kind = ProposalKind(proposal.kind)
    if proposal.state not in papers.UNDER_WAY:
        return Panel(())
    found = list(_texts(proposal))
    if kind == ProposalKind.ORDER:
        one = _facts(proposal.cycle, at)
        earlier = _unsettled(one, ProposalKind.ANNOUNCEMENT)
        found += [_gone(proposal), _steps_before(one, StepKind.APPOINTMENT), earlier]
    elif kind == ProposalKind.SAR:
        one = sar_facts(proposal.cycle, at)
        found += [_scores(one), _pdf(proposal), *sar_gaps(one)]
    return Panel(tuple(found), asks_reason=kind == ProposalKind.SAR)


PARTS = {
    ProposalKind.ANNOUNCEMENT: ("texts",),
    ProposalKind.ORDER: ("texts", "committee", "assignments", "memo"),
    ProposalKind.SAR: ("texts",),
}


def _texts(proposal: Proposal) -> Iterator[Criterion]:
    """What stands in the draft itself; what was proposed had to be complete, and is frozen."""
    problems = checks.problems_of(proposal) if proposal.state == ProposalState.DRAFT else []
    for part in PARTS[ProposalKind(proposal.kind)]:
        places = [_place(proposal, row) for row in problems if _part_of(row) == part]
        yield Criterion(part, tuple(places), blocks=True, sentences=True)


def _part_of(problem: Problem) -> str:
    if problem.page != "draft":
        return problem.page
    return "committee" if problem.field == "members" else "texts"


def _place(proposal: Proposal, problem: Problem) -> Place:
    assessment = proposal.cycle.assessment
    address: list[str | int] = [assessment.office.code, assessment.fiscal_year]
    if problem.page == "assignments":
        name = "indicators:assignment_table"
    else:
        name = PAGES[problem.page]
        address += [proposal.kind] if problem.page == "draft" else []
    return Place(problem.field, problem.message, (name, *address), problem.anchor)


def _gone(proposal: Proposal) -> Criterion:
    """Named in what lies before the director, and gone since; a draft says so by itself."""
    if proposal.state == ProposalState.DRAFT:
        return Criterion("gone")
    address = _own_page(proposal)
    gone = checks.gone_from(proposal)
    return Criterion("gone", tuple(Place(str(user.pk), user.full_name, address) for user in gone))


def _own_page(proposal: Proposal) -> Address:
    assessment = proposal.cycle.assessment
    return "workflow:proposal", assessment.office.code, assessment.fiscal_year, proposal.kind


def _facts(cycle: Cycle, at: datetime) -> Facts:
    (one,) = facts.load([cycle], at=at, day=clock.today(at))
    return one


def _steps_before(one: Facts, last: StepKind) -> Criterion:
    return Criterion(
        "steps",
        tuple(
            Place(
                str(kind),
                _("Step %(number)s %(name)s") % {"number": int(kind), "name": kind.label},
                ("workflow:step", *one.address, int(kind)),
                "missing",
            )
            for kind in StepKind
            if kind < last and one.steps[kind].state in NOT_DONE
        ),
    )


def _unsettled(one: Facts, *kinds: ProposalKind) -> Criterion:
    """Papers of steps that are done for which something waits all the same: see ``later_version``.

    A revoked order is said by the committee that is not in force.
    """
    return Criterion(
        "papers",
        tuple(
            Place(str(kind), str(kind.label), ("workflow:proposal", *one.address, str(kind)))
            for kind in kinds
            if one.steps[papers.STEP_OF[kind]].state not in NOT_DONE and _waits(one, kind)
        ),
    )


def _waits(one: Facts, kind: ProposalKind) -> bool:
    row = papers.under_way(one, kind)
    if row is not None and row.state != ProposalState.DRAFT:
        return True
    if kind != ProposalKind.ANNOUNCEMENT:
        return False
    signed = papers.approved(one, kind)
    if signed is None:
        return any(row.state == ProposalState.REVOKED for row in one.proposals.get(kind, []))
    return signed.published_at is None


# -- the year that a SAR tells of ---------------------------------------------------------------
def sar_facts(cycle: Cycle, at: datetime) -> Facts:
    """The whole year, whichever step is open; a fixed number of queries."""
    one = _facts(cycle, at)
    contents.read_whole([one])
    followups.read([one])
    return one


def sar_gaps(one: Facts, *, before: StepKind = StepKind.SELF_ASSESSMENT) -> list[Criterion]:
    """What of the year is not complete although a SAR can be made of it."""
    items = one.content.items
    return [
        _steps_before(one, before),
        _unsettled(one, ProposalKind.ANNOUNCEMENT, ProposalKind.ORDER),
        _of_items(one, "narratives", (row for row in items if not row.narrated), "texts"),
        _of_items(one, "evidence", (row for row in items if not row.evidenced), "evidence"),
        *_required(one),
        _of_items(one, "handed_in", (row for row in items if _only_to_hand_in(row)), "hand-in"),
        _of_items(one, "verified", (row for row in items if _to_verify(row)), "evidence"),
        *_members(one),
        _reviews(one),
        _requests(one),
        _minutes(one),
    ]


def _to_verify(row: ItemFact) -> bool:
    return bool(row.to_verify) or row.text_to_check


def _only_to_hand_in(row: ItemFact) -> bool:
    return row.narrated and row.evidenced and not row.handed_in


def _required(one: Facts) -> list[Criterion]:
    """Considerations that lack pieces which edition or office require; nothing without any."""
    checklists = checklists_of(item__assessment=one.cycle.assessment_id)
    if not checklists:
        return []
    items = [row for row in one.content.items if row.pk in checklists]
    lacking = _of_items(
        one, "required", (row for row in items if checklists[row.pk].missing), "checklist"
    )
    return [replace(lacking, asks=False)]


def _of_items(one: Facts, key: str, rows: Iterable[ItemFact], anchor: str) -> Criterion:
    places = (
        Place(code, code, ("indicators:item", *one.address, code), anchor)
        for code in (row.consideration.code for row in rows)
    )
    return Criterion(key, tuple(places))


def _scores(one: Facts) -> Criterion:
    room = ("indicators:committee_room", *one.address)
    unagreed = (row for row in one.content.items if not row.agreed)
    places = (
        Place(row.consideration.code, row.consideration.code, room, f"agree-{row.pk}")
        for row in unagreed
    )
    return Criterion("scores", tuple(places), blocks=True)


def _pdf(proposal: Proposal) -> Criterion:
    why_not = checks.pdf_problem(proposal)
    places = (Place("pdf", why_not, _own_page(proposal), "pdf"),) if why_not else ()
    return Criterion("pdf", places, blocks=True, sentences=True)


def _members(one: Facts) -> list[Criterion]:
    room = ("indicators:committee_room", *one.address)
    if not one.content.scorers:
        order = ("workflow:proposal", *one.address, ProposalKind.ORDER.value)
        label = str(ProposalKind.ORDER.label)
        return [Criterion("committee_in_force", (Place("order", label, order),))]
    total = len(one.content.items)
    missing = {
        user for user in one.content.scorers if one.content.scored.get(user, (0, 0))[1] < total
    }
    names = contents.names_of(missing)
    return [Criterion("members", tuple(Place(str(pk), name, room) for pk, name in names))]


def _reviews(one: Facts) -> Criterion:
    codes = [row.indicator.code for row in one.content.reviews if not row.complete]
    return Criterion(
        "reviews",
        tuple(
            Place(code, code, ("indicators:indicator", *one.address, code), "review")
            for code in codes
        ),
    )


def _requests(one: Facts) -> Criterion:
    return Criterion(
        "requests",
        tuple(
            Place(str(row.pk), row.code, ("indicators:request", *one.address, row.pk))
            for row in one.requests
        ),
    )


def _minutes(one: Facts) -> Criterion:
    rows = [*followups.unclosed(one), *(row for row, _last in followups.unconfirmed(one))]
    return Criterion(
        "minutes",
        tuple(
            Place(str(row.pk), row.title, ("workflow:meeting", *one.address, row.pk))
            for row in rows
        ),
    )

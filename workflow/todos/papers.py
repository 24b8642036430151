"""Announcement, order and SAR on their way to the director: one waiting person at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

import thai
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState, StepKind, StepState
from workflow.todo import Address, Text, Todo, TodoKind, key_of
from workflow.todos.facts import Facts

# A later version has no step to be due with: this long after it was proposed.
DECIDED_WITHIN = timedelta(days=7)
# Papers that can be taken out of force when their step is done long since.
REVOCABLE = (ProposalKind.ANNOUNCEMENT, ProposalKind.ORDER)

STEP_OF = {
    ProposalKind.ANNOUNCEMENT: StepKind.AGENDA,
    ProposalKind.ORDER: StepKind.APPOINTMENT,
    ProposalKind.SAR: StepKind.SELF_ASSESSMENT,
}
UNDER_WAY = (ProposalState.DRAFT, ProposalState.PROPOSED, ProposalState.ENDORSED)
DRAFT = {
    ProposalKind.ANNOUNCEMENT: (
        TodoKind.DRAFT_ANNOUNCEMENT,
        _("Draft the announcement and propose it"),
    ),
    ProposalKind.ORDER: (TodoKind.DRAFT_ORDER, _("Draft the appointment order and propose it")),
    ProposalKind.SAR: (TodoKind.DRAFT_SAR, _("Compile the SAR and propose it")),
}
RETURNED = {
    ProposalKind.ANNOUNCEMENT: _("Revise the announcement that was returned"),
    ProposalKind.ORDER: _("Revise the appointment order that was returned"),
    ProposalKind.SAR: _("Revise the SAR that was returned"),
}
ENDORSE = {
    ProposalKind.ANNOUNCEMENT: _("Review the announcement before the director"),
    ProposalKind.ORDER: _("Review the appointment order before the director"),
    ProposalKind.SAR: _("Review the SAR before the director"),
}
APPROVE = {
    ProposalKind.ANNOUNCEMENT: _("Decide on the announcement"),
    ProposalKind.ORDER: _("Decide on the appointment order"),
    ProposalKind.SAR: _("Decide on the SAR"),
}


def paper(facts: Facts, kind: ProposalKind) -> Iterator[Todo]:
    """What this paper waits for until it is approved; nothing once it is."""
    rows = facts.proposals.get(kind, [])
    newest = rows[0] if rows else None
    if newest is None or newest.state == ProposalState.REVOKED:
        yield _draft(facts, kind)
    elif newest.state == ProposalState.DRAFT:
        yield _draft(facts, kind, newest)
    elif newest.state == ProposalState.RETURNED and not approved(facts, kind):
        yield _on(facts, newest, TodoKind.ANSWER_RETURNED, facts.coordinators, RETURNED[kind])
    elif newest.state in (ProposalState.PROPOSED, ProposalState.ENDORSED):
        yield _decision(facts, newest)


def approved(facts: Facts, kind: ProposalKind) -> Proposal | None:
    """The version in force, or None."""
    rows = facts.proposals.get(kind, [])
    return next((row for row in rows if row.state == ProposalState.APPROVED), None)


def under_way(facts: Facts, kind: ProposalKind) -> Proposal | None:
    """The version that is being written or decided, or None."""
    rows = facts.proposals.get(kind, [])
    return rows[0] if rows and rows[0].state in UNDER_WAY else None


def publishing(facts: Facts) -> Iterator[Todo]:
    """A signed announcement that nobody was asked to acknowledge yet."""
    signed = approved(facts, ProposalKind.ANNOUNCEMENT)
    if signed is not None and signed.published_at is None:
        yield facts.todo(
            TodoKind.PUBLISH,
            str(signed.version),
            step=StepKind.AGENDA,
            users=facts.coordinators,
            title=_("Publish the announcement and ask everyone to acknowledge it"),
            url=page_in_force(facts, signed),
            since=signed.approved_at,
        )


def page_in_force(facts: Facts, row: Proposal) -> Address:
    """Where the version in force is published and acknowledged, also beside a newer draft."""
    if facts.proposals[row.kind][0].pk == row.pk:
        return "workflow:proposal", *facts.address, row.kind
    return "workflow:proposal_version", *facts.address, row.kind, row.version


def later_version(facts: Facts) -> Iterator[Todo]:
    """What papers wait for whose step is done already.

    A new version for its decision; one that was revoked, or that names nobody who could write any
    more, for another in its place.
    """
    for kind, step in STEP_OF.items():
        if facts.steps[step].state != StepState.DONE:
            continue
        row = under_way(facts, kind)
        if row is not None and row.state != ProposalState.DRAFT and row.proposed_at is not None:
            due = thai.local_date(row.proposed_at) + DECIDED_WITHIN
            yield replace(_decision(facts, row), due=due, blocks=False)
        elif kind in REVOCABLE and not facts.is_locked:
            yield from _again(facts, kind, row)
    if facts.steps[StepKind.AGENDA].state == StepState.DONE:
        for todo in publishing(facts):
            since = todo.since or facts.day
            yield replace(todo, due=since + DECIDED_WITHIN, blocks=False)


def _again(facts: Facts, kind: ProposalKind, draft: Proposal | None) -> Iterator[Todo]:
    if approved(facts, kind) is None:
        revoked = any(row.state == ProposalState.REVOKED for row in facts.proposals.get(kind, []))
        waiting = paper(facts, kind) if revoked else iter(())
    else:
        waiting = iter(())
    if kind == ProposalKind.ORDER and facts.is_open(StepKind.COMMITTEE_WORK):
        missing = facts.content.unwritable
        if missing or not facts.has_committee:
            waiting = iter([_draft(facts, kind, draft, unwritable=len(missing))])
    for todo in waiting:
        since = todo.since or facts.day
        yield replace(todo, due=max(todo.due, since + DECIDED_WITHIN), blocks=False)


def key_of_decision(proposal: Proposal, *, deputies: bool) -> str:
    """The key of the todo by which ``proposal`` waits for the deputies, or for the director."""
    kind, assessment = ProposalKind(proposal.kind), proposal.cycle.assessment
    act = TodoKind.ENDORSE if deputies else _approval(kind)
    year = assessment.fiscal_year
    return key_of(assessment.office.code, year, act, f"{kind.value}:{proposal.version}")


def _approval(kind: ProposalKind) -> TodoKind:
    return TodoKind.APPROVE_SAR if kind == ProposalKind.SAR else TodoKind.APPROVE


def _draft(
    facts: Facts, kind: ProposalKind, row: Proposal | None = None, *, unwritable: int = 0
) -> Todo:
    todo_kind, title = DRAFT[kind]
    detail = _("Nobody may write %(n)s considerations before an order names somebody.")
    return facts.todo(
        todo_kind,
        step=STEP_OF[kind],
        users=facts.coordinators,
        title=title,
        detail=detail if unwritable else "",
        params={"n": unwritable},
        url=("workflow:proposal", *facts.address, kind.value),
        since=row.created_at if row else None,
        # A version in force already satisfies the gate; a new draft is then a choice.
        blocks=approved(facts, kind) is None,
    )


def _decision(facts: Facts, row: Proposal) -> Todo:
    kind = ProposalKind(row.kind)
    # As decisions.needs_endorsement has it: nobody reviews for themselves.
    deputies = [
        user
        for user in facts.deputies
        if user != row.proposed_by_id and user not in facts.directors
    ]
    if row.state == ProposalState.PROPOSED and facts.office.deputy_reviews and deputies:
        return _on(facts, row, TodoKind.ENDORSE, deputies, ENDORSE[kind])
    # With nobody to decide it waits for nobody: administrators are asked to fill the office.
    return _on(facts, row, _approval(kind), deciders(facts, row), APPROVE[kind])


def deciders(facts: Facts, row: Proposal) -> list[int]:
    """The directors, but never who proposed it."""
    return [user for user in facts.directors if user != row.proposed_by_id]


def _on(
    facts: Facts, row: Proposal, todo_kind: TodoKind, users: Iterable[int], title: Text
) -> Todo:
    kind = ProposalKind(row.kind)
    return facts.todo(
        todo_kind,
        f"{kind.value}:{row.version}",
        step=STEP_OF[kind],
        users=users,
        title=title,
        detail=_("“%(subject)s”"),
        params={"subject": row.subject},
        url=("workflow:proposal", *facts.address, kind.value),
        since=row.proposed_at or row.created_at,
        blocks=approved(facts, kind) is None,
    )

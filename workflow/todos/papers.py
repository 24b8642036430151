"""Announcement, order and SAR on their way to the director: one waiting person at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

import thai
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState, StepKind, StepState
from workflow.todo import Text, Todo, TodoKind, key_of
from workflow.todos.facts import Facts

# A later version has no step to be due with: this long after it was proposed.
DECIDED_WITHIN = timedelta(days=7)

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
            url=("workflow:proposal", *facts.address, ProposalKind.ANNOUNCEMENT.value),
            since=signed.approved_at,
        )


def later_version(facts: Facts) -> Iterator[Todo]:
    """A new version of a paper whose step is done already still waits for its decision."""
    for kind, step in STEP_OF.items():
        row = under_way(facts, kind)
        if row is None or row.state == ProposalState.DRAFT or row.proposed_at is None:
            continue
        if facts.steps[step].state == StepState.DONE:
            due = thai.local_date(row.proposed_at) + DECIDED_WITHIN
            yield replace(_decision(facts, row), due=due, blocks=False)
    if facts.steps[StepKind.AGENDA].state == StepState.DONE:
        for todo in publishing(facts):
            since = todo.since or facts.day
            yield replace(todo, due=since + DECIDED_WITHIN, blocks=False)


def key_of_decision(proposal: Proposal, *, deputies: bool) -> str:
    """The key of the todo by which ``proposal`` waits for the deputies, or for the director."""
    kind, assessment = ProposalKind(proposal.kind), proposal.cycle.assessment
    act = TodoKind.ENDORSE if deputies else _approval(kind)
    year = assessment.fiscal_year
    return key_of(assessment.office.code, year, act, f"{kind.value}:{proposal.version}")


def _approval(kind: ProposalKind) -> TodoKind:
    return TodoKind.APPROVE_SAR if kind == ProposalKind.SAR else TodoKind.APPROVE


def _draft(facts: Facts, kind: ProposalKind, row: Proposal | None = None) -> Todo:
    todo_kind, title = DRAFT[kind]
    return facts.todo(
        todo_kind,
        step=STEP_OF[kind],
        users=facts.coordinators,
        title=title,
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
    act = _approval(kind)
    directors = [user for user in facts.directors if user != row.proposed_by_id]
    return _on(facts, row, act, directors or facts.coordinators, APPROVE[kind])


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

"""Offices of the office that nobody holds: without them a year stands still.

Administrators are asked to fill them: they grant roles and appoint who acts.
"""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from people.states import Role
from workflow.models import Proposal
from workflow.states import ProposalState, StepKind, StepState
from workflow.todo import Text, Todo, TodoKind
from workflow.todos import papers
from workflow.todos.facts import Facts


def vacancies(facts: Facts) -> Iterator[Todo]:
    """Of a running year: nobody coordinates it, or nobody can decide."""
    if not facts.coordinators:
        yield _vacancy(facts, Role.COORDINATOR, _("Nobody coordinates the year: name somebody"))
    if not facts.directors:
        yield _vacancy(facts, Role.DIRECTOR, _("Nobody holds the director's office: fill it"))
    elif any(not papers.deciders(facts, row) for row in _undecided(facts)):
        title = _("The director proposed a paper: name somebody else who decides on it")
        yield _vacancy(facts, Role.DIRECTOR, title)


def _undecided(facts: Facts) -> Iterator[Proposal]:
    for kind in papers.STEP_OF:
        row = papers.under_way(facts, kind)
        if row is not None and row.state != ProposalState.DRAFT:
            yield row


def _vacancy(facts: Facts, role: Role, title: Text) -> Todo:
    now = [kind for kind, step in facts.steps.items() if step.state == StepState.OPEN]
    return facts.todo(
        TodoKind.FILL_ROLE,
        role.value,
        step=min(now, default=StepKind.SUMMARY),
        users=facts.admins,
        title=title,
        url=("people:person_list",),
        blocks=False,
    )

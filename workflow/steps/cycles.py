"""Opening a year and planning its steps."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import NotAllowed, RuleBroken, StaleEdit
from indicators.assessments import log_event, open_assessment
from indicators.models import Assessment, Edition
from people.models import Office, User
from people.states import OfficeKind, Role
from workflow import notify, rules
from workflow.models import Cycle, Step
from workflow.states import StepKind
from workflow.steps import calendar, moves

# Who answers for a step until the coordinator says otherwise: ผู้รับผิดชอบ of the flow chart.
RESPONSIBLE = {
    StepKind.AGENDA: (Role.DIRECTOR, Role.COORDINATOR),
    StepKind.BRIEFING: (Role.COORDINATOR,),
    StepKind.APPOINTMENT: (Role.DIRECTOR, Role.DEPUTY, Role.GROUP_DIRECTOR, Role.COORDINATOR),
    StepKind.COMMITTEE_WORK: (Role.COORDINATOR,),
    StepKind.SELF_ASSESSMENT: (Role.COORDINATOR,),
    StepKind.SUMMARY: (Role.COORDINATOR,),
}


@transaction.atomic
def open_cycle(office: Office, *, fiscal_year: int, edition: Edition, by: User) -> Cycle:
    """Begin fiscal year พ.ศ. ``fiscal_year``: assessment, six planned steps, step 1 open."""
    if not rules.may_open_cycle(by, office.pk, clock.today()):
        raise NotAllowed(_("Only the coordinator opens a cycle."))
    if office.kind == OfficeKind.NATIONAL:
        raise RuleBroken(_("This office runs no cycles."))
    if Assessment.objects.filter(office=office, fiscal_year=fiscal_year).exists():
        raise RuleBroken(_("Fiscal year %(year)s is open already.") % {"year": fiscal_year})
    assessment = open_assessment(office, fiscal_year=fiscal_year, edition=edition, by=by)
    cycle = Cycle.objects.create(assessment=assessment, opened_at=clock.now(), opened_by=by)
    first = _plan_default(cycle)
    moves.open_first(first, by=by)
    notify.people(
        notify.holders(cycle, Role.DIRECTOR, Role.DEPUTY, Role.GROUP_DIRECTOR),
        key=f"cycle:{cycle.pk}:opened",
        kind="cycle_opened",
        title=lambda: _("Fiscal year %(year)s is open") % {"year": fiscal_year},
        url=notify.page("cycle", cycle),
    )
    log_event(
        cycle.assessment,
        by=by,
        verb="cycle.open",
        target=cycle,
        after={"edition": str(edition), "fiscal_year": fiscal_year},
    )
    return cycle


def _plan_default(cycle: Cycle) -> Step:
    """Make the six steps; return the first."""
    dates = calendar.default_dates(cycle.fiscal_year)
    steps = Step.objects.bulk_create(
        Step(cycle=cycle, kind=kind, planned_start=start, planned_end=end)
        for kind, (start, end) in dates.items()
    )
    steps = list(cycle.steps.order_by("kind")) if steps[0].pk is None else steps
    people = {wanted: notify.holders(cycle, *wanted) for wanted in set(RESPONSIBLE.values())}
    Step.responsible.through.objects.bulk_create(
        Step.responsible.through(step_id=step.pk, user_id=person.pk)
        for step in steps
        for person in people[RESPONSIBLE[StepKind(step.kind)]]
    )
    return steps[0]


@transaction.atomic
def plan_step(
    step: Step,
    *,
    planned_start: date,
    planned_end: date,
    responsible: Sequence[User],
    by: User,
    seen: tuple[date, date] | None = None,
) -> Step:
    """Set dates and responsible people of a step.

    ``seen`` is the pair of dates the form was filled from: when somebody planned meanwhile, the
    edit is refused rather than written over theirs.
    """
    cycle = step.cycle
    if not rules.may_plan(by, cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator plans the steps."))
    if refusal := calendar.refusal_of(planned_start, planned_end, cycle.fiscal_year):
        raise RuleBroken(refusal)
    people = list(User.objects.visible_to(by).active().filter(pk__in=[p.pk for p in responsible]))
    if len(people) != len({person.pk for person in responsible}):
        raise RuleBroken(_("Somebody chosen is no longer active in this office."))
    before = _plan_of(step)
    start, end = seen or (step.planned_start, step.planned_end)
    changed = Step.objects.filter(pk=step.pk, planned_start=start, planned_end=end).update(
        planned_start=planned_start, planned_end=planned_end
    )
    if not changed:
        step.refresh_from_db()
        raise StaleEdit(_("Somebody planned this step meanwhile."), _shown(step))
    step.planned_start, step.planned_end = planned_start, planned_end
    step.responsible.set(people)
    after = _plan_of(step)
    if after != before:
        log_event(
            cycle.assessment,
            by=by,
            verb="step.plan",
            target=step,
            before=before,
            after=after,
        )
    return step


def _plan_of(step: Step) -> dict[str, Any]:
    return {
        "planned_start": step.planned_start.isoformat(),
        "planned_end": step.planned_end.isoformat(),
        "responsible": [person.full_name for person in step.responsible.all()],
    }


def _shown(step: Step) -> dict[str, str]:
    return {_("Period"): thai.format_range(step.planned_start, step.planned_end)}

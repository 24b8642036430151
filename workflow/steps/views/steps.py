"""One step: what it is, what it still lacks, and its moves."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.forms import ReasonForm
from core.refusals import RuleBroken, StaleEdit
from core.views import require
from indicators.narratives.progress import progress_of
from workflow import rules
from workflow.loading import load_step
from workflow.states import StepKind, StepState
from workflow.steps import calendar, moves, process_text
from workflow.steps.cycles import plan_step
from workflow.steps.forms import StepPlanForm
from workflow.steps.queries import (
    facts_of,
    left_open_of,
    possible_people,
    step_events,
    step_todos,
    steps_of,
)


@require_GET
def step(request, office, year, kind):
    """The page of one step."""
    return _page(request, load_step(request, office, year, kind))


def _page(request, step, status=200, **forms):
    cycle, at = step.cycle, clock.now()
    day, assessment = clock.today(at), step.cycle.assessment
    late_days = (day - step.planned_end).days if step.is_late(day) else 0
    may_move, events = rules.may_move_step(request.user, cycle, day), step_events(step)
    needs_progress = step.kind in (StepKind.COMMITTEE_WORK, StepKind.SELF_ASSESSMENT)
    context = {
        "cycle": cycle,
        "assessment": assessment,
        "section": "overview",
        "step": step,
        "row": process_text.chart_rows()[step.kind - 1],
        "procedures": process_text.procedure_of(
            step.kind, office_name=assessment.office.name, fiscal_year=assessment.fiscal_year
        ),
        "late_days": late_days,
        "look": _look(step, late_days),
        "waiting": step_todos(step, request.user, at),
        "facts": facts_of(step),
        "progress": progress_of(assessment) if needs_progress else None,
        "events": events,
        "left_open": left_open_of(step, events),
        "siblings": steps_of(cycle),
        "may_plan": rules.may_plan(request.user, cycle, day),
        "may_draft": rules.may_draft(request.user, cycle, day),
        "may_move": may_move,
        "may_open": may_move and not moves.lies_behind_lock(step),
        "opens_early": step.state == StepState.WAITING and not moves.previous_done(step),
        "open_form": forms.get("open_form") or ReasonForm(prefix="open"),
        "reopen_form": forms.get("reopen_form") or ReasonForm(prefix="reopen"),
    }
    return render(request, "workflow/steps/step.html", context, status=status)


def _look(step, late_days):
    if step.state == StepState.DONE:
        return "done"
    if late_days:
        return "late"
    return "open" if step.state == StepState.OPEN else "waiting"


@require_http_methods(["GET", "POST"])
def step_plan(request, office, year, kind):
    """Dates and responsible people."""
    step = load_step(request, office, year, kind)
    require(rules.may_plan(request.user, step.cycle, clock.today()))
    form = StepPlanForm(request.POST or None, step=step, people=possible_people(request.user))
    status = 400 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            plan_step(
                step,
                planned_start=facts["planned_start"],
                planned_end=facts["planned_end"],
                responsible=list(facts["responsible"]),
                seen=facts["seen"],
                by=request.user,
            )
        except StaleEdit as stale:
            theirs = form.give_again(stale, seen=StepPlanForm.dates_of(step))
            form.add_error(None, [f"{row.label}: {row.text}" for row in theirs])
            status = stale.status
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
            status = refusal.status
        else:
            _warn(request, step)
            messages.success(request, _("The plan of this step is saved."))
            return redirect("workflow:step", office, year, kind)
    context = {
        "cycle": step.cycle,
        "assessment": step.cycle.assessment,
        "section": "overview",
        "step": step,
        "form": form,
    }
    return render(request, "workflow/steps/step_plan.html", context, status=status)


def _warn(request, step):
    """Dates that are allowed but odd are shown after saving."""
    steps = [
        calendar.Planned(row.kind, row.planned_start, row.planned_end)
        for row in steps_of(step.cycle)
    ]
    for warning in calendar.warnings_of(steps, step.cycle.fiscal_year):
        messages.warning(request, warning)


@require_POST
def step_finish(request, office, year, kind):
    """Finish; the next step opens with it."""
    step = load_step(request, office, year, kind)
    require(rules.may_move_step(request.user, step.cycle, clock.today()))
    moves.finish_step(step, by=request.user)
    messages.success(request, _("Step %(number)s is done.") % {"number": kind})
    return redirect("workflow:cycle", office, year)


@require_POST
def step_open(request, office, year, kind):
    """Open a step, early with a reason."""
    step = load_step(request, office, year, kind)
    require(rules.may_move_step(request.user, step.cycle, clock.today()))
    form = ReasonForm(request.POST, prefix="open")
    form.fields["why"].required = not moves.previous_done(step)
    if not form.is_valid():
        return _page(request, step, status=400, open_form=form)
    moves.open_step(step, by=request.user, why=form.cleaned_data["why"])
    messages.success(request, _("Step %(number)s is open.") % {"number": kind})
    return redirect("workflow:step", office, year, kind)


@require_POST
def step_reopen(request, office, year, kind):
    """Reopen a finished step with a reason."""
    step = load_step(request, office, year, kind)
    require(rules.may_move_step(request.user, step.cycle, clock.today()))
    form = ReasonForm(request.POST, prefix="reopen")
    if not form.is_valid():
        return _page(request, step, status=400, reopen_form=form)
    moves.reopen_step(step, by=request.user, why=form.cleaned_data["why"])
    messages.success(request, _("Step %(number)s is open again.") % {"number": kind})
    return redirect("workflow:step", office, year, kind)

"""One step: what it is, what it still lacks, and its moves."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from indicators.domain.progress import progress_of
from people import clock
from people.models import User
from people.refusals import RuleBroken, StaleEdit
from workflow import rules
from workflow.domain import calendar, moves, process_text
from workflow.domain.cycles import plan_step
from workflow.domain.step_facts import facts_of
from workflow.domain.todos import todos_of
from workflow.forms.parts import ReasonForm
from workflow.forms.steps import StepPlanForm
from workflow.models import Step
from workflow.states import StepKind, StepState
from workflow.views.loading import load_step, require


@require_GET
def step(request, office, year, kind):
    """The page of one step."""
    return _page(request, load_step(request, office, year, kind))


def _page(request, step, status=200, **forms):
    cycle, at = step.cycle, clock.now()
    day, assessment = clock.today(at), step.cycle.assessment
    todos = [todo for todo in todos_of(cycle, at) if todo.step == step.kind]
    missing = [todo for todo in todos if todo.blocks]
    late_days = (day - step.planned_end).days if step.is_late(day) else 0
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
        "missing": missing,
        "others": [todo for todo in todos if not todo.blocks][:OTHERS_SHOWN],
        "others_left": max(0, len(todos) - len(missing) - OTHERS_SHOWN),
        "mine": {todo.key for todo in todos if request.user.pk in todo.users},
        "holders": _holders(todos),
        "facts": facts_of(step),
        "progress": progress_of(assessment) if needs_progress else None,
        "events": list(step.events.select_related("actor")),
        "siblings": list(Step.objects.filter(cycle=cycle).order_by("kind")),
        "may_plan": rules.may_plan(request.user, cycle, day),
        "may_draft": rules.may_draft(request.user, cycle, day),
        "may_move": rules.may_move_step(request.user, cycle, day),
        "opens_early": step.state == StepState.WAITING and not moves.previous_done(step),
        "open_form": forms.get("open_form") or ReasonForm(prefix="open"),
        "reopen_form": forms.get("reopen_form") or ReasonForm(prefix="reopen"),
    }
    return render(request, "workflow/step.html", context, status=status)


OTHERS_SHOWN = 12


def _look(step, late_days):
    if step.state == StepState.DONE:
        return "done"
    if late_days:
        return "late"
    return "open" if step.state == StepState.OPEN else "waiting"


def _holders(todos):
    """Names of who holds each todo: one query for all."""
    wanted = {pk for todo in todos for pk in todo.users[:HOLDERS_SHOWN]}
    people = User.objects.in_bulk(wanted)
    return {
        todo.key: [people[pk].full_name for pk in todo.users[:HOLDERS_SHOWN] if pk in people]
        for todo in todos
    }


HOLDERS_SHOWN = 3


@require_http_methods(["GET", "POST"])
def step_plan(request, office, year, kind):
    """Dates and responsible people."""
    step = load_step(request, office, year, kind)
    require(rules.may_plan(request.user, step.cycle, clock.today()))
    people = User.objects.visible_to(request.user).active()
    form = StepPlanForm(request.POST or None, step=step, people=people)
    status = 400 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            plan_step(
                step,
                planned_start=facts["planned_start"],
                planned_end=facts["planned_end"],
                responsible=list(facts["responsible"]),
                seen=(facts["seen_start"], facts["seen_end"]),
                by=request.user,
            )
        except StaleEdit as stale:
            form = _plan_again(form, load_step(request, office, year, kind), people)
            theirs = (f"{name}: {text}" for name, text in stale.theirs.items())
            form.add_error(None, [stale.message, *theirs])
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
    return render(request, "workflow/step_plan.html", context, status=status)


def _plan_again(form, step, people):
    """What was typed, on top of the dates that stand there now: sent again it is meant."""
    data = form.data.copy()
    data["seen_start"], data["seen_end"] = map(str, (step.planned_start, step.planned_end))
    return StepPlanForm(data, step=step, people=people)


def _warn(request, step):
    """Dates that are allowed but odd are said once, after saving."""
    steps = [
        calendar.Planned(kind, start, end)
        for kind, start, end in Step.objects.filter(cycle=step.cycle_id)
        .order_by("kind")
        .values_list("kind", "planned_start", "planned_end")
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

"""The list of years, opening one, and the page with its flow chart."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from indicators.domain.progress import progress_of
from indicators.domain.scores import score_tree
from indicators.models import Edition
from people import clock
from people.refusals import RuleBroken
from people.states import OfficeKind
from workflow import rules
from workflow.domain import calendar
from workflow.domain.chart import chart_of
from workflow.domain.cycles import open_cycle
from workflow.domain.todos import todos_of
from workflow.forms.cycles import CycleForm
from workflow.models import Cycle
from workflow.states import StepState
from workflow.views.loading import load_cycle, require


@require_GET
def cycle_list(request):
    """The office's years, newest first."""
    office, day = request.user.office, clock.today()
    cycles = list(
        Cycle.objects.visible_to(request.user)
        .select_related("assessment__office", "assessment__edition")
        .prefetch_related("steps")
    )
    for cycle in cycles:
        cycle.now = [step for step in cycle.steps.all() if step.state == StepState.OPEN]
        cycle.done = sum(step.state == StepState.DONE for step in cycle.steps.all())
        cycle.late = any(step.is_late(day) for step in cycle.now)
    context = {
        "cycles": cycles,
        "runs_cycles": office is not None and office.kind != OfficeKind.NATIONAL,
        "may_open": office is not None and rules.may_open_cycle(request.user, office.pk, day),
    }
    return render(request, "workflow/cycle_list.html", context)


@require_http_methods(["GET", "POST"])
def cycle_create(request):
    """Open a year; the same form sent twice opens one."""
    office, day = request.user.office, clock.today()
    require(office is not None and rules.may_open_cycle(request.user, office.pk, day))
    editions = Edition.objects.visible_to(request.user).order_by("-code", "-version")
    form = CycleForm(
        request.POST or None,
        editions=editions,
        initial={"fiscal_year": _next_year(office), "edition": editions.first()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _open_once(request, form, office)
        except RuleBroken as refusal:
            form.add_error("fiscal_year", refusal.message)
    return render(
        request,
        "workflow/cycle_form.html",
        {"form": form, "office": office, "editions": list(editions)},
        status=400 if form.errors else 200,
    )


def _next_year(office):
    """The running fiscal year, or the one after it when the office has opened that already."""
    year = clock.this_fiscal_year()
    opened = Cycle.objects.filter(assessment__office=office, assessment__fiscal_year=year)
    return year + 1 if opened.exists() else year


def _open_once(request, form, office):
    with transaction.atomic():
        if not form.first_time(request.user):
            return redirect(form.earlier_result(request.user) or "workflow:cycle_list")
        facts = form.cleaned_data
        cycle = open_cycle(
            office, fiscal_year=facts["fiscal_year"], edition=facts["edition"], by=request.user
        )
        url = reverse("workflow:cycle", args=[office.code, cycle.fiscal_year])
        form.remember(request.user, url)
    messages.success(
        request, _("Fiscal year %(year)s is open. Begin with step 1.") % {"year": cycle.fiscal_year}
    )
    return redirect(url)


@require_GET
def cycle(request, office, year):
    """The flow chart with dates, people, state and lateness; progress per standard."""
    cycle, at = load_cycle(request, office, year), clock.now()
    day = clock.today(at)
    progress = progress_of(cycle.assessment)
    chart = chart_of(
        cycle,
        todos=todos_of(cycle, at),
        progress=progress,
        user=request.user,
        day=day,
    )
    scores = score_tree(cycle.assessment)
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "section": "overview",
        "chart": chart,
        "progress": progress,
        "standards": list(zip(progress.standards, scores.standards, strict=True)),
        "score": scores,
        "may_move": rules.may_move_step(request.user, cycle, day),
        "may_plan": rules.may_plan(request.user, cycle, day),
        "mine": [row.mine for row in chart if row.mine],
        "warnings": calendar.warnings_of(
            [
                calendar.Planned(row.step.kind, row.step.planned_start, row.step.planned_end)
                for row in chart
            ],
            cycle.fiscal_year,
        ),
        "day": day,
    }
    return render(request, "workflow/cycle.html", context)

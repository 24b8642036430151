"""The list of years, opening one, and the page with its flow chart."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.refusals import RuleBroken
from core.views import require
from people.states import OfficeKind
from workflow import rules
from workflow.loading import load_cycle
from workflow.steps import calendar
from workflow.steps.chart import chart_of
from workflow.steps.cycles import open_cycle
from workflow.steps.forms import CycleForm
from workflow.steps.overview import overview_of
from workflow.steps.queries import editions_for, next_year, years_of
from workflow.todos.stamps import stamp_of
from workflow.todos.todos import todos_of


@require_GET
def cycle_list(request):
    """The office's years, newest first."""
    office, day = request.user.office, clock.today()
    context = {
        "years": years_of(request.user, day),
        "runs_cycles": office is not None and office.kind != OfficeKind.NATIONAL,
        "may_open": office is not None and rules.may_open_cycle(request.user, office.pk, day),
    }
    return render(request, "workflow/steps/cycle_list.html", context)


@require_http_methods(["GET", "POST"])
def cycle_create(request):
    """Open a year; the same form sent twice opens one."""
    office, day = request.user.office, clock.today()
    require(office is not None and rules.may_open_cycle(request.user, office.pk, day))
    editions = editions_for(request.user)
    form = CycleForm(
        request.POST or None,
        editions=editions,
        initial={"fiscal_year": next_year(office), "edition": editions.first()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return _open(request, form, office)
        except RuleBroken as refusal:
            form.add_error("fiscal_year", refusal.message)
    return render(
        request,
        "workflow/steps/cycle_form.html",
        {"form": form, "office": office, "editions": list(editions)},
        status=400 if form.errors else 200,
    )


def _open(request, form, office):
    with transaction.atomic():
        if not form.claim(request.user):
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
    stamp = stamp_of(cycle)
    overview = overview_of(cycle, stamp)
    chart = chart_of(
        cycle,
        todos=todos_of(cycle, at, stamp=stamp),
        overview=overview,
        user=request.user,
        day=day,
    )
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "section": "overview",
        "chart": chart,
        "standards": overview.standards,
        "score": overview.score,
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
    return render(request, "workflow/steps/cycle.html", context)

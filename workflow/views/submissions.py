"""OBEC's side: reading what offices submitted, verifying, recommending.

Nothing here looks at an office's year unless it was submitted; everything else is a 404. Of a
year that the office took back only the papers that were submitted are read, never its rows.
"""

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from esa_standards import thai
from indicators.models import Citation, Indicator, IndicatorReview, Item, VerifiedScore
from people import clock, rules
from people.refusals import MoveRefused, StaleEdit
from workflow.domain import recommendations, submissions
from workflow.forms.meetings import SearchForm
from workflow.forms.submissions import (
    RecommendationCreateForm,
    RecommendationEditForm,
    VerifyForm,
)
from workflow.models import Cycle, Step
from workflow.states import StepKind, StepState


def load_submitted(request, office, year):
    """A submitted year, for OBEC's reviewers only; refused readably when it was taken back."""
    cycle = _load_handed_over(request, office, year)
    if cycle.assessment.submitted_at is None:
        raise MoveRefused(
            _("The office took this year back at %(when)s: only the papers can be read now.")
            % {"when": thai.format_datetime(cycle.assessment.withdrawn_at)}
        )
    return cycle


def _load_handed_over(request, office, year):
    """A year that was submitted, also when the office took it back since."""
    _require_reviewer(request)
    return get_object_or_404(
        Cycle.objects.handed_over().select_related("assessment__office", "assessment__edition"),
        assessment__office__code=office,
        assessment__fiscal_year=year,
    )


def _require_reviewer(request):
    if not rules.is_obec(request.user, clock.today()):
        raise Http404


def _address(cycle):
    return cycle.assessment.office.code, cycle.assessment.fiscal_year


def _is_running(cycle):
    """Whether OBEC may still write: the office has not closed the year."""
    closed = Step.objects.filter(cycle=cycle, kind=StepKind.SUMMARY, state=StepState.DONE)
    return not closed.exists()


@require_safe
def submission_list(request):
    """Every submitted year, newest first."""
    _require_reviewer(request)
    search = SearchForm(request.GET)
    rows = (
        Cycle.objects.handed_over()
        .select_related("assessment__office", "assessment__edition")
        .annotate(
            items=Count("assessment__items", distinct=True),
            verified=Count("assessment__items__verified_score", distinct=True),
            findings=Count("recommendations", distinct=True),
            answered=Count(
                "recommendations",
                filter=Q(recommendations__answered_at__isnull=False),
                distinct=True,
            ),
        )
        .order_by("-handed_over_at", "pk")
    )
    found = [row for row in rows if _matches(row, search.words)]
    context = {"submissions": found, "total": len(rows), "search": search}
    return render(request, "workflow/submission_list.html", context)


def _matches(row, words):
    office = row.assessment.office
    text = f"{office.name} {office.short_name} {office.province} {row.assessment.fiscal_year}"
    return all(word in thai.fold(text) for word in words)


@require_safe
def submission(request, office, year):
    """The package: scores, strengths, points to improve, findings; papers when taken back."""
    cycle = _load_handed_over(request, office, year)
    withdrawn = cycle.assessment.submitted_at is None
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "package": None if withdrawn else submissions.package_of(cycle),
        "recommendations": list(cycle.recommendations.select_related("indicator", "owner")),
        "running": not withdrawn and _is_running(cycle),
    }
    return render(request, "workflow/submission.html", context)


@require_safe
def submission_indicator(request, office, year, code):
    """One indicator: what was written and scored, and OBEC's own levels."""
    cycle = load_submitted(request, office, year)
    return _indicator_page(request, cycle, code)


def _indicator_page(request, cycle, code, *, bound=None, status=200):
    items = _items(cycle, code)
    if not items:
        raise Http404
    indicator = items[0].consideration.indicator
    running = _is_running(cycle)
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "indicator": indicator,
        "review": IndicatorReview.objects.filter(
            assessment=cycle.assessment, indicator=indicator
        ).first(),
        "rows": [(item, _level_form(item, bound) if running else None) for item in items],
        "acceptable": sum(_verified(item) is None and _agreed(item) is not None for item in items),
        "running": running,
        "around": _around(cycle, indicator),
        "recommendations": list(
            cycle.recommendations.filter(indicator=indicator).select_related("owner")
        ),
    }
    return render(request, "workflow/submission_indicator.html", context, status=status)


def _items(cycle, code):
    """The items of an indicator with scores and kept evidence."""
    rows = list(
        Item.objects.filter(assessment=cycle.assessment, consideration__indicator__code=code)
        .in_order()
        .select_related(
            "consideration__indicator__standard", "agreed_score", "verified_score__saved_by"
        )
        .prefetch_related("consideration__rubric")
    )
    cited = {}
    for citation in Citation.objects.kept().filter(item__in=rows).select_related("evidence"):
        cited.setdefault(citation.item_id, []).append(citation)
    for item in rows:
        item.cited = cited.get(item.pk, [])
        item.assessment = cycle.assessment
        item.agreed, item.verified = _agreed(item), _verified(item)
    return rows


def _agreed(item):
    return getattr(item, "agreed_score", None)


def _verified(item):
    return getattr(item, "verified_score", None)


def _level_form(item, bound):
    if bound is not None and bound[0] == item.pk:
        return bound[1]
    score = _verified(item)
    initial = {"version": 0}
    if score:
        initial = {"level": score.level, "reason": score.reason, "version": score.version}
    return VerifyForm(initial=initial, prefix=f"i{item.pk}")


def _around(cycle, indicator):
    """The indicators before and after, to read one after the other."""
    codes = list(
        cycle.assessment.reviews.order_by(
            F("indicator__standard__order"), F("indicator__order")
        ).values_list("indicator__code", flat=True)
    )
    at = codes.index(indicator.code)
    return {
        "before": codes[at - 1] if at else None,
        "after": codes[at + 1] if at + 1 < len(codes) else None,
    }


@require_POST
def verified_score_save(request, office, year, code):
    """OBEC's level of one consideration."""
    cycle = load_submitted(request, office, year)
    item = get_object_or_404(
        Item.objects.select_related("consideration__indicator", "assessment__office"),
        assessment=cycle.assessment,
        consideration__code=code,
    )
    form = VerifyForm(request.POST, prefix=f"i{item.pk}")
    indicator = item.consideration.indicator
    if not form.is_valid():
        return _indicator_page(request, cycle, indicator.code, bound=(item.pk, form), status=422)
    try:
        submissions.verify(cycle, item, **form.cleaned_data, by=request.user)
    except StaleEdit as stale:
        form = _verify_again(form, item)
        messages.error(request, stale.message)
        return _indicator_page(request, cycle, indicator.code, bound=(item.pk, form), status=409)
    messages.success(request, _("Saved: %(code)s.") % {"code": code})
    url = reverse("workflow:submission_indicator", args=[*_address(cycle), indicator.code])
    return redirect(f"{url}#item-{item.pk}")


def _verify_again(form, item):
    """What was typed, on top of the level that stands there now and that the page shows."""
    now = VerifiedScore.objects.filter(item=item).first()
    data = form.data.copy()
    data[form.add_prefix("version")] = str(now.version if now else 0)
    return VerifyForm(data, prefix=form.prefix)


@require_POST
def verified_score_accept(request, office, year, code):
    """Agree with the office's own scores of one indicator."""
    cycle = load_submitted(request, office, year)
    items = _items(cycle, code)
    if not items:
        raise Http404
    count = submissions.accept(cycle, items[0].consideration.indicator, by=request.user)
    messages.success(request, _("%(n)s scores were taken over.") % {"n": count})
    return redirect("workflow:submission_indicator", *_address(cycle), code)


# -- findings -----------------------------------------------------------------------
def recommendation_create(request, office, year):
    """Write down a finding."""
    cycle = load_submitted(request, office, year)
    edition = cycle.assessment.edition
    about = request.GET.get("indicator", "")
    about = Indicator.objects.filter(standard__edition=edition, code=about).first()
    form = RecommendationCreateForm(
        request.POST or None, edition=edition, initial={"indicator": about}
    )
    if request.method == "POST" and form.is_valid():
        return _add(request, cycle, form)
    context = {"cycle": cycle, "assessment": cycle.assessment, "form": form}
    return render(request, "workflow/submission_recommendation.html", context)


@transaction.atomic
def _add(request, cycle, form):
    url = f"{reverse('workflow:submission', args=_address(cycle))}#findings"
    if form.first_time(request.user):
        recommendations.add(cycle, by=request.user, **form.finding())
        form.remember(request.user, url)
        messages.success(request, _("The recommendation was sent to the office."))
    return redirect(url)


def recommendation_edit(request, office, year, pk):
    """Reword a finding that is not answered yet."""
    cycle, row = _load_recommendation(request, office, year, pk)
    initial = {
        "indicator": row.indicator,
        "problem": row.problem,
        "recommendation": row.recommendation,
        "seen": recommendations.digest(row),
    }
    form = RecommendationEditForm(
        request.POST or None, edition=cycle.assessment.edition, initial=initial
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            recommendations.edit(row, by=request.user, seen=seen, **form.finding())
        except StaleEdit as stale:
            refusal = stale
            row.refresh_from_db()
            form.data = form.data.copy()
            form.data["seen"] = recommendations.digest(row)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('workflow:submission', args=_address(cycle))}#findings")
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "form": form,
        "row": row,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "workflow/submission_recommendation.html", context, status=status)


@require_POST
def recommendation_remove(request, office, year, pk):
    """Take back a finding that is not answered yet."""
    cycle, row = _load_recommendation(request, office, year, pk)
    recommendations.remove(row, by=request.user)
    messages.success(request, _("The recommendation was removed."))
    return redirect(f"{reverse('workflow:submission', args=_address(cycle))}#findings")


def _load_recommendation(request, office, year, pk):
    cycle = load_submitted(request, office, year)
    row = get_object_or_404(cycle.recommendations.select_related("indicator"), pk=pk)
    row.cycle = cycle
    return cycle, row

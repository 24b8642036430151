"""OBEC's side: reading what offices submitted, verifying, recommending.

Nothing here looks at an office's year unless it was submitted; everything else is a 404. Of a
year that the office took back only the papers that were submitted are read, never its rows.
"""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import thai
from core import clock
from core.forms import SearchForm
from core.moves import UNDO_MINUTES
from core.refusals import MoveRefused, StaleEdit
from core.views import Asking, ask, offer_undo, page_of, was_asked
from indicators.scores.views import draft_answer
from indicators.states import DraftKind
from people import rules
from workflow.followup import queries, recommendations, submissions
from workflow.followup.forms import (
    RecommendationCreateForm,
    RecommendationEditForm,
    VerifiedLevelForm,
)
from workflow.loading import load_handed_over, load_recommendation


def load_submitted(request, office, year):
    """A submitted year, for OBEC's reviewers only; refused readably when it was taken back."""
    cycle = _load_handed_over(request, office, year)
    if cycle.assessment.submitted_at is None:
        raise MoveRefused(
            _("The office took this year back at %(when)s: only the papers can be read now.")
            % {"when": thai.format_datetime(cycle.assessment.withdrawn_at)}
        )
    if cycle.assessment.taken_up_at is None:
        raise MoveRefused(_("Nobody opened this submission yet. Open it first."))
    return cycle


def _load_handed_over(request, office, year):
    """A year that was submitted, also when the office took it back since."""
    _require_reviewer(request)
    return load_handed_over(office, year)


def _require_reviewer(request):
    if not rules.is_obec(request.user, clock.today()):
        raise Http404


def _address(cycle):
    return cycle.assessment.office.code, cycle.assessment.fiscal_year


@require_safe
def submission_list(request):
    """Every submitted year, newest first."""
    _require_reviewer(request)
    search = SearchForm(request.GET)
    found, total = queries.submitted_pks(search.words)
    page = page_of(request, found)
    context = {
        "submissions": queries.submitted_years(page.object_list),
        "page": page,
        "total": total,
        "search": search,
    }
    return render(request, "workflow/followup/submission_list.html", context)


@require_safe
def submission(request, office, year):
    """The package: scores, strengths, points to improve, findings; papers when taken back.

    Of what nobody opened yet only that it came.
    """
    cycle = _load_handed_over(request, office, year)
    opened = cycle.assessment.taken_up_at is not None
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "package": queries.package_of(cycle) if opened else None,
        "recommendations": queries.recommendations_of(cycle),
        "running": opened and not queries.is_closed(cycle),
        "sar": submissions.approved_sar(cycle) if opened else None,
        "kept": [] if opened else queries.evidence_kept_by_obec(cycle),
    }
    return render(request, "workflow/followup/submission.html", context)


@require_POST
def submission_open(request, office, year):
    """Begin to read what the office submitted."""
    cycle = _load_handed_over(request, office, year)
    submissions.open_submission(cycle, by=request.user)
    return redirect("workflow:submission", *_address(cycle))


@require_safe
def submission_indicator(request, office, year, code):
    """One indicator: what was written and scored, and OBEC's own levels."""
    cycle = load_submitted(request, office, year)
    return _indicator_page(request, cycle, code)


def _indicator_page(request, cycle, code, *, bound=None, status=200):
    rows = queries.items_to_verify(cycle, code, reviewer=request.user)
    if not rows:
        raise Http404
    indicator = rows[0].item.consideration.indicator
    running = not queries.is_closed(cycle)
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "indicator": indicator,
        "review": queries.review_of(cycle, indicator),
        "rows": [(row, _level_form(row, bound) if running else None) for row in rows],
        "acceptable": sum(row.verified is None and row.agreed is not None for row in rows),
        "undo_minutes": UNDO_MINUTES,
        "running": running,
        "around": queries.neighbours(cycle, indicator),
        "recommendations": queries.recommendations_of(cycle, indicator=indicator),
    }
    return render(request, "workflow/followup/submission_indicator.html", context, status=status)


def _level_form(row, bound):
    if bound is not None and bound[0] == row.item.pk:
        return bound[1]
    score, typed = row.verified, row.draft
    initial = {"seen": 0}
    if score:
        initial = {"level": score.level, "reason": score.reason, "seen": score.version}
    if typed:
        initial = {"level": typed.level, "reason": typed.reason, "seen": typed.seen}
    return VerifiedLevelForm(initial=initial, prefix=f"i{row.item.pk}")


@require_POST
def verified_score_save(request, office, year, code):
    """OBEC's level of one consideration."""
    cycle = load_submitted(request, office, year)
    item = queries.item_of(cycle, code)
    if item is None:
        raise Http404
    prefix = f"i{item.pk}"
    if request.headers.get("X-Autosave") == "1":
        keep = partial(submissions.keep_draft, cycle, item)
        return draft_answer(request, item, DraftKind.VERIFIED, keep=keep, prefix=prefix)
    form = VerifiedLevelForm(request.POST, prefix=prefix)
    indicator = item.consideration.indicator
    if not form.is_valid():
        return _indicator_page(request, cycle, indicator.code, bound=(item.pk, form), status=422)
    try:
        facts = form.cleaned_data
        submissions.verify(
            cycle,
            item,
            level=facts["level"],
            reason=facts["reason"],
            version=facts["seen"],
            by=request.user,
        )
    except StaleEdit as stale:
        now = queries.verified_of(item)
        form.stand_on(now.version if now else 0)
        messages.error(request, stale.message)
        return _indicator_page(request, cycle, indicator.code, bound=(item.pk, form), status=409)
    messages.success(request, _("Saved: %(code)s.") % {"code": code})
    url = reverse("workflow:submission_indicator", args=[*_address(cycle), indicator.code])
    return redirect(f"{url}#item-{item.pk}")


@require_POST
def verified_score_accept(request, office, year, code):
    """Agree with the office's own scores of one indicator."""
    cycle, indicator = _load_indicator(request, office, year, code)
    count = submissions.accept(cycle, indicator, by=request.user)
    said, place = _("%(n)s scores were taken over.") % {"n": count}, [*_address(cycle), code]
    if count:
        offer_undo(request, said, reverse("workflow:verified_score_unaccept", args=place))
    else:
        messages.info(request, said)
    return redirect("workflow:submission_indicator", *place)


@require_POST
def verified_score_unaccept(request, office, year, code):
    """Undo it: the scores that were taken over at once, and no other."""
    cycle, indicator = _load_indicator(request, office, year, code)
    count = submissions.undo_accept(cycle, indicator, by=request.user)
    messages.success(
        request, _("%(n)s scores that were taken over wait to be verified again.") % {"n": count}
    )
    return redirect("workflow:submission_indicator", *_address(cycle), code)


def _load_indicator(request, office, year, code):
    cycle = load_submitted(request, office, year)
    indicator = queries.indicator_of(cycle, code)
    if indicator is None:
        raise Http404
    return cycle, indicator


# -- findings -----------------------------------------------------------------------
def recommendation_create(request, office, year):
    """Write down a finding."""
    cycle = load_submitted(request, office, year)
    recommendations.require_running(cycle)
    edition = cycle.assessment.edition
    about = queries.indicator_of(cycle, request.GET.get("indicator", ""))
    form = RecommendationCreateForm(
        request.POST or None, edition=edition, initial={"indicator": about}
    )
    if request.method == "POST" and form.is_valid():
        return _add(request, cycle, form)
    context = {"cycle": cycle, "assessment": cycle.assessment, "form": form}
    return render(request, "workflow/followup/submission_recommendation.html", context)


@transaction.atomic
def _add(request, cycle, form):
    url = f"{reverse('workflow:submission', args=_address(cycle))}#findings"
    if form.claim(request.user):
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
            form.stand_on(recommendations.digest(row))
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
    return render(
        request, "workflow/followup/submission_recommendation.html", context, status=status
    )


@require_http_methods(["GET", "POST"])
def recommendation_remove(request, office, year, pk):
    """Ask once, then take back a finding that is not answered yet."""
    cycle, row = _load_recommendation(request, office, year, pk)
    back = f"{reverse('workflow:submission', args=_address(cycle))}#findings"
    if not was_asked(request):
        return ask(request, _removing(row, back))
    recommendations.remove(row, by=request.user)
    messages.success(request, _("The recommendation was removed."))
    return redirect(back)


def _removing(row, back):
    return Asking(
        question=_("Remove this recommendation?"),
        follows=[row.recommendation, _("Its text is gone; the office no longer sees it.")],
        button=_("Remove the recommendation"),
        back=back,
    )


def _load_recommendation(request, office, year, pk):
    cycle = load_submitted(request, office, year)
    row = load_recommendation(cycle, pk)
    recommendations.require_running(cycle)
    return cycle, row

"""The office's side of step 6: the package, OBEC's scores beside the own, the answers."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.forms import SearchForm
from core.refusals import RuleBroken, StaleEdit
from core.views import require
from workflow import rules
from workflow.followup import queries, recommendations, submissions
from workflow.followup.forms import RecommendationAnswerForm, SubmitForm
from workflow.loading import load_cycle, load_recommendation

SEARCHED_FROM = 20  # a list longer than this gets a search box


@require_safe
def followup(request, office, year):
    """What goes to OBEC, or what came back."""
    return _page(request, load_cycle(request, office, year))


def _page(request, cycle, *, bound=None, refusal=None, status=200):
    day = clock.today()
    user, assessment = request.user, cycle.assessment
    rows, closed = queries.recommendations_of(cycle), queries.is_closed(cycle)
    may_answer = rules.may_answer(user, cycle, day) and not closed
    submits = rules.may_submit(user, cycle, day)
    may_submit = submits and assessment.submitted_at is None
    people = list(queries.possible_owners(cycle)) if may_answer and rows else []
    search = SearchForm(request.GET)
    found = [row for row in rows if queries.mentions(row, search.words)]
    package = queries.package_of(cycle)
    unanswered = sum(row.answered_at is None for row in rows)
    context = {
        "assessment": assessment,
        "cycle": cycle,
        "section": "overview",
        "package": package,
        "standing": queries.standing_of(
            cycle,
            closed=closed,
            unverified=package.verified.unscored,
            unanswered=unanswered,
        ),
        "rows": [(row, _form_of(row, people, bound) if may_answer else None) for row in found],
        "total": len(rows),
        "search": search,
        "searched": bool(search.words),
        "searchable": len(rows) > SEARCHED_FROM,
        "unanswered": unanswered,
        "considerations": queries.verified_items(cycle),
        "may_submit": may_submit,
        "may_take_back": submits and assessment.submitted_at and not assessment.taken_up_at,
        "lacks": submissions.lacks(cycle) if may_submit else [],
        "refusal": refusal,
        "bound_pk": bound[0] if bound else None,
    }
    return render(request, "workflow/followup/followup.html", context, status=status)


def _form_of(row, people, bound):
    """An answer form whose list of people was read once for the whole page."""
    if bound is not None and bound[0] == row.pk:
        form = bound[1]
    else:
        initial = {"text": row.answer, "owner": row.owner_id, "seen": row.answer}
        form = RecommendationAnswerForm(prefix=f"r{row.pk}", initial=initial)
    choices = [(person.pk, f"{person.full_name} · {person.position}") for person in people]
    form.fields["owner"].widget.choices = [("", _("Choose a person")), *choices]
    return form


def summary_submit(request, office, year):
    """What will be handed to OBEC and what of it is not complete; then hand it over."""
    cycle = load_cycle(request, office, year)
    require(rules.may_submit(request.user, cycle, clock.today()))
    refusal = None
    if request.method == "POST":
        try:
            seen = SubmitForm.seen_in(request.POST)
            submissions.submit_summary(cycle, by=request.user, gaps_seen=seen)
        except RuleBroken as broken:
            refusal = broken
        else:
            messages.success(request, _("The summary was submitted to OBEC."))
            return redirect("workflow:followup", office, year)
    cycle.assessment.refresh_from_db()
    if cycle.assessment.submitted_at is not None:
        return redirect("workflow:followup", office, year)
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "section": "overview",
        "panel": submissions.panel_of(cycle, at=clock.now()),
        "sar": submissions.approved_sar(cycle),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "workflow/followup/summary_submit.html", context, status=status)


@require_POST
def summary_take_back(request, office, year):
    """Undo it while OBEC has not opened it."""
    cycle = load_cycle(request, office, year)
    submissions.take_back(cycle, by=request.user)
    messages.success(request, _("Taken back. OBEC was notified; you can submit it again."))
    return redirect("workflow:followup", office, year)


@require_POST
def recommendation_answer(request, office, year, pk):
    """Answer one recommendation and name who carries it on."""
    cycle = load_cycle(request, office, year)
    row = load_recommendation(cycle, pk)
    require(rules.may_answer(request.user, cycle, clock.today()))
    form = RecommendationAnswerForm(
        request.POST, people=queries.possible_owners(cycle), prefix=f"r{row.pk}"
    )
    if not form.is_valid():
        return _page(request, cycle, bound=(row.pk, form), status=422)
    try:
        recommendations.answer(
            row,
            text=form.cleaned_data["text"].replace("\r\n", "\n"),
            owner=form.cleaned_data["owner"],
            seen=form.cleaned_data["seen"].replace("\r\n", "\n"),
            by=request.user,
        )
    except StaleEdit as stale:
        row.refresh_from_db()
        form.stand_on(row.answer)
        return _page(request, cycle, bound=(row.pk, form), refusal=stale, status=409)
    messages.success(request, _("The answer is saved."))
    return redirect(f"{reverse('workflow:followup', args=[office, year])}#recommendation-{row.pk}")

"""The office's side of step 6: the package, OBEC's scores beside the own, the answers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people import clock
from people.models import User
from people.refusals import StaleEdit
from workflow import rules
from workflow.domain import recommendations, submissions
from workflow.forms.meetings import SearchForm
from workflow.forms.submissions import AnswerForm
from workflow.models import Step
from workflow.states import StepKind, StepState
from workflow.views.loading import load_cycle, require

SEARCHED_FROM = 20  # a list longer than this gets a search box


@require_safe
def followup(request, office, year):
    """What goes to OBEC, or what came back."""
    return _page(request, load_cycle(request, office, year))


def _page(request, cycle, *, bound=None, refusal=None, status=200):
    day = clock.today()
    user, assessment = request.user, cycle.assessment
    rows = list(cycle.recommendations.select_related("indicator", "owner", "answered_by"))
    may_answer = rules.may_answer(user, cycle, day) and not _is_closed(cycle)
    may_submit = rules.may_submit(user, cycle, day) and assessment.submitted_at is None
    people = list(_people(cycle)) if may_answer and rows else []
    search = SearchForm(request.GET)
    found = [row for row in rows if recommendations.says(row, search.words)]
    package = submissions.package_of(cycle)
    unanswered = sum(row.answered_at is None for row in rows)
    context = {
        "assessment": assessment,
        "cycle": cycle,
        "section": "overview",
        "package": package,
        "standing": submissions.standing_of(
            cycle, unverified=package.verified.unscored, unanswered=unanswered
        ),
        "rows": [(row, _form_of(row, people, bound) if may_answer else None) for row in found],
        "total": len(rows),
        "search": search,
        "searched": bool(search.words),
        "searchable": len(rows) > SEARCHED_FROM,
        "unanswered": unanswered,
        "considerations": _verified_items(cycle),
        "may_submit": may_submit,
        "lacks": submissions.lacks(cycle) if may_submit else [],
        "refusal": refusal,
        "bound_pk": bound[0] if bound else None,
    }
    return render(request, "workflow/followup.html", context, status=status)


def _verified_items(cycle):
    return list(
        cycle.assessment.items.filter(verified_score__isnull=False)
        .in_order()
        .select_related("consideration", "agreed_score", "verified_score")
    )


def _is_closed(cycle):
    return Step.objects.filter(cycle=cycle, kind=StepKind.SUMMARY, state=StepState.DONE).exists()


def _people(cycle):
    return User.objects.active().filter(office=cycle.assessment.office_id)


def _form_of(row, people, bound):
    """An answer form whose list of people was read once for the whole page."""
    if bound is not None and bound[0] == row.pk:
        form = bound[1]
    else:
        initial = {"text": row.answer, "owner": row.owner_id, "seen": row.answer}
        form = AnswerForm(people=User.objects.none(), prefix=f"r{row.pk}", initial=initial)
    choices = [(person.pk, f"{person.full_name} · {person.position}") for person in people]
    form.fields["owner"].widget.choices = [("", _("Choose a person")), *choices]
    return form


@require_POST
def summary_submit(request, office, year):
    """Hand the summary to OBEC."""
    cycle = load_cycle(request, office, year)
    submissions.submit_summary(cycle, by=request.user)
    messages.success(request, _("The summary was submitted to OBEC."))
    return redirect("workflow:followup", office, year)


@require_POST
def recommendation_answer(request, office, year, pk):
    """Answer one recommendation and name who carries it on."""
    cycle = load_cycle(request, office, year)
    row = get_object_or_404(cycle.recommendations, pk=pk)
    row.cycle = cycle
    require(rules.may_answer(request.user, cycle, clock.today()))
    form = AnswerForm(request.POST, people=_people(cycle), prefix=f"r{row.pk}")
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
        return _page(request, cycle, bound=(row.pk, _again(form, row)), refusal=stale, status=409)
    messages.success(request, _("The answer is saved."))
    return redirect(f"{reverse('workflow:followup', args=[office, year])}#recommendation-{row.pk}")


def _again(form, row):
    """What was typed, on top of the answer that stands there now."""
    row.refresh_from_db()
    data = form.data.copy()
    data[form.add_prefix("seen")] = row.answer
    return AnswerForm(data, people=form.fields["owner"].queryset, prefix=form.prefix)

"""Pages of indicators and considerations: reading, writing, handing in."""

from django.contrib import messages
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from esa_standards import thai
from indicators import rules
from indicators.domain.items import TEXTS, hand_in, missing_of, save_item, take_back
from indicators.domain.progress import progress_of
from indicators.domain.questions import questions_of
from indicators.domain.reviews import FIELDS, save_review
from indicators.domain.scores import score_tree
from indicators.forms.evidence import EvidenceForm
from indicators.forms.items import (
    AnswerForm,
    DueForm,
    ItemForm,
    QuestionForm,
    ReasonForm,
    RestoreForm,
    ReviewForm,
)
from indicators.models import Indicator, Item
from indicators.states import ItemState
from indicators.views.loading import load_assessment
from people import clock
from people.refusals import MoveRefused, Refused, RuleBroken, StaleEdit

EPISODE_SECONDS = 15 * 60


def load_item(request, office, year, code):
    """One consideration of the person's own office."""
    return get_object_or_404(
        Item.objects.visible_to(request.user).select_related(
            "assessment__office",
            "assessment__edition",
            "consideration__indicator__standard",
            "saved_by",
        ),
        assessment__office__code=office,
        assessment__fiscal_year=year,
        consideration__code=code,
    )


def item_url(item, name="item"):
    """The address of an item's page, or of one of its acts."""
    year = item.assessment
    return reverse(
        f"indicators:{name}", args=[year.office.code, year.fiscal_year, item.consideration.code]
    )


# -- indicators -----------------------------------------------------------------
@require_GET
def indicator_list(request, office, year):
    """The tree of the year with how far each part is."""
    assessment = load_assessment(request, office, year)
    context = {
        "assessment": assessment,
        "section": "indicators",
        "progress": progress_of(assessment),
        "office_score": score_tree(assessment),
        "mine": rules.writable_items(request.user, assessment),
    }
    return render(request, "indicators/indicator_list.html", context)


def load_indicator(assessment, code):
    """One indicator of the year's edition."""
    return get_object_or_404(
        Indicator.objects.select_related("standard"),
        standard__edition=assessment.edition_id,
        code=code,
    )


@require_GET
def indicator(request, office, year, code):
    """One indicator: its considerations side by side, its projects, its review."""
    assessment = load_assessment(request, office, year)
    row = load_indicator(assessment, code)
    review = assessment.reviews.select_related("saved_by").get(indicator=row)
    form = ReviewForm(initial={name: getattr(review, name) for name in (*FIELDS, "version")})
    return indicator_page(request, assessment, row, review, form)


def indicator_page(request, assessment, row, review, form, *, theirs=None, status=200):
    """Render the page, after a refused review with both texts."""
    today = clock.today()
    sees_scores = rules.may_see_scores(request.user, assessment, today)
    items = list(
        assessment.items.in_order()
        .with_counts()
        .filter(consideration__indicator=row)
        .select_related("consideration", "agreed_score")
    )
    people = people_of(assessment, row)
    for item in items:
        item.assessment = assessment
        item.collector = people["collectors"].get(item.consideration_id)
    if sees_scores:
        attach_scores(items)
    score = next(s for s in score_tree(assessment).indicators if s.pk == row.pk)
    context = {
        "assessment": assessment,
        "section": "indicators",
        "indicator": row,
        "items": items,
        "people": people,
        "sees_scores": sees_scores,
        "score": score,
        "projects": row.projects.filter(assessment=assessment, removed_at__isnull=True)
        .select_related("work_group")
        .order_by("pk"),
        "review": review,
        "form": form,
        "theirs": theirs,
        "may_review": rules.may_write_review(request.user, assessment, row, today),
        "mine": rules.writable_items(request.user, assessment),
    }
    return render(request, "indicators/indicator.html", context, status=status)


def attach_scores(items):
    """Give each item ``shown_scores``: members' own, once handed in. One query."""
    by_pk = {item.pk: item for item in items}
    for item in items:
        item.shown_scores = []
    model = Item._meta.get_field("scores").related_model
    for score in (
        model.objects.filter(item__in=by_pk, handed_in_at__isnull=False)
        .select_related("assessor")
        .order_by("assessor__sort_name", "pk")
    ):
        by_pk[score.item_id].shown_scores.append(score)


def people_of(assessment, row):
    """Who answers for the indicator and each of its considerations, in one query."""
    people = {"standard": None, "indicator": None, "collectors": {}}
    of_it = Q(standard=row.standard_id) | Q(indicator=row.pk) | Q(consideration__indicator=row.pk)
    for named in assessment.assignments.current().filter(of_it).select_related("user").order_by():
        if named.standard_id == row.standard_id:
            people["standard"] = named.user
        elif named.indicator_id == row.pk:
            people["indicator"] = named.user
        elif named.consideration_id:
            people["collectors"][named.consideration_id] = named.user
    return people


@require_POST
def review_save(request, office, year, code):
    """Save the indicator's review; a stale one comes back with both texts."""
    assessment = load_assessment(request, office, year)
    row = load_indicator(assessment, code)
    review = assessment.reviews.select_related("saved_by", "assessment__office").get(indicator=row)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return indicator_page(request, assessment, row, review, form, status=400)
    try:
        save_review(review, **form.cleaned_data, by=request.user)
    except StaleEdit as stale:
        review.refresh_from_db()
        again = ReviewForm({**form.cleaned_data, "version": review.version})
        theirs = named_texts(again, stale.theirs, FIELDS)
        messages.error(request, stale.message)
        return indicator_page(
            request, assessment, row, review, again, theirs=theirs, status=stale.status
        )
    messages.success(request, _("Saved at %(time)s.") % {"time": server_time()})
    return redirect("indicators:indicator", office, year, code)


def named_texts(form, theirs, names):
    """``(name, label, text)`` of the fields that differ from what was typed."""
    return [
        (name, form.fields[name].label, theirs[name])
        for name in names
        if theirs.get(name, "") != (form.data.get(name) or "").strip()
    ]


def server_time(at=None):
    """``14.05 น.`` by the server's clock."""
    return thai.format_time(at or clock.now())


# -- one consideration ----------------------------------------------------------
@require_GET
def item(request, office, year, code):
    """Read and write one consideration."""
    row = load_item(request, office, year, code)
    form = ItemForm(initial={name: getattr(row, name) for name in (*TEXTS, "version")})
    return item_page(request, row, form)


def item_page(request, row, form, *, theirs=None, asides=None, status=200):
    """Render the page, after a refused save with both texts.

    ``asides`` replaces forms beside the texts by those that were refused.
    """
    user, assessment, day = request.user, row.assessment, clock.today()
    has_right = rules.may_write_item(user, row)
    citations = list(
        row.citations.kept()
        .select_related("evidence", "revision", "created_by")
        .prefetch_related("revision__files__blob", "revision__links", "evidence__revisions")
        .order_by("created_at", "pk")
    )
    row.evidence_count = len(citations)
    people = people_of(assessment, row.consideration.indicator)
    context = {
        "assessment": assessment,
        "section": "indicators",
        "item": row,
        "consideration": row.consideration,
        "indicator": row.consideration.indicator,
        "rubric": rubric_of(row),
        "people": people,
        "collector": people["collectors"].get(row.consideration_id),
        "citations": citations,
        "missing": missing_of(row),
        "agreed": getattr(row, "agreed_score", None),
        "form": form,
        "evidence_form": EvidenceForm(user=user) if has_right else None,
        "theirs": theirs,
        "has_right": has_right,
        "may_write": has_right and row.state == ItemState.WRITING,
        "may_take_back": row.state == ItemState.HANDED_IN and rules.may_return_item(user, row, day),
        "siblings": neighbours(row),
        "questions": questions_of(row),
        "question_form": QuestionForm() if rules.may_ask(user, assessment, day) else None,
        "answer_form": AnswerForm() if rules.may_answer_question(user, row, day) else None,
        "due_form": due_form(row) if rules.may_set_due(user, assessment, day) else None,
        **(asides or {}),
    }
    return render(request, "indicators/item.html", context, status=status)


def due_form(row):
    """The form of the consideration's own due date, as it stands."""
    return DueForm(initial={"due": row.due, "seen": row.due})


def rubric_of(row):
    """``(level, name, text)`` best first."""
    names = {level.score: level.name for level in row.assessment.edition.levels.all()}
    return [
        (level.score, names.get(level.score, ""), level.text)
        for level in row.consideration.rubric.all()
    ]


def neighbours(row):
    """The considerations before and after, for paging through."""
    codes = list(row.assessment.items.in_order().values_list("consideration__code", flat=True))
    place = codes.index(row.consideration.code)
    return {
        "before": codes[place - 1] if place else None,
        "after": codes[place + 1] if place + 1 < len(codes) else None,
    }


@require_POST
def item_autosave(request, office, year, code):
    """Save the texts: JSON for the page's own script, a page for a plain form."""
    row = load_item(request, office, year, code)
    form = ItemForm(request.POST)
    by_script = request.headers.get("X-Autosave") == "1"
    # A page left open when its writer was signed out must not write as who signed in next.
    if by_script and request.headers.get("X-Writer", "") not in ("", str(request.user.pk)):
        said = _("Somebody else signed in here. Your text is kept on this device for you.")
        return JsonResponse({"message": said}, status=403)
    if not form.is_valid():
        if by_script:
            errors = {name: " ".join(found) for name, found in form.errors.items()}
            return JsonResponse({"message": " ".join(errors.values())}, status=400)
        return item_page(request, row, form, status=400)
    try:
        saved = save_item(row, **form.cleaned_data, by=request.user)
    except StaleEdit as stale:
        return stale_item(request, row, form, stale, by_script)
    except Refused as refusal:
        if by_script:
            return JsonResponse({"message": refusal.message}, status=refusal.status)
        raise
    said = _("Saved at %(time)s.") % {"time": server_time(saved.saved_at)}
    if by_script:
        lacks = [lack.text for lack in missing_of(saved)]
        return JsonResponse({"version": saved.version, "said": said, "missing": lacks})
    messages.success(request, said)
    return redirect(item_url(row))


def stale_item(request, row, form, stale, by_script):
    """Both texts: theirs beside mine, and the version from which mine may be saved."""
    row.refresh_from_db()
    if by_script:
        return JsonResponse(
            {"message": stale.message, "theirs": stale.theirs, "version": row.version},
            status=stale.status,
        )
    again = ItemForm({**form.cleaned_data, "version": row.version})
    theirs = named_texts(again, stale.theirs, TEXTS)
    messages.error(request, stale.message)
    return item_page(request, row, again, theirs=theirs, status=stale.status)


@require_POST
def item_hand_in(request, office, year, code):
    """Hand the consideration in; what is missing is listed."""
    row = load_item(request, office, year, code)
    try:
        hand_in(row, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Handed in. It can be taken back while the year is open."))
    return redirect(item_url(row))


@require_POST
def item_take_back(request, office, year, code):
    """Take the consideration back into work."""
    row = load_item(request, office, year, code)
    form = ReasonForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    try:
        take_back(row, by=request.user, why=why)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The consideration is in progress again."))
    return redirect(item_url(row))


# -- history of the texts -------------------------------------------------------
@require_GET
def item_history(request, office, year, code):
    """Every saved text; what one person saved in one sitting is shown once, by its last state."""
    row = load_item(request, office, year, code)
    context = {
        "assessment": row.assessment,
        "section": "indicators",
        "item": row,
        "revisions": sittings(row.revisions.select_related("saved_by").order_by("-version")),
        "may_write": rules.may_write_item(request.user, row) and row.state == ItemState.WRITING,
    }
    return render(request, "indicators/item_history.html", context)


def sittings(revisions):
    """The last revision of each run of saves by one person without a pause of 15 minutes."""
    shown = []
    newer = None
    for revision in revisions:
        runs_on = (
            newer is not None
            and newer.saved_by_id == revision.saved_by_id
            and (newer.saved_at - revision.saved_at).total_seconds() < EPISODE_SECONDS
        )
        if not runs_on:
            shown.append(revision)
        newer = revision
    return shown


@require_POST
def item_restore(request, office, year, code):
    """Save an old text anew; the present one stays in the history."""
    row = load_item(request, office, year, code)
    form = RestoreForm(request.POST)
    if not form.is_valid():
        raise MoveRefused(_("This text is not in the history."))
    old = get_object_or_404(row.revisions, version=form.cleaned_data["revision"])
    save_item(
        row,
        **{name: getattr(old, name) for name in TEXTS},
        version=form.cleaned_data["version"],
        by=request.user,
    )
    messages.success(request, _("The old text is back; the other one stays in the history."))
    return redirect(item_url(row))

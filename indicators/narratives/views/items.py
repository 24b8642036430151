"""Pages of indicators and considerations: reading, writing, handing in."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.forms import OptionalReasonForm
from core.refusals import MoveRefused, Refused, RuleBroken, StaleEdit
from core.views import require_valid, server_time
from indicators import rules
from indicators.catalogue.checklists.forms import NotHereForm, RequiredPieceForm
from indicators.catalogue.checklists.queries import checklists_of, shown_checklist
from indicators.evidence.forms import EvidenceForm
from indicators.evidence.tus.queries import upload_zone
from indicators.loading import item_url, load_assessment, load_item, load_review
from indicators.narratives.forms import DueForm, ItemForm, RestoreForm, ReviewForm
from indicators.narratives.inbox.codes import codes_around
from indicators.narratives.inbox.queries import waiting_for
from indicators.narratives.items import (
    BROUGHT,
    TEXTS,
    doubts_of,
    hand_in,
    missing_of,
    require_planner,
    require_writer,
    save_item,
    set_due,
    take_back,
)
from indicators.narratives.progress import progress_of
from indicators.narratives.queries import (
    contents_of,
    items_of,
    neighbours,
    people_of,
    projects_of,
    rubric_of,
    sittings,
)
from indicators.narratives.reuse.queries import earlier_year
from indicators.narratives.reviews import FIELDS, require_reviewer, save_review
from indicators.requests.forms import RequestAskForm, put_acts
from indicators.requests.queries import requests_of
from indicators.scores.queries import handed_in_scores
from indicators.scores.scores import score_tree
from indicators.states import ItemState
from indicators.threads.views.section import discussions_of


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
        "checklists": checklists_of(item__assessment=assessment),
    }
    return render(request, "indicators/narratives/indicator_list.html", context)


@require_GET
def indicator(request, office, year, code):
    """One indicator: its considerations side by side, its projects, its review."""
    assessment = load_assessment(request, office, year)
    review = load_review(assessment, code)
    standing = {name: getattr(review, name) for name in FIELDS}
    form = ReviewForm(initial=standing | {"seen": review.version})
    return indicator_page(request, assessment, review, form)


def indicator_page(request, assessment, review, form, *, theirs=None, status=200):
    """Render the page, after a refused review with both texts."""
    row, today = review.indicator, clock.today()
    sees_scores = rules.may_see_scores(request.user, assessment, today)
    items = items_of(assessment, row)
    people = people_of(assessment, row)
    shown = handed_in_scores(items) if sees_scores else {}
    checklists = checklists_of(item__in=items)
    for item in items:
        item.required = checklists.get(item.pk)
        item.assessment = assessment
        item.collector = people.collectors.get(item.consideration_id)
        item.shown_scores = shown.get(item.pk, [])
    score = next(s for s in score_tree(assessment).indicators if s.pk == row.pk)
    context = {
        "assessment": assessment,
        "section": "indicators",
        "indicator": row,
        "items": items,
        "people": people,
        "sees_scores": sees_scores,
        "score": score,
        "in_inbox": waiting_for(assessment, codes_around(assessment.edition, row.code)),
        "projects": projects_of(assessment, row),
        "review": review,
        "form": form,
        "theirs": theirs,
        "may_review": rules.may_write_review(request.user, assessment, row, today),
        "mine": rules.writable_items(request.user, assessment),
    }
    return render(request, "indicators/narratives/indicator.html", context, status=status)


@require_POST
def review_save(request, office, year, code):
    """Save the indicator's review; a stale one comes back with both texts."""
    assessment = load_assessment(request, office, year)
    review = load_review(assessment, code)
    require_reviewer(review, by=request.user)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return indicator_page(request, assessment, review, form, status=400)
    try:
        save_review(
            review,
            **{name: form.cleaned_data[name] for name in FIELDS},
            version=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleEdit as stale:
        review.refresh_from_db()
        theirs = other_texts(form, stale, seen=review.version)
        messages.error(request, stale.message)
        return indicator_page(request, assessment, review, form, theirs=theirs, status=stale.status)
    messages.success(request, _("Saved at %(time)s.") % {"time": server_time()})
    return redirect("indicators:indicator", office, year, code)


def other_texts(form, stale, *, seen):
    """Give the form again, on top of ``seen``; the texts that differ from what was typed."""
    theirs = form.give_again(stale, seen=seen)
    return [their for their in theirs if their.text != form.cleaned_data[their.name]]


# -- one consideration ----------------------------------------------------------
@require_GET
def item(request, office, year, code):
    """Read and write one consideration."""
    row = load_item(request, office, year, code)
    return item_page(request, row, item_form(row))


def item_form(row):
    """The form of the texts, as they stand."""
    standing = {name: getattr(row, name) for name in TEXTS}
    return ItemForm(initial=standing | {"seen": row.version})


def item_page(request, row, form, *, theirs=None, refused=None, status=200):
    """Render the page, after a refused save with both texts.

    ``refused`` is another form of the page that was sent, with what is wrong in it.
    """
    user, assessment, day = request.user, row.assessment, clock.today()
    rights = rules.item_rights(user, row, day)
    contents = contents_of(row)
    row.evidence_count = len(contents.citations)
    indicator = row.consideration.indicator
    people = people_of(assessment, indicator)
    writes = rights.write and row.state == ItemState.WRITING
    context = {
        "assessment": assessment,
        "section": "indicators",
        "item": row,
        "consideration": row.consideration,
        "indicator": indicator,
        "rubric": rubric_of(row),
        "people": people,
        "collector": people.collectors.get(row.consideration_id),
        "citations": contents.citations,
        "required": shown_checklist(row, contents.citations, keeps=rights.keep_checklist),
        **checklist_forms(refused, keeps=rights.keep_checklist),
        "saved_by": contents.saved_by,
        "missing": missing_of(row),
        "agreed": getattr(row, "agreed_score", None),
        "form": form,
        "evidence_form": EvidenceForm(user=user) if rights.write else None,
        "earlier": earlier_year(row) if writes else None,
        "in_inbox": waiting_for(assessment, [row.consideration.code, indicator.code]),
        "doubts": doubts_of(row, sum(cited.to_verify for cited in contents.citations)),
        "zone": upload_zone(assessment, user=user, item=row) if rights.write else None,
        "theirs": theirs,
        "has_right": rights.write,
        "may_write": writes,
        "may_take_back": row.state == ItemState.HANDED_IN and rights.take_back,
        "siblings": neighbours(row),
        "discussions": discussions_of(row, user=user, leads=rights.take_back),
        "requests": requests_with_acts(user, row, works=rights.take_back, day=day),
        "ask_form": RequestAskForm(item=row) if rights.ask else None,
        "due_form": due_form(row, refused) if rights.set_due else None,
    }
    return render(request, "indicators/narratives/item.html", context, status=status)


def requests_with_acts(user, row, *, works, day):
    """What was asked about the consideration, and what ``user`` may do with each."""
    found = requests_of(row)
    for one in found:
        put_acts(one, user, day, works=works)
    return found


def checklist_forms(refused, *, keeps):
    """The forms of the checklist for who keeps it; the one that was refused as it was sent."""
    adding = refused if isinstance(refused, RequiredPieceForm) else RequiredPieceForm()
    excusing = refused if isinstance(refused, NotHereForm) else NotHereForm()
    return {"required_form": adding if keeps else None, "excuse_form": excusing}


def due_form(row, refused=None):
    """The form of the consideration's own due date, as it stands or as it was refused."""
    if isinstance(refused, DueForm):
        return refused
    return DueForm(initial={"due": row.due, "seen": row.due})


@require_POST
def item_due_set(request, office, year, code):
    """A due date of its own, or none."""
    row = load_item(request, office, year, code)
    require_planner(row.assessment, by=request.user)
    form = DueForm(request.POST)
    if form.is_valid():
        try:
            set_due(row, **form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("Saved. Reminders follow this date."))
            return redirect(item_url(row))
    return item_page(request, row, item_form(row), refused=form, status=400)


@require_POST
def item_autosave(request, office, year, code):
    """Save the texts: JSON for the page's own script, a page for a plain form."""
    row = load_item(request, office, year, code)
    form = ItemForm(request.POST)
    by_script = request.headers.get("X-Autosave") == "1"
    try:
        require_writer(row, by=request.user)
    except Refused as refusal:
        return refused_item(refusal, by_script)
    if not form.is_valid():
        if by_script:
            errors = {name: " ".join(found) for name, found in form.errors.items()}
            return JsonResponse({"message": " ".join(errors.values())}, status=400)
        return item_page(request, row, form, status=400)
    try:
        saved = save_item(
            row,
            **{name: form.cleaned_data[name] for name in TEXTS},
            version=form.cleaned_data["seen"],
            by=request.user,
        )
    except StaleEdit as stale:
        return stale_item(request, row, form, stale, by_script)
    except Refused as refusal:
        return refused_item(refusal, by_script)
    said = _("Saved at %(time)s.") % {"time": server_time(saved.saved_at)}
    if by_script:
        answer = {"version": saved.version, "said": said}
        answer["missing"] = [lack.text for lack in missing_of(saved)]
        answer["doubts"] = [doubt.text for doubt in doubts_of(saved)]
        answer["drafts"] = [name for name in BROUGHT if getattr(saved, f"{name}_from")]
        return JsonResponse(answer)
    messages.success(request, said)
    return redirect(item_url(row))


def refused_item(refusal, by_script):
    """JSON for the page's own script, the refusal's page otherwise."""
    if not by_script:
        raise refusal
    return JsonResponse({"message": refusal.message}, status=refusal.status)


def stale_item(request, row, form, stale, by_script):
    """Both texts: theirs beside mine, and the version from which mine may be saved."""
    row.refresh_from_db()
    if by_script:
        return JsonResponse(
            {"message": stale.message, "theirs": stale.theirs, "version": row.version},
            status=stale.status,
        )
    theirs = other_texts(form, stale, seen=row.version)
    messages.error(request, stale.message)
    return item_page(request, row, form, theirs=theirs, status=stale.status)


@require_POST
def item_hand_in(request, office, year, code):
    """Hand the consideration in; what is missing is listed."""
    row = load_item(request, office, year, code)
    why = require_valid(OptionalReasonForm(request.POST))["why"]
    try:
        hand_in(row, by=request.user, why=why)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Handed in. It can be taken back while the year is open."))
    return redirect(item_url(row))


@require_POST
def item_take_back(request, office, year, code):
    """Take the consideration back into work."""
    row = load_item(request, office, year, code)
    why = require_valid(OptionalReasonForm(request.POST))["why"]
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
        "revisions": sittings(row),
        "may_write": rules.may_write_item(request.user, row) and row.state == ItemState.WRITING,
    }
    return render(request, "indicators/narratives/item_history.html", context)


@require_POST
def item_restore(request, office, year, code):
    """Save an old text anew; the present one stays in the history."""
    row = load_item(request, office, year, code)
    require_writer(row, by=request.user)
    form = RestoreForm(request.POST)
    if not form.is_valid():
        raise MoveRefused(_("This text is not in the history."))
    old = get_object_or_404(row.revisions, version=form.cleaned_data["revision"])
    save_item(
        row,
        **{name: getattr(old, name) for name in TEXTS},
        version=form.cleaned_data["seen"],
        by=request.user,
    )
    messages.success(request, _("The old text is back; the other one stays in the history."))
    return redirect(item_url(row))

"""Pages of scores: a member's own sheet, the committee room, the arithmetic."""

from urllib.parse import quote

from django.contrib import messages
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from indicators import rules
from indicators.domain.rollup import exact, workings
from indicators.domain.scores import (
    agree,
    hand_in_scores,
    save_score,
    score_tree,
    take_back_scores,
)
from indicators.domain.trees import edition_tree
from indicators.forms.scores import LevelForm
from indicators.models import AgreedScore, RubricLevel
from indicators.views.items import attach_scores, load_item, server_time
from indicators.views.loading import load_assessment
from people import clock
from people.refusals import RuleBroken, StaleEdit

DISAGREEMENT = 2


def scored_items(assessment):
    """The year's items with what was agreed on each; one query."""
    return assessment.items.in_order().select_related(
        "consideration__indicator", "agreed_score__saved_by"
    )


def level_names(assessment):
    """``{5: "ดีเยี่ยม", …}`` of the edition."""
    return {level.score: level.name for level in edition_tree(assessment.edition).levels}


def with_rubric(items, names):
    """Give each item ``levels``: ``(level, name, text)`` best first."""
    texts = RubricLevel.objects.filter(consideration__in=[i.consideration_id for i in items])
    found = {
        (consideration, score): text
        for consideration, score, text in texts.order_by().values_list(
            "consideration", "score", "text"
        )
    }
    for item in items:
        item.levels = [
            (n, names.get(n, ""), found.get((item.consideration_id, n), ""))
            for n in range(5, 0, -1)
        ]
    return items


def parts_of(assessment, done, chosen=None):
    """The standards as pages of a long sheet: ``(parts, the one shown, the one after it)``.

    ``done`` holds the considerations that need no look any more. Shown is the standard whose code
    was asked for, else the first in which something is left.
    """
    parts = []
    for standard in edition_tree(assessment.edition).standards:
        below = [row.pk for part in standard.indicators for row in part.considerations]
        finished = sum(pk in done for pk in below)
        left = len(below) - finished
        parts.append(
            {"row": standard, "total": len(below), "done": finished, "left": left, "rows": below}
        )
    asked = (part for part in parts if part["row"].code == chosen)
    shown = next(asked, None) or next((part for part in parts if part["left"]), parts[0])
    after = parts[parts.index(shown) + 1 :][:1]
    return parts, shown, after[0] if after else None


# -- a member's own sheet -------------------------------------------------------
@require_GET
def scoring(request, office, year):
    """My scoring sheet; people who do not score see what was agreed."""
    assessment = load_assessment(request, office, year)
    context = {
        "assessment": assessment,
        "section": "scores",
        "page": "mine",
        "is_scorer": rules.is_scorer(request.user, assessment),
        "sees_scores": rules.may_see_scores(request.user, assessment, clock.today()),
        "office_score": score_tree(assessment),
    }
    if context["is_scorer"]:
        context |= sheet(request, assessment, agreed=context["office_score"])
    else:
        context["items"] = scored_items(assessment)
    return render(request, "indicators/scoring.html", context)


def sheet(request, assessment, agreed):
    """What a scorer's page adds: one standard's cards, a page of 42 is too long to send."""
    own = {s.item_id: s for s in scores_of(request.user, assessment)}
    handed_in = [score.handed_in_at for score in own.values() if score.handed_in_at]
    counts = tally(own.values(), assessment, request.GET.get("standard"))
    cards = assessment.items.in_order().select_related("consideration__indicator", "agreed_score")
    items = list(cards.filter(consideration__in=counts["part"]["rows"]))
    for item in items:
        item.own = own.get(item.pk)
    unscored_only = request.GET.get("show") == "unscored"
    if unscored_only:
        items = [item for item in items if item.own is None]
    return counts | {
        "items": with_rubric(items, level_names(assessment)),
        "may_score": assessment.is_open and not handed_in,
        "handed_in_at": min(handed_in, default=None),
        "may_take_back": bool(handed_in) and assessment.is_open and agreed.unscored == agreed.total,
        "unscored_only": unscored_only,
    }


def scores_of(user, assessment):
    """The member's own scores, with the consideration each belongs to."""
    rows = user.scores.filter(item__assessment=assessment).order_by()
    return rows.annotate(consideration=F("item__consideration"))


def tally(own, assessment, chosen=None):
    """What the progress line of the sheet counts, over all and per standard."""
    own = list(own)
    parts, part, after = parts_of(assessment, {score.consideration for score in own}, chosen)
    return {
        "total": sum(one["total"] for one in parts),
        "scored": len(own),
        "unreasoned": sum(not score.reason for score in own),
        "parts": parts,
        "part": part,
        "after": after,
    }


@require_POST
def score_save(request, office, year, code):
    """Save one choice; htmx gets the card back, a plain form the sheet."""
    item = load_item(request, office, year, code)
    form = LevelForm(request.POST)
    refusal = None
    if form.is_valid():
        try:
            save_score(item, **form.cleaned_data, by=request.user)
        except (RuleBroken, StaleEdit) as refused:
            refusal = refused
    else:
        refusal = RuleBroken(" ".join(e for found in form.errors.values() for e in found))
    if request.htmx:
        return score_card(request, item, form, refusal)
    if refusal is not None:
        raise refusal
    messages.success(request, _("Saved at %(time)s.") % {"time": server_time()})
    standard = item.consideration.indicator.standard
    sheet_url = reverse("indicators:scoring", args=[office, year])
    return redirect(f"{sheet_url}?standard={quote(standard.code)}#card-{item.pk}")


def score_card(request, item, form, refusal):
    """One card of the sheet with the server's time, and the progress line beside it."""
    with_rubric([item], level_names(item.assessment))
    item.own = request.user.scores.filter(item=item).first()
    context = {
        "assessment": item.assessment,
        "item": item,
        "may_score": rules.may_score(request.user, item.assessment),
        "refusal": refusal,
        "typed": form.data.get("reason", "") if refusal else None,
        "saved_at": item.own.saved_at if item.own and not refusal else None,
        "swap_progress": True,
        **tally(
            scores_of(request.user, item.assessment),
            item.assessment,
            item.consideration.indicator.standard.code,
        ),
    }
    return render(request, "indicators/_score_answer.html", context)


@require_POST
def scores_hand_in(request, office, year):
    """Show my scores to the committee."""
    assessment = load_assessment(request, office, year)
    try:
        hand_in_scores(assessment, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Your scores were handed in; the committee sees them now."))
    return redirect("indicators:scoring", office, year)


@require_POST
def scores_take_back(request, office, year):
    """Make my scores private again."""
    assessment = load_assessment(request, office, year)
    take_back_scores(assessment, by=request.user)
    messages.success(request, _("Your scores are private again and can be changed."))
    return redirect("indicators:scoring", office, year)


# -- the committee room ---------------------------------------------------------
@require_GET
def committee_room(request, office, year):
    """All handed-in scores side by side, and what the committee agrees on."""
    assessment = load_assessment(request, office, year)
    items = with_rubric(list(scored_items(assessment)), level_names(assessment))
    sees_scores = rules.may_see_scores(request.user, assessment, clock.today())
    for item in items:
        item.assessment = assessment
    spread_out(items, sees_scores)
    show = request.GET.get("show", "")
    wanted = {
        "open": lambda item: getattr(item, "agreed_score", None) is None,
        "apart": lambda item: item.apart,
    }.get(show, lambda _item: True)
    assessors = {s.assessor_id for item in items for s in item.shown_scores}
    context = {
        "assessment": assessment,
        "section": "scores",
        "page": "room",
        "items": [item for item in items if wanted(item)],
        "sees_scores": sees_scores,
        "may_agree": rules.may_agree(request.user, assessment, clock.today()),
        "total": len(items),
        "agreed": sum(getattr(item, "agreed_score", None) is not None for item in items),
        "apart": sum(item.apart for item in items),
        "assessors": len(assessors),
        "show": show,
        "office_score": score_tree(assessment),
    }
    return render(request, "indicators/committee_room.html", context)


def spread_out(items, sees_scores):
    """Give each item its shown scores, their range, and whether members stand far apart."""
    if sees_scores:
        attach_scores(items)
    for item in items:
        if not sees_scores:
            item.shown_scores = []
        levels = [score.level for score in item.shown_scores]
        item.lowest, item.highest = (min(levels), max(levels)) if levels else (None, None)
        item.apart = bool(levels) and item.highest - item.lowest >= DISAGREEMENT


@require_POST
def agree_save(request, office, year, code):
    """Record the committee's level and reason; a stale record is refused with what stands."""
    item = load_item(request, office, year, code)
    form = LevelForm(request.POST)
    refusal = None
    if form.is_valid():
        try:
            agree(item, **form.cleaned_data, by=request.user)
        except (RuleBroken, StaleEdit) as refused:
            refusal = refused
    else:
        refusal = RuleBroken(" ".join(e for found in form.errors.values() for e in found))
    if request.htmx:
        return room_card(request, item, form, refusal)
    if refusal is not None:
        raise refusal
    messages.success(request, _("Saved at %(time)s.") % {"time": server_time()})
    return redirect("indicators:committee_room", office, year)


def room_card(request, item, form, refusal):
    """One card of the room."""
    agreed = AgreedScore.objects.select_related("saved_by").filter(item=item).first()
    with_rubric([item], level_names(item.assessment))
    spread_out([item], rules.may_see_scores(request.user, item.assessment, clock.today()))
    context = {
        "assessment": item.assessment,
        "item": item,
        "may_agree": rules.may_agree(request.user, item.assessment, clock.today()),
        "sees_scores": True,
        "refusal": refusal,
        "typed": form.data.get("reason", "") if refusal else None,
        "typed_level": form.data.get("level", "") if refusal else None,
        "saved_at": agreed.saved_at if agreed and not refusal else None,
        "swap_progress": True,
        "total": item.assessment.items.count(),
        "agreed": AgreedScore.objects.filter(item__assessment=item.assessment).count(),
    }
    return render(request, "indicators/_score_room_answer.html", context)


# -- arithmetic -----------------------------------------------------------------
@require_GET
def arithmetic(request, office, year):
    """Every line of the calculation, with exact fractions."""
    assessment = load_assessment(request, office, year)
    tree = score_tree(assessment)
    context = {
        "assessment": assessment,
        "section": "scores",
        "page": "arithmetic",
        "office_score": tree,
        "levels": assessment.edition.levels.order_by("-score"),
        "workings": [written(working) for working in workings(tree)],
    }
    return render(request, "indicators/arithmetic.html", context)


def written(working):
    """One sum as text: exact numbers, ``–`` for what nobody scored."""
    return {
        "working": working,
        "weights": exact(working.weights),
        "products": exact(working.products),
        "mean": exact(working.mean),
        "terms": [
            {
                "code": term.code,
                "title": term.title,
                "weight": exact(term.weight),
                "value": exact(term.value),
                "product": exact(term.product),
                "unscored": term.value is None,
            }
            for term in working.terms
        ],
    }

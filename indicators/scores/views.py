"""Pages of scores: a member's own sheet, the committee room, the arithmetic."""

from functools import partial
from urllib.parse import quote

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.refusals import FormRefused, RuleBroken, StaleEdit
from core.views import Asking, ask, server_time, was_asked
from indicators import rules
from indicators.loading import load_assessment, load_item
from indicators.scores.drafts import drafts_of, keep_draft
from indicators.scores.forms import LevelForm, ScoreDraftForm
from indicators.scores.queries import (
    WorkingText,
    agreed_counts,
    cards_of,
    levels_of,
    room_cards,
    scored_items,
    scores_of,
    sheet_cards,
    standard_of,
    tally,
)
from indicators.scores.rollup import workings
from indicators.scores.scores import (
    agree,
    can_be_taken_back,
    hand_in_scores,
    require_agreeing,
    require_scorer,
    save_score,
    score_tree,
    take_back_scores,
)
from indicators.states import DraftKind


def _chosen(request, item, *, require, save):
    """Save a level that somebody chose: ``(form, what was saved, why it was refused)``.

    ``require`` asks for the authority, before anything is said about what was typed.
    """
    require(item.assessment, by=request.user)
    form = LevelForm(request.POST)
    try:
        if not form.is_valid():
            raise FormRefused(form)
        chosen = form.cleaned_data
        saved = save(
            item,
            level=chosen["level"],
            reason=chosen["reason"],
            version=chosen["seen"],
            by=request.user,
        )
    except (RuleBroken, StaleEdit) as refused:
        return form, None, refused
    return form, saved, None


def _answer(request, form, refusal, *, card, url):
    """The card for htmx; without script the refusal's page, or back to where the card stands."""
    if request.htmx:
        typed = {"typed": form.data.get("reason", ""), "typed_level": form.data.get("level", "")}
        typed["wrong"] = form.errors
        return card({"refusal": refusal, "swap_progress": True, **(typed if refusal else {})})
    if refusal is not None:
        raise refusal
    messages.success(request, _("Saved at %(time)s.") % {"time": server_time()})
    return redirect(url)


def _card(request, template, context):
    """The card with its status: a page that keeps what was typed must know it was refused."""
    refusal = context["refusal"]
    return render(request, template, context, status=refusal.status if refusal else 200)


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
        context |= _sheet(request, assessment, agreed=context["office_score"])
    else:
        context["items"] = scored_items(assessment)
    return render(request, "indicators/scores/scoring.html", context)


def _sheet(request, assessment, agreed):
    """What a scorer's page adds."""
    own = {score.item_id: score for score in scores_of(request.user, assessment)}
    handed_in = [score.handed_in_at for score in own.values() if score.handed_in_at]
    counts = tally(own.values(), assessment, request.GET.get("standard"))
    unscored_only = request.GET.get("show") == "unscored"
    return {
        "counts": counts,
        "cards": sheet_cards(assessment, counts.part, own, unscored_only=unscored_only),
        "may_score": assessment.is_open and not handed_in,
        "handed_in_at": min(handed_in, default=None),
        "may_take_back": bool(handed_in) and assessment.is_open and agreed.unscored == agreed.total,
        "unscored_only": unscored_only,
    }


@require_POST
def score_save(request, office, year, code):
    """Save one choice; htmx gets the card back, a plain form the sheet."""
    item = load_item(request, office, year, code)
    form, saved, refusal = _chosen(request, item, require=require_scorer, save=save_score)
    if request.headers.get("X-Autosave") == "1":
        return _autosaved(saved, refusal)
    standard = standard_of(item)
    sheet_url = reverse("indicators:scoring", args=[office, year])
    return _answer(
        request,
        form,
        refusal,
        card=lambda context: _sheet_card(request, item, context),
        url=f"{sheet_url}?standard={quote(standard.code)}#card-{item.pk}",
    )


def _autosaved(saved, refusal):
    """JSON for a reason that is being typed: the server's time, or why it is not saved."""
    if refusal is not None:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    said = _("Saved at %(time)s.") % {"time": server_time(saved.saved_at)}
    return JsonResponse({"version": saved.version, "said": said})


def _sheet_card(request, item, context):
    """One card of the sheet with the server's time, and the progress line beside it."""
    (card,) = cards_of(item.assessment, [item])
    own = list(scores_of(request.user, item.assessment))
    card.own = next((score for score in own if score.item_id == item.pk), None)
    context |= {
        "assessment": item.assessment,
        "card": card,
        "counts": tally(own, item.assessment, standard_of(item).code),
        "may_score": rules.may_score(request.user, item.assessment),
        "saved_at": card.own.saved_at if card.own and not context["refusal"] else None,
    }
    return _card(request, "indicators/scores/scoring.html#answer", context)


@require_http_methods(["GET", "POST"])
def scores_hand_in(request, office, year):
    """Show my scores to the committee; asks once where they can no longer be taken back."""
    assessment = load_assessment(request, office, year)
    require_scorer(assessment, by=request.user)
    undone = request.method == "POST" and can_be_taken_back(assessment)
    if not undone and not was_asked(request):
        return ask(request, _handing_in(assessment))
    try:
        hand_in_scores(assessment, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Your scores were handed in; the committee sees them now."))
    return redirect("indicators:scoring", office, year)


def _handing_in(assessment):
    follows = [_("The committee sees your levels and reasons.")]
    if can_be_taken_back(assessment):
        follows.append(_("You can take them back until the committee begins to agree."))
    else:
        follows.append(
            _("The committee has begun to agree, so they cannot be taken back or changed any more.")
        )
    return Asking(
        question=_("Hand in your scores?"),
        follows=follows,
        button=_("Hand in my scores"),
        back=reverse("indicators:scoring", args=[assessment.office.code, assessment.fiscal_year]),
    )


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
    sees_scores = rules.may_see_scores(request.user, assessment, clock.today())
    may_agree = rules.may_agree(request.user, assessment, clock.today())
    cards = room_cards(
        assessment,
        scored_items(assessment),
        sees_scores=sees_scores,
        typist=request.user if may_agree else None,
    )
    show = request.GET.get("show", "")
    wanted = {"open": lambda card: card.agreed is None, "apart": lambda card: card.apart}.get(
        show, lambda _card: True
    )
    context = {
        "assessment": assessment,
        "section": "scores",
        "page": "room",
        "cards": [card for card in cards if wanted(card)],
        "sees_scores": sees_scores,
        "may_agree": may_agree,
        "total": len(cards),
        "agreed": sum(card.agreed is not None for card in cards),
        "apart": sum(card.apart for card in cards),
        "assessors": len({score.assessor_id for card in cards for score in card.shown}),
        "show": show,
        "office_score": score_tree(assessment),
    }
    return render(request, "indicators/scores/committee_room.html", context)


@require_POST
def agree_save(request, office, year, code):
    """Record the committee's level and reason; a stale record is refused with what stands."""
    item = load_item(request, office, year, code)
    if request.headers.get("X-Autosave") == "1":
        require_agreeing(item.assessment, by=request.user)
        kind = DraftKind.AGREED
        return draft_answer(request, item, kind, keep=partial(keep_draft, item, kind))
    form, _saved, refusal = _chosen(request, item, require=require_agreeing, save=agree)
    return _answer(
        request,
        form,
        refusal,
        card=lambda context: _room_card(request, item, context),
        url=reverse("indicators:committee_room", args=[office, year]),
    )


def draft_answer(request, item, kind, *, keep, prefix=None):
    """JSON for a score that is being typed: kept as a draft, or why not; ``keep`` keeps it."""
    form = ScoreDraftForm(request.POST, prefix=prefix)
    if not form.is_valid():
        said = " ".join(error for errors in form.errors.values() for error in errors)
        return JsonResponse({"message": said}, status=400)
    typed = form.cleaned_data
    try:
        kept = keep(
            level=typed["level"],
            reason=typed["reason"],
            seen=typed["seen"],
            version=typed["draft"],
            by=request.user,
        )
    except StaleEdit as stale:
        theirs = [f"{name}: {text}" for name, text in stale.theirs.items() if text]
        now = drafts_of(request.user, kind, [item]).get(item.pk)
        answer = {"message": stale.message, "theirs": theirs, "version": now.version if now else 0}
        return JsonResponse(answer, status=stale.status)
    if kept is None:
        return JsonResponse({"version": 0, "said": _("This is what is recorded.")})
    said = _("Your draft is kept (%(time)s). It is not recorded yet.")
    time = server_time(kept.saved_at)
    return JsonResponse({"version": kept.version, "said": said % {"time": time}})


def _room_card(request, item, context):
    """One card of the room."""
    assessment = item.assessment
    sees_scores = rules.may_see_scores(request.user, assessment, clock.today())
    may_agree = rules.may_agree(request.user, assessment, clock.today())
    (card,) = room_cards(
        assessment,
        scored_items(assessment, item.pk),
        sees_scores=sees_scores,
        typist=request.user if may_agree else None,
    )
    context |= {
        "assessment": assessment,
        "card": card,
        "may_agree": may_agree,
        "sees_scores": True,
        "saved_at": card.agreed.saved_at if card.agreed and not context["refusal"] else None,
        **agreed_counts(assessment),
    }
    return _card(request, "indicators/scores/committee_room.html#answer", context)


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
        "levels": levels_of(assessment),
        "workings": [WorkingText.of(working) for working in workings(tree)],
    }
    return render(request, "indicators/scores/arithmetic.html", context)

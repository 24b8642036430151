"""Writing a draft: the paper itself, and the memo that proposes an order."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.refusals import MoveRefused, Refused, StaleEdit
from core.views import require, server_time
from workflow import rules
from workflow.loading import load_proposal
from workflow.papers import proposals
from workflow.papers.forms.drafts import (
    MEMO,
    body_of,
    form_class_of,
    member_forms,
    seats_of,
    texts_of,
)
from workflow.states import ProposalKind, ProposalState

SEATS = "seats"  # the table of members, as autosave.js names it


@require_http_methods(["GET", "POST"])
def proposal_edit(request, office, year, kind):
    """Write the draft; an edit that started from an older save shows both texts."""
    return _edit(request, office, year, kind, paper=kind)


@require_http_methods(["GET", "POST"])
def memo_edit(request, office, year):
    """Write the memo of the order's draft; it is saved with the order."""
    return _edit(request, office, year, ProposalKind.ORDER, paper=MEMO)


def _edit(request, office, year, kind, *, paper):
    draft = load_proposal(request, office, year, kind)
    require(rules.may_draft(request.user, draft.cycle, clock.today()))
    if draft.state != ProposalState.DRAFT and request.method == "GET":
        return redirect("workflow:proposal", office, year, kind)
    form_class = form_class_of(paper)
    form = form_class(request.POST or None, initial=form_class.initial_of(draft))
    members = None if paper == MEMO else member_forms(draft, request.POST, user=request.user)
    if request.method == "POST" and request.headers.get("X-Autosave") == "1":
        return _autosave(request, draft, form, members)
    theirs, status = {}, 200
    if request.method == "POST":
        status = 400
        if form.is_valid() and (members is None or members.is_valid()):
            try:
                _save(draft, form, members, by=request.user)
                messages.success(request, _("The draft is saved."))
                return redirect("workflow:proposal", office, year, kind)
            except StaleEdit as refusal:
                theirs, status = {"message": refusal.message, "texts": refusal.theirs}, 409
                draft.refresh_from_db(fields=["edit"])
                form.stand_on(draft.edit)
            except MoveRefused as refusal:  # proposed meanwhile: what was typed stays on screen
                theirs, status = {"message": refusal.message, "texts": {}}, 409
    context = _context(draft, paper) | {"form": form, "members": members, "theirs": theirs}
    template = (
        "workflow/papers/memo_form.html" if paper == MEMO else "workflow/papers/proposal_form.html"
    )
    return render(request, template, context, status=status)


def _autosave(request, draft, form, members):
    """Answer the page's own script: the server's time and count, or both texts.

    A row of seats that is not whole keeps no words from being saved: the seats wait, and the
    answer says so (``problems``, ``unsaved``).
    """
    if not form.is_valid():
        return JsonResponse({"message": _errors(form)}, status=400)
    if members is not None and not members.management_form.is_valid():
        members = None  # no table was sent: the seats stay as they are
    wrong = [] if members is None or members.is_valid() else _wrong_seats(members)
    try:
        proposals.save_draft(
            draft,
            subject=form.subject_for(draft),
            body=texts_of(draft, form, None if wrong else members),
            edit=form.cleaned_data["seen"],
            by=request.user,
            autosaved=True,
        )
    except StaleEdit as stale:
        draft.refresh_from_db(fields=["subject", "body", "edit"])
        theirs = _standing(draft, form) | ({} if members is None else {SEATS: seats_of(draft)})
        answer = {"message": stale.message, "theirs": theirs, "version": draft.edit}
        return JsonResponse(answer, status=stale.status)
    except Refused as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    answer = {"version": draft.edit, "said": _("Saved at %(time)s.")}
    answer["said"] %= {"time": server_time(draft.saved_at)}
    if wrong:
        problems = _("The members are not saved yet: %(why)s") % {"why": " ".join(wrong)}
        answer |= {"problems": problems, "unsaved": [SEATS]}
    return JsonResponse(answer)


def _standing(draft, form):
    """The words that stand there now, box by box."""
    blank = type(form)(initial=form.initial_of(draft))
    return {field.name: field.value() or "" for field in blank.visible_fields()}


def _wrong_seats(members):
    found = [*members.non_form_errors()]
    for row in members:
        found += [error for errors in row.errors.values() for error in errors]
    return list(dict.fromkeys(str(error) for error in found))


def _errors(form):
    return " ".join(
        f"{form.fields[name].label}: {' '.join(found)}" if name in form.fields else " ".join(found)
        for name, found in form.errors.items()
    )


def _context(draft, paper):
    return {
        "cycle": draft.cycle,
        "assessment": draft.cycle.assessment,
        "section": "overview",
        "kind": ProposalKind(draft.kind),
        "paper": paper,
        "proposal": draft,
    }


def _save(draft, form, members, *, by):
    proposals.save_draft(
        draft,
        subject=form.subject_for(draft),
        body=body_of(draft, form, members),
        edit=form.cleaned_data["seen"],
        by=by,
    )

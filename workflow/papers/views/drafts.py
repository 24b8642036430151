"""Writing a draft: the paper itself, and the memo that proposes an order."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.refusals import MoveRefused, StaleEdit
from core.views import require
from workflow import rules
from workflow.loading import load_proposal
from workflow.papers import proposals
from workflow.papers.forms.drafts import MEMO, body_of, form_class_of, member_forms
from workflow.states import ProposalKind, ProposalState


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

"""Deputy and director decide; a paper signature is entered with its scan."""

import re

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from indicators.domain import blobs
from people import clock
from people.refusals import RuleBroken
from workflow import rules
from workflow.domain import proposals
from workflow.forms.proposals import ApproveForm, EndorseForm, PaperForm, ReturnForm, RevokeForm
from workflow.models import Decision
from workflow.views.loading import load_proposal, require
from workflow.views.proposal_page import proposal_page

SMALL = re.compile("[0-9]{1,6}")


def _seen(request, form, office, year, kind):
    """The version and save the form was filled beside; a form without them never came from us."""
    version = form.data.get(form.add_prefix("version"), "")
    edit = form.data.get(form.add_prefix("edit"), "")
    if not (SMALL.fullmatch(version) and SMALL.fullmatch(edit)):
        raise Http404
    found = load_proposal(request, office, year, kind, int(version))
    found.edit = int(edit)
    return found


@require_POST
def proposal_endorse(request, office, year, kind):
    """The deputy's opinion."""
    form = EndorseForm(request.POST)
    found = _seen(request, form, office, year, kind)
    require(rules.may_endorse(request.user, found, clock.today()))
    if not form.is_valid():
        return proposal_page(request, office, year, kind, status=400, endorse_form=form)
    proposals.endorse(found, by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, _("Your opinion is recorded. The director was told."))
    return redirect("workflow:proposal", office, year, kind)


@require_POST
def proposal_return(request, office, year, kind):
    """Back to the coordinator, with the reason."""
    form = ReturnForm(request.POST)
    found = _seen(request, form, office, year, kind)
    require(rules.may_return(request.user, found, clock.today()))
    if not form.is_valid():
        return _return_refused(request, office, year, kind)
    proposals.return_(found, by=request.user, opinion=form.cleaned_data["opinion"])
    messages.success(request, _("Returned. The coordinator was told."))
    return redirect("workflow:proposal", office, year, kind)


def _return_refused(request, office, year, kind):
    """The director's form has a date and holds the same opinion; its other fields stay as typed."""
    if "dated" in request.POST:
        slot, form = "approve_form", ApproveForm(request.POST, kind=kind)
    else:
        slot, form = "endorse_form", EndorseForm(request.POST)
    form.add_error("opinion", _("Write what has to be changed."))
    return proposal_page(request, office, year, kind, status=400, **{slot: form})


@require_POST
def proposal_approve(request, office, year, kind):
    """The director's decision."""
    form = ApproveForm(request.POST, kind=kind)
    found = _seen(request, form, office, year, kind)
    require(rules.may_approve(request.user, found, clock.today()))
    if form.is_valid():
        facts = form.cleaned_data
        try:
            proposals.approve(
                found,
                by=request.user,
                opinion=facts["opinion"],
                number=facts.get("number", ""),
                memo_number=facts.get("memo_number", ""),
                dated=facts["dated"],
            )
        except RuleBroken as refusal:
            _add_refusal(form, refusal)
        else:
            messages.success(request, _("Approved. Everybody concerned was told."))
            return redirect("workflow:proposal", office, year, kind)
    return proposal_page(request, office, year, kind, status=400, approve_form=form)


def _add_refusal(form, refusal):
    """The refusal at the field it is about, if the form has it."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


@require_POST
def proposal_revoke(request, office, year, kind):
    """Out of force, with the reason."""
    form = RevokeForm(request.POST)
    found = _seen(request, form, office, year, kind)
    require(rules.may_revoke(request.user, found, clock.today()))
    if not form.is_valid():
        return proposal_page(request, office, year, kind, status=400, revoke_form=form)
    proposals.revoke(found, by=request.user, why=form.cleaned_data["why"])
    messages.success(request, _("Revoked. Everybody concerned was told."))
    return redirect("workflow:proposal", office, year, kind)


@require_POST
def proposal_paper(request, office, year, kind):
    """What the director signed on paper: number, date and scan."""
    form = PaperForm(request.POST, request.FILES, kind=kind, prefix="paper")
    found = _seen(request, form, office, year, kind)
    require(rules.may_record_paper(request.user, found, clock.today()))
    if form.is_valid():
        try:
            _approve_on_paper(found, form, by=request.user)
        except blobs.FileRefused as refusal:
            form.add_error("scan", refusal.message)
        except RuleBroken as refusal:
            _add_refusal(form, refusal)
        else:
            messages.success(request, _("The signed paper is recorded."))
            return redirect("workflow:proposal", office, year, kind)
    return proposal_page(request, office, year, kind, status=400, paper_form=form)


def _approve_on_paper(found, form, *, by):
    facts = form.cleaned_data
    scan = blobs.store(facts["scan"], office=found.cycle.assessment.office, by=by)
    return proposals.approve(
        found,
        by=by,
        opinion=facts["opinion"],
        number=facts.get("number", ""),
        memo_number=facts.get("memo_number", ""),
        dated=facts["dated"],
        on_paper=True,
        scan=scan,
        scan_name=blobs.label_for(facts["scan"].name, scan.media_type),
    )


@require_GET
def proposal_scan(request, office, year, kind, decision):
    """Download the scan of a signed paper; private, never displayed inside a page of ours."""
    for row in _decisions(request, office, year, kind):
        if row.pk == decision and row.scan is not None:
            response = FileResponse(
                blobs.open_blob(row.scan),
                as_attachment=True,
                filename=row.scan_name,
                content_type=row.scan.media_type,
            )
            response["X-Content-Type-Options"] = "nosniff"
            response["Content-Security-Policy"] = "sandbox"
            response["Cache-Control"] = "private, no-store"
            return response
    raise Http404


def _decisions(request, office, year, kind):
    newest = load_proposal(request, office, year, kind)
    return Decision.objects.filter(
        proposal__cycle=newest.cycle, proposal__kind=kind
    ).select_related("scan")

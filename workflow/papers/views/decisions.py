"""Deputy and director decide; what was signed by hand is entered with its scan."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.downloads import TAME, send_file
from core.refusals import RuleBroken
from core.views import require
from indicators.evidence import blobs
from workflow import rules
from workflow.loading import load_proposal
from workflow.models import Proposal
from workflow.papers import correcting, decisions, queries, revoking
from workflow.papers.forms.proposals import (
    ApproveForm,
    CorrectForm,
    EndorseForm,
    ReturnForm,
    RevokeForm,
    SeenForm,
    SignedScanForm,
)
from workflow.papers.numbering import NumberMoved
from workflow.papers.views.proposal_page import load_seen, proposal_page


def _decide(
    request,
    where: tuple,
    form: SeenForm,
    *,
    may: Callable,
    verb: Callable[[Proposal], object],
    done: str,
    refused: Callable[[], dict],
):
    """Authority, then the form, then the one verb; refused, the page again with what was typed.

    ``where`` is office, year and kind; ``refused`` names the page's form that says why.
    """
    found = load_seen(request, *where, prefix=form.prefix)
    require(may(request.user, found, clock.today()))
    if form.is_valid():
        try:
            verb(found)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            if isinstance(refusal, NumberMoved) and isinstance(form, ApproveForm):
                form.stand_on_number(refusal.field, refusal.proposed)
        else:
            messages.success(request, done)
            return redirect("workflow:proposal", *where)
    return proposal_page(request, *where, version=found.version, status=400, **refused())


@require_POST
def proposal_endorse(request, office, year, kind):
    """The deputy's opinion."""
    form = EndorseForm(request.POST)
    return _decide(
        request,
        (office, year, kind),
        form,
        may=rules.may_endorse,
        verb=lambda found: decisions.endorse(found, by=request.user, **form.decided()),
        done=_("Your opinion is recorded. The director was notified."),
        refused=lambda: {"endorse_form": form},
    )


@require_POST
def proposal_return(request, office, year, kind):
    """Back to the coordinator, with the reason."""
    form = ReturnForm(request.POST)
    return _decide(
        request,
        (office, year, kind),
        form,
        may=rules.may_return,
        verb=lambda found: decisions.return_(found, by=request.user, **form.decided()),
        done=_("Returned. The coordinator was notified."),
        refused=lambda: _return_refused(request, kind),
    )


def _return_refused(request, kind):
    """The director's form has a date and holds the same opinion; its other fields stay as typed."""
    if "dated" in request.POST:
        slot, form = "approve_form", ApproveForm(request.POST, kind=kind)
    else:
        slot, form = "endorse_form", EndorseForm(request.POST)
    form.add_error("opinion", _("Write what has to be changed."))
    return {slot: form}


@require_POST
def proposal_approve(request, office, year, kind):
    """The director's decision."""
    form = ApproveForm(request.POST, kind=kind)
    return _decide(
        request,
        (office, year, kind),
        form,
        may=rules.may_approve,
        verb=lambda found: decisions.approve(found, by=request.user, **form.decided()),
        done=_("Approved. Everybody concerned was notified."),
        refused=lambda: {"approve_form": form},
    )


@require_POST
def proposal_signed_scan(request, office, year, kind):
    """What the director signed by hand: number, date and scan."""
    form = SignedScanForm(request.POST, request.FILES, kind=kind, prefix="signed")
    return _decide(
        request,
        (office, year, kind),
        form,
        may=rules.may_record_scan,
        verb=lambda found: decisions.approve(
            found, by=request.user, scan=_stored(form, found, by=request.user), **form.decided()
        ),
        done=_("The signed paper is recorded."),
        refused=lambda: {"signed_scan_form": form},
    )


def _stored(form, found, *, by):
    """The scan, kept before the approval begins; refused at its field."""
    upload = form.cleaned_data["scan"]
    try:
        blob = blobs.store(upload, office=found.cycle.assessment.office, by=by)
    except blobs.FileRefused as refusal:
        raise RuleBroken(refusal.message, "scan") from refusal
    return decisions.SignedScan(blob, blobs.label_for(upload.name, blob.media_type))


@require_POST
def proposal_revoke(request, office, year, kind):
    """Out of force, with the reason."""
    form = RevokeForm(request.POST)
    return _decide(
        request,
        (office, year, kind),
        form,
        may=rules.may_revoke,
        verb=lambda found: revoking.revoke(found, by=request.user, **form.decided()),
        done=_("Revoked. Everybody concerned was notified."),
        refused=lambda: {"revoke_form": form},
    )


@require_POST
def proposal_correct(request, office, year, kind):
    """A wrong number or date, corrected by a new version."""
    form = CorrectForm(request.POST, prefix="correct", kind=kind)
    return _decide(
        request,
        (office, year, kind),
        form,
        may=rules.may_correct,
        verb=lambda found: correcting.correct(found, by=request.user, **form.decided()),
        done=_("Corrected. The new version says what was wrong, and everybody was notified."),
        refused=lambda: {"correct_form": form},
    )


@require_safe
def proposal_scan(request, office, year, kind, decision):
    """Download the scan of a signed paper; private, never displayed inside a page of ours."""
    newest = load_proposal(request, office, year, kind)
    row = queries.signed_scan(newest, decision)
    if row is None:
        raise Http404
    return send_file(
        request,
        blobs.open_blob(row.scan),
        size=row.scan.size,
        etag=row.scan.sha256,
        name=row.scan_name,
        media_type=row.scan.media_type,
        csp=TAME,
    )

"""The one page of a proposal, shown by every view that ends on it."""

from django.http import Http404
from django.shortcuts import render

from core import clock
from workflow import rules
from workflow.loading import load_proposal, load_versions
from workflow.papers import numbering, queries
from workflow.papers.forms.proposals import (
    ApproveForm,
    CorrectForm,
    EndorseForm,
    RevokeForm,
    SeenForm,
    SignedScanForm,
)
from workflow.papers.moves import UNDECIDED, is_with_obec
from workflow.states import ProposalKind, ProposalState

SIGNED = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)


def load_seen(request, office, year, kind, *, prefix=None):
    """The version that was on screen, holding the save that was on screen.

    A form without them never came from us.
    """
    form = SeenForm(request.POST, prefix=prefix)
    if not form.is_valid():
        raise Http404
    found = load_proposal(request, office, year, kind, form.cleaned_data["version"])
    found.edit = form.cleaned_data["seen"]
    return found


def proposal_page(request, office, year, kind, *, version=None, status=200, **bound):
    """Render a version (the newest unless said) with what this person may do to it."""
    cycle, versions = load_versions(request, office, year, kind)
    shown = next((row for row in versions if version in (None, row.version)), None)
    day = clock.today()
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "section": "overview",
        "kind": ProposalKind(kind),
        "step_kind": {"announcement": 1, "order": 3, "sar": 5}[kind],
        "proposal": shown,
        "versions": versions,
        "in_force": next((row for row in versions if row.state == ProposalState.APPROVED), None),
        "may_draft": rules.may_draft(request.user, cycle, day),
        "with_obec": is_with_obec(cycle.assessment, kind),
    }
    context["can_start"] = (
        context["may_draft"]
        and (not versions or versions[0].state not in (ProposalState.DRAFT, *UNDECIDED))
        and not context["with_obec"]
    )
    if shown is not None:
        reading = queries.paper_reading(
            request.user, shown, is_newest=shown is versions[0], day=day
        )
        decides = any(reading.can.get(act) for act in ("endorse", "approve", "record_scan"))
        shows_pages = shown.kind != ProposalKind.SAR and (decides or shown.state in SIGNED)
        context |= vars(reading) | {
            "decides": decides,
            "shows_pages": shows_pages,
            "offers_pdf": not shows_pages and _has_pdf(shown),
        }
        context |= _forms(shown, day, reading.panel) | bound
    return render(request, "workflow/papers/proposal.html", context, status=status)


def _has_pdf(proposal):
    """A SAR has a PDF to be kept once it is approved; what is not on paper yet has none."""
    if proposal.kind == ProposalKind.SAR:
        return proposal.state == ProposalState.APPROVED
    return proposal.state != ProposalState.DRAFT


def _forms(proposal, day, panel):
    """Fresh forms for what may be decided."""
    seen = {"version": proposal.version, "seen": proposal.edit}
    seen["gaps_seen"] = panel.seen if panel else ""
    signing = {
        "initial": seen | {"dated": day},
        "kind": proposal.kind,
        "following": numbering.proposed_numbers(proposal, day),
    }
    return {
        "endorse_form": EndorseForm(initial=seen),
        "approve_form": ApproveForm(**signing),
        "signed_scan_form": SignedScanForm(prefix="signed", **signing),
        "revoke_form": RevokeForm(initial=seen),
        "correct_form": CorrectForm.of(proposal),
    }

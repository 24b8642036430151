"""Reading, beginning a draft, proposing, withdrawing, publishing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.refusals import RuleBroken
from core.views import require
from workflow import rules
from workflow.loading import load_cycle, load_proposal, load_versions
from workflow.papers import proposals
from workflow.papers.forms.proposals import PanelForm
from workflow.papers.views.proposal_page import load_seen, proposal_page
from workflow.states import ProposalKind, ProposalState


@require_GET
def proposal(request, office, year, kind):
    """The newest version."""
    return proposal_page(request, office, year, kind)


@require_GET
def proposal_version(request, office, year, kind, version):
    """An older version, as it was."""
    load_proposal(request, office, year, kind, version)
    return proposal_page(request, office, year, kind, version=version)


@require_POST
def proposal_draft(request, office, year, kind):
    """Begin a draft; while one is underway, whoever clicks twice is led to it."""
    if kind not in ProposalKind.values:
        raise Http404
    cycle = load_cycle(request, office, year)
    require(rules.may_draft(request.user, cycle, clock.today()))
    _cycle, versions = load_versions(request, office, year, kind)
    if not (versions and versions[0].state == ProposalState.DRAFT):
        proposals.start_draft(cycle, kind=kind, by=request.user)
    return redirect("workflow:proposal_edit", office, year, kind)


@require_POST
def proposal_propose(request, office, year, kind):
    """Put it before deputy and director."""
    draft = load_seen(request, office, year, kind)
    require(rules.may_draft(request.user, draft.cycle, clock.today()))
    form = PanelForm(request.POST)
    form.is_valid()  # load_seen asked already whether it came from us
    try:
        proposals.propose(draft, by=request.user, gaps_seen=form.cleaned_data.get("gaps_seen"))
    except RuleBroken as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Proposed. Whoever decides next was notified."))
    return redirect("workflow:proposal", office, year, kind)


@require_POST
def proposal_withdraw(request, office, year, kind):
    """Take it back while nobody decided."""
    found = load_seen(request, office, year, kind)
    require(rules.may_withdraw(request.user, found, clock.today()) or found.proposed_by_id is None)
    proposals.withdraw(found, by=request.user)
    messages.success(request, _("Taken back. It is a draft again."))
    return redirect("workflow:proposal", office, year, kind)


@require_POST
def proposal_publish(request, office, year, kind):
    """Publish the approved announcement."""
    found = load_seen(request, office, year, kind)
    require(rules.may_publish(request.user, found, clock.today()))
    proposals.publish(found, by=request.user)
    messages.success(request, _("Published. Everybody was asked to acknowledge it."))
    return redirect("workflow:proposal", office, year, kind)

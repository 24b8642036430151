"""Loading rows for pages: only what the person may see, else 404; refusing with 403."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from workflow.models import Cycle, Proposal, Step
from workflow.states import ProposalKind


def load_cycle(request, office, year):
    """One year of the person's own office."""
    cycles = Cycle.objects.visible_to(request.user).select_related(
        "assessment__office", "assessment__edition", "opened_by"
    )
    return get_object_or_404(cycles, assessment__office__code=office, assessment__fiscal_year=year)


def load_step(request, office, year, kind):
    """One of the six steps."""
    cycle = load_cycle(request, office, year)
    step = get_object_or_404(Step.objects.prefetch_related("responsible"), cycle=cycle, kind=kind)
    step.cycle = cycle
    return step


def load_versions(request, office, year, kind):
    """The cycle and all versions of one kind of proposal, newest first."""
    if kind not in ProposalKind.values:
        raise Http404
    cycle = load_cycle(request, office, year)
    versions = list(
        Proposal.objects.filter(cycle=cycle, kind=kind)
        .select_related("created_by", "proposed_by", "approved_by")
        .order_by("-version")
    )
    for proposal in versions:
        proposal.cycle = cycle
    return cycle, versions


def load_proposal(request, office, year, kind, version=None):
    """One version of a proposal, the newest unless said."""
    _cycle, versions = load_versions(request, office, year, kind)
    for proposal in versions:
        if version is None or proposal.version == version:
            return proposal
    raise Http404


def require(allowed):
    """Answer 403 unless a predicate said yes."""
    if not allowed:
        raise PermissionDenied

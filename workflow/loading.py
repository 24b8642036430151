"""Loading rows for pages: only what the person may see, else 404."""

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from indicators.models import EvidenceFile, SubmittedCitation
from workflow.models import Cycle, Meeting, Proposal, ResolutionTask, Step
from workflow.states import ProposalKind


def load_cycle(request, office, year):
    """One year of the person's own office."""
    cycles = Cycle.objects.visible_to(request.user).select_related(
        "assessment__office", "assessment__edition"
    )
    cycle = get_object_or_404(cycles, assessment__office__code=office, assessment__fiscal_year=year)
    request.user.office = cycle.assessment.office  # the same row, which the frame need not read
    return cycle


def load_handed_over(office, year):
    """A year that was submitted to OBEC, also when the office took it back since.

    Of any office: the caller has asked whether the person may read what was submitted.
    """
    cycles = Cycle.objects.handed_over().select_related("assessment__office", "assessment__edition")
    return get_object_or_404(cycles, assessment__office__code=office, assessment__fiscal_year=year)


def load_submitted_citation(office, year, pk):
    """A citation of the newest submission that OBEC opened and that holds it.

    Of any office: the caller has asked whether the person may read what was submitted.
    """
    rows = SubmittedCitation.objects.opened().select_related(
        "submission__assessment__office",
        "citation__item__consideration__indicator",
        "citation__revision__evidence__office",
        "citation__revision__created_by",
        "citation__evidence",
    )
    found = (
        rows.filter(
            submission__assessment__office__code=office,
            submission__assessment__fiscal_year=year,
            citation=pk,
        )
        .prefetch_related(
            Prefetch(
                "citation__revision__files",
                EvidenceFile.objects.select_related(
                    "blob__office", "revision__evidence", "revision__created_by"
                ),
            ),
            "citation__revision__links",
        )
        .order_by("-submission")
        .first()
    )
    if found is None:
        raise Http404
    return found


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


def load_meeting(request, office, year, pk):
    """One meeting of a year."""
    cycle = load_cycle(request, office, year)
    rows = Meeting.objects.select_related("created_by", "chair", "confirmed_in")
    meeting = get_object_or_404(rows, cycle=cycle, pk=pk)
    meeting.cycle = cycle
    return meeting


def load_task(request, office, year, pk):
    """One task that follows from a meeting of a year."""
    return _task(request, office, year, pk, ResolutionTask.objects.kept())


def load_removed_task(request, office, year, pk):
    """As ``load_task``, also one that was taken out of the minutes again."""
    return _task(request, office, year, pk, ResolutionTask.objects.all())


def _task(request, office, year, pk, tasks):
    cycle = load_cycle(request, office, year)
    rows = tasks.select_related("meeting__note_taker", "agenda_item", "owner", "done_by")
    task = get_object_or_404(rows, meeting__cycle=cycle, pk=pk)
    task.meeting.cycle = cycle
    return task


def load_recommendation(cycle, pk):
    """One of OBEC's findings of a year that was loaded already."""
    row = get_object_or_404(cycle.recommendations.select_related("indicator"), pk=pk)
    row.cycle = cycle
    return row

"""Acknowledging an announcement, and who did."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core import clock
from core.views import page_before, page_of, require
from workflow import rules
from workflow.loading import load_proposal, load_versions
from workflow.papers import proposals, queries
from workflow.papers.forms.proposals import AcknowledgementFilterForm
from workflow.states import ProposalKind


def _published(request, office, year, kind):
    """The announcement in force; else the newest version, which says why it can't be done."""
    _cycle, versions = load_versions(request, office, year, kind)
    published = [row for row in versions if row.published_at is not None]
    return published[0] if published else load_proposal(request, office, year, kind)


@require_POST
def acknowledge(request, office, year, kind):
    """One click, from home or from the announcement itself."""
    found = _published(request, office, year, kind)
    require(rules.may_acknowledge(request.user, found))
    if proposals.acknowledge(found, by=request.user):
        messages.success(request, _("Thank you. Your acknowledgement is recorded."))
    return redirect(page_before(request))


@require_GET
def acknowledgement_list(request, office, year, kind):
    """Share, who has not yet, who has; searchable."""
    found = _published(request, office, year, kind)
    form = AcknowledgementFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = queries.acknowledgements(
        found, name=wanted.get("q", ""), status=wanted.get("status", "")
    )
    context = {
        "cycle": found.cycle,
        "assessment": found.cycle.assessment,
        "section": "overview",
        "kind": ProposalKind(kind),
        "proposal": found,
        "share": queries.acknowledged(found),
        "form": form,
        "page": page_of(request, rows),
        "filtered": any(wanted.values()),
        "day": clock.today(),
    }
    return render(request, "workflow/papers/acknowledgement_list.html", context)

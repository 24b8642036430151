"""Acknowledging an announcement, and who did."""

from django.contrib import messages
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from esa_standards import thai
from esa_standards.middleware import page_before
from people import clock
from people.views.loading import page_of
from workflow import rules
from workflow.domain import proposals
from workflow.domain.chart import acknowledged
from workflow.forms.proposals import AcknowledgementFilterForm
from workflow.models import Acknowledgement
from workflow.states import ProposalKind
from workflow.views.loading import load_proposal, load_versions, require

NOT_YET = Q(acknowledged_at__isnull=True)


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
    rows = (
        Acknowledgement.objects.filter(proposal=found, user__is_active=True)
        .select_related("user__work_group")
        .annotate(silent=ExpressionWrapper(NOT_YET, BooleanField()))
        .order_by("-silent", "user__sort_name", "pk")
    )
    if wanted.get("q"):
        rows = rows.filter(user__search_text__contains=thai.fold(wanted["q"]))
    if wanted.get("status"):
        rows = rows.filter(acknowledged_at__isnull=wanted["status"] == "missing")
    context = {
        "cycle": found.cycle,
        "assessment": found.cycle.assessment,
        "section": "overview",
        "kind": ProposalKind(kind),
        "proposal": found,
        "share": acknowledged(found),
        "form": form,
        "page": page_of(request, rows),
        "filtered": any(wanted.values()),
        "day": clock.today(),
    }
    return render(request, "workflow/acknowledgement_list.html", context)

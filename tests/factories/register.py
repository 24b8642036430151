"""Approved papers, their seals and previews, as plain rows: nothing of the way there."""

from datetime import date

from django.utils import timezone

from reports.documents.seals import seal_for
from reports.models import Preview, Seal
from reports.snapshot import to_json
from tests.factories import papers
from tests.factories.cycles import approve, make_year
from workflow.states import ProposalKind


def make_paper(kind=ProposalKind.ORDER, *, year=None, **fields):
    """An approved proposal that nobody made a file of yet."""
    year = year or make_year()
    fields.setdefault("dated", date(2017, 1, 5))
    if kind == ProposalKind.ORDER:
        fields.setdefault("number", "12")
    return approve(year, kind, **fields)


def make_seal(proposal, kind=None):
    """The seal's row."""
    code = seal_for(proposal, kind or proposal.kind).code
    return Seal.objects.get(code=code.replace("-", ""))


def make_preview(cycle, user, *, snapshot=None, **fields):
    """A request for a preview of an announcement."""
    fields.setdefault("requested_at", timezone.now())
    fields.setdefault("token", f"{Preview.objects.count():032x}")
    fields.setdefault("kind", "announcement")
    return Preview.objects.create(
        cycle=cycle,
        user=user,
        snapshot=to_json(snapshot or papers.make_announcement()),
        **fields,
    )

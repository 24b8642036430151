"""Approved papers with their seals and frozen files, as plain rows: nothing of the way there."""

from datetime import date

from reports.domain.seals import seal_for
from reports.models import Seal
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

"""Announcements, orders and SARs, as the search of the whole product finds them.

An office has some hundreds of them in all, so they are read and compared here, whatever is asked.
"""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core.search import Found, Hit, SearchSource, Wanted, page_of_hits, snippet_of, texts_in
from people.models import User
from workflow.models import Cycle, Proposal
from workflow.states import ProposalState

# What a paper's body holds besides texts: codes of ours.
CODES = {"part", "seat", "standard", "indicator", "consideration", "effective"}


def find_papers(user: User, wanted: Wanted, part: slice) -> Found:
    """Announcements, orders and SARs, every version; the newest first. 1 query."""
    rows = Proposal.objects.filter(cycle__in=Cycle.objects.visible_to(user))
    if wanted.year:
        rows = rows.filter(cycle__assessment__fiscal_year=wanted.year)
    if wanted.person:
        rows = rows.filter(Q(created_by=wanted.person) | Q(proposed_by=wanted.person))
    if wanted.group:
        rows = rows.filter(created_by__work_group=wanted.group)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    rows = rows.select_related("cycle__assessment__office", "created_by")
    texts = [
        (row, _titles_of_paper(row), texts_in(_said(row.body)))
        for row in rows.order_by("-created_at", "-pk")
    ]
    found = [one for one in texts if wanted.words.among([*one[1], *one[2]])]
    return page_of_hits(found, part, lambda one: _paper_hit(*one, wanted))


def _titles_of_paper(row: Proposal) -> list[str]:
    numbered = f"{row.number}/{thai.be_year(row.dated)}" if row.number and row.dated else ""
    return [str(row.get_kind_display()), row.subject, numbered]


def _said(body: Any) -> Any:
    """The body without codes of ours."""
    if isinstance(body, dict):
        return {key: _said(value) for key, value in body.items() if key not in CODES}
    return [_said(value) for value in body] if isinstance(body, list) else body


def _paper_hit(row: Proposal, titles: list[str], texts: list[str], wanted: Wanted) -> Hit:
    year = row.cycle.assessment
    kind, subject, numbered = titles
    version = _("Version %(n)s") % {"n": row.version}
    facts = [
        row.get_state_display(),
        version,
        _("Fiscal year %(year)s") % {"year": year.fiscal_year},
    ]
    return Hit(
        title=wanted.words.marked(" ".join(filter(None, (kind, numbered, subject)))),
        url=reverse(
            "workflow:proposal_version",
            args=[year.office.code, year.fiscal_year, row.kind, row.version],
        ),
        facts=facts,
        snippet=[] if wanted.words.among(titles) else snippet_of(wanted.words, texts),
    )


PAPERS = SearchSource(
    name="papers",
    label=gettext_lazy("Announcements, orders and SAR"),
    order=40,
    find=find_papers,
    narrows=frozenset({"year", "person", "group", "state"}),
    states=tuple(ProposalState.choices),
)

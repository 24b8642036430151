"""Submitted years, as OBEC's reviewers find them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy

from core import clock
from core.search import Found, Hit, SearchSource, Wanted
from people.models import User
from people.rules import is_obec
from workflow.followup.queries import submitted_pks
from workflow.models import Cycle


def find_submissions(user: User, wanted: Wanted, part: slice) -> Found:
    """Submitted years by office, province and year, for OBEC's reviewers; 2 queries."""
    if not is_obec(user, clock.today()):
        return Found()
    found, _total = submitted_pks(wanted.words.words)
    shown = Cycle.objects.handed_over().select_related("assessment__office").in_bulk(found[part])
    return Found(len(found), [_submission_hit(shown[pk], wanted) for pk in found[part]])


def _submission_hit(cycle: Cycle, wanted: Wanted) -> Hit:
    year = cycle.assessment
    return Hit(
        title=wanted.words.marked(f"{year.office.name} {year.fiscal_year}"),
        url=reverse("workflow:submission", args=[year.office.code, year.fiscal_year]),
        facts=[fact for fact in (year.office.short_name, year.office.province) if fact],
    )


SUBMISSIONS = SearchSource(
    name="submissions",
    label=gettext_lazy("Submitted reports"),
    order=5,
    find=find_submissions,
    narrows=frozenset(),
    concerns=lambda user: is_obec(user, clock.today()),
)

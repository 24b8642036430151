"""Meetings, as the search of the whole product finds them; an office has some hundreds in all."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

import thai
from core.search import Found, Hit, SearchSource, Wanted, page_of_hits, snippet_of
from people.models import User
from workflow.models import AgendaItem, Cycle, Meeting, ResolutionTask
from workflow.states import MeetingState


def find_meetings(user: User, wanted: Wanted, part: slice) -> Found:
    """By title, place, agenda, minutes, resolutions and what follows from them; 3 queries."""
    rows = Meeting.objects.filter(cycle__in=Cycle.objects.visible_to(user))
    if wanted.year:
        rows = rows.filter(cycle__assessment__fiscal_year=wanted.year)
    if wanted.person:
        rows = rows.filter(attendance__user=wanted.person)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    rows = rows.select_related("cycle__assessment__office").order_by("-starts_at", "-pk")
    said = _said_in(rows)
    texts = [(row, [row.title, row.place], said.get(row.pk, [])) for row in rows]
    texts = [(row, titles, [row.minutes, *agenda]) for row, titles, agenda in texts]
    found = [one for one in texts if wanted.words.among([*one[1], *one[2]])]
    return page_of_hits(found, part, lambda one: _meeting_hit(*one, wanted))


def _said_in(meetings: Any) -> dict[int, list[str]]:
    """The agenda's titles, texts and resolutions, then the tasks, by meeting; 2 queries."""
    said: dict[int, list[str]] = {}
    keys = meetings.order_by().values("pk")
    agenda = AgendaItem.objects.filter(meeting__in=keys).order_by("order", "pk")
    for meeting, *texts in agenda.values_list("meeting", "title", "text", "resolution"):
        said.setdefault(meeting, []).extend(texts)
    tasks = ResolutionTask.objects.kept().filter(meeting__in=keys).order_by("pk")
    for meeting, *texts in tasks.values_list("meeting", "text"):
        said.setdefault(meeting, []).extend(texts)
    return said


def _meeting_hit(row: Meeting, titles: list[str], texts: list[str], wanted: Wanted) -> Hit:
    year = row.cycle.assessment
    return Hit(
        title=wanted.words.marked(row.title),
        url=reverse("workflow:meeting", args=[year.office.code, year.fiscal_year, row.pk]),
        facts=[row.get_state_display(), thai.format_datetime(row.starts_at, "short"), row.place],
        snippet=[] if wanted.words.among(titles) else snippet_of(wanted.words, texts),
    )


MEETINGS = SearchSource(
    name="meetings",
    label=gettext_lazy("Meetings"),
    order=50,
    find=find_meetings,
    narrows=frozenset({"year", "person", "state"}),
    states=tuple(MeetingState.choices),
)

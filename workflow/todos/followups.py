"""What waits whichever step is open: meetings to attend, their tasks and minutes, requests.

None of it blocks a step.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import starmap
from typing import Literal

from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

import thai
from indicators.models.request import DONE_WITHIN
from indicators.requests.queries import Unsettled, unsettled_of
from indicators.states import RequestState
from workflow.models import Attendance, Meeting, ResolutionTask
from workflow.states import MeetingKind, MeetingState, StepKind
from workflow.todo import Text, Todo, TodoKind
from workflow.todos.facts import Facts, TaskFact, is_running
from workflow.todos.meetings import STEP_OF, of_planned

CONFIRMED_WITHIN = timedelta(days=7)
SHOWN_LETTERS = 80


def read(facts: Iterable[Facts]) -> None:
    """Rows of every running cycle; 3 queries however many there are."""
    by_cycle = {one.cycle.pk: one for one in facts if is_running(one)}
    if not by_cycle:
        return
    for task in _tasks(by_cycle):
        by_cycle[task.cycle].tasks.append(task)
    for cycle, meeting, user in _expected(by_cycle):
        by_cycle[cycle].expected.setdefault(meeting, []).append(user)
    by_year = {one.cycle.assessment_id: one for one in by_cycle.values()}
    for row in unsettled_of(by_year):
        by_year[row.year].requests.append(row)


def _tasks(cycles: Collection[int]) -> Iterator[TaskFact]:
    rows = ResolutionTask.objects.kept().filter(
        meeting__cycle__in=cycles, meeting__state=MeetingState.HELD, done_at__isnull=True
    )
    columns = rows.order_by("due", "pk").values_list(
        "meeting__cycle",
        "pk",
        "text",
        "due",
        "owner",
        "owner__is_active",
        "owner__office",
        "meeting__kind",
        "meeting__title",
        "meeting__held_at",
    )
    return starmap(TaskFact, columns)


def _expected(cycles: Collection[int]) -> Iterable[tuple[int, int, int]]:
    """(cycle, meeting, user) of the invited who are not present yet."""
    return (
        Attendance.objects.filter(
            meeting__cycle__in=cycles,
            meeting__state=MeetingState.PLANNED,
            user__is_active=True,
            checked_in_at__isnull=True,
            excuse="",
        )
        .exclude(present=True)
        .order_by("meeting", "user")
        .values_list("meeting__cycle", "meeting", "user")
    )


def following_up(facts: Facts) -> Iterator[Todo]:
    """All of it, for one running cycle."""
    yield from _meetings(facts)
    for task in facts.tasks:
        yield _resolution(facts, task)
    yield from _minutes(facts)
    yield from _confirmations(facts)
    yield from _requests(facts)


def _meetings(facts: Facts) -> Iterator[Todo]:
    by_pk = {meeting.pk: meeting for meeting in facts.meetings}
    for pk, users in facts.expected.items():
        meeting = by_pk[pk]
        if meeting.check_in_code and meeting.takes_check_in(facts.at):
            yield _check_in(facts, meeting, users)
        elif meeting.starts_at > facts.at:
            yield _attending(facts, meeting, users)


def _attending(facts: Facts, meeting: Meeting, users: list[int]) -> Todo:
    return facts.todo(
        TodoKind.ATTEND,
        str(meeting.pk),
        step=STEP_OF[MeetingKind(meeting.kind)],
        users=users,
        title=_("Attend: %(title)s"),
        detail=_("at %(time)s, %(place)s"),
        params={
            "title": meeting.title,
            "place": meeting.place or _("online"),
            "time": _clock_of(meeting.starts_at),
        },
        due=thai.local_date(meeting.starts_at),
        since=meeting.created_at,
        url=("workflow:meeting", *facts.address, meeting.pk),
        blocks=False,
    )


def _clock_of(moment: datetime) -> Text:
    """The time of day in the language of whoever reads it."""
    return lazy(lambda: thai.format_time(moment, language=_language()), str)()


def _language() -> Literal["th", "en"]:
    return "en" if get_language() == "en" else "th"


def _check_in(facts: Facts, meeting: Meeting, users: list[int]) -> Todo:
    return facts.todo(
        TodoKind.CHECK_IN,
        str(meeting.pk),
        step=STEP_OF[MeetingKind(meeting.kind)],
        users=users,
        title=_("Check in: %(title)s"),
        detail=_("at %(place)s"),
        params={"title": meeting.title, "place": meeting.place},
        due=thai.local_date(meeting.starts_at),
        since=meeting.check_in_opens_at,
        url=("workflow:meeting_check_in", *facts.address, meeting.pk),
        blocks=False,
    )


def _resolution(facts: Facts, task: TaskFact) -> Todo:
    """The owner's work; of somebody who left the office, the coordinator's."""
    there = task.owner_active and task.owner_office == facts.office.pk
    return facts.todo(
        TodoKind.RESOLUTION,
        str(task.pk),
        step=STEP_OF[MeetingKind(task.kind)],
        users=(task.owner,) if there else facts.coordinators,
        title=_("Do what was resolved and report: %(text)s"),
        detail=_("Resolved in: %(title)s"),
        params={"text": thai.shortened(task.text, SHOWN_LETTERS), "title": task.title},
        due=task.due,
        since=task.held_at,
        url=("workflow:resolution_task", *facts.address, task.pk),
        blocks=False,
    )


def _minutes(facts: Facts) -> Iterator[Todo]:
    """Those of a meeting that took place after its step was done; before, the step asks."""
    for meeting in unclosed(facts):
        step = STEP_OF[MeetingKind(meeting.kind)]
        if not facts.is_open(step) or facts.is_behind_lock(step):
            yield of_planned(facts, meeting, blocks=False)


def _confirmations(facts: Facts) -> Iterator[Todo]:
    for meeting, last in unconfirmed(facts):
        yield _confirmation(facts, meeting, last)


def unconfirmed(facts: Facts) -> Iterator[tuple[Meeting, Meeting]]:
    """Minutes, and the later meeting of which nobody noted whether it confirmed them."""
    held = [meeting for meeting in facts.meetings if meeting.state == MeetingState.HELD]
    for meeting in held:
        same = (row for row in held if row.kind == meeting.kind)
        last = max(same, key=lambda row: row.starts_at)
        if meeting.confirmed_in_id is None and last.starts_at > meeting.starts_at:
            yield meeting, last


def unclosed(facts: Facts) -> Iterator[Meeting]:
    """Meetings that are over and whose minutes are not closed."""
    for meeting in facts.meetings:
        if meeting.state == MeetingState.PLANNED and meeting.starts_at <= facts.at:
            yield meeting


def _confirmation(facts: Facts, meeting: Meeting, last: Meeting) -> Todo:
    """It is noted on the page of the meeting that may have confirmed them."""
    return facts.todo(
        TodoKind.CONFIRM_MINUTES,
        str(meeting.pk),
        step=STEP_OF[MeetingKind(meeting.kind)],
        users=facts.coordinators,
        title=_("Note in which meeting the minutes were confirmed: %(title)s"),
        params={"title": meeting.title},
        due=thai.local_date(last.starts_at) + CONFIRMED_WITHIN,
        since=last.starts_at,
        url=("workflow:meeting", *facts.address, last.pk),
        blocks=False,
    )


def _requests(facts: Facts) -> Iterator[Todo]:
    """What the approved SAR says is asked about no more.

    An item that was given back waits for its writer by itself while step 4 is open.
    """
    if facts.is_locked:
        return
    for row in facts.requests:
        if row.state == RequestState.DONE:
            yield _accepting(facts, row)
        elif not (row.is_return and row.writing and facts.is_open(StepKind.COMMITTEE_WORK)):
            yield _doing(facts, row)


def _doing(facts: Facts, row: Unsettled) -> Todo:
    """Of the person asked; of who can't do it any more the writer's, else the coordinator's."""
    able = row.able or (row.asked if row.asked in facts.coordinators else None)
    person = able or row.writer
    return _of_request(
        facts,
        row,
        TodoKind.DO_REQUEST,
        users=(person,) if person else facts.coordinators,
        title=_("Do what %(person)s asks about %(code)s: %(text)s"),
        due=row.due_on or thai.local_date(row.moved_at) + DONE_WITHIN,
    )


def _accepting(facts: Facts, row: Unsettled) -> Todo:
    """Of who asked; of somebody who left, the coordinator's."""
    return _of_request(
        facts,
        row,
        TodoKind.ACCEPT_REQUEST,
        users=(row.asker,) if row.asker else facts.coordinators,
        title=_("Look at what was done about %(code)s and accept it: %(text)s"),
        due=thai.local_date(row.moved_at) + DONE_WITHIN,
    )


def _of_request(
    facts: Facts,
    row: Unsettled,
    kind: TodoKind,
    *,
    users: tuple[int, ...],
    title: Text,
    due: date,
) -> Todo:
    return facts.todo(
        kind,
        str(row.pk),
        step=StepKind.COMMITTEE_WORK,
        users=users,
        title=title,
        params={
            "person": row.asker_name,
            "code": row.code,
            "text": thai.shortened(row.text, SHOWN_LETTERS),
            "indicator": row.indicator,
        },
        due=due,
        since=row.moved_at,
        url=("indicators:request", *facts.address, row.pk),
        blocks=False,
    )

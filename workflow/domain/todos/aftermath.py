"""What waits whichever step is open: meetings to attend, their tasks and minutes, questions.

None of it blocks a step.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, Max, OuterRef, Q, Subquery
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from esa_standards import thai
from indicators.models import Assignment, Question
from workflow.domain.attendance import EARLIEST, is_the_day
from workflow.domain.todos.facts import Facts, is_running
from workflow.domain.todos.gatherings import STEP_OF
from workflow.domain.todos.model import Todo, TodoKind
from workflow.models import Attendance, Meeting, ResolutionTask
from workflow.states import MeetingKind, MeetingState, StepKind

CONFIRMED_WITHIN = timedelta(days=7)
ANSWERED_WITHIN = timedelta(days=7)


def read(facts: Iterable[Facts]) -> None:
    """Rows of every running cycle; 4 queries however many there are."""
    by_cycle = {one.cycle.pk: one for one in facts if is_running(one)}
    if not by_cycle:
        return
    for row in _tasks(by_cycle):
        task = TaskFact(*row)
        by_cycle[task.cycle].tasks.append(task)
    for meeting in _unconfirmed(by_cycle):
        by_cycle[meeting.cycle_id].unconfirmed.append(meeting)
    for row in _expected(by_cycle):
        by_cycle[row.meeting.cycle_id].expected.append(row)
    for question in _questions(by_cycle):
        by_cycle[question.cycle].questions.append(question)


class TaskFact(NamedTuple):
    """One open resolution task; columns, not models: an office may have hundreds."""

    cycle: int
    pk: int
    text: str
    due: date
    owner: int
    owner_active: bool
    owner_office: int | None
    kind: str
    title: str
    held_at: datetime


def _tasks(cycles):
    rows = ResolutionTask.objects.filter(
        meeting__cycle__in=cycles, meeting__state=MeetingState.HELD, done_at__isnull=True
    )
    return rows.order_by("due", "pk").values_list(
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


def _unconfirmed(cycles):
    later = Meeting.objects.filter(
        cycle=OuterRef("cycle"),
        kind=OuterRef("kind"),
        state=MeetingState.HELD,
        starts_at__gt=OuterRef("starts_at"),
    )
    return (
        Meeting.objects.filter(
            Exists(later),
            cycle__in=cycles,
            state=MeetingState.HELD,
            confirmed_in__isnull=True,
        )
        .annotate(
            last=Max(
                "cycle__meetings__starts_at",
                filter=Q(cycle__meetings__state=MeetingState.HELD, cycle__meetings__kind=F("kind")),
            )
        )
        .defer("minutes")
        .order_by("starts_at", "pk")
    )


def _expected(cycles):
    """Invited people of meetings to come, or under way, who are not present yet."""
    return (
        Attendance.objects.filter(
            meeting__cycle__in=cycles,
            meeting__state=MeetingState.PLANNED,
            user__is_active=True,
            checked_in_at__isnull=True,
            excuse="",
        )
        .exclude(present=True)
        .select_related("meeting")
        .order_by("meeting", "user")
    )


def _questions(cycles):
    """Open questions about considerations, with who writes there now."""
    writer = Assignment.objects.current().filter(
        assessment=OuterRef("item__assessment"), consideration=OuterRef("item__consideration")
    )
    return (
        Question.objects.waiting()
        .filter(item__assessment__cycle__in=cycles)
        .annotate(
            cycle=F("item__assessment__cycle"),
            code=F("item__consideration__code"),
            indicator=F("item__consideration__indicator__code"),
            writer=Subquery(writer.filter(user__is_active=True).values("user")[:1]),
        )
        .order_by("asked_at", "pk")
    )


def aftermath(facts: Facts) -> Iterator[Todo]:
    """All of it, for one running cycle."""
    yield from _meetings(facts)
    for task in facts.tasks:
        yield _resolution(facts, task)
    for meeting in facts.unconfirmed:
        yield _confirmation(facts, meeting)
    for question in facts.questions:
        yield _question(facts, question)


def _step(meeting):
    return STEP_OF[MeetingKind(meeting.kind)]


def _meetings(facts):
    waiting = {}
    for row in facts.expected:
        waiting.setdefault(row.meeting_id, []).append(row)
    for rows in waiting.values():
        meeting, users = rows[0].meeting, [row.user_id for row in rows]
        if meeting.check_in_code and is_the_day(meeting, facts.at):
            yield _check_in(facts, meeting, users)
        elif meeting.starts_at > facts.at:
            yield _attending(facts, meeting, users)


def _attending(facts, meeting, users):
    return facts.todo(
        TodoKind.ATTEND,
        str(meeting.pk),
        step=_step(meeting),
        users=users,
        says=_("Attend: %(title)s"),
        adds=_("at %(time)s, %(place)s"),
        words={
            "title": meeting.title,
            "place": meeting.place or _("online"),
            "time": _clock_of(meeting.starts_at),
        },
        due=thai.local_date(meeting.starts_at),
        since=meeting.created_at,
        place=("workflow:meeting", *facts.address, meeting.pk),
        blocks=False,
    )


def _clock_of(moment):
    """The time of day in the language of whoever reads it."""
    return lazy(lambda: thai.format_time(moment, language=_language()), str)()


def _language():
    return "en" if get_language() == "en" else "th"


def _check_in(facts, meeting, users):
    return facts.todo(
        TodoKind.CHECK_IN,
        str(meeting.pk),
        step=_step(meeting),
        users=users,
        says=_("Check in: %(title)s"),
        adds=_("at %(place)s"),
        words={"title": meeting.title, "place": meeting.place},
        due=thai.local_date(meeting.starts_at),
        since=meeting.starts_at - EARLIEST,
        place=("workflow:meeting_check_in", *facts.address, meeting.pk),
        blocks=False,
    )


def _resolution(facts, task):
    """The owner's work; of somebody who left the office, the coordinator's."""
    there = task.owner_active and task.owner_office == facts.office.pk
    return facts.todo(
        TodoKind.RESOLUTION,
        str(task.pk),
        step=_step(task),
        users=(task.owner,) if there else facts.coordinators,
        says=_("Do what was resolved and report: %(text)s"),
        adds=_("Resolved in: %(title)s"),
        words={"text": _short(task.text), "title": task.title},
        due=task.due,
        since=task.held_at,
        place=("workflow:resolution_task", *facts.address, task.pk),
        blocks=False,
    )


def _confirmation(facts, meeting):
    """A later meeting was held and nobody noted whether it confirmed these minutes."""
    since = thai.local_date(meeting.last)
    return facts.todo(
        TodoKind.CONFIRM_MINUTES,
        str(meeting.pk),
        step=_step(meeting),
        users=facts.coordinators,
        says=_("Note in which meeting the minutes were confirmed: %(title)s"),
        words={"title": meeting.title},
        due=since + CONFIRMED_WITHIN,
        since=meeting.last,
        place=("workflow:meeting", *facts.address, meeting.pk),
        blocks=False,
    )


def _question(facts, row):
    return facts.todo(
        TodoKind.ANSWER_QUESTION,
        str(row.pk),
        step=StepKind.COMMITTEE_WORK,
        users=(row.writer,) if row.writer else facts.coordinators,
        says=_("Answer the question about %(code)s: %(text)s"),
        words={"code": row.code, "text": _short(row.text), "indicator": row.indicator},
        due=thai.local_date(row.asked_at) + ANSWERED_WITHIN,
        since=row.asked_at,
        place=("indicators:item", *facts.address, row.code),
        blocks=False,
    )


def _short(text, length=80):
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[:length]}…"

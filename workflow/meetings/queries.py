"""What the pages of meetings read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from core.moves import UNDO_FOR
from people.models import User
from workflow.meetings import calling, minutes
from workflow.models import AgendaItem, Attendance, Cycle, Meeting, ResolutionTask

PEOPLE = ("chair", "note_taker", "checker")


@dataclass(frozen=True)
class MeetingsFound:
    """The meetings of a year that match a search, latest first, out of how many."""

    rows: Sequence[Meeting]
    total: int


@dataclass(frozen=True)
class AttendanceGroups:
    """Who was invited to a meeting, by what the secretary ticked."""

    present: list[Attendance]
    absent: list[Attendance]
    unticked: list[Attendance]

    @property
    def invited(self) -> int:
        """How many were invited."""
        return len(self.present) + len(self.absent) + len(self.unticked)


def meetings_found(cycle: Cycle, words: Sequence[str]) -> MeetingsFound:
    """The meetings in which every word occurs, each with ``invited`` and ``present``; 1 query."""
    rows = list(
        cycle.meetings.annotate(
            invited=Count("attendance"),
            present=Count("attendance", filter=Q(attendance__present=True)),
        ).order_by("-starts_at", "-pk")
    )
    found = []
    for row in rows:
        text = calling.folded(row)
        if all(word in text for word in words):
            found.append(row)
    return MeetingsFound(found, len(rows))


def attendance_groups(meeting: Meeting) -> AttendanceGroups:
    """Everybody invited, with the person; 1 query."""
    rows = list(meeting.attendance.select_related("user"))
    return AttendanceGroups(
        present=[row for row in rows if row.present],
        absent=[row for row in rows if row.present is False],
        unticked=[row for row in rows if row.present is None],
    )


def attendance_counts(meeting: Meeting) -> dict[str, int]:
    """How many are invited, not ticked yet, and present; 1 query."""
    return meeting.attendance.aggregate(
        invited=Count("pk"),
        # "present" last: an aggregate hides the column of its name from those after it.
        unticked=Count("pk", filter=Q(present__isnull=True)),
        present=Count("pk", filter=Q(present=True)),
    )


def attendance_found(meeting: Meeting, words: Sequence[str]) -> QuerySet[Attendance]:
    """The invited people whose names and places match every word of a search."""
    rows = meeting.attendance.select_related("user__work_group")
    for word in words:
        rows = rows.filter(user__search_text__contains=word)
    return rows


def people_found(meeting: Meeting, words: Sequence[str]) -> list[int]:
    """Keys of those people; 1 query."""
    return list(attendance_found(meeting, words).values_list("user", flat=True))


def attendance_of(meeting: Meeting, user: User) -> Attendance | None:
    """The person's own row on the list of the meeting."""
    return meeting.attendance.filter(user=user).first()


def other_meetings(meeting: Meeting) -> QuerySet[Meeting]:
    """Every other meeting of its year."""
    return meeting.cycle.meetings.exclude(pk=meeting.pk)


def tasks_of(meeting: Meeting) -> list[ResolutionTask]:
    """The tasks that follow from the meeting, with their owners; 1 query."""
    return list(meeting.tasks.kept().select_related("owner"))


def tasks_of_item(item: AgendaItem, *, now: datetime) -> list[ResolutionTask]:
    """The tasks that follow from one agenda item, with their owners; 1 query.

    With those that were taken out and can still be put back.
    """
    return list(item.tasks.shown(now - UNDO_FOR).select_related("owner"))


def tasks_by_item(meeting: Meeting, *, now: datetime) -> dict[int, list[ResolutionTask]]:
    """The same for every agenda item of the meeting; 1 query."""
    found: dict[int, list[ResolutionTask]] = {}
    for task in meeting.tasks.shown(now - UNDO_FOR).select_related("owner"):
        found.setdefault(task.agenda_item_id, []).append(task)
    return found


# -- the page on which minutes are written ------------------------------------------
def head_values(
    meeting: Meeting, names: Mapping[int, str], *, by: User
) -> dict[str, time | str | None]:
    """What the head of the minutes begins with: what is stored, else who usually stands there."""
    named = minutes.usual_people(meeting, by)
    return {
        "began_at": _time(meeting.began_at),
        "ended_at": _time(meeting.ended_at),
        "guests": meeting.guests,
        **{name: _name(named[name], names) for name in PEOPLE},
    }


def minutes_texts(meeting: Meeting, names: Mapping[int, str]) -> dict[str, str]:
    """Everything that stands in the minutes now, by field name, as a box shows it.

    ``names`` says how people of the office are written in a box.
    """
    found = {"minutes": meeting.minutes, "guests": meeting.guests}
    for name in ("began_at", "ended_at"):
        moment = _time(getattr(meeting, name))
        found[name] = f"{moment:%H.%M}" if moment else ""
    for name in PEOPLE:
        found[name] = _name(getattr(meeting, name), names)
    for item in meeting.agenda.all():
        found |= {f"text_{item.pk}": item.text, f"resolution_{item.pk}": item.resolution}
    return found


def _time(moment: datetime | None) -> time | None:
    return timezone.localtime(moment, timezone.get_default_timezone()).time() if moment else None


def _name(person: User | None, names: Mapping[int, str]) -> str:
    return "" if person is None else names.get(person.pk, person.full_name)

"""Invitation and minutes: one meeting, its agenda, who is invited and who came.

Rows are read through the meeting's managers without filters, so that whoever previews typed
rows may put them into the prefetch cache of ``agenda``, ``attendance`` and ``tasks``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

import thai
from reports.gather.cards import office_card, person, signature_of, signs_as
from reports.snapshot import (
    AgendaPoint,
    AgendaTask,
    Attendant,
    InvitationSnapshot,
    MinutesSnapshot,
)
from workflow.meetings import invitations
from workflow.models import AgendaItem, Attendance, CommitteeMember, Meeting
from workflow.papers import phrases
from workflow.papers.committee.labels import official_part, official_seat
from workflow.papers.letterheads import letterhead_of
from workflow.states import CommitteePart, MeetingKind, MeetingState, Seat

CHAIR, CHAIRS = "ประธานที่ประชุม", "ประธาน"
PART_RANK = (CommitteePart.STEERING, CommitteePart.WORKING, CommitteePart.ADVISER)
SEAT_RANK = list(Seat)
KEEPERS = (Seat.SECRETARY, Seat.ASSISTANT_SECRETARY)


class TakenSeat(NamedTuple):
    """Somebody's highest seat in the committee of that day."""

    place: tuple[int, ...]  # in lists
    words: str


NOWHERE = TakenSeat((2,), "")  # who has no seat comes after who has
Seats = Mapping[int, TakenSeat]  # by person
Tasks = defaultdict[int, list[AgendaTask]]  # by point of the agenda


def invitation(meeting: Meeting, at: datetime) -> InvitationSnapshot:
    """The letter in the office's words; "" in ``meeting.invitation`` is the usual wording."""
    office, letterhead = meeting.cycle.office, letterhead_of(meeting.cycle.office)
    words = invitations.words_of(meeting)
    dated = thai.local_date(meeting.created_at or at)
    return InvitationSnapshot(
        office=office_card(office, letterhead),
        fiscal_year=meeting.cycle.fiscal_year,
        department=letterhead.department or office.name,
        dated=dated,
        subject=words["subject"],
        to=words["to"],
        opening=words["opening"],
        meeting=meeting.title,
        starts_at=meeting.starts_at,
        place=invitations.where(meeting),
        link=meeting.link,
        closing=words["closing"],
        agenda=agenda(meeting),
        invited=tuple(person(row.user) for row in _ranked(meeting, *_attended(meeting))),
        signature=signature_of(None, office, dated, letterhead),
        draft=False,
        number=words["number"],
    )


def minutes(meeting: Meeting, at: datetime) -> MinutesSnapshot:
    """What was written; a draft until the minutes are closed."""
    office, draft = meeting.cycle.office, meeting.state != MeetingState.HELD
    words, confirmed = _Words(meeting), meeting.confirmed_in
    rows, seats = _attended(meeting)
    ranked = _ranked(meeting, rows, seats)
    return MinutesSnapshot(
        office=office_card(office),
        fiscal_year=meeting.cycle.fiscal_year,
        meeting=meeting.title,
        number=meeting.number,
        starts_at=meeting.starts_at,
        place=invitations.where(meeting),
        present=tuple(_attendant(meeting, row, seats) for row in ranked if row.present),
        absent=tuple(
            _attendant(meeting, row, seats)
            for row in ranked
            if row.present is False or (row.present is None and not draft)
        ),
        guests=tuple(filter(None, map(str.strip, meeting.guests.splitlines()))),
        began_at=meeting.began_at,
        ended_at=meeting.ended_at,
        summary=meeting.minutes,
        agenda=agenda(meeting, tasks=True),
        note_taker=signs_as(meeting.note_taker),
        checker=signs_as(meeting.checker),
        confirmed_on=thai.local_date(confirmed.starts_at) if confirmed else None,
        confirmed_in=confirmed.title if confirmed else "",
        draft=draft,
        opening=words.usual("minutes_opening"),
        closing=words.usual("minutes_closing"),
    )


class _Words:
    """The usual words around minutes. One query."""

    def __init__(self, meeting: Meeting) -> None:
        office = meeting.cycle.office
        self._templates = phrases.templates_of(office)
        self._words = phrases.office_words(office, year=meeting.cycle.fiscal_year) | {
            "meeting": meeting.title,
            "date": thai.format_date(meeting.starts_at),
            "time": thai.format_time(meeting.starts_at),
            "place": invitations.where(meeting),
        }

    def usual(self, name: str) -> str:
        return phrases.filled(self._templates[name], self._words)


# -- agenda -------------------------------------------------------------------------
def agenda(meeting: Meeting, *, tasks: bool = False) -> tuple[AgendaPoint, ...]:
    """Each ระเบียบวาระ with the points under it, numbered 1, 2, 2.1, 2.2, 3."""
    given: Tasks = defaultdict(list)
    for task in meeting.tasks.kept().select_related("owner") if tasks else ():
        given[task.agenda_item_id].append(
            AgendaTask(text=task.text, owner=task.owner.full_name, due=task.due)
        )
    return tuple(
        _point(item, str(n), given, tuple(
            _point(point, f"{n}.{k}", given) for k, point in enumerate(points, start=1)
        ))
        for n, (item, points) in enumerate(_tree(meeting), start=1)
    )  # fmt: skip


def _tree(meeting: Meeting) -> list[tuple[AgendaItem, list[AgendaItem]]]:
    """Items with their points; in the order of the whole agenda a point follows its item."""
    tree: list[tuple[AgendaItem, list[AgendaItem]]] = []
    for row in sorted(meeting.agenda.all(), key=lambda row: row.order):
        if tree and (row.under_id is not None or row.under is not None):
            tree[-1][1].append(row)
        else:
            tree.append((row, []))
    return tree


def _point(
    item: AgendaItem, number: str, given: Tasks, points: tuple[AgendaPoint, ...] = ()
) -> AgendaPoint:
    return AgendaPoint(
        number=number,
        title=item.title,
        text=item.text,
        resolution=item.resolution,
        tasks=tuple(given[item.pk]),
        points=points,
    )


# -- people -------------------------------------------------------------------------
def _attended(meeting: Meeting) -> tuple[list[Attendance], Seats]:
    """Invited people, and what each is in the committee of that day."""
    rows = meeting.attendance.select_related("user")
    return list(rows), _seats(meeting)


def _seats(meeting: Meeting) -> Seats:
    """By person: place in lists and words of the highest seat in the committee of that day."""
    at = meeting.starts_at
    then = Q(committee__since__lte=at) & (
        Q(committee__until__isnull=True) | Q(committee__until__gt=at)
    )
    now = Q(committee__until__isnull=True)
    members = list(
        CommitteeMember.objects.filter(then | now, committee__cycle=meeting.cycle_id)
        .select_related("committee", "standard")
        .order_by("committee__since")
    )
    first = members[0].committee_id if members else None  # the one of that day, if there was one
    highest: dict[int, CommitteeMember] = {}
    for member in sorted((row for row in members if row.committee_id == first), key=_rank):
        highest.setdefault(member.user_id, member)
    return {user: TakenSeat(_place(member), _seat(member)) for user, member in highest.items()}


def _rank(member: CommitteeMember) -> tuple[int, int]:
    return PART_RANK.index(CommitteePart(member.part)), SEAT_RANK.index(Seat(member.seat))


def _place(member: CommitteeMember) -> tuple[int, ...]:
    """By rank; but the committee's secretaries close the list, as they do in its order."""
    closes = member.part == CommitteePart.STEERING and member.seat in KEEPERS
    return (closes, *_rank(member))


def _seat(member: CommitteeMember) -> str:
    if member.part != CommitteePart.WORKING:
        return official_seat(member.part, member.seat)
    if member.seat == Seat.CHAIR and member.standard is not None:
        return f"{CHAIRS}{official_part(member.part, member.standard.code)}"
    return official_seat(member.part, Seat.MEMBER)


def _ranked(meeting: Meeting, rows: Iterable[Attendance], seats: Seats) -> list[Attendance]:
    """The chair of the meeting, then by seat, then in name order."""

    def rank(row: Attendance) -> tuple[bool, tuple[int, ...], str]:
        seat = seats.get(row.user_id, NOWHERE).place
        return row.user_id != meeting.chair_id, seat, row.user.sort_name

    return sorted(rows, key=rank)


def _attendant(meeting: Meeting, row: Attendance, seats: Seats) -> Attendant:
    chairs = row.user_id == meeting.chair_id
    # A briefing is all staff's: who sits in the committee comes early, but is no member there.
    in_committee = meeting.kind == MeetingKind.COMMITTEE
    seat = seats.get(row.user_id, NOWHERE).words if in_committee else ""
    return Attendant(
        name=row.user.full_name,
        position=row.user.position,
        seat=CHAIR if chairs else seat,
        excuse="" if row.present else row.excuse,
    )

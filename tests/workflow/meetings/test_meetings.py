"""Meetings: every state × every move, attendance, minutes, numbers, news."""

from datetime import timedelta

import pytest

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from notifications.models import Notification
from people.models import User
from tests.factories import cycles as make
from tests.factories.crowd import all_at_once
from tests.factories.people import make_person
from workflow.meetings import attendance, calling, minutes
from workflow.meetings.minutes import Said
from workflow.models import Meeting
from workflow.states import MeetingKind, MeetingState

pytestmark = pytest.mark.django_db


def call(year, *, kind=MeetingKind.BRIEFING, by=None, agenda=("แจ้ง", "พิจารณา"), **fields):
    plan = {"title": "ประชุม", "place": "ห้องประชุม", "starts_at": clock.now(), **fields}
    return calling.create_meeting(
        year.cycle, kind=kind, agenda=list(agenda), by=by or year.coordinator, **plan
    )


def held(year):
    meeting = call(year)
    everyone = [row.user_id for row in meeting.attendance.all()]
    attendance.mark_attendance(meeting, users=everyone[:3], present=True, by=year.coordinator)
    meeting = write(year, meeting, "ประชุมแล้ว")
    return minutes.hold(meeting, by=year.coordinator)


def cancelled(year):
    return calling.cancel(call(year), by=year.coordinator, why="ติดราชการ")


def write(year, meeting, text, *, said=None, version=None):
    version = meeting.version if version is None else version
    return minutes.save_minutes(
        meeting, minutes=text, said=said or {}, version=version, by=year.coordinator
    )


def change(year, meeting, **fields):
    plan = {
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "link": meeting.link,
        "chair": None,
        "agenda": [item.title for item in meeting.agenda.all()],
        "version": meeting.version,
        **fields,
    }
    return calling.edit_meeting(meeting, by=year.coordinator, **plan)


# -- state × move ---------------------------------------------------------------------
STATES = {
    MeetingState.PLANNED: lambda year: ready(year),
    MeetingState.HELD: held,
    MeetingState.CANCELLED: cancelled,
}
MOVES = {
    "hold": lambda year, m: minutes.hold(m, by=year.coordinator),
    "reopen": lambda year, m: minutes.reopen(m, by=year.coordinator, why="แก้คำผิด"),
    "cancel": lambda year, m: calling.cancel(m, by=year.coordinator, why="ติดราชการ"),
    "edit": lambda year, m: change(year, m, place="ห้องอื่น"),
    "minutes": lambda year, m: write(year, m, "เขียนใหม่"),
    "tick": lambda year, m: attendance.mark_attendance(
        m, users=[year.director.pk], present=True, by=year.coordinator
    ),
    "invite": lambda year, m: calling.invite_new(m, by=year.coordinator),
}
ALLOWED = {
    (MeetingState.PLANNED, "hold"): MeetingState.HELD,
    (MeetingState.PLANNED, "cancel"): MeetingState.CANCELLED,
    (MeetingState.PLANNED, "edit"): MeetingState.PLANNED,
    (MeetingState.PLANNED, "minutes"): MeetingState.PLANNED,
    (MeetingState.PLANNED, "tick"): MeetingState.PLANNED,
    (MeetingState.PLANNED, "invite"): MeetingState.PLANNED,
    (MeetingState.HELD, "reopen"): MeetingState.PLANNED,
}


def ready(year):
    meeting = call(year)
    users = [year.deputy.pk, year.director.pk, year.coordinator.pk]
    attendance.mark_attendance(meeting, users=users, present=True, by=year.coordinator)
    return write(year, meeting, "ประชุมแล้ว")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("move", MOVES)
def test_move_from_every_state(move, state):
    year = make.make_year()
    meeting = STATES[state](year)
    events = Event.objects.count()
    target = ALLOWED.get((state, move))
    if target is None:
        with pytest.raises(MoveRefused):
            MOVES[move](year, meeting)
        assert Event.objects.count() == events
        assert Meeting.objects.get(pk=meeting.pk).state == state
        return
    MOVES[move](year, meeting)
    assert Meeting.objects.get(pk=meeting.pk).state == target


@pytest.mark.parametrize("move", ["hold", "cancel"])
def test_of_two_stale_copies_one_wins(move):
    year = make.make_year()
    first = ready(year)
    second = Meeting.objects.get(pk=first.pk)
    MOVES[move](year, first)
    with pytest.raises(MoveRefused):
        MOVES[move](year, second)


@pytest.mark.parametrize("move", ["reopen", "cancel"])
def test_reason_is_required(move):
    year = make.make_year()
    meeting = held(year) if move == "reopen" else call(year)
    act = minutes.reopen if move == "reopen" else calling.cancel
    with pytest.raises(RuleBroken):
        act(meeting, by=year.coordinator, why="  ")


# -- who ------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["director", "deputy"])
def test_only_the_coordinator_calls(who):
    year = make.make_year()
    with pytest.raises(NotAllowed):
        call(year, by=getattr(year, who))


def test_secretary_keeps_minutes_of_the_committee_but_calls_nothing():
    year = make.make_year()
    secretary, other = year.staff
    make.appoint(year, members=[secretary, other], secretary=secretary)
    meeting = call(year, kind=MeetingKind.COMMITTEE)
    attendance.mark_attendance(meeting, users=[other.pk], present=True, by=secretary)
    with pytest.raises(NotAllowed):
        attendance.mark_attendance(meeting, users=[other.pk], present=True, by=other)
    with pytest.raises(NotAllowed):
        call(year, by=secretary)


# -- invitations ------------------------------------------------------------------------
def test_briefing_invites_all_active_staff():
    year = make.make_year()
    make_person(year.office, is_active=False)
    make_person(None)
    meeting = call(year)
    invited = {row.user_id for row in meeting.attendance.all()}
    people = [year.coordinator, year.director, year.deputy, *year.staff]
    assert invited == {person.pk for person in people}
    assert Notification.objects.filter(kind="meeting_invited").count() == 5


def test_committee_meeting_invites_its_members():
    year = make.make_year()
    with pytest.raises(RuleBroken):
        call(year, kind=MeetingKind.COMMITTEE)
    make.appoint(year, members=year.staff)
    meeting = call(year, kind=MeetingKind.COMMITTEE)
    assert {row.user_id for row in meeting.attendance.all()} == {p.pk for p in year.staff}


def test_changed_date_is_notified_again_and_changed_title_is_not():
    year = make.make_year()
    meeting = call(year)
    meeting = change(year, meeting, title="ชื่อใหม่")
    assert not Notification.objects.filter(kind="meeting_moved").exists()
    there = meeting.starts_at
    for moment in (there + timedelta(days=1), there, there + timedelta(days=1)):
        meeting = change(year, meeting, starts_at=moment)
    assert Notification.objects.filter(kind="meeting_moved").count() == 15


def test_who_joined_since_can_be_added():
    year = make.make_year()
    meeting = call(year)
    newcomer = make_person(year.office)
    assert [p.pk for p in calling.uninvited(meeting)] == [newcomer.pk]
    assert calling.invite_new(meeting, by=year.coordinator) == 1
    assert calling.invite_new(meeting, by=year.coordinator) == 0
    assert Notification.objects.filter(recipient=newcomer, kind="meeting_invited").count() == 1


def test_numbers_count_per_kind_and_are_not_used_again():
    year = make.make_year()
    make.appoint(year, members=year.staff)
    first = cancelled(year)
    assert [first.number, call(year).number] == [1, 2]
    assert call(year, kind=MeetingKind.COMMITTEE).number == 1


# -- attendance and minutes -------------------------------------------------------------
def test_hold_needs_the_day_attendance_and_minutes():
    year = make.make_year()
    meeting = call(year, starts_at=clock.now() + timedelta(days=2))
    assert len(minutes.missing_of(meeting)) == 3
    with pytest.raises(RuleBroken):
        minutes.hold(meeting, by=year.coordinator)


def test_hold_records_who_came_and_counts_the_rest_as_absent():
    year = make.make_year()
    meeting = ready(year)
    minutes.hold(meeting, by=year.coordinator)
    rows = dict(meeting.attendance.values_list("user", "present"))
    came = {user for user, present in rows.items() if present}
    assert came == {year.deputy.pk, year.director.pk, year.coordinator.pk}
    assert set(rows.values()) == {True, False}
    event = Event.objects.get(verb="meeting.hold")
    assert set(event.after["present"]) == came


def test_stranger_cannot_be_ticked():
    year = make.make_year()
    meeting = call(year)
    stranger = make_person(None)
    assert (
        attendance.mark_attendance(meeting, users=[stranger.pk], present=True, by=year.coordinator)
        == 0
    )


def test_stale_minutes_are_refused_with_what_stands_there():
    year = make.make_year()
    meeting = call(year)
    item = meeting.agenda.first()
    write(year, meeting, "", said={item.pk: Said("ของเขา", "มติของเขา")}, version=0)
    with pytest.raises(StaleEdit) as refused:
        write(year, meeting, "ของฉัน", version=0)
    assert "ของเขา มติของเขา" in " ".join(refused.value.theirs.values())
    assert Meeting.objects.get(pk=meeting.pk).minutes == ""


def test_same_minutes_again_change_nothing():
    year = make.make_year()
    meeting = write(year, call(year), "ข้อความ")
    assert write(year, meeting, "ข้อความ", version=0).version == 1


def test_agenda_keeps_what_was_said():
    year = make.make_year()
    meeting = call(year, agenda=["หนึ่ง", "สอง"])
    item = meeting.agenda.get(title="สอง")
    meeting = write(year, meeting, "", said={item.pk: Said("พูดแล้ว")})
    meeting = change(year, meeting, agenda=["ใหม่", "สอง"])
    found = list(meeting.agenda.values_list("order", "title", "text"))
    assert found == [(1, "ใหม่", ""), (2, "สอง", "พูดแล้ว")]
    with pytest.raises(RuleBroken):
        change(year, meeting, agenda=["ใหม่"])


def test_standard_agenda_has_the_six_points():
    assert len(calling.standard_agenda()) == 6
    assert calling.standard_agenda()[0] == "เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ"


# -- at once ----------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_the_next_numbers():
    year = make.make_year()
    callers = [User.objects.get(pk=year.coordinator.pk) for _n in range(4)]
    numbers = all_at_once(lambda by: call(year, by=by).number, callers)
    assert sorted(numbers) == [1, 2, 3, 4]

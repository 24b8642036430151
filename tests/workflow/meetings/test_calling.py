"""Calling a meeting: place or link, chair, agenda with points, who is notified and how."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from core import clock
from core.models import Event
from core.refusals import RuleBroken
from notifications.delivery import write_mail
from notifications.models import Notification
from people.models import User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.meetings import make_task
from tests.factories.people import make_office, make_person
from workflow.meetings import calling
from workflow.meetings.agenda_items import agenda_of, agenda_text
from workflow.models import AgendaItem, CommitteeMember, Meeting
from workflow.states import MeetingKind, Seat

pytestmark = pytest.mark.django_db
LINK = "https://meet.example.go.th/room"
AGENDA = ["แจ้ง", "พิจารณา", "- เรื่องแรก", "- เรื่องที่สอง"]


@pytest.fixture
def year():
    found = make.make_year()
    for person in User.objects.filter(office=found.office):
        User.objects.filter(pk=person.pk).update(email=f"p{person.pk}@example.org")
    return found


def call(year, *, kind=MeetingKind.BRIEFING, days=3, agenda=AGENDA, **fields):
    plan = {"title": "ประชุม", "place": "ห้อง", "starts_at": clock.now() + timedelta(days=days)}
    return calling.create_meeting(
        year.cycle, kind=kind, agenda=agenda, by=year.coordinator, **{**plan, **fields}
    )


def change(year, meeting, **fields):
    plan = {
        "title": meeting.title,
        "starts_at": meeting.starts_at,
        "place": meeting.place,
        "link": meeting.link,
        "chair": None,
        "agenda": agenda_text(meeting).splitlines(),
        "version": meeting.version,
        **fields,
    }
    return calling.edit_meeting(meeting, by=year.coordinator, **plan)


def notified(kind):
    return Notification.objects.filter(kind=kind)


def invite_in(notification):
    """The calendar file of the mail, read back from the bytes that leave the house."""
    raw = write_mail(notification).message().as_bytes()
    (part,) = message_from_bytes(raw, policy=default).iter_attachments()
    assert part.get_filename() == "invite.ics"
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["METHOD"]
    (event,) = calendar.walk("VEVENT")
    return calendar["METHOD"], event


# -- place, link, chair ------------------------------------------------------------------
@pytest.mark.parametrize(("place", "link"), [("ห้อง", ""), ("", LINK), ("ห้อง", LINK)])
def test_a_meeting_has_a_place_or_a_link(year, place, link):
    meeting = call(year, place=place, link=link)
    assert (meeting.place, meeting.link) == (place, link)


def test_a_meeting_without_both_is_refused(year):
    with pytest.raises(RuleBroken):
        call(year, place=" ", link="")
    meeting = call(year)
    with pytest.raises(RuleBroken):
        change(year, meeting, place="")
    assert Meeting.objects.get().place == "ห้อง"


def test_the_director_presides_over_a_briefing(year):
    assert call(year).chair == year.director


def test_the_committee_s_chair_presides_over_the_committee(year):
    make.appoint(year, members=year.staff)
    CommitteeMember.objects.filter(user=year.staff[1]).update(seat=Seat.CHAIR)
    assert call(year, kind=MeetingKind.COMMITTEE).chair == year.staff[1]
    User.objects.filter(pk=year.staff[1].pk).update(is_active=False)
    assert call(year, kind=MeetingKind.COMMITTEE).chair == year.director


def test_another_chair_is_kept_until_it_is_changed(year):
    meeting = call(year, chair=year.deputy)
    assert change(year, meeting, title="ชื่อใหม่").chair == year.deputy
    assert change(year, meeting, chair=year.director).chair == year.director


@pytest.mark.parametrize("who", ["inactive", "stranger"])
def test_the_chair_is_an_active_person_of_the_office(year, who):
    office = year.office if who == "inactive" else make_office("skn1")
    chair = make_person(office, Role.DIRECTOR, is_active=who != "inactive")
    with pytest.raises(RuleBroken):
        call(year, chair=chair)


# -- notifications ------------------------------------------------------------------------------
def test_the_invitation_carries_the_meeting_for_the_calendar(year):
    meeting = call(year, link=LINK)
    assert notified("meeting_invited").count() == 5
    news = notified("meeting_invited").get(recipient=year.deputy)
    method, event = invite_in(news)
    assert (method, event["SEQUENCE"]) == ("REQUEST", 0)
    assert event["DTSTART"].dt == meeting.starts_at.replace(microsecond=0)
    assert event["ATTENDEE"] == f"mailto:{news.recipient.email}"
    assert "  2.1 เรื่องแรก" in event["DESCRIPTION"].splitlines()
    assert f"ประชุมออนไลน์: {LINK}" in news.body


def test_nobody_learns_the_address_of_another(year):
    call(year)
    found = [news.calendar.count("@example.org") for news in notified("meeting_invited")]
    assert found == [1] * 5


def test_moving_and_cancelling_reach_the_same_entry_of_the_calendar(year):
    meeting = call(year)
    meeting = change(year, meeting, link=LINK)
    meeting = change(year, meeting, starts_at=meeting.starts_at + timedelta(days=1))
    calling.cancel(meeting, by=year.coordinator, why="ติดราชการ")
    found = []
    for kind in ("meeting_invited", "meeting_moved", "meeting_cancelled"):
        for news in notified(kind).filter(recipient=year.deputy).order_by("pk"):
            method, event = invite_in(news)
            found.append((method, event["SEQUENCE"], event["UID"]))
    assert [row[:2] for row in found] == [
        ("REQUEST", 0),
        ("REQUEST", 1),
        ("REQUEST", 2),
        ("CANCEL", 3),
    ]
    assert len({uid for _method, _sequence, uid in found}) == 1


def test_who_has_no_address_is_notified_without_a_file(year):
    User.objects.filter(pk=year.deputy.pk).update(email=None)
    call(year)
    assert notified("meeting_invited").get(recipient=year.deputy).calendar == ""


def test_a_day_that_is_over_is_recorded_and_nobody_is_notified(year):
    meeting = call(year, days=-1)
    calling.cancel(meeting, by=year.coordinator, why="บันทึกผิด")
    assert not Notification.objects.filter(kind__startswith="meeting_").exists()
    assert meeting.attendance.count() == 5


@pytest.mark.parametrize("act", ["change", "cancel"])
def test_of_a_day_that_is_over_nobody_hears_any_more(year, act):
    meeting = call(year)
    past = clock.now() - timedelta(days=3)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=past)
    meeting.refresh_from_db()
    if act == "change":
        change(year, meeting, place="ห้องอื่น")
    else:
        calling.cancel(meeting, by=year.coordinator, why="ไม่ได้ประชุม")
    assert not Notification.objects.filter(kind__in=["meeting_moved", "meeting_cancelled"]).exists()


def test_a_wrong_year_put_right_is_an_invitation_not_a_change(year):
    meeting = change(year, call(year, days=-365), starts_at=clock.now() + timedelta(days=1))
    assert notified("meeting_invited").count() == 5
    change(year, meeting, place="ห้องอื่น")
    assert notified("meeting_moved").count() == 5


def test_calling_asks_as_much_for_five_as_for_thirty(year):
    counts = []
    for _n in range(2):
        with CaptureQueriesContext(connection) as queries:
            call(year)
        counts.append(len(queries))
        for _m in range(25):
            make_person(year.office)
    assert counts[0] == counts[1]


def test_the_history_says_link_and_chair(year):
    change(year, call(year), link=LINK, chair=year.deputy)
    event = Event.objects.get(verb="meeting.edit")
    assert (event.before["link"], event.after["link"]) == ("", LINK)
    assert event.after["chair"] == str(year.deputy)


# -- agenda -------------------------------------------------------------------------------
def shape(meeting):
    return [(item.title, [point.title for point in points]) for item, points in agenda_of(meeting)]


def test_points_stand_under_their_heading(year):
    meeting = call(year)
    assert shape(meeting) == [("แจ้ง", []), ("พิจารณา", ["เรื่องแรก", "เรื่องที่สอง"])]
    assert agenda_text(meeting).splitlines() == AGENDA
    assert list(meeting.agenda.values_list("order", flat=True)) == [1, 2, 3, 4]


def test_the_agenda_is_read_with_one_query(year):
    meeting = call(year)
    with CaptureQueriesContext(connection) as queries:
        agenda_of(meeting)
    assert len(queries) == 1


def test_a_point_that_keeps_its_title_keeps_what_was_said_wherever_it_goes(year):
    meeting = call(year)
    AgendaItem.objects.filter(title="เรื่องแรก").update(text="พูดแล้ว")
    meeting = change(year, meeting, agenda=["ใหม่", "- เรื่องแรก", "แจ้ง"])
    assert shape(meeting) == [("ใหม่", ["เรื่องแรก"]), ("แจ้ง", [])]
    assert meeting.agenda.get(title="เรื่องแรก").text == "พูดแล้ว"
    meeting = change(year, meeting, agenda=["เรื่องแรก"])
    assert (meeting.agenda.get().text, meeting.agenda.get().under) == ("พูดแล้ว", None)


def test_what_was_said_is_never_dropped_with_its_heading(year):
    meeting = call(year)
    AgendaItem.objects.filter(title="เรื่องแรก").update(resolution="เห็นชอบ")
    with pytest.raises(RuleBroken):
        change(year, meeting, agenda=["แจ้ง"])
    assert shape(meeting) == [("แจ้ง", []), ("พิจารณา", ["เรื่องแรก", "เรื่องที่สอง"])]


def test_a_point_with_somebody_s_task_stays(year):
    meeting = call(year)
    item = meeting.agenda.get(title="เรื่องที่สอง")
    make_task(meeting, agenda_item=item, owner=year.deputy)
    with pytest.raises(RuleBroken):
        change(year, meeting, agenda=["พิจารณา", "- เรื่องแรก"])


def test_of_namesakes_the_one_with_minutes_is_kept(year):
    meeting = call(year, agenda=["ก", "- เรื่อง", "ข", "- เรื่อง"])
    AgendaItem.objects.filter(title="เรื่อง", under__title="ข").update(text="พูดแล้ว")
    meeting = change(year, meeting, agenda=["ข", "- เรื่อง"])
    assert meeting.agenda.get(title="เรื่อง").text == "พูดแล้ว"


def test_suggested_agenda_keeps_a_line_with_minutes_word_for_word(year):
    line = "- มาตรฐานที่ยังไม่มีผู้กำกับดูแล 9 มาตรฐาน (1)"
    meeting = call(year, agenda=["เรื่องที่เสนอให้ที่ประชุมพิจารณา", line])
    text = agenda_text(meeting)
    fresh = calling.suggested_agenda(year.cycle, meeting.kind, text=text, meeting=meeting)
    assert line not in fresh
    meeting.agenda.filter(title=line[2:]).update(text="พูดแล้ว")
    kept = calling.suggested_agenda(year.cycle, meeting.kind, text=text, meeting=meeting)
    assert line in kept

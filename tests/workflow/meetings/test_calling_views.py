"""The pages that call a meeting and write its invitation, for each role."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from core import clock
from notifications.models import Notification
from people.states import Role
from reports.collect import take_snapshot
from reports.render.html import to_html
from reports.states import DocumentKind
from tests.factories import cycles as make
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.reading import tight
from workflow.meetings import calling, invitations
from workflow.meetings.agenda_items import agenda_of
from workflow.meetings.forms.meetings import MeetingForm, typed_invitation
from workflow.models import Meeting, StandingPhrase
from workflow.states import MeetingKind

pytestmark = pytest.mark.django_db
LINK = "https://meet.example.go.th/room"
POINTS = "ตัวบ่งชี้ที่ยังไม่มีผู้กำกับดูแล"
PLAN = {
    "title": "ประชุมชี้แจง",
    "date": "๒๔/๑๑/๒๖๐๐",
    "time": "๐๙.๓๐",
    "place": "ห้องประชุมใหญ่",
    "link": "",
    "chair": "",
    "agenda": "แจ้ง\r\nพิจารณา\r\n- เรื่องแรก",
}
WORDS = {"subject": "ขอเชิญประชุมด่วน", "to": "ทุกท่าน", "opening": "ด้วย", "closing": "จึงเรียนมา"}


@pytest.fixture
def year():
    return make.make_year()


def url(year, name, *more):
    return reverse(f"workflow:{name}", args=[*year.address, *more])


def call(year, **fields):
    plan = {
        "title": "ประชุมชี้แจง",
        "place": "ห้องประชุมใหญ่",
        "starts_at": clock.now() + timedelta(days=3),
        "agenda": ["แจ้ง", "- เรื่องแรก"],
    }
    return calling.create_meeting(
        year.cycle, kind=MeetingKind.BRIEFING, by=year.coordinator, **{**plan, **fields}
    )


# -- the form ---------------------------------------------------------------------------
def test_the_form_is_mostly_filled_and_names_who_will_be_invited(client_for, year):
    response = client_for(year.coordinator).get(url(year, "meeting_create", "briefing"))
    form = response.context["form"]
    lines = form["agenda"].value().splitlines()
    assert lines[0] == "เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ"
    assert any(line.startswith(f"- {POINTS}") for line in lines)
    assert form["chair"].value() == year.director.pk
    html = response.content.decode()
    for person in (year.deputy, *year.staff):
        assert person.full_name in html


def test_points_are_added_to_what_is_being_typed_and_nothing_is_saved(client_for, year):
    client = client_for(year.coordinator)
    typed = {**PLAN, "date": "ไม่ใช่วัน", "link": "meet", "add_points": "1"}
    response = client.post(url(year, "meeting_create", "briefing"), typed)
    form = response.context["form"]
    assert response.status_code == 200
    assert not Meeting.objects.exists()
    assert not form.errors
    assert (form["date"].value(), form["link"].value()) == ("ไม่ใช่วัน", "meet")
    lines = form["agenda"].value().splitlines()
    assert lines[:3] == ["แจ้ง", "พิจารณา", "- เรื่องแรก"]
    assert any(line.startswith(f"- {POINTS}") for line in lines)


def test_points_are_added_to_a_planned_meeting(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    address = url(year, "meeting_edit", meeting.pk)
    typed = {**PLAN, "place": "ห้องใหม่", "seen": 0, "add_points": "1"}
    form = client.post(address, typed).context["form"]
    assert form["place"].value() == "ห้องใหม่"
    assert POINTS in form["agenda"].value()
    assert Meeting.objects.get().place == "ห้องประชุมใหญ่"
    sent = {**PLAN, "agenda": form["agenda"].value(), "seen": form["seen"].value()}
    assert client.post(address, sent).status_code == 302
    assert any(POINTS in point.title for _i, ps in agenda_of(meeting) for point in ps)


def test_an_online_meeting_needs_no_place(client_for, year):
    client = client_for(year.coordinator)
    sent = {**PLAN, "place": "", "link": "meet.example.go.th/room", "chair": year.deputy.pk}
    client.post(url(year, "meeting_create", "briefing"), sent)
    meeting = Meeting.objects.get()
    assert (meeting.place, meeting.link) == ("", LINK)
    assert meeting.chair == year.deputy
    html = client.get(url(year, "meeting", meeting.pk)).content.decode()
    assert f'href="{LINK}"' in html
    assert "ออนไลน์" in client.get(url(year, "meeting_list")).content.decode()


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"place": ""}, "place"),
        ({"place": "", "link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://example.org/room"}, "link"),
        ({"link": "https://" + "a" * 500 + ".th"}, "link"),
        ({"agenda": "-\r\n - "}, "agenda"),
        ({"agenda": "- " + "ก" * 301}, "agenda"),
        ({"agenda": "\n".join(f"- {n}" for n in range(61))}, "agenda"),
        ({"chair": "999999"}, "chair"),
        ({"chair": "9" * 40}, "chair"),
    ],
)
def test_bad_input_is_said_at_its_field(client_for, year, fields, where):
    response = client_for(year.coordinator).post(
        url(year, "meeting_create", "briefing"), {**PLAN, **fields}
    )
    assert list(response.context["form"].errors) == [where]
    assert not Meeting.objects.exists()


def test_a_chair_of_another_office_is_no_choice(year):
    stranger = make_person(make_office("skn1"), Role.DIRECTOR)
    form = MeetingForm({**PLAN, "chair": stranger.pk}, chairs=calling.possible_chairs(year.cycle))
    assert list(form.errors) == ["chair"]


def test_a_day_that_is_over_is_asked_about_once_and_nobody_is_invited(client_for, year):
    address = url(year, "meeting_create", "briefing")
    sent = {**PLAN, "date": "24/11/2559"}
    client = client_for(year.coordinator)
    asked = client.post(address, sent)
    assert list(asked.context["form"].errors) == ["past"]
    assert 'name="past"' in asked.text
    assert not Meeting.objects.exists()
    html = client.post(address, {**sent, "past": "on"}, follow=True).text
    assert "วันประชุมผ่านมาแล้ว" in html
    assert not Notification.objects.filter(kind="meeting_invited").exists()
    # Its date is confirmed by now: another place does not ask again.
    row = Meeting.objects.get()
    change = {**sent, "place": "ห้องอื่น", "seen": row.version}
    assert client.post(url(year, "meeting_edit", row.pk), change).status_code == 302


def test_a_day_to_come_is_not_asked_about(client_for, year):
    page = client_for(year.coordinator).get(url(year, "meeting_create", "briefing")).text
    assert 'name="past"' not in page


@pytest.mark.parametrize("name", ["meeting_create", "meeting_edit", "meeting_invitation"])
def test_queries_do_not_grow(client_for, name):
    counts = []
    for code, size, staff in (("skn1", (1, 1, 1), 1), ("skn2", (2, 5, 3), 30)):
        year = make.make_year(code, edition=make_edition(*size, code=code), staff=staff)
        meeting = call(year, agenda=[f"- {n}" for n in range(staff)])
        client = client_for(year.coordinator)
        with CaptureQueriesContext(connection) as queries:
            address = url(year, name, "briefing" if name == "meeting_create" else meeting.pk)
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# -- the page of the meeting --------------------------------------------------------------
def test_the_page_numbers_points_and_offers_what_each_may_do(client_for, year):
    meeting = call(year, link=LINK)
    edit, calendar = (
        url(year, "meeting_invitation", meeting.pk),
        url(year, "meeting_calendar", meeting.pk),
    )
    newcomer = make_person(year.office)
    for person, offers in (
        (year.coordinator, (True, True)),
        (year.staff[0], (False, True)),
        (newcomer, (False, False)),
    ):
        html = client_for(person).get(url(year, "meeting", meeting.pk)).content.decode()
        assert '<span class="agenda-number">1.1</span>' in tight(html)
        assert (edit in html, calendar in html) == offers


# -- the calendar file ---------------------------------------------------------------------
def test_who_was_invited_takes_the_meeting_home(client_for, year):
    meeting = call(year)
    address = url(year, "meeting_calendar", meeting.pk)
    response = client_for(year.staff[0]).get(address)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].startswith("attachment")
    calendar = Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["SUMMARY"]) == ("PUBLISH", "ประชุมชี้แจง")
    assert "ATTENDEE" not in event
    assert client_for(make_person(year.office)).get(address).status_code == 403
    assert client_for(year.staff[0]).post(address).status_code == 405


def test_a_cancelled_meeting_is_struck_from_the_calendar(client_for, year):
    meeting = call(year)
    calling.cancel(meeting, by=year.coordinator, why="เลื่อน")
    response = client_for(year.staff[0]).get(url(year, "meeting_calendar", meeting.pk))
    assert Calendar.from_ical(response.content)["METHOD"] == "CANCEL"


@pytest.mark.parametrize("name", ["meeting_invitation", "meeting_calendar"])
def test_other_office_and_obec_find_nothing(client_for, year, name):
    meeting = call(year)
    make.submit(year)
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    for person in (stranger, make_reviewer()):
        assert client_for(person).get(url(year, name, meeting.pk)).status_code == 404


# -- the invitation paper ------------------------------------------------------------------
def test_the_words_start_from_the_office_s_phrases(client_for, year):
    StandingPhrase.objects.create(
        office=year.office, name="invitation_closing", text="พบกันที่{place} {time}"
    )
    meeting = call(year)
    form = (
        client_for(year.coordinator)
        .get(url(year, "meeting_invitation", meeting.pk))
        .context["form"]
    )
    assert "ประชุมชี้แจง" in form["subject"].value()
    assert form["closing"].value().startswith("พบกันที่ห้องประชุมใหญ่ ")
    assert form["closing"].value().endswith("น.")


def test_words_are_saved_and_usual_ones_follow_the_meeting(client_for, year):
    meeting = call(year)
    client, address = client_for(year.coordinator), url(year, "meeting_invitation", meeting.pk)
    usual = invitations.usual_words(meeting)
    sent = {**usual, "subject": "เรื่องของเรา", "seen": meeting.version}
    assert client.post(address, sent).url == url(year, "meeting", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.invitation == {"subject": "เรื่องของเรา"}
    Meeting.objects.filter(pk=meeting.pk).update(place="ห้องใหม่")
    meeting.refresh_from_db()
    words = invitations.words_of(meeting)
    assert words["subject"] == "เรื่องของเรา"
    assert "ห้องใหม่" in words["opening"]


def test_the_number_is_printed_as_typed_and_may_wait_for_a_pen(client_for, year):
    meeting = call(year)
    client, address = client_for(year.coordinator), url(year, "meeting_invitation", meeting.pk)
    assert "ที่ ............ " in paper_text(meeting)
    client.post(address, {**WORDS, "number": " 45/2560 ", "seen": 0})
    meeting.refresh_from_db()
    assert meeting.invitation["number"] == "45/2560"
    assert "ที่ ๔๕/๒๕๖๐ " in paper_text(meeting)


def paper_text(meeting):
    kind = DocumentKind.INVITATION
    html = to_html(take_snapshot(meeting.cycle, kind, meeting=meeting, at=clock.now()))
    return " ".join(re.sub("<[^>]*>", " ", html).split())


def test_an_online_meeting_s_words_read_on(year):
    assert (
        "ณ ระบบการประชุมออนไลน์" in invitations.words_of(call(year, place="", link=LINK))["opening"]
    )


def test_stale_words_are_refused_with_both_texts(client_for, year):
    meeting = call(year)
    client, address = client_for(year.coordinator), url(year, "meeting_invitation", meeting.pk)
    client.post(address, {**WORDS, "subject": "ของเขา", "seen": 0})
    response = client.post(address, {**WORDS, "subject": "ของฉัน", "seen": 0})
    html = response.content.decode()
    assert response.status_code == 409
    assert "ของเขา" in html
    assert 'value="ของฉัน"' in html
    assert 'name="seen" value="1"' in html
    assert client.post(address, {**WORDS, "subject": "ของฉัน", "seen": 1}).status_code == 302


def test_only_the_coordinator_words_the_invitation(client_for, year):
    meeting = call(year)
    for person in (year.director, year.deputy, year.staff[0]):
        client = client_for(person)
        assert client.get(url(year, "meeting_invitation", meeting.pk)).status_code == 403
        assert client.post(url(year, "meeting_invitation", meeting.pk), WORDS).status_code == 403
    assert Meeting.objects.get().invitation == {}


def test_the_words_of_a_cancelled_meeting_are_only_read(client_for, year):
    meeting = call(year)
    calling.cancel(meeting, by=year.coordinator, why="เลื่อน")
    client, address = client_for(year.coordinator), url(year, "meeting_invitation", meeting.pk)
    assert "<textarea" not in client.get(address).content.decode()
    assert client.post(address, {**WORDS, "seen": 0}).status_code == 409
    assert Meeting.objects.get().invitation == {}


def test_typed_words_are_a_copy_and_bad_fields_keep_what_is_stored(year):
    meeting = call(year)
    meeting.invitation = {"subject": "เดิม", "closing": "เดิม"}
    typed = typed_invitation(meeting, {"subject": "ก" * 301, "to": "ใหม่", "closing": ""})
    kept = {"number": "", "subject": "เดิม", "to": "ใหม่", "opening": "", "closing": ""}
    assert typed.invitation == kept
    assert meeting.invitation == {"subject": "เดิม", "closing": "เดิม"}
    assert invitations.words_of(typed)["closing"] == invitations.usual_words(meeting)["closing"]

"""The pages of meetings, for each role."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

import thai
from core import clock
from people.states import Role
from tests.factories import cycles as make
from tests.factories.people import make_office, make_person, make_reviewer
from workflow.meetings import calendar_files, calling
from workflow.models import Meeting
from workflow.states import MeetingKind, MeetingState

pytestmark = pytest.mark.django_db

PLAN = {
    "past": "on",
    "title": "ประชุมชี้แจง",
    "date": "๒๔/๑๑/๒๕๕๙",
    "time": "๐๙.๓๐ น.",
    "place": "ห้องประชุมใหญ่",
    "agenda": "เรื่องแจ้ง\r\n\r\nเรื่องพิจารณา",
}
POSTS = [
    "meeting_cancel",
    "meeting_hold",
    "meeting_reopen",
    "meeting_attendance_all",
    "meeting_invite",
]
KEPT = [*POSTS, "meeting_attendance", "meeting_minutes", "meeting_edit"]


@pytest.fixture
def year():
    return make.make_year()


def url(year, name, *more):
    return reverse(f"workflow:{name}", args=[*year.address, *more])


def call(year, **fields):
    plan = {"title": "ประชุม", "place": "ห้อง", "starts_at": clock.now(), "agenda": ["แจ้ง"]}
    return calling.create_meeting(
        year.cycle, kind=MeetingKind.BRIEFING, by=year.coordinator, **{**plan, **fields}
    )


# -- calling ----------------------------------------------------------------------------
def test_meeting_is_called_by_the_form(client_for, year):
    client = client_for(year.coordinator)
    address = url(year, "meeting_create", "briefing")
    html = client.get(address).content.decode()
    assert "เรื่องที่ประธานแจ้งให้ที่ประชุมทราบ" in html
    response = client.post(address, {**PLAN, "idempotency_token": "a"})
    meeting = Meeting.objects.get()
    assert response.url == url(year, "meeting", meeting.pk)
    assert clock.today(meeting.starts_at).isoformat() == "2016-11-24"
    assert meeting.starts_at.isoformat() == "2016-11-24T02:30:00+00:00"
    assert [item.title for item in meeting.agenda.all()] == ["เรื่องแจ้ง", "เรื่องพิจารณา"]


@pytest.mark.parametrize("end", ["\x0b", "\u2028", "\x0c", "\x85", "\u2029"])
def test_an_item_of_two_lines_is_one_item(client_for, year, end):
    client = client_for(year.coordinator)
    agenda = f"เรื่อง ก{end}บรรทัดสอง\r\n- ย่อย{end}ต่อ\r\nเรื่อง ข"
    client.post(url(year, "meeting_create", "briefing"), {**PLAN, "agenda": agenda})
    meeting = Meeting.objects.get()
    titles = [item.title for item in meeting.agenda.all()]
    assert sorted(titles) == sorted(["เรื่อง ก\nบรรทัดสอง", "ย่อย\nต่อ", "เรื่อง ข"])
    assert "เรื่อง ก<br>บรรทัดสอง" in client.get(url(year, "meeting", meeting.pk)).content.decode()
    text = calendar_files.ics(meeting)
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]", text)
    read = str(Calendar.from_ical(text).walk("VEVENT")[0]["description"])
    assert read.startswith("ระเบียบวาระที่ 1 เรื่อง ก\nบรรทัดสอง\n  1.1 ย่อย\nต่อ\nระเบียบวาระที่ 2 เรื่อง ข")
    # The box shows two lines of one item, and what it shows comes to the same.
    page = client.get(url(year, "meeting_edit", meeting.pk))
    shown = page.context["form"]["agenda"].value()
    assert shown == "เรื่อง ก\n| บรรทัดสอง\n- ย่อย\n| ต่อ\nเรื่อง ข"
    sent = {**PLAN, "agenda": shown, "seen": meeting.version}
    assert client.post(url(year, "meeting_edit", meeting.pk), sent).status_code == 302
    assert sorted(item.title for item in meeting.agenda.all()) == sorted(titles)


def test_a_title_with_control_characters_leaves_none_in_the_calendar(year):
    meeting = call(year, title="ประชุม\x0bครั้งที่ 1\x1f", place="ห้อง\u2028ใหญ่\x07")
    text = calendar_files.ics(meeting)
    assert "SUMMARY:ประชุม ครั้งที่ 1\r\n" in text
    assert "LOCATION:ห้อง ใหญ่\r\n" in text


def test_double_post_makes_one_meeting(client_for, year):
    client = client_for(year.coordinator)
    address = url(year, "meeting_create", "briefing")
    first = client.post(address, {**PLAN, "idempotency_token": "a"})
    second = client.post(address, {**PLAN, "idempotency_token": "a"})
    assert first.url == second.url
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    "typed", ["9.30", "09:30 น.", "๐๙.๓๐น.", "09.30 น", "เวลา 09.30 น.", "เวลา ๙.๓๐ นาฬิกา"]
)
def test_a_time_is_read_as_papers_write_it(client_for, year, typed):
    address = url(year, "meeting_create", "briefing")
    client_for(year.coordinator).post(address, {**PLAN, "time": typed})
    assert thai.format_time(Meeting.objects.get().starts_at) == "09.30 น."


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("date", "24/11/2016", "2559"),
        ("date", "ไม่ใช่วัน", "วันที่"),
        ("time", "25.00", "09.30"),
        ("time", "เช้า", "09.30"),
        ("title", "", "โปรดกรอกข้อมูลในช่องนี้"),
        ("agenda", "ก" * 301, "300"),
    ],
)
def test_bad_input_is_said_at_the_field_and_nothing_is_lost(client_for, year, name, value, says):
    address = url(year, "meeting_create", "briefing")
    response = client_for(year.coordinator).post(address, {**PLAN, name: value})
    html = response.content.decode()
    assert response.status_code == 200
    assert f"id_{name}_error" in html
    assert says in html
    assert "ห้องประชุมใหญ่" in html
    assert not Meeting.objects.exists()


def test_committee_cannot_be_called_before_the_order(client_for, year):
    client = client_for(year.coordinator)
    address = url(year, "meeting_create", "committee")
    assert "ยังไม่มีคณะกรรมการ" in client.get(address).content.decode()
    client.post(address, PLAN)
    assert not Meeting.objects.exists()
    assert client.get(url(year, "meeting_create", "party")).status_code == 404


# -- roles ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", KEPT)
def test_who_may_not_keep_minutes_is_refused(client_for, year, name):
    meeting = call(year)
    for person in (year.staff[0], year.director):
        response = client_for(person).post(url(year, name, meeting.pk), {"why": "เหตุ"})
        assert response.status_code == 403
    assert Meeting.objects.get().state == MeetingState.PLANNED


def test_who_is_not_invited_is_refused_before_the_code_is_read(client_for, year):
    meeting = call(year)
    newcomer = make_person(year.office)
    for code in ("", "000000"):
        response = client_for(newcomer).post(
            url(year, "meeting_check_in", meeting.pk), {"code": code}
        )
        assert response.status_code == 403


@pytest.mark.parametrize("name", [*KEPT, "meeting"])
def test_other_office_and_obec_find_nothing(client_for, year, name):
    meeting = call(year)
    make.submit(year)
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    for person in (stranger, make_reviewer()):
        client = client_for(person)
        send = client.post if name in POSTS else client.get
        assert send(url(year, name, meeting.pk)).status_code == 404


@pytest.mark.parametrize("name", POSTS)
def test_acts_refuse_get(client_for, year, name):
    meeting = call(year)
    assert client_for(year.coordinator).get(url(year, name, meeting.pk)).status_code == 405


def test_stranger_is_sent_to_sign_in(client, year):
    meeting = call(year)
    for name in KEPT:
        assert client.post(url(year, name, meeting.pk)).status_code == 302


def test_everyone_of_the_office_reads(client_for, year):
    meeting = call(year, title="ประชุมพิเศษ")
    client = client_for(year.staff[0])
    for address in (url(year, "meeting", meeting.pk), url(year, "meeting_list")):
        response = client.get(address)
        assert response.status_code == 200
        assert "ประชุมพิเศษ" in response.content.decode()
        assert "minutes/" not in response.content.decode()


# -- attendance -------------------------------------------------------------------------
def test_tick_is_saved_at_once(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    address = url(year, "meeting_attendance", meeting.pk)
    data = {"user": year.director.pk, "present": "on"}
    html = client.post(address, data, headers={"HX-Request": "true"}).content.decode()
    assert "มาประชุม 1 จาก 5 คน" in html
    assert meeting.attendance.get(user=year.director).present is True
    client.post(address, {"user": year.director.pk})
    assert meeting.attendance.get(user=year.director).present is False


def test_all_found_are_ticked(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    client.post(url(year, "meeting_attendance_all", meeting.pk), {"q": "บุคลากร"})
    assert meeting.attendance.filter(present=True).count() == 2
    client.post(url(year, "meeting_attendance_all", meeting.pk))
    assert meeting.attendance.filter(present=True).count() == 5


def test_newcomers_are_offered(client_for, year):
    meeting = call(year)
    make_person(year.office)
    client = client_for(year.coordinator)
    address = url(year, "meeting_attendance", meeting.pk)
    assert url(year, "meeting_invite", meeting.pk) in client.get(address).content.decode()
    client.post(url(year, "meeting_invite", meeting.pk))
    assert meeting.attendance.count() == 6


# -- minutes ----------------------------------------------------------------------------
def minutes_of(meeting, version=0, minutes="", text="", resolution=""):
    item = meeting.agenda.first()
    return {
        "seen": version,
        "minutes": minutes,
        f"text_{item.pk}": text,
        f"resolution_{item.pk}": resolution,
    }


def test_autosave_answers_with_time_and_version(client_for, year):
    meeting = call(year)
    address = url(year, "meeting_minutes", meeting.pk)
    response = client_for(year.coordinator).post(
        address, minutes_of(meeting, text="พูดแล้ว"), headers={"X-Autosave": "1"}
    )
    answer = response.json()
    assert answer["version"] == 1
    assert answer["said"].endswith("น.")
    assert meeting.agenda.first().text == "พูดแล้ว"


def test_stale_minutes_show_both_texts(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    address = url(year, "meeting_minutes", meeting.pk)
    client.post(address, minutes_of(meeting, text="ของเขา"))
    response = client.post(address, minutes_of(meeting, minutes="ของฉัน"))
    html = response.content.decode()
    assert response.status_code == 409
    assert "ของเขา" in html
    assert "ของฉัน" in html
    # Where this person wrote nothing, the other's text is kept by the next save.
    assert html.count("ของเขา") == 2
    again = minutes_of(meeting, version=1, minutes="ของฉัน", text="ของเขา")
    assert client.post(address, again).status_code == 302


def test_whole_way_to_held_and_back(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    response = client.post(url(year, "meeting_hold", meeting.pk))
    assert response.status_code == 400
    client.post(url(year, "meeting_attendance_all", meeting.pk))
    client.post(url(year, "meeting_minutes", meeting.pk), minutes_of(meeting, text="พูดแล้ว"))
    assert client.post(url(year, "meeting_hold", meeting.pk)).status_code == 302
    assert Meeting.objects.get().state == MeetingState.HELD
    assert client.post(url(year, "meeting_reopen", meeting.pk)).status_code == 400
    client.post(url(year, "meeting_reopen", meeting.pk), {"why": "แก้คำผิด"})
    assert Meeting.objects.get().state == MeetingState.PLANNED
    client.post(url(year, "meeting_cancel", meeting.pk), {"why": "เลื่อน"})
    assert client.post(url(year, "meeting_hold", meeting.pk)).status_code == 409


def test_stale_change_of_the_plan_is_refused_with_what_was_typed(client_for, year):
    meeting = call(year)
    client = client_for(year.coordinator)
    address = url(year, "meeting_edit", meeting.pk)
    plan = {**PLAN, "agenda": "แจ้ง", "seen": 0}
    assert client.post(address, {**plan, "place": "ห้องเขา"}).status_code == 302
    response = client.post(address, {**plan, "place": "ห้องฉัน"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "ห้องเขา" in html
    assert "ห้องฉัน" in html
    assert 'name="seen" value="1"' in html


def test_list_is_searchable(client_for, year):
    for number in range(7):
        call(year, title=f"ประชุม {number}", place=f"อาคาร{number}")
    html = (
        client_for(year.staff[0]).get(url(year, "meeting_list"), {"q": "อาคาร๓"}).content.decode()
    )
    assert html.count("meeting-title") == 1


@pytest.mark.parametrize("name", ["meeting_list", "meeting", "meeting_attendance"])
def test_queries_do_not_grow(client_for, name):
    counts = []
    for code, staff, number in (("skn1", 1, 1), ("skn2", 30, 20)):
        year = make.make_year(code, staff=staff)
        for _n in range(number):
            meeting = call(year, agenda=[f"วาระ {n}" for n in range(number)])
        more = [] if name == "meeting_list" else [meeting.pk]
        client = client_for(year.coordinator)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(year, name, *more)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""The pages of reminders: lateness, who was notified of what, schedule, private calendar."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from core import clock
from notifications import contact_settings
from notifications.models import Delivery, Notification
from notifications.states import Channel, DeliveryState
from people.models import Office, RestDay, User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.indicators import make_edition
from tests.factories.people import grant, make_channel, make_group, make_office, make_person
from tests.factories.reading import read as words_of
from tests.factories.reading import undo
from tests.factories.workflow import assign_all
from tests.workflow.reminders.days import DUE, after, round_at, rounds
from workflow.meetings import calling
from workflow.models import Reminder, ReminderSchedule
from workflow.reminders import views
from workflow.reminders.queries import stage_label
from workflow.states import MeetingKind, StepKind

pytestmark = pytest.mark.django_db

KEY = "skn2:2560:write_item:1.1.1"
SCHEDULE = {
    "before": "14, 7, 1",
    "every": "3",
    "group_director_after": "5",
    "deputy_after": "10",
    "director_after": "15",
    "digest_at": "08.30",
    "quiet_from": "20.00",
    "quiet_until": "07.00",
    "seen": "0",
}


@pytest.fixture(autouse=True)
def _a_week_late():
    with clock.pretend(after(7)):
        yield


def make_late(code="skn2", *, edition=None, staff=2):
    year = make.make_year(code, edition=edition, staff=staff)
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[year.coordinator], writer=year.staff[0])
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=DUE)
    Notification.objects.all().delete()
    return year


@pytest.fixture
def year():
    year = make_late()
    group = make_group(year.office, "g1", name="กลุ่มนิเทศ")
    User.objects.filter(pk=year.staff[0].pk).update(work_group=group)
    year.head = make_person(year.office, work_group=group)
    grant(year.head, Role.GROUP_DIRECTOR)
    return year


def address(name, *rest):
    return reverse(f"workflow:{name}", args=["skn2", 2560, *rest])


def read(client, name, **query):
    response = client.get(address(name), query)
    assert response.status_code == 200
    return response.content.decode()


# -- what is late ---------------------------------------------------------------------------
def test_the_coordinator_sees_what_is_late_by_every_part(year, client_for):
    page = read(client_for(year.coordinator), "lateness")
    assert "งานเลยกำหนด 5 เรื่อง" in page
    for words in ("รายขั้นตอน", "รายตัวบ่งชี้", "กลุ่มนิเทศ", year.staff[0].full_name):
        assert words in page
    assert "เลยกำหนด 5 วันทำการ" in page


def test_a_groups_director_sees_the_own_group(year, client_for):
    page = read(client_for(year.head), "lateness")
    assert "งานเลยกำหนด 4 เรื่อง" in page
    assert "นัดประชุมคณะกรรมการ" not in page.split("<main")[1]
    other = make_person(year.office, work_group=make_group(year.office, "g2"))
    grant(other, Role.GROUP_DIRECTOR)
    assert "ไม่มีงานเลยกำหนด" in read(client_for(other), "lateness")


def test_the_search_finds_people_and_work_in_either_digits(year, client_for):
    client = client_for(year.coordinator)
    assert read(client, "lateness", q="๑.๑.๒").count("todo-overdue") == 1
    assert read(client, "lateness", q=year.staff[0].given_name).count("todo-overdue") == 4
    assert "ไม่พบรายการที่ตรงกับคำค้น" in read(client, "lateness", q="ไม่มีแน่นอน")


def test_the_weeks_are_drawn_once_there_are_two(year, client_for):
    client = client_for(year.coordinator)
    assert '<svg class="trend"' not in read(client, "lateness")
    rounds([-1, 3, 6])
    page = read(client, "lateness")
    assert page.count("trend-bar") == 2
    assert "3 ก.ค." in page
    year.cycle.assessment.items.update(
        state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี"
    )
    answer = client.get(address("lateness"))
    assert answer.context["read"].weeks[-1].late == len(answer.context["read"].late)


def test_lists_cost_the_same_with_one_and_with_thirty(client_for):
    few = make_late("o1", edition=make_edition(1, 1, 1, code="few"))
    many = make_late("o2", edition=make_edition(2, 4, 4, code="many"), staff=12)
    costs = {"lateness": [], "reminder_list": []}
    round_at(after(7))
    for year in (few, many):
        client = client_for(year.coordinator)
        for name, cost in costs.items():
            url = reverse(f"workflow:{name}", args=year.address)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            cost.append(len(queries))
    assert {name: cost[0] == cost[1] for name, cost in costs.items()} == dict.fromkeys(costs, True)


# -- personal messages ------------------------------------------------------------
def test_one_click_reminds_once(year, client_for):
    client = client_for(year.coordinator)
    page = client.post(address("reminder_nudge"), {"key": KEY}, follow=True).content.decode()
    assert "ส่งข้อความติดตามถึง 1 คนแล้ว" in page
    page = client.post(address("reminder_nudge"), {"key": KEY}, follow=True).content.decode()
    assert "วันนี้ท่านเตือนเรื่องนี้ไปแล้ว" in page
    assert Notification.objects.filter(kind="personal_message").count() == 1


def test_one_is_led_back_to_the_search_and_sees_what_was_reminded(year, client_for):
    client = client_for(year.coordinator)
    answer = client.post(address("reminder_nudge"), {"key": KEY, "q": "1.1.1"})
    assert answer.url == f"{address('lateness')}?q=1.1.1#late-head"
    assert read(client, "lateness").count("เตือนแล้ววันนี้") == 1
    page = read(client, "reminder_list", q="1.1.1")
    assert "เขียนผลการดำเนินงาน 1.1.1" in words_of(page)
    assert "<q" in page
    assert "<q" in read(client, "reminder_list", q="ขอความกรุณา")
    with clock.pretend(after(8)):
        assert "เตือนแล้ววันนี้" not in read(client, "lateness")


def test_an_own_message_arrives_once_however_often_they_are_sent(year, client_for):
    client = client_for(year.head)
    sent = {"key": KEY, "text": "ขอให้ส่งภายในวันนี้", "idempotency_token": "token-1"}
    for _twice in range(2):
        assert client.post(address("personal_message_send"), sent).status_code == 302
    assert Notification.objects.get(kind="personal_message").body == "ขอให้ส่งภายในวันนี้"


def test_an_empty_message_is_refused_at_its_place(year, client_for):
    answer = client_for(year.coordinator).post(
        address("personal_message_send"), {"key": KEY, "text": " ", "idempotency_token": "t"}
    )
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "โปรดเขียนข้อความ" in page
    assert page.count('<details class="personal-message" open>') == 1


def test_a_refused_message_stands_at_its_todo_on_whatever_page(year, client_for, monkeypatch):
    monkeypatch.setattr(views, "LATE_AT_ONCE", 2)
    client = client_for(year.coordinator)
    assert read(client, "lateness").count("todo-overdue") == 2
    last = read(client, "lateness", page=3)
    assert last.count("todo-overdue") == 1
    assert 'name="page" value="3"' in last
    sent = {"key": KEY, "text": "ก" * 1001, "idempotency_token": "t", "page": "3"}
    page = client.post(address("personal_message_send"), sent).content.decode()
    assert page.count("todo-overdue") == 5
    assert page.count('<details class="personal-message" open>') == 1
    assert sent["text"] in page


def test_one_is_led_back_to_the_page_of_the_list(year, client_for):
    sent = {"key": KEY, "q": "1.1", "page": "2"}
    answer = client_for(year.coordinator).post(address("reminder_nudge"), sent)
    assert answer.url == f"{address('lateness')}?q=1.1&page=2#late-head"


def test_only_who_may_see_the_list_of_reminders_is_led_there(year, client_for):
    link = f'href="{address("reminder_list")}"'
    assert link in read(client_for(year.coordinator), "lateness").split("<main")[1]
    assert link not in read(client_for(year.head), "lateness")


def test_a_message_about_what_is_done_is_refused_in_words(year, client_for):
    answer = client_for(year.coordinator).post(
        address("reminder_nudge"), {"key": "skn2:2560:write_item:9.9.9"}
    )
    assert answer.status_code == 409
    assert "ดำเนินการแล้ว" in answer.content.decode()


# -- who was notified of what ------------------------------------------------------
def test_the_list_tells_ways_openings_and_outcomes(year, client_for):
    User.objects.filter(pk=year.staff[0].pk).update(email="a@example.org")
    round_at(after(7))
    client = client_for(year.coordinator)
    page = read(client, "reminder_list")
    assert "ยังไม่ได้เปิดอ่าน" in page
    assert "กำลังส่ง" in page
    Delivery.objects.update(not_before=after(8))
    assert "รอส่งเมื่อ 8 ก.ค. 2560" in read(client, "reminder_list")
    notifications = Notification.objects.filter(recipient=year.staff[0])
    notifications.update(read_at=clock.now())
    Delivery.objects.update(state=DeliveryState.FAILED)
    page = read(client, "reminder_list")
    assert "เปิดอ่าน 7 ก.ค. 2560" in page
    assert "ส่งไม่ถึง" in page
    year.cycle.assessment.items.update(
        state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี"
    )
    round_at(after(9))
    assert "state-done" in read(client, "reminder_list")


def test_personal_channels_and_own_words_cost_no_more(year, client_for):
    User.objects.filter(pk=year.staff[0].pk).update(email="a@example.org")
    round_at(after(7))
    client, queries = client_for(year.coordinator), []
    read(client, "reminder_list")
    for _twice in range(2):
        with CaptureQueriesContext(connection) as asked:
            page = read(client, "reminder_list")
        queries.append(len(asked))
        channel = make_channel(year.staff[0], label="ไลน์กลุ่ม")
        Delivery.objects.update(to=channel, channel=Channel.PERSONAL)
        Reminder.objects.update(said_by=year.coordinator)
        Notification.objects.update(body="ขอให้ส่งภายในวันนี้")
    assert queries[0] == queries[1]
    assert page.count("ไลน์กลุ่ม") == Reminder.objects.filter(recipient=year.staff[0]).count() == 4
    assert page.count("<q") == Reminder.objects.exclude(notification=None).count() > 4


def test_the_list_is_searched_and_filtered(year, client_for):
    round_at(after(7))
    client = client_for(year.coordinator)
    rows = '<ul class="ways">'
    assert read(client, "reminder_list", q="๑.๑.๑").count(rows) == 2  # collector and superior
    assert read(client, "reminder_list", q=year.staff[0].given_name).count(rows) == 4
    assert read(client, "reminder_list", state="done").count(rows) == 0
    assert "ไม่พบ" in read(client, "reminder_list", state="failed")
    Reminder.objects.filter(recipient=year.staff[0]).update(closed_at=clock.now())
    page = read(client, "reminder_list", state="done")
    assert page.count(rows) == page.count("เปลี่ยนผู้รับผิดชอบเมื่อ") == 4  # nobody did them


def test_what_came_of_a_reminder_is_notified_as_it_is(year, client_for):
    round_at(after(7))
    year.cycle.assessment.items.update(
        state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี"
    )
    reminders = Reminder.objects.filter(recipient=year.staff[0]).order_by("pk")
    Reminder.objects.filter(pk=reminders[0].pk).update(notification=None)
    round_at(after(7) + timedelta(hours=2))
    page = read(client_for(year.coordinator), "reminder_list", q=year.staff[0].given_name)
    assert "เปลี่ยนผู้รับผิดชอบ" not in page
    assert page.count("state-done") == 4
    assert page.count("ไม่ได้แจ้ง เพราะสิ้นสุดไปก่อน") == 1


def test_a_reminder_is_called_by_the_days_there_really_were(year, client_for):
    """Due on a Sunday after a holiday: the day itself is notified on Thursday."""
    year.cycle.steps.filter(kind=StepKind.COMMITTEE_WORK).update(planned_end=DUE + timedelta(30))
    round_at(after(27))
    reminders = Reminder.objects.filter(stage="today")
    assert reminders.exists()
    assert {stage_label(row) for row in reminders} == {"เตือนก่อนครบกำหนด 3 วัน"}


def test_nobody_was_reminded_yet(year, client_for):
    assert "ยังไม่มีการเตือน" in read(client_for(year.coordinator), "reminder_list")


# -- the schedule ----------------------------------------------------------------------------------
def test_the_schedule_is_changed_on_its_page(year, client_for):
    client, page = client_for(year.coordinator), reverse("workflow:reminder_schedule")
    assert client.get(page).status_code == 200
    changed = SCHEDULE | {"before": "๑๐, 3,3", "director_after": "", "digest_at": "๐๙.๐๐"}
    assert client.post(page, changed).status_code == 302
    row = ReminderSchedule.objects.get()
    assert (row.before, row.director_after, row.version) == ([10, 3], None, 1)
    assert Office.objects.get(pk=year.office.pk).digest_at.hour == 9
    answer = client.post(page, SCHEDULE)
    assert answer.status_code == 409
    assert "มีผู้แก้ไขการเตือนไปแล้ว" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"before": "สิบ"}, "before"),
        ({"before": "500"}, "before"),
        ({"every": "0"}, "every"),
        ({"digest_at": "25.00"}, "digest_at"),
        ({"digest_at": "06.00"}, "digest_at"),
        ({"before": "100000"}, "before"),
        ({"deputy_after": "-1"}, "deputy_after"),
        ({"deputy_after": "4"}, "deputy_after"),
        ({"deputy_after": "", "director_after": "4"}, "director_after"),
    ],
)
def test_nonsense_is_said_at_its_field(year, client_for, changed, field):
    page = reverse("workflow:reminder_schedule")
    answer = client_for(year.coordinator).post(page, SCHEDULE | changed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


def test_rest_days_are_added_and_taken_out(year, client_for):
    client, add = client_for(year.coordinator), reverse("workflow:rest_day_add")
    day = {"day": "20/7/2560", "name": "วันสถาปนาสำนักงาน"}
    assert client.post(add, day).status_code == 302
    row = RestDay.objects.get()
    assert row.day == date(2017, 7, 20)
    answer = client.post(add, day)
    assert answer.status_code == 400
    assert "มีอยู่ในรายการแล้ว" in answer.content.decode()
    stranger = client_for(make_person(make_office("skn1"), Role.COORDINATOR))
    take_out = reverse("workflow:rest_day_remove", args=[row.pk])
    assert stranger.post(take_out).status_code == 404
    gone = client.post(take_out)
    assert not RestDay.objects.exists()
    assert undo(client, gone).status_code == 302
    back = RestDay.objects.get()
    assert (back.day, back.name) == (row.day, row.name)


# -- the private calendar ------------------------------------------------------------------------
def feed(client, person):
    url = reverse("workflow:calendar_feed", args=[contact_settings.renew_feed(person).token])
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content)


def test_the_calendar_holds_what_waits_on_its_day(year, client):
    entries = feed(client, year.staff[0]).walk("VEVENT")
    assert len(entries) == 4
    first = entries[0]
    assert first["DTSTART"].dt == DUE
    assert "1.1.1" in first["SUMMARY"]
    assert first["URL"].endswith("/o/skn2/2560/items/1.1.1/")
    assert len({entry["UID"] for entry in entries}) == 4


def test_the_calendar_holds_meetings_with_their_hour(year, client):
    calling.create_meeting(
        year.cycle,
        kind=MeetingKind.BRIEFING,
        title="ประชุมชี้แจง",
        starts_at=after(20),
        place="ห้องประชุม 1",
        agenda=["แจ้งให้ทราบ"],
        by=year.coordinator,
    )
    (entry,) = [
        one for one in feed(client, year.staff[1]).walk("VEVENT") if one["SUMMARY"] == "ประชุมชี้แจง"
    ]
    assert entry["DTSTART"].dt == after(20)
    assert entry["LOCATION"] == "ห้องประชุม 1"


def test_an_unknown_void_or_former_address_is_no_page(year, client):
    token = contact_settings.renew_feed(year.staff[0]).token
    url = reverse("workflow:calendar_feed", args=[token])
    assert client.get(url).status_code == 200
    User.objects.filter(pk=year.staff[0].pk).update(is_active=False)
    assert client.get(url).status_code == 404
    assert client.get(reverse("workflow:calendar_feed", args=["x" * 43])).status_code == 404


def test_looking_at_the_calendar_writes_nothing(year, client):
    url = reverse("workflow:calendar_feed", args=[contact_settings.renew_feed(year.staff[0]).token])
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) > 0
    assert all(query["sql"].startswith("SELECT") for query in queries)

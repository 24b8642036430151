"""Reminders: on the right day, once, whatever happens to the planner."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import thai
from core import clock
from indicators.narratives.items import save_item
from notifications.models import Delivery, Notification
from people.models import User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.notifications import make_notification
from tests.factories.people import act_for, grant, make_group, make_person
from tests.factories.workflow import assign_all
from tests.workflow.reminders.days import (
    DUE,
    after,
    at,
    digests,
    make_due,
    round_at,
    rounds,
    stages,
)
from workflow.models import LateCount, Reminder, ReminderPlan, Step
from workflow.reminders import planning
from workflow.states import StepKind
from workflow.tasks import plan_reminders
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db


# -- the stages of one todo -----------------------------------------------------------
def test_nothing_before_the_first_stage():
    make_due()
    assert rounds(range(-20, -15)) == [0] * 5


def test_each_stage_is_notified_once_on_a_working_day():
    """Two weeks, one week, a day before; on the day; then every third working day."""
    year = make_due()
    rounds(range(-15, 20))
    days = [(clock.today(row.created_at) - DUE).days for row in digests(recipient=year.coordinator)]
    assert days == [-14, -7, -1, 0, 5, 11, 14, 19]
    assert stages(recipient=year.coordinator) == [
        "before14",
        "before7",
        "before1",
        "today",
        "late3",
        "late6",
        "late9",
        "late12",
    ]


def test_however_often_it_runs_nothing_is_notified_twice():
    make_due()
    for _again in range(3):
        round_at(after(0))
        round_at(at(DUE, 16))
    assert stages() == ["today"]
    assert len(digests()) == 1


def test_ten_silent_days_end_in_one_message_of_the_present():
    year = make_due()
    round_at(after(-14))
    assert round_at(after(12)).messages == 1
    assert stages() == ["before14", "late6"]
    last = digests()[-1]
    assert last.recipient == year.coordinator
    assert "เลยกำหนด" in last.title


@pytest.mark.parametrize("offset", [2, 3])
def test_a_machine_that_was_off_makes_one_digest_for_each(offset):
    """Off from day −8 on, also over the due date: one message, in the present tense."""
    make_due()
    for number in range(3):
        make_due(code=f"o{number}")
    rounds([-14])
    before = Notification.objects.latest("pk").pk
    # 2 July is a Sunday: nobody is woken; on Monday everybody is notified.
    made = rounds([offset, offset, offset + 1 if offset == 2 else offset])
    assert sum(made) == 4
    made = digests(pk__gt=before)
    assert len({notification.recipient_id for notification in made}) == len(made) == 4
    assert all(thai.format_date(DUE, "short") in notification.body for notification in made)


def test_nothing_is_notified_on_a_rest_day():
    make_due(date(2017, 7, 2))  # a Sunday
    assert rounds([0], date(2017, 7, 2)) == [0]
    assert rounds([-2], date(2017, 7, 2)) == [0], "Friday is past by then"


def test_the_offices_hour_decides():
    make_due()
    assert round_at(at(DUE, 8, 29)).messages == 0
    assert round_at(at(DUE, 8, 30)).messages == 1


def test_changed_due_date_moves_the_reminder():
    year = make_due()
    rounds([-14, -7])
    moved = DUE + timedelta(21)
    Step.objects.filter(cycle=year.cycle, kind=StepKind.AGENDA).update(planned_end=moved)
    assert rounds([-1, 0]) == [0, 0]
    assert rounds([-14, -7], moved) == [1, 1]
    assert [row.due_date for row in Reminder.objects.order_by("pk")] == [DUE, DUE, moved, moved]


def test_stage_before_the_work_began_is_not_owed():
    """Who gets late work today is notified of it as new work, not twice."""
    make_due(since=5)
    assert rounds([5]) == [0]  # the coordinator's own draft is no news
    assert rounds([11]) == [1]


def test_finishing_cancels_and_closes():
    year = make_due()
    rounds([-14])
    make.jump_to(year.cycle, StepKind.BRIEFING, due=DUE + timedelta(200))
    assert rounds([-7]) == [0]
    assert Reminder.objects.get().closed_at is not None


def test_person_who_left_is_not_notified():
    year = make_due()
    User.objects.filter(pk=year.coordinator.pk).update(is_active=False)
    assert rounds([0]) == [0]


def test_text_is_in_the_readers_language():
    year = make_due()
    User.objects.filter(pk=year.coordinator.pk).update(language="en")
    rounds([6])
    (notification,) = digests()
    assert notification.title == "Overdue: Draft the announcement and propose it"
    assert notification.body == "overdue since 30 Jun 2560 BE, 4 working days"
    assert notification.url == "/o/skn2/2560/proposals/announcement/"


def test_text_in_thai_has_no_english():
    make_due()
    rounds([6])
    (notification,) = digests()
    assert thai.format_date(DUE, "short") in notification.body
    assert not any("a" <= char.lower() <= "z" for char in notification.title + notification.body)


def test_mail_is_queued_with_the_digest():
    year = make_due()
    User.objects.filter(pk=year.coordinator.pk).update(email="a@example.org")
    rounds([0])
    assert Delivery.objects.filter(notification__recipient=year.coordinator).count() == 1


def test_two_offices_are_each_notified_of_their_own():
    first, second = make_due(), make_due(code="skn1")
    rounds([0])
    assert {notification.recipient for notification in digests()} == {
        first.coordinator,
        second.coordinator,
    }


def test_task_and_command_plan_too(capsys):
    make_due()
    with clock.pretend(after(0)):
        plan_reminders()
        call_command("reminders_plan")
    assert capsys.readouterr().out == "0 reminders written, 0 messages made\n"
    assert stages() == ["today"]


# -- any sequence of rounds -------------------------------------------------------------
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(runs=st.lists(st.integers(-20, 40), min_size=1, max_size=8).map(sorted))
def test_any_days_of_running_tell_what_is_owed_on_them(due_year, runs):
    """Whichever days the machine ran: each day's stage is sent unless something was said since."""
    Reminder.objects.all().delete()
    ReminderPlan.objects.all().delete()
    Notification.objects.all().delete()
    usual = planning.schedules_of([due_year.office.pk])[due_year.office.pk]
    expected, said = [], None
    for n in runs:
        round_at(after(n))
        day = DUE + timedelta(n)
        stage = usual.stage(DUE, day) if usual.sends_on(day) else None
        if stage and (said is None or said < stage.begins):
            expected.append(stage.name)
            said = day
    assert stages(recipient=due_year.coordinator) == expected


# -- new work ---------------------------------------------------------------------------
@pytest.fixture
def writing():
    """Step 4 with one collector who may write everything."""
    with clock.pretend(after(-60)):
        year = make.make_year(staff=2)
        assign_all(year.cycle, year.staff[0])
        make.appoint(year, members=[year.coordinator], writer=year.staff[0])
        make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=DUE)
    Notification.objects.all().delete()
    return year


def test_new_work_is_notified_within_a_round_in_one_message(writing):
    round_at(after(-60))
    notifications = Notification.objects.filter(recipient=writing.staff[0])
    assert [row.kind for row in notifications] == ["duty"]
    assert (
        len(notifications[0].lines) == len(todos_of(writing.cycle, after(-60))) - 1
    )  # and a meeting
    assert notifications[0].lines[0]["url"] == "/o/skn2/2560/items/1.1.1/"
    assert round_at(after(-60)).messages == 0


def test_new_work_that_was_announced_is_not_announced_again(writing):
    with clock.pretend(after(-60)):
        url = "/o/skn2/2560/items/1.1.1/"
        make_notification(writing.staff[0], key="news", kind="assignment", url=url)
    round_at(after(-60))
    duty = Notification.objects.get(recipient=writing.staff[0], kind="duty")
    assert "/o/skn2/2560/items/1.1.1/" not in [line["url"] for line in duty.lines]
    row = Reminder.objects.get(todo_key__endswith=":1.1.1", recipient=writing.staff[0])
    assert (row.stage, row.notification.key) == ("new", "news")


def test_going_on_with_ones_own_work_is_no_news(writing):
    """Writing, evidencing and handing in is one duty."""
    round_at(after(-60))
    with clock.pretend(after(-59)):
        save_item(
            writing.cycle.assessment.items.get(consideration__code="1.1.1"),
            narrative="จัดประชุมชี้แจง",
            result="",
            no_evidence_reason="",
            version=0,
            by=writing.staff[0],
        )
    assert round_at(after(-58)).messages == 0


def test_work_that_waits_again_is_no_news(writing):
    round_at(after(-60))
    items = writing.cycle.assessment.items
    items.update(state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี")
    round_at(after(-58))
    assert not Reminder.objects.filter(closed_at__isnull=True, recipient=writing.staff[0]).exists()
    items.update(state="writing")
    assert round_at(after(-56)).messages == 0
    assert Reminder.objects.filter(closed_at__isnull=True, recipient=writing.staff[0]).exists()


def test_an_item_with_a_date_of_its_own_is_reminded_by_it(writing):
    round_at(after(-60))
    writing.cycle.assessment.items.filter(consideration__code="1.1.2").update(
        due=DUE - timedelta(22)
    )
    rounds([-29])
    assert stages(stage="before7") == ["before7"]
    assert Reminder.objects.get(stage="before7").todo_key.endswith(":1.1.2")


# -- who is notified of what is overdue -----------------------------------------------------
@pytest.fixture
def escalation(writing):
    """The collector sits in a group that has a director."""
    group = make_group(writing.office, "g1")
    writing.group_director = make_person(writing.office, work_group=group, given_name="หัวหน้า")
    grant(writing.group_director, Role.GROUP_DIRECTOR)
    User.objects.filter(pk=writing.staff[0].pk).update(work_group=group)
    with clock.pretend(after(-60)):
        round_at(after(-60))
    return writing


def notified_at(stage):
    return {row.recipient for row in Reminder.objects.filter(stage=stage)}


def working_days(n):
    """Days after the due date until the ``n``-th working day after it."""
    return (planning.Schedule().days.after(DUE, n) - DUE).days


def test_superiors_are_notified_after_five_ten_and_fifteen_working_days(escalation):
    rounds([working_days(4)])
    assert notified_at("group_director") == set()
    rounds([working_days(5), working_days(10), working_days(15)])
    assert notified_at("group_director") == {escalation.group_director}
    assert notified_at("deputy") == {escalation.deputy}
    assert notified_at("director") == {escalation.director}


def test_a_superior_is_notified_once_and_only_of_the_own_group(escalation):
    other = make_person(escalation.office, work_group=make_group(escalation.office, "g2"))
    grant(other, Role.GROUP_DIRECTOR)
    rounds(map(working_days, range(5, 9)))
    assert len(digests(recipient=escalation.group_director)) == 1
    assert not digests(recipient=other)


def test_who_did_the_work_in_time_bothers_nobody_above(escalation):
    items = escalation.cycle.assessment.items
    items.update(state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี")
    rounds(map(working_days, range(1, 16)))
    late = Reminder.objects.filter(stage__in=["group_director", "deputy", "director"])
    assert {row.kind for row in late} <= {"hold_committee_meeting"}


def test_the_acting_one_is_notified_in_place_of_the_absent(escalation):
    stand_in = make_person(escalation.office, work_group=escalation.group_director.work_group)
    act_for(stand_in, Role.GROUP_DIRECTOR, since=DUE, until=DUE + timedelta(60))
    rounds([working_days(5)])
    assert notified_at("group_director") == {stand_in}
    (notification,) = digests(recipient=stand_in)
    assert f"งานของ {escalation.staff[0].full_name}" in str(notification.lines)


def test_nobody_is_notified_of_the_own_work_or_of_a_superiors(escalation):
    User.objects.filter(pk=escalation.staff[0].pk).update(work_group=None)
    grant(escalation.staff[0], Role.DEPUTY)
    rounds([working_days(15)])
    assert notified_at("group_director") == set()
    own = Reminder.objects.filter(recipient=escalation.staff[0], stage="deputy")
    assert {row.kind for row in own} == {"hold_committee_meeting"}
    writers = Reminder.objects.filter(stage="director", kind="write_item")
    assert {row.recipient for row in writers} == {escalation.director}


# -- lateness over the weeks ------------------------------------------------------------
def test_each_working_day_is_counted_once(escalation):
    rounds([working_days(1), working_days(1), working_days(2)])
    whole = LateCount.objects.filter(group=None).order_by("day")
    assert [(row.day - DUE).days for row in whole] == [
        -60,
        working_days(1),
        working_days(2),
    ]
    assert [row.late == row.open > 0 for row in whole] == [False, True, True]
    assert LateCount.objects.filter(group__code="g1").count() == 3

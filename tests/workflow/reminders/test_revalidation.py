"""No message says something that is no longer true when it is sent."""

from datetime import timedelta

import pytest
from django.core import mail

from core import clock
from indicators.models import Assignment
from notifications.delivery import deliver_due
from notifications.models import Delivery, Notification
from notifications.states import DIGEST, DeliveryState
from people.models import User
from people.states import Role
from tests.factories import cycles as make
from tests.factories.people import grant, make_group, make_person
from tests.factories.workflow import assign_all
from tests.workflow.reminders.days import DUE, after, at, digests, make_due, round_at, rounds
from workflow.meetings import calling
from workflow.models import Proposal, Step
from workflow.papers import decisions, proposals
from workflow.reminders import personal_message
from workflow.reminders.revalidation import Revalidation
from workflow.states import MeetingKind, StepKind

pytestmark = pytest.mark.django_db


def revalidated(notification, moment):
    rows = Notification.objects.select_related("recipient__office")
    with clock.pretend(moment):
        return Revalidation()(rows.get(pk=notification.pk), clock.now())


@pytest.fixture
def writing():
    """Step 4, late: one collector who may write everything."""
    with clock.pretend(after(-60)):
        year = make.make_year(staff=2)
        assign_all(year.cycle, year.staff[0])
        make.appoint(year, members=[year.coordinator], writer=year.staff[0])
        make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=DUE)
    Notification.objects.all().delete()
    round_at(after(-60))
    return year


@pytest.fixture
def digest(writing):
    rounds([0])
    return Notification.objects.get(kind=DIGEST, recipient=writing.staff[0])


def items(writing):
    return writing.cycle.assessment.items.order_by("pk")


def hand_in(rows):
    rows.update(state="handed_in", narrative="เขียนแล้ว", no_evidence_reason="ไม่มี")


# -- digests ------------------------------------------------------------------------------
def test_a_digest_that_still_holds_is_sent_as_it_is(digest):
    now = revalidated(digest, after(0))
    assert (now.title, now.lines) == (digest.title, digest.lines)


def test_what_was_done_meanwhile_is_left_out(writing, digest):
    first = items(writing).first()
    hand_in(items(writing).filter(pk=first.pk))
    now = revalidated(digest, after(0))
    assert len(now.lines) == len(digest.lines) - 1
    assert first.consideration.code not in "".join(line["title"] for line in now.lines)
    assert now.title == f"งานที่รอท่าน {len(now.lines)} เรื่อง"


def test_one_left_is_notified_by_its_name(writing, digest):
    last = items(writing).last()
    hand_in(items(writing).exclude(pk=last.pk))
    now = revalidated(digest, after(0))
    assert now.lines == []
    assert now.url == f"/o/skn2/2560/items/{last.consideration.code}/"
    assert last.consideration.code in now.title


def test_nothing_left_is_not_sent(writing, digest):
    hand_in(items(writing))
    assert revalidated(digest, after(0)) is None


def test_a_late_mail_speaks_of_the_day_it_is_sent_on(digest):
    now = revalidated(digest, after(3))
    assert "เลยกำหนดแล้ว" in now.title
    assert now.lines
    assert all("เลยกำหนดเมื่อ" in line["note"] for line in now.lines)


def test_moved_dates_are_not_notified(writing, digest):
    Step.objects.filter(kind=StepKind.COMMITTEE_WORK).update(planned_end=DUE + timedelta(30))
    assert revalidated(digest, after(0)) is None


def test_work_that_went_to_somebody_else_is_not_notified(writing, digest):
    Assignment.objects.update(user=writing.staff[1])
    make.let_write(writing, writing.staff[1])
    assert revalidated(digest, after(0)) is None


def test_an_older_digest_gives_way_to_a_newer_one(writing, digest):
    rounds([5])
    assert revalidated(digest, after(5)) is None


def test_a_mail_server_away_for_a_day_ends_in_one_digest(writing, settings):
    """Nothing lost, one digest each, and it tells of the day on which it arrives."""
    User.objects.filter(pk=writing.staff[0].pk).update(email="a@example.org")
    Delivery.objects.all().delete()
    settings.EMAIL_BACKEND = "tests.notifications.servers.Down"
    rounds([-1, 0])
    moment = after(0)
    for _hour in range(24):
        deliver_due(at=moment)
        moment += timedelta(hours=1)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due(at=moment)
    (sent,) = [message for message in mail.outbox if message.to == ["a@example.org"]]
    assert "เลยกำหนดแล้ว" in sent.subject
    states = Delivery.objects.filter(notification__recipient=writing.staff[0])
    assert sorted(states.values_list("state", flat=True)) == [
        DeliveryState.DROPPED,
        DeliveryState.SENT,
    ]


def test_what_older_digests_would_have_said_goes_out_with_the_last(writing, settings):
    """One item was due two days before the others; its day passes while the server is down."""
    User.objects.filter(pk=writing.staff[0].pk).update(email="a@example.org")
    Delivery.objects.all().delete()
    early = items(writing).first()
    items(writing).filter(pk=early.pk).update(due=DUE - timedelta(2))
    rounds([-7])
    deliver_due(at=after(-6))
    mail.outbox.clear()
    settings.EMAIL_BACKEND = "tests.notifications.servers.Down"
    rounds([-2, 0])
    code = early.consideration.code
    _of_all, of_early, of_others = digests(recipient=writing.staff[0])
    assert code in of_early.title
    assert code not in str(of_others.lines)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    deliver_due(at=after(1))
    (sent,) = [message for message in mail.outbox if message.to == ["a@example.org"]]
    assert code in sent.body
    assert len(items(writing)) == sent.body.count("/items/")
    mail.outbox.clear()
    rounds([5])
    deliver_due(at=after(6))
    (sent,) = [message for message in mail.outbox if message.to == ["a@example.org"]]
    assert len(items(writing)) == sent.body.count("/items/")


def test_the_words_are_those_of_now(writing, digest):
    items(writing).update(narrative="เขียนแล้ว", result="ได้ผล")
    now = revalidated(digest, after(0))
    assert now.lines
    assert all(line["title"].startswith("แนบหลักฐาน") for line in now.lines)


def test_news_of_work_tells_the_date_it_has_now(writing):
    notification = Notification.objects.filter(kind="duty", recipient=writing.staff[0]).first()
    Step.objects.filter(kind=StepKind.COMMITTEE_WORK).update(planned_end=DUE - timedelta(30))
    now = revalidated(notification, after(-59))
    assert {line["note"] for line in now.lines} == {"ครบกำหนด 31 พ.ค. 2560 อีก 29 วัน"}


# -- superiors ------------------------------------------------------------------------------
def test_a_superior_is_notified_only_of_what_is_still_late(writing):
    group = make_group(writing.office, "g1")
    head = make_person(writing.office, work_group=group)
    grant(head, Role.GROUP_DIRECTOR)
    User.objects.filter(pk=writing.staff[0].pk).update(work_group=group)
    rounds([7])
    notification = Notification.objects.get(kind=DIGEST, recipient=head)
    assert revalidated(notification, after(7)) is not None
    head.role_grants.update(until=DUE)
    assert revalidated(notification, after(7)) is None
    head.role_grants.update(until=None)
    hand_in(items(writing))
    assert revalidated(notification, after(7)) is None


# -- news of work ------------------------------------------------------------------------------
def test_a_proposal_that_was_withdrawn_is_not_put_to_the_director():
    year = make_due()
    with clock.pretend(after(-50)):
        paper = proposals.start_draft(year.cycle, kind="announcement", by=year.coordinator)
        proposals.propose(paper, by=year.coordinator)
    notification = Notification.objects.get(kind="proposal_proposed", recipient=year.deputy)
    assert revalidated(notification, after(-50)) is not None
    with clock.pretend(after(-50)):
        proposals.withdraw(Proposal.objects.get(pk=paper.pk), by=year.coordinator)
    assert revalidated(notification, after(-50)) is None


def test_an_endorsed_paper_waits_for_the_director_not_for_the_deputy():
    year = make_due()
    with clock.pretend(after(-50)):
        paper = proposals.start_draft(year.cycle, kind="announcement", by=year.coordinator)
        proposals.propose(paper, by=year.coordinator)
        decisions.endorse(Proposal.objects.get(pk=paper.pk), by=year.deputy)
    deputy = Notification.objects.get(kind="proposal_proposed")
    director = Notification.objects.get(kind="proposal_endorsed")
    assert revalidated(deputy, after(-50)) is None
    assert revalidated(director, after(-50)) is not None


def test_only_the_last_news_of_a_meeting_holds():
    year = make_due()
    with clock.pretend(after(-50)):
        meeting = calling.create_meeting(
            year.cycle,
            kind=MeetingKind.BRIEFING,
            title="ประชุมชี้แจง",
            starts_at=after(-40),
            place="ห้องประชุม",
            agenda=["แจ้งให้ทราบ"],
            by=year.coordinator,
        )
        invited = Notification.objects.get(kind="meeting_invited", recipient=year.staff[0])
        assert revalidated(invited, after(-50)) is not None
        calling.cancel(meeting, why="ติดราชการ", by=year.coordinator)
    cancelled = Notification.objects.get(kind="meeting_cancelled", recipient=year.staff[0])
    assert revalidated(invited, after(-50)) is None
    assert revalidated(cancelled, after(-50)) is not None


def test_a_message_about_what_was_done_is_not_sent(writing):
    key = "skn2:2560:write_item:1.1.1"
    with clock.pretend(after(3)):
        personal_message.send_message(
            writing.cycle, key=key, text="โปรดเร่งรัด", by=writing.coordinator, token="t"
        )
    notification = Notification.objects.get(kind="personal_message")
    assert revalidated(notification, after(3)).body == "โปรดเร่งรัด"
    hand_in(items(writing))
    assert revalidated(notification, after(3)) is None


# -- one run of a worker -------------------------------------------------------------------
def test_one_run_reads_each_year_once_while_nothing_happens(writing, django_assert_max_num_queries):
    for number in range(6):
        person = make_person(writing.office, email=f"p{number}@example.org")
        grant(person, Role.COORDINATOR)
    rounds([0])
    notifications = list(
        Notification.objects.filter(kind=DIGEST).select_related("recipient__office")
    )
    assert len(notifications) > 6
    with clock.pretend(after(0)):
        ask = Revalidation()
        ask(notifications[0], clock.now())
        # Newer digest, its reminders, the office's schedule, the length of its history.
        with django_assert_max_num_queries(6 * (len(notifications) - 1)):
            assert all(ask(one, clock.now()) for one in notifications[1:])


def test_quiet_night_news_of_work_waits_for_the_morning(writing):
    User.objects.filter(pk=writing.staff[1].pk).update(email="b@example.org")
    Assignment.objects.update(user=writing.staff[1])
    make.let_write(writing, writing.staff[1])
    round_at(at(DUE - timedelta(20), 23))
    (row,) = Delivery.objects.filter(notification__recipient=writing.staff[1])
    assert row.not_before == at(DUE - timedelta(19), 7)
    assert Notification.objects.filter(recipient=writing.staff[1]).count() == 1

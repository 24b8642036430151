"""When a message leaves the house: quiet hours, urgency, and who is reached by what."""

from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

import thai
from core import clock
from notifications import outbox
from notifications.contact_settings import (
    feed_of,
    renew_feed,
    revoke_feed,
    set_digest,
    takes_mail,
)
from notifications.models import CalendarFeed, Delivery, Notification
from notifications.quiet_hours import hour_has_come, is_quiet, not_before
from notifications.reading import mark_all_read, mark_read
from notifications.states import DIGEST, Channel
from people.models import Office, User
from tests.factories.people import make_channel, make_office, make_person

times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
moments = st.integers(1_480_000_000, 1_520_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
NIGHT = datetime(2017, 1, 15, 16, tzinfo=UTC)  # 23.00 in Bangkok
MORNING = datetime(2017, 1, 16, 0, tzinfo=UTC)  # 07.00
NOON = datetime(2017, 1, 15, 5, tzinfo=UTC)


def office_with(begin, end):
    return SimpleNamespace(quiet_from=begin, quiet_until=end)


def bangkok(moment):
    return moment.astimezone(thai.BANGKOK).time()


# -- hours --------------------------------------------------------------------
@given(moments, times, times)
def test_a_message_never_leaves_in_quiet_hours_and_never_early(at, begin, end):
    leaves = not_before(at, office_with(begin, end))
    assert at <= leaves <= at + timedelta(days=1)
    assert not is_quiet(bangkok(leaves), begin, end)


@given(moments, times, times)
def test_it_leaves_at_once_or_at_the_very_end_of_the_hours(at, begin, end):
    leaves = not_before(at, office_with(begin, end))
    if leaves != at:
        assert is_quiet(bangkok(at), begin, end)
        assert bangkok(leaves) == end
    assert not_before(leaves, office_with(begin, end)) == leaves


@given(times, times, times)
def test_of_two_offices_with_opposite_hours_exactly_one_is_quiet(now, begin, end):
    if begin != end:
        assert is_quiet(now, begin, end) != is_quiet(now, end, begin)
    else:
        assert not is_quiet(now, begin, end)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        (time(19, 59, 59), False),
        (time(20), True),
        (time(23, 59, 59), True),
        (time(0), True),
        (time(6, 59, 59), True),
        (time(7), False),
    ],
)
def test_the_first_moment_is_quiet_and_the_last_is_not(now, quiet):
    assert is_quiet(now, time(20), time(7)) is quiet


def test_people_without_an_office_have_no_quiet_hours():
    assert not_before(NIGHT, None) == NIGHT


@given(moments, times)
def test_an_hour_comes_once_a_day_in_bangkok(at, hour):
    day = at.astimezone(thai.BANGKOK).date()
    moment = datetime.combine(day, hour, thai.BANGKOK)
    assert hour_has_come(at, hour) is (at >= moment)


# -- who is reached by what ---------------------------------------------------
def leaving(person, *, kind="news", urgent=False, at=NIGHT):
    with time_machine.travel(at, tick=False):
        outbox.notify(
            [Notification(recipient=person, key="k", kind=kind, title="ข่าว")], urgent=urgent
        )
    return {row.channel: row.not_before for row in Delivery.objects.all()}


@pytest.mark.parametrize(
    ("urgent", "at", "leaves"),
    [
        (False, NIGHT, MORNING),
        (True, NIGHT, NIGHT),
        (False, NOON, NOON),
        (True, NOON, NOON),
    ],
)
def test_mail_and_channel_wait_for_the_same_morning(staff, urgent, at, leaves):
    make_channel(staff)
    assert leaving(staff, urgent=urgent, at=at) == {Channel.EMAIL: leaves, Channel.PERSONAL: leaves}


@pytest.mark.parametrize(("begin", "end"), [(time(0), time(0)), (time(12), time(12))])
def test_the_same_time_twice_is_no_quiet_time(staff, begin, end):
    Office.objects.update(quiet_from=begin, quiet_until=end)
    assert leaving(User.objects.get(pk=staff.pk)) == {Channel.EMAIL: NIGHT}


@pytest.mark.parametrize(
    ("kind", "email", "wanted", "mailed"),
    [
        ("news", "a@example.org", True, True),
        ("news", "a@example.org", False, True),
        (DIGEST, "a@example.org", True, True),
        (DIGEST, "a@example.org", False, False),
        ("news", None, True, False),
        (DIGEST, None, True, False),
    ],
)
def test_duties_are_mailed_and_digests_if_wanted(office, kind, email, wanted, mailed):
    person = make_person(office, email=email, digest_by_email=wanted)
    assert takes_mail(person, kind) is mailed
    assert (Channel.EMAIL in leaving(person, kind=kind)) is mailed
    assert Notification.objects.filter(recipient=person).count() == 1


@pytest.mark.parametrize(
    ("fields", "reached"),
    [
        ({}, True),
        ({"paused_at": NOON}, False),
        ({"removed_at": NOON}, False),
        ({"refused_at": NOON, "refusal": "gone"}, True),
    ],
)
def test_a_channel_that_rests_gets_nothing_and_one_in_trouble_is_tried(staff, fields, reached):
    make_channel(staff, **fields)
    assert (Channel.PERSONAL in leaving(staff)) is reached


def test_a_channel_is_its_owners_alone(office, staff):
    make_channel(make_person(office))
    assert Channel.PERSONAL not in leaving(staff)


def test_a_night_of_planners_writes_one_message(staff):
    for hour in range(5):
        leaving(staff, at=NIGHT + timedelta(hours=hour))
    assert Delivery.objects.get().not_before == MORNING


def test_each_recipient_waits_for_the_own_office(staff):
    owls = make_office("skn1", quiet_from=time(3), quiet_until=time(10))
    owl = make_person(owls, email="owl@example.org")
    with time_machine.travel(NIGHT, tick=False):
        outbox.notify(
            Notification(recipient=person, key=str(person.pk), kind="news", title="ข่าว")
            for person in (staff, owl)
        )
    rows = Delivery.objects.order_by("notification__recipient")
    assert [row.not_before for row in rows] == [MORNING, NIGHT]


def test_a_title_is_one_line_and_fits(staff):
    title = "บรรทัดหนึ่ง\r\nBcc: x@example.org\t" + "ก" * 400
    (row,) = outbox.notify([Notification(recipient=staff, key="k", kind="news", title=title)])
    assert len(row.title) == 300
    assert not set(row.title) & set("\r\n\t")
    assert row.search_text


def test_nothing_to_tell_asks_the_database_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert outbox.notify(iter(())) == []


# -- settings and reading -----------------------------------------------------
def test_the_digest_is_left_and_taken_again(staff):
    for wanted in (False, False, True):
        set_digest(staff, wanted=wanted)
        assert staff.digest_by_email is wanted
        assert User.objects.get(pk=staff.pk).digest_by_email is wanted


def test_a_feed_opens_for_its_token_only_and_while_its_person_is_here(staff, admin):
    old, new = renew_feed(staff).token, renew_feed(staff).token
    assert (feed_of(old), feed_of(""), feed_of(new[:-1])) == (None, None, None)
    assert feed_of(new).user == staff
    assert len(new) >= 40
    User.objects.filter(pk=staff.pk).update(is_active=False)
    assert feed_of(new) is None
    revoke_feed(admin)
    assert CalendarFeed.objects.filter(user=staff).exists()
    for _again in range(2):
        revoke_feed(staff)
    assert not CalendarFeed.objects.exists()


def test_one_reads_ones_own_and_the_first_reading_counts(staff, admin):
    (row,) = outbox.notify([Notification(recipient=staff, key="k", kind="news", title="ข่าว")])
    mark_read(row, by=admin)
    assert mark_all_read(by=admin) == 0
    with clock.pretend(NOON):
        mark_read(row, by=staff)
    mark_read(row, by=staff)
    row.refresh_from_db()
    assert abs(row.read_at - NOON) < timedelta(seconds=5)
    assert mark_all_read(by=staff) == 0

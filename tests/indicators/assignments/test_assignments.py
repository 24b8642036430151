"""Naming people: one current person per row, history kept, rights moved along."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators import rules
from indicators.assessments import lock
from indicators.assignments.assignments import (
    assign,
    assign_many,
    below,
    copy_last_year,
    current,
    end_assignment,
    targets,
    unassigned,
)
from indicators.assignments.rights import set_rights
from indicators.models import Assignment, Consideration, Indicator, Standard
from notifications.models import Notification
from people.models import User
from people.states import Role
from tests.factories.crowd import all_at_once
from tests.factories.indicators import make_assessment, make_edition, put_in_charge
from tests.factories.people import make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(assessment):
    return Consideration.objects.get(code="1.1.1")


def give_rights(assessment, by, *pairs):
    """As an approved order does."""
    writers = {}
    for code, user in pairs:
        item = assessment.items.get(consideration__code=code)
        writers.setdefault(item.pk, set()).add(user.pk)
    set_rights(assessment, scorers=[], writers=writers, by=by)


def may_write(user, assessment, code):
    return rules.has_writing(user, assessment.items.get(consideration__code=code))


# -- one row ------------------------------------------------------------------
@pytest.mark.parametrize(
    ("model", "code", "duty"),
    [
        (Standard, "1", "supervisor"),
        (Indicator, "1.2", "supervisor"),
        (Consideration, "1.2.2", "collector"),
    ],
)
def test_each_kind_of_row_has_its_duty(assessment, office, by, model, code, duty):
    row = model.objects.get(code=code)
    made = assign(assessment, target=row, user=make_person(office), by=by)
    assert (made.duty, made.target, made.until) == (duty, row, None)
    assert current(assessment) == {(model._meta.model_name, row.pk): made}


def test_transfer_ends_one_and_starts_another(assessment, office, by, target):
    old, new = make_person(office), make_person(office)
    first = assign(assessment, target=target, user=old, by=by)
    second = assign(assessment, target=target, user=new, by=by, reason="ย้ายกลุ่ม")
    first.refresh_from_db()
    assert first.until == second.since
    assert second.reason == "ย้ายกลุ่ม"
    event = Event.objects.get(verb="assignment.transfer")
    assert (event.before, event.after) == ({"user": str(old)}, {"user": str(new)})
    assert event.why == "ย้ายกลุ่ม"


def test_the_same_person_again_changes_nothing(assessment, office, by, target):
    user = make_person(office)
    first = assign(assessment, target=target, user=user, by=by)
    events = Event.objects.count()
    assert assign(assessment, target=target, user=user, by=by, seen=None) == first
    assert Assignment.objects.count() == 1
    assert Event.objects.count() == events


def test_who_saw_another_person_there_is_refused(assessment, office, by, target):
    first, mine = make_person(office, given_name="มาก่อน"), make_person(office)
    assign(assessment, target=target, user=first, by=by, seen=None)
    with pytest.raises(StaleEdit, match="มาก่อน") as refusal:
        assign(assessment, target=target, user=mine, by=by, seen=None)
    assert list(refusal.value.theirs.values()) == ["มาก่อน"]
    end_assignment(current(assessment).popitem()[1], by=by, reason="ผิดคน")
    with pytest.raises(StaleEdit):
        assign(assessment, target=target, user=mine, by=by, seen=first.pk)


def test_only_active_people_of_the_office_are_named(assessment, office, by, target):
    for user in (make_person(make_office("skn1")), make_person(office, is_active=False)):
        with pytest.raises(RuleBroken):
            assign(assessment, target=target, user=user, by=by)
        with pytest.raises(RuleBroken):
            assign_many(assessment, pairs=[(target, user)], by=by)
    assert not Assignment.objects.exists()


def test_rows_of_another_edition_are_refused(assessment, office, by):
    make_edition(code="other")
    foreign = Consideration.objects.filter(indicator__standard__edition__code="other")[0]
    with pytest.raises(RuleBroken):
        assign(assessment, target=foreign, user=make_person(office), by=by)
    with pytest.raises(RuleBroken):
        assign_many(assessment, pairs=[(foreign, make_person(office))], by=by)


@pytest.mark.parametrize("role", [None, Role.DIRECTOR, Role.ADMIN, Role.GROUP_DIRECTOR])
def test_only_the_coordinator_names(assessment, office, target, role):
    person = make_person(office, *filter(None, [role]))
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    for by in (person, stranger):
        with pytest.raises(NotAllowed):
            assign(assessment, target=target, user=make_person(office), by=by)


def test_a_locked_year_names_nobody(assessment, office, by, target):
    held = assign(assessment, target=target, user=make_person(office), by=by)
    lock(assessment, by=by)
    user = make_person(office)
    for move in (
        lambda: assign(assessment, target=target, user=user, by=by),
        lambda: assign_many(assessment, pairs=[(target, user)], by=by),
        lambda: copy_last_year(assessment, by=by),
        lambda: end_assignment(held, by=by, reason="เหตุ"),
    ):
        with pytest.raises(MoveRefused):
            move()


def test_ended_once(assessment, office, by, target):
    held = assign(assessment, target=target, user=make_person(office), by=by)
    stale = Assignment.objects.get(pk=held.pk)
    with pytest.raises(RuleBroken):
        end_assignment(held, by=by, reason=" ")
    end_assignment(held, by=by, reason="ลา")
    with pytest.raises(MoveRefused):
        end_assignment(stale, by=by, reason="ลา")
    assert Event.objects.filter(verb="assignment.end").count() == 1


# -- what is open ---------------------------------------------------------------
def test_unassigned_in_reading_order(assessment, office):
    assert [row.code for row in unassigned(assessment)] == [
        *("1", "1.1", "1.1.1", "1.1.2"),
        *("1.2", "1.2.1", "1.2.2"),
    ]
    for row in targets(assessment):
        put_in_charge(assessment, row, make_person(office))
    assert unassigned(assessment) == []


def test_a_person_who_left_leaves_the_row_open(assessment, office, target):
    put_in_charge(assessment, target, make_person(office, is_active=False))
    assert target in unassigned(assessment)


def test_reading_needs_a_fixed_number_of_queries(office, by, django_assert_num_queries):
    assessment = make_assessment(office, edition=make_edition(3, 3, 3), by=by)
    for row in targets(assessment):
        put_in_charge(assessment, row, make_person(office))
    with django_assert_num_queries(4):
        assert unassigned(assessment) == []
    with django_assert_num_queries(1):
        assert len({str(row.user) for row in current(assessment).values()}) == 39


def test_below_a_row_is_what_belongs_to_it(office, by):
    assessment = make_assessment(office, edition=make_edition(2, 2, 1), by=by)
    rows = {row.code: row for row in targets(assessment)}
    assert [row.code for row in below(assessment, rows["1"])] == [
        *("1", "1.1", "1.1.1"),
        *("1.2", "1.2.1"),
    ]
    assert [row.code for row in below(assessment, rows["2.2"])] == ["2.2", "2.2.1"]
    assert below(assessment, rows["2.1.1"]) == [rows["2.1.1"]]


# -- many rows ------------------------------------------------------------------
def test_many_at_once_are_one_entry_of_history(assessment, office, by, target):
    old, new = make_person(office), make_person(office)
    put_in_charge(assessment, target, old)
    pairs = [(row, new) for row in targets(assessment)]
    assert assign_many(assessment, pairs=pairs, by=by) == 7
    assert assign_many(assessment, pairs=pairs, by=by) == 0
    event = Event.objects.get(verb="assignment.assign_many")
    assert event.before == {"1.1.1": str(old)}
    assert set(event.after) == {"1", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "1.2.2"}
    assert Assignment.objects.current().count() == 7
    assert Assignment.objects.count() == 8


def test_without_replace_only_open_rows_change(assessment, office, by, target):
    old, left, new = make_person(office), make_person(office, is_active=False), make_person(office)
    put_in_charge(assessment, target, old)
    put_in_charge(assessment, target.indicator, left)
    pairs = [(row, new) for row in targets(assessment)]
    assert assign_many(assessment, pairs=pairs, by=by, replace=False) == 6
    assert current(assessment)["consideration", target.pk].user == old
    assert current(assessment)["indicator", target.indicator.pk].user == new


def test_last_year_is_copied_for_open_rows_and_people_who_stayed(office, by):
    earlier = make_assessment(office, 2558, edition=make_edition(), by=by)
    stayed, left, chosen = (make_person(office) for _ in range(3))
    for row in targets(earlier):
        put_in_charge(earlier, row, left if row.code == "1.1.2" else stayed)
    User.objects.filter(pk=left.pk).update(is_active=False)
    assessment = make_assessment(office, 2560, edition=make_edition(1, 2, 3, code="new"), by=by)
    kept = Consideration.objects.get(code="1.1.1", indicator__standard__edition__code="new")
    put_in_charge(assessment, kept, chosen)
    done = copy_last_year(assessment, by=by)
    assert (done.year, done.copied) == (2558, 5)
    # 1.1.2 was held by who left; 1.1.3 and 1.2.3 are new.
    assert done.left_open == 3
    assert {row.code for row in unassigned(assessment)} == {"1.1.2", "1.1.3", "1.2.3"}
    assert current(assessment)["consideration", kept.pk].user == chosen


def test_nothing_to_copy_from(assessment, by):
    make_assessment(make_office("skn1"), 2559)
    with pytest.raises(RuleBroken, match="ปีก่อน"):
        copy_last_year(assessment, by=by)


# -- rights -----------------------------------------------------------------------
def test_before_an_order_naming_gives_no_right(assessment, office, by, target):
    user = make_person(office)
    assign(assessment, target=target, user=user, by=by)
    assert not may_write(user, assessment, "1.1.1")


def test_after_an_order_a_transfer_needs_a_reason_and_moves_the_right(
    assessment, office, by, target
):
    old, new = make_person(office), make_person(office)
    assign(assessment, target=target, user=old, by=by)
    give_rights(assessment, by, ("1.1.1", old))
    with pytest.raises(RuleBroken, match="เหตุผล"):
        assign(assessment, target=target, user=new, by=by)
    with pytest.raises(RuleBroken, match="เหตุผล"):
        assign_many(assessment, pairs=[(target, new)], by=by)
    after = assign(assessment, target=target, user=new, by=by, reason="ย้าย")
    assert may_write(new, assessment, "1.1.1")
    assert not may_write(old, assessment, "1.1.1")
    notification = Notification.objects.get(recipient=new)
    assert notification.key == f"assignment:{after.pk}"
    assert notification.title == "ท่านได้รับมอบหมายให้รับผิดชอบ 1.1.1 ประเด็นที่ 1.1.1"
    assert notification.url == "/o/skn2/2560/items/1.1.1/"


def test_the_right_of_a_second_duty_stays(assessment, office, by, target):
    old, new = make_person(office), make_person(office)
    put_in_charge(assessment, target, old)
    put_in_charge(assessment, target.indicator, old)
    give_rights(assessment, by, ("1.1.1", old), ("1.1.2", old))
    pairs = [(target.indicator, new)]
    assert assign_many(assessment, pairs=pairs, by=by, reason="ผู้กำกับคนใหม่") == 1
    assert may_write(old, assessment, "1.1.1")
    assert not may_write(old, assessment, "1.1.2")
    assert may_write(new, assessment, "1.1.1")
    assert may_write(new, assessment, "1.1.2")


def test_an_ended_duty_takes_the_right_away_at_once(assessment, office, by, target):
    user = make_person(office)
    held = assign(assessment, target=target, user=user, by=by)
    give_rights(assessment, by, ("1.1.1", user))
    end_assignment(held, by=by, reason="ลาออก")
    assert not may_write(user, assessment, "1.1.1")


# -- all at once ------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_leave_one_current_person():
    office = make_office()
    by = make_person(office, Role.COORDINATOR)
    assessment = make_assessment(office, by=by)
    target = Consideration.objects.get(code="1.1.1")

    def name(user):
        return assign(assessment, target=target, user=user, by=User.objects.get(pk=by.pk))

    all_at_once(name, [make_person(office) for _ in range(20)])
    assert Assignment.objects.count() == 20
    assert Assignment.objects.current().count() == 1
    assert Event.objects.filter(verb__startswith="assignment.").count() == 20


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_saw_an_empty_row_one_wins():
    office = make_office()
    by = make_person(office, Role.COORDINATOR)
    assessment = make_assessment(office, by=by)
    target = Consideration.objects.get(code="1.1.1")

    def name(user):
        actor = User.objects.get(pk=by.pk)
        try:
            return assign(assessment, target=target, user=user, by=actor, seen=None)
        except StaleEdit:
            return None

    done = all_at_once(name, [make_person(office) for _ in range(20)])
    assert len([row for row in done if row is not None]) == 1
    assert Assignment.objects.count() == 1
    assert Event.objects.filter(verb="assignment.assign").count() == 1

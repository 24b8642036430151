"""Rights come from an order, replace those of the one before, and stay inside the office."""

import pytest

from core import clock
from core.models import Event
from indicators import rules
from indicators.assignments.rights import clear_rights, set_rights, transfer_writing
from indicators.models import ItemUserPermission
from tests.factories.content import make_content_year
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again
from tests.factories.people import make_person


def test_set_rights_replaces_all_rights(year):
    newcomer = make_person(year.office)
    set_rights(
        year.assessment,
        scorers=[newcomer.pk],
        writers={year.item.pk: {newcomer.pk}},
        by=year.director,
    )
    assert rules.may_write_item(newcomer, year.item)
    assert not rules.may_write_item(newcomer, year.items[1])
    assert not rules.may_write_item(year.collector, year.item)
    assert rules.may_score(newcomer, year.assessment)
    assert not rules.may_score(year.member, year.assessment)
    assert Event.objects.filter(verb="rights.set").count() == 2


def test_rights_do_not_cross_offices(year):
    other = make_content_year("skn1")
    set_rights(
        year.assessment,
        scorers=[other.member.pk],
        writers={other.item.pk: {year.collector.pk}, year.item.pk: {other.collector.pk}},
        by=year.director,
    )
    assert not ItemUserPermission.objects.filter(content_object__assessment=year.assessment)
    assert not rules.may_score(other.member, year.assessment)
    assert not rules.may_write_item(year.collector, other.item)
    assert rules.may_write_item(other.collector, other.item)


def test_writable_items_agrees_with_the_single_question(year, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = rules.writable_items(year.collector, year.assessment)
    assert found == {item.pk for item in year.items}
    assert rules.writable_items(year.staff, year.assessment) == frozenset()


def test_no_right_before_an_order(year):
    clear_rights(year.assessment)
    assert not rules.may_write_item(year.collector, year.item)
    assert not rules.may_score(year.member, year.assessment)


def test_a_superuser_has_no_rights_of_an_order(year):
    root = make_person(year.office, is_superuser=True, is_staff=True)
    assert not rules.may_write_item(root, year.item)
    assert not rules.may_score(root, year.assessment)


def test_locked_year_gives_no_acts_but_is_remembered(year):
    year.lock()
    assert not rules.may_write_item(year.collector, year.item)
    assert rules.has_writing(year.collector, year.item)
    assert rules.is_scorer(year.member, year.assessment)


def test_transfer_moves_the_right_only_if_it_was_there(year):
    newcomer = make_person(year.office)
    assert not transfer_writing(year.item, from_user=year.staff, to_user=newcomer)
    assert not rules.may_write_item(newcomer, year.item)
    assert transfer_writing(year.item, from_user=year.collector, to_user=newcomer)
    assert rules.may_write_item(newcomer, year.item)
    assert not rules.may_write_item(year.collector, year.item)


def test_transfer_leaves_the_right_that_another_assignment_gives(year):
    newcomer = make_person(year.office)
    put_in_charge(year.assessment, year.item.consideration.indicator, year.collector)
    assert transfer_writing(load_again(year.item), from_user=year.collector, to_user=newcomer)
    assert rules.may_write_item(year.collector, year.item)
    assert rules.may_write_item(newcomer, year.item)


@pytest.mark.parametrize(
    ("who", "expected"),
    [("coordinator", True), ("collector", True), ("staff", False), ("director", False)],
)
def test_who_writes_a_review(year, who, expected):
    indicator = year.item.consideration.indicator
    person = getattr(year, who)
    assert rules.may_write_review(person, year.assessment, indicator, clock.today()) is expected

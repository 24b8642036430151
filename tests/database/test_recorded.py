"""What is written down again is what was built, row by row, and nothing where it could differ."""

from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.utils import translation

from core import clock
from tests.database.recorded import recorded
from tests.factories.content import make_content_year
from tests.factories.cycles import make_year
from tests.factories.one_cycle import make_opened
from tests.factories.people import make_office, make_person

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's counters turn back"),
]


@pytest.fixture(autouse=True)
def _at_the_real_hour():
    if time_machine.escape_hatch.is_travelling():
        pytest.skip("a run at another hour (--at) builds everything")


def rows():
    """Every row of every table."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        values = model._base_manager.order_by("pk").values_list()
        found[model._meta.label] = list(values)
    return found


def taken_back(act):
    """What ``act`` gives, and every row it left; then the database is as before."""
    with transaction.atomic():
        given = act()
        found = rows()
        transaction.set_rollback(True)
    return given, found


@pytest.fixture
def counting():
    """A builder of one office that counts how often it built."""
    built = []

    @recorded
    def build(code="skn2"):
        built.append(code)
        return make_office(code)

    build.built = built
    return build


@pytest.mark.parametrize("make", [make_year, make_content_year, make_opened])
def test_every_row_and_number_is_the_built_ones(make):
    again = recorded(make.__wrapped__)
    made, first = taken_back(again)
    repeated, second = taken_back(again)
    assert sum(map(len, first.values())) > 40
    assert second == first
    assert repeated == made
    assert repeated is not made


def test_each_call_gives_objects_of_its_own(counting):
    given = [taken_back(counting)[0] for _time in range(3)]
    assert counting.built == ["skn2"]
    assert given[0] == given[1] == given[2]
    assert given[1] is not given[2]


def test_other_arguments_are_built(counting):
    taken_back(counting)
    assert taken_back(lambda: counting("skn1"))[0].code == "skn1"
    assert counting.built == ["skn2", "skn1"]


def test_other_rows_there_another_language_or_clock_are_built(counting):
    taken_back(counting)
    with translation.override("en"):
        taken_back(counting)
    with time_machine.travel("2017-01-05T03:00:00Z"):
        taken_back(counting)
    with clock.pretend(clock.now() - timedelta(hours=1)):
        taken_back(counting)
    make_office("skn1")
    taken_back(counting)
    assert len(counting.built) == 5


def test_a_builder_goes_on_where_another_ended_and_nowhere_else(counting):
    built = []

    @recorded
    def join(office):
        built.append(office.code)
        return make_person(office)

    def both():
        office = counting()
        return join(office)

    first, rows_of_first = taken_back(both)
    again, rows_of_again = taken_back(both)
    assert (first, rows_of_first) == (again, rows_of_again)
    assert len(built) == 1

    def with_something_between():
        office = counting()
        make_person(office)
        return join(office)

    taken_back(with_something_between)
    assert len(built) == 2
    with transaction.atomic():
        office = counting()
        transaction.set_rollback(True)
    make_office(office.code)
    join(office)
    assert len(built) == 3

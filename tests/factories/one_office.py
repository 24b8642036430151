"""One office with an administrator, and another office that must see nothing of it."""

import pytest

from people.states import Role
from tests.factories.people import make_group, make_office, make_person


@pytest.fixture
def office(db):
    return make_office("skn2")


@pytest.fixture
def group(office):
    return make_group(office, "g1", name="กลุ่มอำนวยการ")


@pytest.fixture
def admin(office):
    return make_person(office, Role.ADMIN, given_name="ผู้ดูแล", username="admin")


@pytest.fixture
def staff(office, group):
    return make_person(office, given_name="กานดา", email="kanda@example.org", work_group=group)


@pytest.fixture
def stranger(db):
    """Administrator of another office."""
    return make_person(make_office("skn1"), Role.ADMIN, username="stranger")

import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core import clock
from core.models import Event
from people import rules
from people.members import add_person
from people.models import Office, User
from people.roles import deciding, grant_role
from people.states import Role

pytestmark = pytest.mark.django_db
NAME = "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 3"


def create(*arguments):
    out = io.StringIO()
    call_command("office_create", *arguments, stdout=out)
    return out.getvalue()


def test_administrator_signs_in_and_may_add_people(client):
    said = create("skn3", NAME, "--admin", "skn3-admin")
    admin, password = User.objects.get(username="skn3-admin"), said.split()[-1]
    assert admin.office.name == admin.office.short_name == NAME
    assert client.login(username="skn3-admin", password=password)
    assert client.get(reverse("people:person_create")).status_code == 200
    assert admin.role_grants.get().role == Role.ADMIN


def test_history_begins_with_the_founding():
    create("skn3", NAME, "--email", "IT@example.go.th")
    verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["office.found", "person.add", "role.grant"]
    assert User.objects.get().email == "it@example.go.th"


@pytest.mark.parametrize("code", ["สกน", "skn 3", "", "SKN3"])
def test_code_that_makes_no_address_is_refused(code):
    with pytest.raises(CommandError, match="code"):
        create(code, NAME)
    assert not Office.objects.exists()


def test_office_or_user_name_that_exists_is_refused_and_nothing_is_half_made():
    create("skn3", NAME)
    with pytest.raises(CommandError, match="code"):
        create("skn3", NAME, "--admin", "other")
    with pytest.raises(CommandError):
        create("skn4", NAME)
    assert list(Office.objects.values_list("code", flat=True)) == ["skn3"]
    assert User.objects.count() == 1


def test_the_first_director_is_named_and_confirms_the_next(client):
    said = create("skn3", NAME, "--admin", "skn3-admin", "--director", "skn3-director")
    director = User.objects.get(username="skn3-director")
    password = said.partition("skn3-director")[2].split()[2]
    assert client.login(username="skn3-director", password=password)
    assert rules.is_director(director, director.office_id, clock.today())
    admin = User.objects.get(username="skn3-admin")
    deputy = add_person(director.office, username="deputy", given_name="รอง", by=admin)
    row = grant_role(deputy, role=Role.DEPUTY, office=director.office, by=admin)
    deciding.confirm(row, by=director)
    assert rules.is_deputy(deputy, director.office_id, clock.today())


@pytest.mark.parametrize("kind", ["primary", "secondary"])
def test_without_a_director_it_says_who_confirms_the_first(kind):
    said = io.StringIO()
    call_command("office_create", "skn3", NAME, "--kind", kind, stdout=io.StringIO(), stderr=said)
    assert "role_confirm" in said.getvalue()


def test_the_national_office_has_no_director():
    said = io.StringIO()
    call_command("office_create", "obec", NAME, "--kind", "national", stderr=said)
    assert said.getvalue() == ""
    with pytest.raises(CommandError, match="director"):
        create("obec2", NAME, "--kind", "national", "--admin", "b", "--director", "c")
    assert Office.objects.count() == 1


@pytest.mark.parametrize("director", ["admin", "ADMIN", "Admin"])
def test_a_director_who_cannot_be_leaves_nothing_half_made(director):
    with pytest.raises(CommandError):
        create("skn3", NAME, "--admin", "admin", "--director", director)
    assert not Office.objects.exists()
    assert not User.objects.exists()

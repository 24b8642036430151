import io

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.models import Event
from people.models import Office, User
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

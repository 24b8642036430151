"""The history is a chain: what was changed behind its back is found."""

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command
from django.db import transaction

from core import history as chain
from core import idempotency
from core.models import Event, EventChain
from people import members
from people.models import User
from tests.database.emptying import unguarded
from tests.factories.people import login, make_office, make_person


@pytest.fixture
def history(staff, admin):
    for phone in "123":
        members.update_person(staff, by=admin, phone=phone)
    return Event.objects.filter(office=staff.office)


def test_a_whole_chain_is_whole(history, office, capsys):
    assert chain.first_broken(office) is None
    call_command("audit_verify")
    assert "skn2: 3 rows, whole" in capsys.readouterr().out


@pytest.mark.parametrize(
    "change",
    [
        {"why": "x"},
        {"after": {"phone": "changed"}},
        {"verb": "role.grant"},
        {"actor": None},
        {"hash": "0" * 64},
        {"target_label": "somebody"},
    ],
)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_row_is_named(history, office, number, change):
    with unguarded(Event):
        history.filter(number=number).update(**change)
    with pytest.raises(CommandError, match=f"skn2: the history is broken at row {number}"):
        call_command("audit_verify", "skn2")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_missing_row_is_named(history, office, number):
    with unguarded(Event):
        history.filter(number=number).delete()
    assert chain.first_broken(office) == number


def test_an_added_row_is_named(history, office, admin):
    row = history.get(number=3)
    row.pk, row.number = None, 4
    row.save(force_insert=True)
    assert chain.first_broken(office) == 4


def test_a_chain_cut_to_nothing_is_named(history, office):
    with unguarded():
        history.all().delete()
        assert chain.first_broken(office) == 1
        EventChain.objects.filter(office=office).delete()
    assert chain.first_broken(office) is None  # a head that left the machine finds it


def test_offices_have_chains_of_their_own(history, office, stranger):
    members.add_person(stranger.office, username="x", given_name="x", by=stranger)
    assert Event.objects.get(office=stranger.office).number == 1
    assert chain.first_broken(stranger.office) is None


def test_an_unknown_office_is_said(db):
    with pytest.raises(CommandError, match="no office"):
        call_command("audit_verify", "nowhere")


def test_what_is_rolled_back_leaves_no_link(staff, admin, office):
    with transaction.atomic():
        members.update_person(staff, by=admin, phone="9")
        transaction.set_rollback(True)
    assert not Event.objects.exists()
    members.update_person(staff, by=admin, phone="8")
    assert chain.first_broken(office) is None


def test_a_token_is_taken_once(staff, admin):
    sent = idempotency.Submission("Form", "t", "digest")
    assert idempotency.claim(staff, sent)
    assert not idempotency.claim(staff, sent)
    assert idempotency.claim(admin, sent)
    assert idempotency.claim(staff, sent._replace(form="Other"))
    assert idempotency.claim(staff, sent._replace(digest="other"))


def test_it_looks_and_changes_nothing(client, history, office):
    it = make_person(make_office("skn1"), is_staff=True, is_superuser=True)
    login(client, it)
    row = history.first()
    assert client.get(f"/it/core/event/{row.pk}/change/").status_code == 200
    assert client.post(f"/it/core/event/{row.pk}/change/", {"why": "x"}).status_code == 403
    assert client.post(f"/it/core/event/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/it/core/event/add/").status_code == 403
    page = client.get(f"/it/people/user/{it.pk}/change/").content.decode()
    assert it.password not in page


def test_it_finds_no_model_to_change_and_no_secret(rf):
    admin.autodiscover()
    request = rf.get("/it/")
    request.user = User(is_staff=True, is_superuser=True, is_active=True)
    ours = {"people", "indicators", "workflow", "reports"}
    seen = {model._meta.app_label for model in admin.site._registry}
    assert ours <= seen
    assert not seen & {"account", "mfa", "sessions"}
    for model, page in admin.site._registry.items():
        if model._meta.app_label in ours:
            assert not page.has_add_permission(request)
            assert not page.has_change_permission(request)
            assert not page.has_delete_permission(request)
            assert page.actions is None

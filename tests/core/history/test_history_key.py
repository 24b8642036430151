"""The hashes are keyed: who writes to the database makes no row that fits."""

import hashlib
import json
import stat

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

import core.history as chain
from core.history import first_broken, key, log_event
from core.history.keeping import KeyLost, keep_key
from core.models import Event, EventChain
from tests.database.emptying import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def plain(event):
    return hashlib.sha256(chain._text(event).encode()).hexdigest()


def rewrite(office, digest, *, since=1):
    """What somebody without the key does: every hash made anew, the chain's end too."""
    previous = ""
    for event in Event.objects.filter(office=office).order_by("number"):
        if event.number >= since:
            event.previous_hash = previous
            event.hash = digest(event)
            event.save()
        previous = event.hash
    EventChain.objects.filter(office=office).update(last_hash=previous)


def make_rows(office, admin, number):
    for _n in range(number):
        log_event(office, actor=admin, verb="office.update", target=office)


@pytest.fixture
def kept(office, admin):
    """An office as an earlier version left it, upgraded, with two keyed rows since."""
    make_rows(office, admin, 3)
    with unguarded():
        rewrite(office, plain)
        last = EventChain.objects.get(office=office)
        seal = chain.keyed_seal(office.pk, 4, last.last_hash)
        EventChain.objects.update(keyed_from=4, keyed_seal=seal)
    assert first_broken(office) is None
    make_rows(office, admin, 2)
    assert first_broken(office) is None
    return office


@pytest.mark.parametrize("since", [1, 2, 4])
def test_a_history_that_was_hashed_anew_without_the_key_is_found(office, admin, since):
    make_rows(office, admin, 5)
    assert first_broken(office) is None
    with unguarded():
        Event.objects.filter(number=since).update(why="forged")
        rewrite(office, plain, since=since)
    assert first_broken(office) == since


def test_another_key_is_another_history(office, admin, settings):
    make_rows(office, admin, 2)
    settings.HISTORY_KEY = "z" * 50
    assert first_broken(office) == 1


def test_rows_of_an_earlier_version_stay_verifiable(kept, capsys):
    call_command("audit_verify")
    assert "skn2: 5 rows, whole" in capsys.readouterr().out


@pytest.mark.parametrize(("number", "found"), [(1, 4), (3, 4), (4, 4), (5, 5)])
def test_no_later_row_and_no_old_one_is_forged_after_an_upgrade(kept, number, found):
    """Old rows hashed anew no longer lead to the signed hash of the last one."""
    with unguarded():
        Event.objects.filter(number=number).update(why="forged")
        rewrite(kept, plain, since=number)
    assert first_broken(kept) == found


@pytest.mark.parametrize("keyed_from", [1, 3, 5, 6, 99])
def test_no_keyed_row_is_called_a_plain_one(kept, keyed_from):
    """The number from which rows are keyed is signed, together with the hash before it."""
    with unguarded():
        rewrite(kept, plain)
        EventChain.objects.update(keyed_from=keyed_from)
    assert first_broken(kept) == min(keyed_from, 6)


def test_the_seal_of_one_office_serves_no_other(kept, office, stranger):
    make_rows(stranger.office, stranger, 3)
    seal = EventChain.objects.get(office=kept).keyed_seal
    with unguarded():
        rewrite(stranger.office, plain)
        EventChain.objects.filter(office=stranger.office).update(keyed_from=4, keyed_seal=seal)
    assert first_broken(stranger.office) == 4


def test_an_upgraded_office_without_new_rows_is_sealed_all_the_same(office, admin):
    make_rows(office, admin, 3)
    with unguarded():
        rewrite(office, plain)
        EventChain.objects.update(keyed_from=4, keyed_seal="")
    assert first_broken(office) == 4


def test_a_chain_that_is_gone_is_found_by_its_rows(kept):
    with unguarded():
        EventChain.objects.all().delete()
    assert first_broken(kept) == 1


# -- the key --------------------------------------------------------------------------
@pytest.fixture
def without_key(settings, tmp_path):
    settings.HISTORY_KEY, settings.HISTORY_KEY_PATH = "", tmp_path / "history.key"
    return settings.HISTORY_KEY_PATH


def test_nothing_is_written_without_a_key(without_key, office, admin):
    with pytest.raises(ImproperlyConfigured, match="HISTORY_KEY"):
        make_rows(office, admin, 1)
    assert not Event.objects.exists()


def test_the_key_is_made_once_and_only_for_the_services_user(without_key, office, admin):
    assert key.make_key()
    made = without_key.read_text()
    assert not key.make_key()
    assert without_key.read_text() == made
    assert len(made.strip()) == 64
    assert stat.S_IMODE(without_key.stat().st_mode) == 0o600
    assert [path.name for path in without_key.parent.iterdir()] == ["history.key"]
    make_rows(office, admin, 1)
    assert first_broken(office) is None


def test_a_key_of_the_settings_comes_before_the_file(without_key, settings):
    key.make_key()
    of_file = key.mac("row", "x")
    settings.HISTORY_KEY = "k" * 40
    assert key.mac("row", "x") != of_file


def test_a_change_of_the_sites_secret_key_leaves_the_history_whole(office, admin, settings):
    make_rows(office, admin, 2)
    settings.SECRET_KEY = "another-" + "s" * 50
    assert first_broken(office) is None


def test_a_new_database_gets_a_key_and_keeps_it(without_key, office, admin):
    keep_key(connection)
    made = without_key.read_text()
    make_rows(office, admin, 1)
    keep_key(connection)
    assert without_key.read_text() == made


def test_a_database_whose_key_is_lost_gets_no_new_one(office, admin, settings, tmp_path):
    make_rows(office, admin, 1)
    settings.HISTORY_KEY, settings.HISTORY_KEY_PATH = "", tmp_path / "history.key"
    with pytest.raises(KeyLost, match=r"bring back history\.key"):
        keep_key(connection)
    assert not settings.HISTORY_KEY_PATH.exists()
    key.make_key()
    with pytest.raises(KeyLost, match="another key"):
        keep_key(connection)


def test_one_forged_office_does_not_keep_the_site_from_starting(kept, stranger):
    make_rows(stranger.office, stranger, 7)
    with unguarded():
        EventChain.objects.filter(office=stranger.office).update(keyed_seal="f" * 64)
    keep_key(connection)
    with unguarded():
        EventChain.objects.update(keyed_seal="f" * 64)
    with pytest.raises(KeyLost, match="another key"):
        keep_key(connection)


def test_the_seal_says_what_the_migration_writes(office):
    text = json.dumps([office.pk, 4, "f" * 64])
    assert chain.keyed_seal(office.pk, 4, "f" * 64) == key.mac("keyed from", text)


def test_an_office_is_named_by_the_command(office, admin):
    make_rows(office, admin, 1)
    with unguarded():
        rewrite(office, plain)
    with pytest.raises(CommandError, match="skn2: the history is broken at row 1"):
        call_command("audit_verify", "skn2")

"""A new key takes the place of the history's: no row is written anew, what is not proved shows."""

import stat
from hashlib import sha256

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core import clock
from core.history import content_of, first_broken, key, log_event
from core.history.heads import head_of
from core.history.keeping import KeyLost, keep_key
from core.history.rekeying import RekeyRefused, rekey
from core.models import Event, EventChain
from tests.core.history.test_history_key import make_rows, plain, rewrite
from tests.database.emptying import unguarded

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def filed(settings, tmp_path):
    """The key lies in the data folder, as ``prepare`` makes it."""
    settings.HISTORY_KEY, settings.HISTORY_KEY_PATH = "", tmp_path / "history.key"
    key.make_key()
    return settings.HISTORY_KEY_PATH


@pytest.fixture
def rekeyed(filed, office, admin):
    """Three rows under a key that leaked, the row of the change, two rows since."""
    make_rows(office, admin, 3)
    call_command("audit_rekey", why="leaked")
    make_rows(office, admin, 2)
    return office


def forge(office, number, **change):
    """What the owner of the tables does to one row."""
    with unguarded():
        Event.objects.filter(office=office, number=number).update(**change)


def under(secret):
    """The hash of a row under a key that somebody has who should not."""
    return lambda event: key.mac("row", text_of(event), key=secret)


def text_of(event):
    _hash, text = content_of(event).decode().rstrip("\n").split("\0", 1)
    return text


def test_rows_papers_and_triggers_stay_as_they_were(filed, office, admin, capsys):
    make_rows(office, admin, 3)
    hashes, head = list(Event.objects.values_list("hash", flat=True)), head_of(office)
    (former,) = key.read_keys()
    call_command("audit_rekey", why=" the yearly change ")
    assert f"skn2: the rows before row 4 were verified, head {head_of(office)}" in (
        capsys.readouterr().out
    )
    make_rows(office, admin, 1)
    assert list(Event.objects.filter(number__lte=3).values_list("hash", flat=True)) == hashes
    call_command("audit_verify", head=[str(head), str(head_of(office))])
    said = capsys.readouterr().out
    assert "skn2: 5 rows, whole" in said
    assert "skn2: new key from row 4 on" in said
    assert "were verified then and are unchanged since. Reason: the yearly change" in said
    assert f"{head}: the history holds it" in said
    assert key.read_keys()[1:] == [former] != key.read_keys()[:1]
    assert stat.S_IMODE(filed.stat().st_mode) == 0o600
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(number=4).update(why="x")
    keep_key(connection)


def test_a_second_change_follows_the_first(rekeyed, admin):
    rekey(why="again")
    make_rows(rekeyed, admin, 1)
    assert first_broken(rekeyed) is None
    assert len(key.read_keys()) == 3
    assert list(Event.objects.filter(verb="key.change").values_list("number", flat=True)) == [4, 7]


@pytest.mark.parametrize("number", [1, 3, 4, 5])
@pytest.mark.parametrize("kept", [True, False])
def test_a_forged_row_of_any_generation_is_found(rekeyed, filed, number, kept):
    """Without the former key the rows before the change are held by the row of the change."""
    if not kept:
        key.write_keys(key.read_keys()[:1])
    assert first_broken(rekeyed) is None
    forge(rekeyed, number, why="forged")
    assert first_broken(rekeyed) == (number if kept else max(number, 4))


# -- in the hands of somebody who has the key that leaked, and the tables ------------------
def test_rows_before_the_change_are_not_written_anew_with_the_former_key(rekeyed):
    leaked = key.read_keys()[1]
    with unguarded():
        Event.objects.filter(number=2).update(why="forged")
        rewrite(rekeyed, under(leaked))
    assert first_broken(rekeyed) == 4


def test_a_history_cut_before_the_change_does_not_go_on_under_the_former_key(rekeyed):
    leaked = key.read_keys()[1]
    with unguarded():
        Event.objects.filter(number__gte=4).delete()
        rewrite(rekeyed, under(leaked))
        EventChain.objects.update(length=3)
    assert first_broken(rekeyed) == 1


@pytest.mark.parametrize("keyed_from", [5, 6, 7])
def test_no_row_after_the_change_is_called_a_plain_one(rekeyed, keyed_from):
    leaked, chain = key.read_keys()[1], EventChain.objects.get()
    with unguarded():
        Event.objects.filter(number=5).update(why="forged")
        rewrite(rekeyed, plain, since=5)
        before = Event.objects.filter(number=keyed_from - 1).values_list("hash", flat=True)[0]
        seal = key.mac("keyed from", f'[{chain.pk}, {keyed_from}, "{before}"]', key=leaked)
        EventChain.objects.update(keyed_from=keyed_from, keyed_seal=seal)
    assert first_broken(rekeyed) in (1, 4, 5)


@pytest.mark.parametrize("verb", ["key.change", "key.restart"])
@pytest.mark.parametrize("name", ["of-no-key", "former", "present"])
def test_nobody_without_the_new_key_hands_a_history_on(rekeyed, admin, verb, name):
    """Not even with the digest of all rows, which needs no key, and the former key's hashes."""
    present, former = key.known_keys()
    forge(rekeyed, 5, why="forged")
    rows = Event.objects.order_by("number")
    said = {"key": {"former": former, "present": present}.get(name, name), "key_before": present}
    said["content"] = sha256(b"".join(map(content_of, rows))).hexdigest()
    log_event(rekeyed, actor=admin, verb=verb, target=rekeyed, after=said)
    with unguarded():
        rewrite(rekeyed, under(key.read_keys()[1]), since=7)
    assert first_broken(rekeyed) == (7 if verb == "key.restart" else 5)


# -- the key of the settings -----------------------------------------------------------
def test_a_key_of_the_settings_is_changed_there(office, admin, settings):
    make_rows(office, admin, 2)
    former, head = settings.HISTORY_KEY, head_of(office)
    with pytest.raises(CommandError, match="Set it to a new one"):
        call_command("audit_rekey", why="leaked")
    settings.HISTORY_KEY, settings.HISTORY_FORMER_KEYS = "n" * 40, [former]
    with pytest.raises(KeyLost, match="audit_rekey"):
        keep_key(connection)
    with pytest.raises(key.HistoryKeyChanged, match="restart it"):
        make_rows(office, admin, 1)
    call_command("audit_rekey", why="leaked")
    keep_key(connection)
    make_rows(office, admin, 1)
    call_command("audit_verify", head=[str(head)])
    settings.HISTORY_KEY, settings.HISTORY_FORMER_KEYS = former, []
    with pytest.raises(key.HistoryKeyChanged, match="restart it"):  # a process of before
        make_rows(office, admin, 1)


def test_a_run_cut_off_between_file_and_database_is_finished_by_the_next(filed, office, admin):
    make_rows(office, admin, 2)
    key.write_keys(["n" * 64, *key.read_keys()])
    with pytest.raises(KeyLost, match="audit_rekey"):
        keep_key(connection)
    (event,) = rekey(why="leaked")
    assert (event.number, key.read_key()) == (3, "n" * 64)
    assert event.fiscal_year == clock.this_fiscal_year()  # the office reads it on the year's page
    assert first_broken(office) is None


# -- what cannot be verified -----------------------------------------------------------
def test_a_lost_key_is_followed_by_a_new_one_only_when_the_operator_says_so(
    filed, office, admin, capsys
):
    make_rows(office, admin, 3)
    head = head_of(office)
    filed.unlink()
    with pytest.raises(CommandError, match="the key of the history is not here"):
        call_command("audit_rekey", why="disk lost")
    assert not filed.exists()
    assert Event.objects.count() == 3
    call_command("audit_rekey", why="disk lost", unverified=True)
    assert "the rows before row 4 were not verified" in capsys.readouterr().out
    keep_key(connection)
    make_rows(office, admin, 1)
    call_command("audit_verify", head=[str(head)])
    said = capsys.readouterr().out
    assert f"{head}: the history holds it; its words could not be verified" in said
    assert "new key from row 4 on" in said
    assert "rows from 1 on could not be verified then" in said
    assert "Reason: disk lost" in said
    rekey(why="the yearly change")
    assert first_broken(office) is None
    forge(office, 2, why="forged")
    assert first_broken(office) == 4


def test_a_broken_history_goes_on_and_says_where_it_was_broken(filed, office, admin, capsys):
    make_rows(office, admin, 4)
    with unguarded():
        Event.objects.filter(number=2).delete()
    with pytest.raises(RekeyRefused, match="skn2: the history is broken at row 2"):
        rekey(why="leaked")
    rekey(why="row 2 was removed on 3 May", unverified=True)
    make_rows(office, admin, 1)
    call_command("audit_verify")
    said = capsys.readouterr().out
    assert (
        "rows from 2 on could not be verified then; all are unchanged since. Reason: row 2" in said
    )
    with pytest.raises(RekeyRefused, match="leave --unverified out"):
        rekey(why="x", unverified=True)


def test_a_history_whose_end_is_gone_goes_on(filed, office, admin):
    make_rows(office, admin, 2)
    with unguarded():
        EventChain.objects.all().delete()
    rekey(why="the end was removed", unverified=True)
    make_rows(office, admin, 1)
    assert first_broken(office) is None
    assert Event.objects.filter(verb="key.restart").get().number == 3


@pytest.mark.parametrize("keyed_from", [4, 5])
def test_plain_rows_of_an_earlier_version_stay_verifiable(filed, office, admin, keyed_from):
    make_rows(office, admin, 3)
    with unguarded():
        rewrite(office, plain)
        end = EventChain.objects.get()
        seal = key.mac("keyed from", f'[{end.pk}, 4, "{end.last_hash}"]')
        EventChain.objects.update(keyed_from=4, keyed_seal=seal)
    make_rows(office, admin, keyed_from - 4)
    rekey(why="the yearly change")
    assert first_broken(office) is None
    forge(office, 1, why="forged")
    assert first_broken(office) == 1


def test_without_history_reason_or_need_nothing_is_done(filed, office, admin):
    before = filed.read_text()
    with pytest.raises(CommandError, match="There is no history yet"):
        call_command("audit_rekey", why="x")
    with pytest.raises(CommandError, match="The reason is empty"):
        call_command("audit_rekey", why=" ")
    assert filed.read_text() == before

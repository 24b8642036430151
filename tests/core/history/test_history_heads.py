"""The head of a history that left the machine finds a table that was emptied, cut or rewritten."""

import pytest
from django.core.management import CommandError, call_command

from core.history import first_broken, log_event
from core.history.heads import HistoryHead, head_of, heads_of, read_head
from core.models import Event, EventChain
from tests.database.emptying import unguarded
from tests.factories.people import make_group, make_office

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def add(office, admin, number):
    group = make_group(office, f"g{Event.objects.count()}")
    for _n in range(number):
        log_event(office, actor=admin, verb="group.change", target=group)


@pytest.fixture
def head(office, admin):
    """The head after three rows; the history went on since."""
    add(office, admin, 3)
    head = head_of(office)
    add(office, admin, 2)
    return head


def forget(office):
    Event.objects.filter(office=office).delete()
    EventChain.objects.filter(office=office).delete()


def test_a_head_is_short_and_read_again(head, office):
    shown = str(head)
    assert shown.startswith("skn2:3:")
    assert len(shown) == len("skn2:3:") + 19
    assert read_head(shown) == HistoryHead("skn2", 3, head.code)
    assert heads_of([office.pk, -1]) == {office.pk: head_of(office)}
    assert head_of(make_office("skn1")) is None


@pytest.mark.parametrize(
    "typed",
    [
        "skn2:3:3f2a-9c01-77de-b0a4",
        " SKN2 : 3 : 3F2A 9C01 77DE B0A4 ",
        "skn2/๓/3f2a9c0177deb0a4",
        "skn2 3 3f2a–9c01–77de–b0a4",
        "skn2:3:๓f๒a-๙c๐๑-๗๗de-b๐a๔",
    ],
)
def test_a_head_is_understood_as_it_is_typed(typed):
    assert read_head(typed) == HistoryHead("skn2", 3, "3f2a9c0177deb0a4")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "skn2",
        "skn2:3",
        "skn2:3:3f2a",
        "skn2:x:3f2a-9c01-77de-b0a4",
        "skn2:3:3f2a-9c01-77de-b0ag",
        "skn2:3:3f2a-9c01-77de-b0a4-11",
        ":3:3f2a-9c01-77de-b0a4",
        f"skn2:{9 * 10**30}:3f2a-9c01-77de-b0a4",
    ],
)
def test_what_is_no_head_is_refused(typed):
    assert read_head(typed) is None
    with pytest.raises(CommandError, match="is no head"):
        call_command("audit_verify", head=[typed])


def test_a_history_that_went_on_holds_its_old_head(head, office, capsys):
    call_command("audit_verify", head=[str(head), str(head_of(office))])
    assert f"{head}: the history holds it" in capsys.readouterr().out


@pytest.mark.parametrize("left", [0, 2])
def test_an_emptied_or_cut_history_is_found(head, office, left):
    with unguarded():
        rows = Event.objects.filter(office=office)
        last = rows.filter(number=left).values_list("hash", flat=True).first() or ""
        rows.filter(number__gt=left).delete()
        chain = EventChain.objects.filter(office=office)
        chain.update(length=left, last_hash=last) if left else chain.delete()
    assert first_broken(office) is None  # it follows from itself
    with pytest.raises(CommandError, match=f"rows are gone: the history ends after {left} rows"):
        call_command("audit_verify", head=[str(head)])


def test_a_history_that_was_written_anew_is_found(head, office, admin):
    with unguarded():
        forget(office)
    add(office, admin, 7)
    assert first_broken(office) is None
    with pytest.raises(CommandError, match="written anew: row 3 is another one"):
        call_command("audit_verify", "skn2", head=[str(head)])


def test_a_head_of_another_office_is_not_found(head, office):
    other = HistoryHead("nowhere", head.number, head.code)
    with pytest.raises(CommandError, match="no office with the code nowhere"):
        call_command("audit_verify", head=[str(other)])
    make_office("skn1")
    with pytest.raises(CommandError, match="rows are gone"):
        call_command("audit_verify", head=[str(HistoryHead("skn1", head.number, head.code))])


def test_missing_triggers_are_named(head):
    with unguarded(EventChain), pytest.raises(CommandError, match="core_eventchain: the triggers"):
        call_command("audit_verify")


def test_the_office_of_a_head_is_verified_whichever_office_is_named(head, office, stranger):
    log_event(stranger.office, actor=stranger, verb="office.update", target=stranger.office)
    with unguarded(Event):
        Event.objects.filter(office=office, number=head.number).update(why="another reason")
    with pytest.raises(CommandError, match="is broken at row"):
        call_command("audit_verify", stranger.office.code, head=[str(head)])

"""Every column of the history is sealed by its chain; a change is shown in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from core import history_words
from core.heartbeat import SILENCE, Component, beat, is_silent, last_beat
from core.history import decided, decided_before, first_broken, log_event
from core.models import Event, EventChain, Heartbeat
from core.refusals import MoveRefused, saved_meanwhile
from tests.database.emptying import unguarded
from tests.factories.people import make_group, make_office, make_person

LATER = datetime(2030, 1, 1, tzinfo=UTC)
# What somebody at the database might change of one row, column by column.
FORGED = {
    "number": 99,
    "at": LATER,
    "actor": None,
    "acting_for": "director",
    "verb": "role.grant",
    "target_type": "people.user",
    "target_id": "0",
    "target_label": "กลุ่มอื่น",
    "fiscal_year": 2561,
    "before": {"name": "x"},
    "after": {},
    "why": "เหตุผลอื่น",
    "previous_hash": "f" * 64,
    "hash": "0" * 64,
}


@pytest.fixture
def changed(office, admin):
    """Three events about one group."""
    group = make_group(office)
    for name in ("ก", "ข", "ค"):
        log_event(
            office, actor=admin, verb="group.change", target=group, after={"name": name}, year=2560
        )
    return group


def test_every_column_but_the_key_is_looked_at():
    columns = {field.name for field in Event._meta.concrete_fields}
    assert set(FORGED) == columns - {"id", "office"}


@pytest.mark.parametrize("column", FORGED)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_change_of_any_column_is_found(changed, office, column, number):
    assert first_broken(office) is None
    with unguarded(Event):
        Event.objects.filter(office=office, number=number).update(**{column: FORGED[column]})
    found = first_broken(office)
    assert found == number


def test_a_row_moved_to_another_office_breaks_both_chains(changed, office):
    other = make_office("skn1")
    with unguarded(Event):
        Event.objects.filter(office=office, number=3).update(office=other)
    assert (first_broken(office), first_broken(other)) == (3, 1)


def test_two_rows_that_change_places_are_found(changed, office):
    first, second = Event.objects.filter(office=office, number__lte=2)
    with unguarded(Event):
        Event.objects.filter(pk=first.pk).update(number=90)
        Event.objects.filter(pk=second.pk).update(number=1)
        Event.objects.filter(pk=first.pk).update(number=2)
    assert first_broken(office) == 1


@pytest.mark.parametrize("forged", [{"length": 2}, {"length": 4}, {"last_hash": "0" * 64}])
def test_an_end_of_the_chain_that_does_not_fit_is_found(changed, office, forged):
    with unguarded(EventChain):
        EventChain.objects.filter(office=office).update(**forged)
    assert first_broken(office) == 4


def test_an_event_is_kept_in_thai_whatever_the_actor_reads(office, admin):
    grant = admin.role_grants.get()
    with translation.override("en"):
        event = log_event(office, actor=admin, verb="role.grant", target=grant)
    with translation.override("th"):
        assert event.target_label == str(grant)


def test_a_long_name_is_cut_and_the_chain_stays_whole(office, admin):
    group = make_group(office, name="ก" * 200)
    group.name = "ก" * 500
    assert (
        len(log_event(office, actor=admin, verb="group.change", target=group).target_label) == 300
    )
    assert first_broken(office) is None


# -- who was faster -----------------------------------------------------------
@pytest.mark.parametrize(("language", "when"), [("th", "1 ม.ค. 2573"), ("en", "1 Jan 2573 BE")])
def test_who_came_first_is_named_with_the_moment(admin, language, when):
    with translation.override(language):
        refusal = decided("%(who)s: %(what)s, %(when)s", admin, LATER, what="x")
    assert isinstance(refusal, MoveRefused)
    assert refusal.message.startswith(f"{admin.full_name}: x, {when}")


def test_the_last_of_the_verbs_counts_and_the_programs_own_do_not(changed, office, admin):
    other = make_person(office, given_name="อื่น")
    log_event(office, actor=other, verb="group.add", target=changed)
    log_event(office, actor=None, verb="group.change", target=changed)

    def who(*verbs):
        return decided_before(changed, verbs, "%(who)s", "nobody").message

    assert who("group.change") == admin.full_name
    assert who("group.change", "group.add") == other.full_name
    assert who("group.leave") == "nobody"
    assert decided_before(make_group(office, "g9"), ["group.add"], "x", "-").message == "-"


def test_who_saved_meanwhile_is_named_if_known(staff):
    class Row:
        saved_by, saved_at = staff, datetime(2017, 1, 15, 2, 5, tzinfo=UTC)

    said = saved_meanwhile(Row)
    assert staff.full_name in said
    assert "09.05 น." in said
    Row.saved_by = None
    assert saved_meanwhile(Row) == saved_meanwhile(None)
    assert staff.full_name not in saved_meanwhile(None)


# -- words --------------------------------------------------------------------
def changes(before=None, after=None):
    event = Event(verb="x", before=before or {}, after=after or {})
    return [tuple(map(str, line)) for line in history_words.changes_of(event)]


@pytest.mark.parametrize(
    ("key", "stored", "shown"),
    [
        ("since", "2016-10-01", "1 ตุลาคม 2559"),
        ("until", "", ""),
        ("until", "some day", "some day"),
        ("role", "director", "ผู้อำนวยการ"),
        ("role", "a-role-of-long-ago", "a-role-of-long-ago"),
        ("role", ["director", "admin"], "ผู้อำนวยการ, ผู้ดูแลระบบ"),
        ("user", {"pk": 1}, ""),
        ("1.1.10", "4", "4"),
    ],
)
def test_a_value_is_shown_as_a_reader_knows_it(key, stored, shown):
    lines = changes(before={key: "else"}, after={key: stored})
    assert [line[2] for line in lines] == [shown]


def test_what_stayed_and_what_has_no_name_is_not_shown():
    assert changes({"role": "admin"}, {"role": "admin"}) == []
    assert changes({"of no name": 1}, {"of no name": 2}) == []


def test_lines_stand_in_the_order_they_were_written():
    lines = changes({"since": "2016-10-01", "role": "admin"}, {"user": "ก", "role": "deputy"})
    assert [line[0] for line in lines] == [
        str(history_words.KEYS[key]) for key in ("since", "role", "user")
    ]


def test_a_verb_without_words_shows_its_code():
    assert history_words.verb_of(Event(verb="of.old")) == "of.old"


# -- signs of life ------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("part", Component)
@pytest.mark.parametrize(("ago", "silent"), [(-60, False), (0, False), (240, False), (241, True)])
def test_silence_begins_after_four_minutes(part, ago, silent):
    now = timezone.now()
    Heartbeat.objects.create(part=part, at=now - timedelta(seconds=ago))
    assert timedelta(seconds=240) == SILENCE
    assert is_silent(part, now) is silent
    assert all(is_silent(other, now) for other in Component if other is not part)


@pytest.mark.django_db
def test_a_beat_moves_on_and_leaves_one_row(settings):
    settings.CLOCK_OFFSET_DAYS = -3000
    Heartbeat.objects.create(part=Component.BEAT, at=LATER)
    beat(Component.BEAT)
    assert Heartbeat.objects.count() == 1
    assert abs(last_beat(Component.BEAT) - timezone.now()) < timedelta(seconds=5)
    assert last_beat(Component.WORKER) is None

"""The database itself refuses to change or remove what is written once."""

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from core import clock
from core.history import first_broken, guards, log_event
from core.models import AppendOnly, Event, EventChain
from indicators.models import (
    Citation,
    EvidenceFile,
    EvidenceLink,
    EvidenceRevision,
    ItemRevision,
    RequestStep,
    SubmittedCitation,
    YearSubmission,
)
from indicators.requests.requests import ask
from tests.database.emptying import settle, unguarded
from tests.factories.content import make_content_year, make_evidence
from tests.factories.cycles import make_year
from tests.factories.loading import load_again
from tests.factories.register import make_paper
from workflow.models import Decision, StepEvent

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SQLITE = connection.vendor == "sqlite"


def run(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def refused(sql, table):
    with pytest.raises(IntegrityError, match=f"{table} (is append-only|only grows)"):
        run(sql)


@pytest.fixture
def logged(office, admin):
    for verb in ("office.update", "group.add", "role.grant"):
        log_event(office, actor=admin, verb=verb, target=office)
    return office


def test_these_are_written_once():
    assert set(guards.guarded()) == {
        *(EventChain, Event, StepEvent, Decision),
        *(ItemRevision, EvidenceRevision, EvidenceFile, EvidenceLink, SubmittedCitation),
        RequestStep,
    }
    assert all(issubclass(model, AppendOnly) for model in guards.guarded()[1:])
    assert guards.missing(connection) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_event SET why = 'x'",
        "UPDATE core_event SET hash = hash WHERE number = 2",
        "UPDATE core_event SET number = number + 100",
        "DELETE FROM core_event WHERE number = 3",
        "DELETE FROM core_event",  # SQLite's short way of emptying a table fires no trigger
    ],
)
def test_no_row_of_the_history_is_changed_or_removed(logged, change):
    refused(change, "core_event")
    assert Event.objects.count() == 3
    assert first_broken(logged) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE core_eventchain SET length = 2",
        "UPDATE core_eventchain SET length = length",
        "UPDATE core_eventchain SET last_hash = ''",
        "UPDATE core_eventchain SET length = 9, keyed_from = 9",
        "UPDATE core_eventchain SET length = 9, keyed_seal = 'x'",
        "DELETE FROM core_eventchain",
    ],
)
def test_a_chain_only_grows(logged, change):
    refused(change, "core_eventchain")
    assert first_broken(logged) is None


@pytest.mark.skipif(not SQLITE, reason="only SQLite replaces rows")
@pytest.mark.parametrize("same", ["id", "number"])
def test_no_row_takes_the_place_of_another(logged, same):
    columns = [field.column for field in Event._meta.concrete_fields if field.column != "id"]
    listed = ", ".join(columns)
    said = listed.replace("why", "'another'")
    key = ("id, ", "id, ") if same == "id" else ("", "")
    if same == "id":
        said = said.replace("number", "number + 50")
    insert = f"INSERT OR REPLACE INTO core_event ({key[0]}{listed})"
    rows = f"SELECT {key[1]}{said} FROM core_event WHERE number = 3"  # noqa: S608 - our columns
    refused(f"{insert} {rows}", "core_event")
    assert first_broken(logged) is None


@pytest.mark.skipif(not SQLITE, reason="only SQLite replaces rows")
def test_no_chain_takes_the_place_of_another(logged):
    run(
        "INSERT OR REPLACE INTO core_eventchain"
        " SELECT office_id, 1, '', 1, '', '' FROM core_eventchain"
    )
    assert first_broken(logged) is None


@pytest.mark.skipif(SQLITE, reason="SQLite knows no TRUNCATE")
@pytest.mark.parametrize("model", guards.guarded())
def test_nothing_is_truncated(logged, model):
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    refused(f"TRUNCATE {model._meta.db_table} CASCADE", "")


@pytest.fixture
def rows(settings, tmp_path):
    """A row of each other table that is written once."""
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0
    year = make_content_year()
    at, by = clock.now(), year.collector
    evidence = make_evidence(year.office, by=by, items=[load_again(year.item)])
    evidence.revisions.get().links.create(url="https://example.go.th")
    year.item.revisions.create(version=100, saved_at=at, saved_by=by)
    ask(load_again(year.item), text="แนบรายงาน", by=year.member)
    submission = YearSubmission.objects.create(assessment=year.assessment, submitted_at=at)
    submission.citations.create(citation=Citation.objects.get())
    paper = make_paper(year=make_year("skn1"))
    step = paper.cycle.steps.first()
    StepEvent.objects.create(step=step, move="finish", before="open", after="done", actor=by, at=at)
    if not paper.decisions.exists():
        paper.decisions.create(move="approve", by=by, role="director", at=at)


@pytest.mark.parametrize("model", guards.guarded()[2:], ids=lambda model: model.__name__)
def test_no_row_that_is_written_once_is_changed_or_removed(rows, model):
    table, number = model._meta.db_table, model.objects.count()
    assert number
    for act in ("UPDATE {} SET id = id", "DELETE FROM {}"):
        refused(act.format(table), table)
    assert model.objects.count() == number


def test_triggers_that_were_taken_away_are_named_and_come_back_with_migrate(logged):
    with unguarded(Event):
        assert guards.missing(connection) == ["core_event"]
        run("UPDATE core_event SET why = 'x' WHERE number = 2")
    assert guards.missing(connection) == []
    assert first_broken(logged) == 2


EMPTIED = {
    "sqlite": [
        "DROP TRIGGER core_event_no_update",
        "CREATE TRIGGER core_event_no_update BEFORE UPDATE ON core_event BEGIN SELECT 1; END",
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION {guards.FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$"
        "BEGIN RETURN NEW; END $$",
    ],
}
NARROWED = {
    "sqlite": [
        "DROP TRIGGER core_event_no_update",
        "CREATE TRIGGER core_event_no_update BEFORE UPDATE ON core_event WHEN NEW.id < 0"
        " BEGIN SELECT RAISE(ABORT, 'core_event is append-only'); END",
    ],
    "postgresql": ["ALTER TABLE core_event ENABLE REPLICA TRIGGER core_event_no_update"],
}


@pytest.mark.parametrize("change", [EMPTIED, NARROWED], ids=["emptied", "narrowed"])
def test_triggers_that_no_longer_refuse_are_named_and_come_back_with_migrate(logged, change):
    settle()
    for statement in change[connection.vendor]:
        run(statement)
    run("UPDATE core_event SET why = why WHERE number = 2")
    assert "core_event" in guards.missing(connection)
    with pytest.raises(CommandError, match="core_event: the triggers"):
        call_command("audit_verify")
    settle()
    guards.install(connection)
    assert guards.missing(connection) == []
    refused("UPDATE core_event SET why = why WHERE number = 2", "core_event")


@pytest.mark.skipif(not SQLITE, reason="PostgreSQL has no REPLACE")
def test_no_chain_is_replaced_by_its_place_in_the_file(logged, stranger):
    columns = "office_id, length, last_hash, keyed_from, keyed_seal, key_name"
    same_place = f"SELECT rowid, {stranger.office_id}, 0, '', 1, '', '' FROM core_eventchain"  # noqa: S608 - a number of ours
    run(f"INSERT OR REPLACE INTO core_eventchain (rowid, {columns}) {same_place}")
    assert first_broken(logged) is None
    assert list(EventChain.objects.values_list("office", "length")) == [(logged.pk, 3)]

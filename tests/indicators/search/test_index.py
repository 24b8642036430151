"""The index of what stands in files holds what the rows hold, and is used."""

import pytest
from django.db import connection

from core.search import Words
from esa_standards.checks import search_is_indexed
from indicators.models import BlobText, ItemRequest, TextPart
from indicators.requests import requests
from indicators.search import index
from indicators.search.index import holding, parts_holding
from indicators.threads import threads
from tests.factories.content import make_evidence
from tests.factories.loading import load_again

pytestmark = pytest.mark.postgres
WORDS = ["สำนักงาน", "แผน ปี", 'a"b', "100%", "_x_", "\\n", "น้ำ", "abc OR def", "ที่ NOT"]


@pytest.fixture
def page(year):
    make_evidence(year.office, by=year.staff)
    text = BlobText.objects.create(blob=year.office.blobs.get(), state="ready")

    def page(folded, number=1):
        row, _made = TextPart.objects.update_or_create(
            text=text,
            number=number,
            defaults={"folded": folded, "shown": "", "office": year.office},
        )
        return row

    page.office = year.office.pk
    return page


def held(page, typed):
    return list(parts_holding(Words.of(typed), office=page.office))


@pytest.mark.parametrize("typed", WORDS)
def test_a_page_is_found_whatever_signs_stand_in_the_words(page, typed):
    row = page(" ".join(["ก่อน", *reversed(Words.of(typed).words), "หลัง"]))
    page("อื่น ๆ", number=2)
    assert held(page, typed) == [row]


def test_rows_that_come_change_and_go_are_found_as_they_are(page):
    row = page("สำนักงาน")
    assert held(page, "สำนักงาน") == [row]
    page("โรงเรียน")
    assert held(page, "สำนักงาน") == []
    assert held(page, "โรงเรียน") == [row]
    TextPart.objects.filter(pk=row.pk).update(folded="วิทยาลัย")
    assert held(page, "โรงเรียน") == []
    assert held(page, "วิทยาลัย") == [row]
    row.delete()
    assert held(page, "วิทยาลัย") == []
    TextPart.objects.bulk_create([TextPart(**{**vars_of(row), "folded": "สถาบัน"})])
    assert len(held(page, "สถาบัน")) == 1


def vars_of(row):
    return {
        name: getattr(row, name) for name in ("text_id", "office_id", "number", "shown", "folded")
    }


def test_the_index_answers_and_not_the_table(page):
    page("สำนักงาน")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = parts_holding(Words.of("สำนักงาน"), office=page.office).order_by().explain()
    if connection.vendor == "postgresql":
        assert index.PAGES.trigrams in plan or "indicators_textpart_office" in plan
    else:
        assert "VIRTUAL TABLE INDEX" in plan


def test_what_is_lost_is_made_anew_by_migrate(page):
    row = page("สำนักงาน")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {index.PAGES.fts}_added")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits holds the table's form
            cursor.execute(f"DROP INDEX {index.PAGES.trigrams}")
    assert index.missing(connection)
    assert held(page, "สำนักงาน") == [row]  # by looking through
    assert [w.id for w in search_is_indexed(None, databases=["default"])][:1] == ["esa.W006"]
    index.install(connection)
    assert not index.missing(connection)
    assert held(page, "สำนักงาน") == [row]
    assert "esa.W006" not in {w.id for w in search_is_indexed(None, databases=["default"])}


def test_without_the_right_to_make_it_migrate_goes_on(page, monkeypatch, caplog):
    monkeypatch.setattr(
        index, "missing", lambda connection: {index.PAGES.fts, index.PAGES.trigrams}
    )
    monkeypatch.setattr(index, "_making", lambda connection, wanted: ["CREATE NOTHING AT ALL"])
    index.install(connection)
    assert "the search is slow" in caplog.text
    assert TextPart.objects.count() == 0


def test_what_goes_with_its_file_leaves_nothing_in_the_index(page):
    page("สำนักงาน")
    BlobText.objects.all().delete()
    assert held(page, "สำนักงาน") == []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            fts = index.PAGES.fts
            asked = f"INSERT INTO {fts}({fts}) VALUES ('integrity-check')"  # noqa: S608 - our table
            cursor.execute(asked)


# -- comments and requests --------------------------------------------------------------
@pytest.fixture
def said(year):
    """What makes a text that is kept by groups of letters, by its index."""
    row = requests.ask(load_again(year.item), text="คำขอ", by=load_again(year.member))
    thread = threads.open_thread(year.item, text="ความเห็น", by=year.staff).comment.thread

    def said(kept, text):
        if kept is index.REQUESTS:
            ItemRequest.objects.filter(pk=row.pk).update(search_text=text)
            return ItemRequest.objects.get()
        return threads.comment(thread, text=text, by=year.staff).comment

    return said


@pytest.mark.parametrize("kept", [index.COMMENTS, index.REQUESTS], ids=["comments", "requests"])
def test_what_is_asked_and_said_is_kept_by_groups_of_letters_too(said, kept):
    row = said(kept, "ก่อน แผน หลัง ปี ในสำนักงาน")
    rows = type(row).objects.all()
    for typed in ("สำนักงาน", "แผน ปี", "ปี", "สำนักงาน หลัง"):
        assert list(holding(rows, Words.of(typed), kept)) == [row], typed
    assert not holding(rows, Words.of("สำนักงาน หาย"), kept)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = holding(rows, Words.of("สำนักงาน"), kept).order_by().explain()
    assert "VIRTUAL TABLE INDEX" in plan or kept.trigrams in plan
    rows.filter(pk=row.pk).update(search_text="อื่น ๆ")
    assert not holding(rows, Words.of("สำนักงาน"), kept)
    assert list(holding(rows, Words.of("อื่น"), kept)) == [row]


def test_a_table_without_its_column_yet_hinders_no_other(page, monkeypatch):
    later = index.Indexed(index.PAGES.table, "not_there_yet")
    monkeypatch.setattr(index, "EVERY", (later, *index.EVERY))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {index.REQUESTS.triggers[0]}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"DROP INDEX {index.REQUESTS.trigrams}")
    index.install(connection)
    assert not index.missing(connection) & index.REQUESTS.names(connection.vendor)

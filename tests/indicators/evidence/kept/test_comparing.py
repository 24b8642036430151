"""Two revisions side by side: every file and link of either stands in one row."""

import pytest
from django.urls import reverse
from lxml import html

import thai
from indicators.evidence.evidence import add_evidence, remove_evidence, revise
from indicators.evidence.queries import compare, revisions_of
from tests.factories.content import make_content_year
from tests.factories.reading import read
from tests.factories.reports import make_blob


@pytest.fixture
def piece(year):
    """Three revisions, by two people."""
    one, two, three = (make_blob(year.office, text, "text/plain") for text in (b"1", b"2", b"3"))
    piece = add_evidence(
        year.office,
        title="แผน",
        files=[("ก.txt", one), ("ข.txt", two), ("ค.txt", three)],
        links=[("https://a.go.th/", "ประกาศ"), ("https://b.go.th/", "")],
        by=year.collector,
    )
    four, five = (make_blob(year.office, text, "text/plain") for text in (b"4", b"5"))
    revise(
        piece,
        files=[("ก.txt", one), ("ข.txt", four), ("ง.txt", three), ("จ.txt", five)],
        links=[("https://a.go.th/", "ประกาศใหม่"), ("https://c.go.th/", "")],
        note="ฉบับลงนาม",
        by=year.coordinator,
    )
    revise(piece, files=[("ก.txt", one)], note="เหลือฉบับเดียว", by=year.coordinator)
    return piece


def compared(piece, old, new):
    rows = {revision.number: revision for revision in revisions_of(piece)}
    return compare(rows[old], rows[new])


def named(rows):
    return [(str(r.difference), r.old and str(r.old), r.new and str(r.new)) for r in rows]


def test_what_came_went_and_stayed(piece):
    found = compared(piece, 1, 2)
    assert named(found.files) == [
        ("stayed", "ก.txt", "ก.txt"),
        ("replaced", "ข.txt", "ข.txt"),
        ("renamed", "ค.txt", "ง.txt"),
        ("came", None, "จ.txt"),
    ]
    assert named(found.links) == [
        ("renamed", "ประกาศ", "ประกาศใหม่"),
        ("came", None, "https://c.go.th/"),
        ("went", "https://b.go.th/", None),
    ]
    assert named(compared(piece, 2, 3).files)[1:] == [
        ("went", "ข.txt", None),
        ("went", "ง.txt", None),
        ("went", "จ.txt", None),
    ]


@pytest.mark.parametrize(("old", "new"), [(1, 2), (1, 3), (2, 3), (2, 2)])
def test_each_file_of_both_stands_in_one_row(piece, old, new):
    rows = compared(piece, old, new).files
    for side, number in (("old", old), ("new", new)):
        shown = [getattr(row, side).pk for row in rows if getattr(row, side)]
        files = piece.revisions.get(number=number).files.values_list("pk", flat=True)
        assert sorted(shown) == sorted(files)


def test_the_same_file_twice_is_paired_twice(year):
    one = make_blob(year.office, b"1", "text/plain")
    names = [("ก.txt", one), ("ก.txt", one)]
    piece = add_evidence(year.office, title="แผน", files=names, by=year.collector)
    revise(piece, files=names[:1], note="ปรับปรุง", by=year.collector)
    assert [r.difference for r in compared(piece, 1, 2).files] == ["stayed", "went"]


# -- the page ---------------------------------------------------------------------------
def url(year, name, *args):
    return reverse(f"indicators:{name}", args=[*year.args, *args])


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, (2, 3)),
        ({"old": "1"}, (1, 3)),
        ({"old": "3", "new": "1"}, (1, 3)),
        ({"old": "2", "new": "2"}, (2, 3)),
        ({"old": "99"}, (2, 3)),
        ({"old": "x", "new": "-1"}, (2, 3)),
    ],
)
def test_the_page_shows_what_was_chosen(year, piece, client_for, query, shown):
    page = client_for(year.staff).get(url(year, "evidence_compare", piece.pk), query)
    found = page.context["compared"]
    assert (found.old.number, found.new.number) == shown
    assert page.status_code == 200


def test_the_page_says_who_when_and_why(year, piece, client_for):
    page = client_for(year.staff).get(url(year, "evidence_compare", piece.pk), {"old": 1, "new": 2})
    table = html.fromstring(page.text).xpath("//table")[0]
    text = read(html.tostring(table, encoding="unicode"))
    for words in (
        year.collector.full_name,
        year.coordinator.full_name,
        "ฉบับลงนาม",
        "เปลี่ยนใหม่",
        "เปลี่ยนชื่อ",
        "เพิ่มเข้ามา",
        "นำออก",
        "คงเดิม",
    ):
        assert words in text


def test_a_choice_names_day_and_person_of_each_revision(year, piece, client_for):
    page = client_for(year.staff).get(url(year, "evidence_compare", piece.pk))
    options = html.fromstring(page.text).xpath("//select[@name='old']/option")
    days = [thai.format_date(row.created_at, "short") for row in revisions_of(piece)]
    people = [row.created_by.full_name for row in revisions_of(piece)]
    expected = [
        f"{n} · {day} · {name}" for n, day, name in zip((3, 2, 1), days, people, strict=True)
    ]
    assert [option.text.strip() for option in options] == expected


def test_its_page_leads_there_once_there_are_two(year, piece, client_for):
    client, address = client_for(year.staff), url(year, "evidence_compare", piece.pk)
    page = client.get(url(year, "evidence", piece.pk)).text
    assert f'href="{address}"' in page
    assert f'href="{address}?old=1"' in page
    single = add_evidence(
        year.office, title="ก", links=[("https://a.go.th/", "")], by=year.collector
    )
    assert url(year, "evidence_compare", single.pk) not in (
        client.get(url(year, "evidence", single.pk)).text
    )
    assert client.get(url(year, "evidence_compare", single.pk)).status_code == 404


def test_of_removed_evidence_its_managers_alone_compare(year, piece, client_for):
    remove_evidence(piece, by=year.coordinator, why="ซ้ำ")
    address = url(year, "evidence_compare", piece.pk)
    assert client_for(year.staff).get(address).status_code == 404
    assert client_for(year.collector).get(address).status_code == 200
    stranger = client_for(make_content_year("skn1", size=(1, 1, 1)).coordinator)
    assert stranger.get(address).status_code == 404

"""What the page of an item reads: the cited evidence, the people."""

from datetime import date

from indicators.evidence.blobs import store
from indicators.evidence.citations import cite, withdraw_citation
from indicators.evidence.evidence import add_evidence, remove_evidence, revise
from indicators.narratives.items import hand_in, save_item
from indicators.narratives.queries import contents_of, people_of
from tests.factories.content import make_evidence
from tests.factories.files import make_upload
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again

LINKS = [("https://b.example/", "ข่าว"), ("https://a.example/", "")]


def stored(year, name):
    return name, store(make_upload(name), office=year.office, by=year.collector)


def save_texts(year):
    texts = {"narrative": "จัดทำแผน", "result": "", "no_evidence_reason": ""}
    save_item(load_again(year.item), **texts, version=0, by=year.collector)


def hand_item_in(year):
    save_texts(year)
    hand_in(load_again(year.item), by=year.collector)


# -- evidence -----------------------------------------------------------------------
def test_a_citation_brings_files_and_links_in_their_order(year):
    evidence = add_evidence(
        year.office,
        title="แผนปฏิบัติการ",
        document_date=date(2017, 3, 1),
        files=[stored(year, "ข.pdf"), stored(year, "ก.pdf")],
        links=LINKS,
        by=year.collector,
    )
    revision = evidence.revisions.get()
    cite(load_again(year.item), revision, pages="๓-๕", note="ดูตาราง", by=year.collector)
    (found,) = contents_of(year.item).citations
    assert (found.evidence, found.title) == (evidence.pk, "แผนปฏิบัติการ")
    assert found.document_date == date(2017, 3, 1)
    assert (found.pages, found.note) == ("๓-๕", "ดูตาราง")
    assert found.cited_by == year.collector.full_name
    files = list(revision.files.order_by("order"))
    assert [file.name for file in files] == ["ข.pdf", "ก.pdf"]
    assert [tuple(file) for file in found.files] == [
        (file.pk, file.name, file.blob.size) for file in files
    ]
    assert [tuple(link) for link in found.links] == LINKS
    assert (found.revision, found.newest) == (revision.pk, revision.pk)


def test_what_was_judged_is_shown_beside_the_newest_revision(year):
    evidence = make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    first = evidence.revisions.get()
    hand_item_in(year)
    for number in (2, 3):
        newest = revise(
            evidence, files=[stored(year, f"{number}.pdf")], note="ปรับปรุง", by=year.collector
        )
    (found,) = contents_of(year.item).citations
    assert (found.revision, found.number) == (first.pk, 1)
    assert (found.newest, found.newest_number) == (newest.pk, 3)
    assert [file.name for file in found.files] == ["แผน.pdf"]


def test_links_need_no_file_and_stay_with_their_own_evidence(year):
    for title, links in (("หนึ่ง", LINKS[:1]), ("สอง", LINKS[1:])):
        add_evidence(
            year.office, title=title, links=links, items=[load_again(year.item)], by=year.collector
        )
    found = contents_of(year.item).citations
    assert [(row.title, row.files, [tuple(link) for link in row.links]) for row in found] == [
        ("หนึ่ง", [], LINKS[:1]),
        ("สอง", [], LINKS[1:]),
    ]


def test_what_is_not_cited_any_more_is_left_out(year):
    removed, withdrawn, kept = (
        make_evidence(year.office, by=year.collector, title=title, items=[load_again(year.item)])
        for title in ("ลบ", "ถอน", "คงไว้")
    )
    remove_evidence(removed, by=year.collector, why="ซ้ำ")
    withdraw_citation(withdrawn.citations.get(), by=year.collector)
    assert [row.evidence for row in contents_of(year.item).citations] == [kept.pk]
    assert contents_of(year.items[1]).citations == []


def test_much_costs_three_queries(year, django_assert_num_queries):
    for number in range(6):
        evidence = make_evidence(
            year.office, by=year.collector, title=f"แผน {number}", items=[load_again(year.item)]
        )
        revise(evidence, links=LINKS, note="ปรับปรุง", by=year.collector)
    item = load_again(year.item)
    with django_assert_num_queries(3):
        contents = contents_of(item)
    assert len(contents.citations) == 6


def test_who_saved_the_texts_last(year):
    assert contents_of(year.item).saved_by == ""
    save_texts(year)
    assert contents_of(load_again(year.item)).saved_by == year.collector.full_name


# -- people -------------------------------------------------------------
def test_people_of_an_indicator(year, django_assert_num_queries):
    consideration = year.item.consideration
    indicator = consideration.indicator
    put_in_charge(year.assessment, indicator.standard, year.director)
    put_in_charge(year.assessment, indicator, year.coordinator)
    put_in_charge(year.assessment, consideration, year.collector)
    with django_assert_num_queries(1):
        people = people_of(year.assessment, indicator)
    assert people.standard.full_name == year.director.full_name
    assert people.indicator.position == year.coordinator.position
    assert {key: person.pk for key, person in people.collectors.items()} == {
        consideration.pk: year.collector.pk
    }

"""Progress counts what was done, per part and person, in a fixed number of queries."""

from indicators.narratives.items import hand_in, save_item
from indicators.narratives.progress import progress_of
from indicators.scores.scores import agree
from tests.factories.content import make_content_year, make_evidence
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again
from tests.factories.people import make_group, make_person


def test_progress_counts_choices_and_not_defaults(year):
    first, second = year.items[:2]
    save_item(
        load_again(first),
        narrative="ก",
        result="",
        no_evidence_reason="",
        version=0,
        by=year.collector,
    )
    make_evidence(year.office, by=year.collector, items=[load_again(first)])
    hand_in(load_again(first), by=year.collector)
    save_item(
        load_again(second),
        narrative="",
        result="",
        no_evidence_reason="ข",
        version=0,
        by=year.collector,
    )
    agree(load_again(second), level=1, reason="น้อย", version=0, by=year.coordinator)
    counts = progress_of(year.assessment).counts
    assert (counts.items, counts.written, counts.evidenced) == (4, 1, 2)
    assert (counts.complete, counts.handed_in, counts.agreed, counts.percent) == (1, 1, 1, 25)


def test_parts_add_up_and_the_unassigned_come_last(year):
    group = make_group(year.office)
    person = make_person(year.office, work_group=group)
    for item in year.items[1:]:
        put_in_charge(year.assessment, item.consideration, person)
    progress = progress_of(year.assessment)
    assert [(p.pk, p.counts.items) for p in progress.people] == [(person.pk, 3), (None, 1)]
    assert [(g.pk, g.title) for g in progress.groups] == [(group.pk, group.name), (None, "")]
    indicators = progress.standards[0].parts
    assert [p.code for p in indicators] == ["1.1", "1.2"]
    assert sum(p.counts.items for p in indicators) == progress.standards[0].counts.items == 4


def test_an_empty_year_is_zero_of_all(year):
    counts = progress_of(year.assessment).counts
    assert (counts.items, counts.complete, counts.agreed, counts.percent) == (4, 0, 0, 0)


def test_two_queries_whatever_the_size(db, blob_root, django_assert_num_queries):
    for code, size in (("skn2", (1, 1, 1)), ("skn3", (3, 3, 3))):
        year = make_content_year(code, size=size)
        for item in year.items:
            put_in_charge(year.assessment, item.consideration, year.collector)
        with django_assert_num_queries(2):
            progress_of(year.assessment)

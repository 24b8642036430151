"""Which months the evidence speaks of: every citation is counted, and no empty month is hidden."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

import thai
from indicators.evidence.citations import withdraw_citation
from indicators.evidence.evidence import add_evidence, remove_evidence
from indicators.evidence.periods import Dates, why_outside
from indicators.narratives.coverage import coverage_of, months_of
from tests.factories.content import make_content_year
from tests.factories.loading import load_again

OCTOBER, NOVEMBER, SEPTEMBER = date(2016, 10, 31), date(2016, 11, 1), date(2017, 9, 30)
BEFORE, AFTER = date(2016, 9, 30), date(2017, 10, 1)
days = st.none() | st.dates(date(2015, 1, 1), date(2019, 1, 1))


@pytest.mark.parametrize(
    ("dates", "months"),
    [
        ((OCTOBER, None, None), [0]),
        ((SEPTEMBER, None, None), [11]),
        ((BEFORE, None, None), []),
        ((AFTER, None, None), []),
        ((BEFORE, OCTOBER, NOVEMBER), [0, 1]),
        ((None, BEFORE, NOVEMBER), [0, 1]),
        ((None, date(2017, 8, 5), AFTER), [10, 11]),
        ((None, date(2017, 8, 5), None), [10, 11]),
        ((None, None, NOVEMBER), [0, 1]),
        ((None, BEFORE, AFTER), list(range(12))),
        ((None, AFTER, None), []),
    ],
)
def test_the_months_of_a_document(dates, months):
    assert list(months_of(Dates(*dates), 2560)) == months


@given(days, days, days)
def test_it_has_no_month_exactly_when_it_is_warned_of(document_date, begin, end):
    if begin and end and end < begin:
        begin, end = end, begin
    dates = Dates(document_date, begin, end)
    months = list(months_of(dates, 2560))
    if any(dates):
        assert bool(months) is not bool(why_outside(dates, 2560))
    assert all(0 <= month < 12 for month in months)
    if begin and end and months:
        first, last = thai.fiscal_year_bounds(2560)
        assert len(months) <= (min(end, last) - max(begin, first)).days + 1


def bring(year, items, **dates):
    return add_evidence(
        year.office,
        title="แผน",
        links=[("https://x.go.th/", "")],
        items=[load_again(item) for item in items],
        by=year.collector,
        **dates,
    )


def rows_of(year):
    return [row for group in coverage_of(year.assessment).groups for row in group.rows]


def test_every_kept_citation_is_counted_once(year):
    bring(year, year.items[:2], document_date=OCTOBER)
    bring(year, year.items[:1], covers_from=OCTOBER, covers_to=NOVEMBER)
    bring(year, year.items[:1])
    bring(year, year.items[1:2], document_date=BEFORE)
    gone = bring(year, year.items[:1], document_date=OCTOBER)
    remove_evidence(gone, by=year.collector, why="ซ้ำ")
    withdrawn = bring(year, year.items[:1], document_date=OCTOBER)
    withdraw_citation(withdrawn.citations.get(), by=year.collector)
    first, second, third, fourth = rows_of(year)
    assert (first.months[:3], first.undated, first.outside) == ([2, 1, 0], 1, 0)
    assert (second.months[:3], second.undated, second.outside) == ([1, 0, 0], 0, 1)
    assert [row.empty for row in (first, second, third, fourth)] == [False, False, True, True]
    assert coverage_of(year.assessment).covered[:3] == [2, 1, 0]


def test_the_months_are_those_of_the_fiscal_year(year):
    months = coverage_of(year.assessment).months
    assert (months[0], months[2], months[3], months[11]) == (
        "ต.ค. 2559",
        "ธ.ค. 2559",
        "ม.ค. 2560",
        "ก.ย. 2560",
    )
    assert len(months) == 12


def address(year):
    return reverse("indicators:coverage", args=year.args)


def test_the_page_shows_a_cell_for_every_month_and_leads_to_the_item(year, client_for):
    bring(year, year.items[:1], document_date=NOVEMBER)
    tree = html.fromstring(client_for(year.staff).get(address(year)).text)
    table = tree.xpath("//table[contains(@class, 'coverage')]")[0]
    first, *others = table.xpath(".//tr[th[@scope='row'] and td][ancestor::tbody]")
    assert [cell.text_content().strip() for cell in first.xpath("td")] == ["–", "1", *"–" * 12]
    assert first.xpath("th/a/@href") == [
        reverse("indicators:item", args=[*year.args, "1.1.1"]) + "#evidence"
    ]
    assert [row.get("class") for row in (first, *others)] == [None, "bare", "bare", "bare"]


def test_it_costs_the_same_for_few_and_many(year, client_for):
    client, counts = client_for(year.staff), []
    for number in (1, 20):
        for n in range(number):
            bring(year, [year.items[n % 4]], document_date=OCTOBER)
        client.get(address(year))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(year))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_offices_find_none(year, client_for):
    stranger = client_for(make_content_year("skn1", size=(1, 1, 1)).coordinator)
    assert stranger.get(address(year)).status_code == 404

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
from indicators.catalogue.checklists.checklists import excuse
from indicators.catalogue.checklists.ticks import tick
from indicators.evidence.citations import withdraw_citation
from indicators.evidence.evidence import add_evidence, remove_evidence
from indicators.evidence.periods import Dates, why_outside
from indicators.narratives.coverage import coverage_of, months_of
from tests.factories.content import make_content_year
from tests.factories.loading import load_again
from tests.indicators.catalogue.checklists.required import require_pieces

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


def test_those_alone_that_lack_required_evidence(year, client_for):
    first, second, third, fourth = (load_again(item) for item in year.items)
    require_pieces(first, "แผน", "คำสั่ง")
    shown, excused = require_pieces(second, "ภาพถ่าย", "สถิติ")
    excuse(excused, why="ไม่มีในเขต", by=year.coordinator)
    require_pieces(third, "รายงาน")
    bring(year, [first, second], document_date=OCTOBER)
    tick(shown, second.citations.get(), by=year.collector)
    coverage = coverage_of(year.assessment, lacking=True)
    rows = [row for group in coverage.groups for row in group.rows]
    codes = [item.consideration.code for item in (first, third)]
    assert [(row.code, row.lacking) for row in rows] == list(zip(codes, [2, 1], strict=True))
    assert (coverage.considerations, coverage.covered[0]) == (2, 1)
    page = client_for(year.staff).get(address(year), {"show": "lacking"})
    links = html.fromstring(page.text).xpath("//a[@class='lacking']")
    assert [" ".join(link.text_content().split()) for link in links] == [
        "ยังขาดหลักฐานที่ต้องมี 2 รายการ",
        "ยังขาดหลักฐานที่ต้องมี 1 รายการ",
    ]
    assert fourth.consideration.code not in [row.code for row in rows]
    everything = client_for(year.staff).get(address(year), {"show": "x"}).context["coverage"]
    assert everything.considerations == 4


def test_where_nothing_is_missing_it_says_so(year, client_for):
    page = client_for(year.staff).get(address(year), {"show": "lacking"}).text
    assert "ไม่มีประเด็นที่ขาดหลักฐานที่ต้องมี" in page
    assert "coverage-frame" not in page


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


@pytest.mark.parametrize("show", ["", "lacking"])
def test_it_costs_the_same_for_few_and_many(year, client_for, show):
    client, counts = client_for(year.staff), []
    for number in (1, 20):
        require_pieces(load_again(year.items[number % 4]), *map(str, range(number)))
        for n in range(number):
            bring(year, [year.items[n % 4]], document_date=OCTOBER)
        client.get(address(year), {"show": show})
        with CaptureQueriesContext(connection) as queries:
            client.get(address(year), {"show": show})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_offices_find_none(year, client_for):
    stranger = client_for(make_content_year("skn1", size=(1, 1, 1)).coordinator)
    assert stranger.get(address(year)).status_code == 404

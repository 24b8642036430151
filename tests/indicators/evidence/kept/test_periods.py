"""Dates outside the fiscal year are said beside the document, and refuse nothing."""

from datetime import date

import pytest
from django.urls import reverse

from indicators.evidence.evidence import add_evidence
from indicators.evidence.periods import Dates, why_outside
from indicators.models import Evidence
from tests.factories.loading import load_again
from tests.factories.reading import read

DATED = "เอกสารลงวันที่นอกปีงบประมาณ พ.ศ. 2560 (1 ต.ค. 2559 – 30 ก.ย. 2560)"
PERIOD = "ช่วงเวลาที่ครอบคลุมอยู่นอกปีงบประมาณ พ.ศ. 2560 (1 ต.ค. 2559 – 30 ก.ย. 2560)"
BEFORE, FIRST = date(2016, 9, 30), date(2016, 10, 1)
LAST, AFTER = date(2017, 9, 30), date(2017, 10, 1)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ((None, None, None), ""),
        ((FIRST, None, None), ""),
        ((LAST, None, None), ""),
        ((BEFORE, None, None), DATED),
        ((AFTER, None, None), DATED),
        # the period counts where there is one: plans are signed before, reports after
        ((BEFORE, FIRST, LAST), ""),
        ((AFTER, FIRST, None), ""),
        ((FIRST, BEFORE, BEFORE), PERIOD),
        ((FIRST, AFTER, None), PERIOD),
        ((FIRST, None, BEFORE), PERIOD),
        ((None, BEFORE, FIRST), ""),
        ((None, LAST, AFTER), ""),
        ((None, BEFORE, AFTER), ""),
        ((None, BEFORE, None), ""),
        ((None, None, AFTER), ""),
    ],
)
def test_what_lies_outside(dates, said):
    found = why_outside(Dates(*dates), 2560)
    assert found.startswith(said)
    assert bool(found) is bool(said)


def url(year, name, *args):
    return reverse(f"indicators:{name}", args=[*year.args, *args])


@pytest.fixture
def old(year):
    """Dated in another fiscal year, cited in this one."""
    return add_evidence(
        year.office,
        title="แผนปีก่อน",
        links=[("https://x.go.th/", "")],
        document_date=BEFORE,
        items=[load_again(year.item)],
        by=year.collector,
    )


def test_it_is_said_where_it_is_cited_and_on_its_page(year, old, client_for):
    client = client_for(year.staff)
    for address in (url(year, "item", year.item.consideration.code), url(year, "evidence", old.pk)):
        assert read(client.get(address).text).count(DATED) == 1


def test_within_the_year_nothing_is_said(year, client_for):
    piece = add_evidence(
        year.office,
        title="แผน",
        links=[("https://x.go.th/", "")],
        document_date=LAST,
        items=[load_again(year.item)],
        by=year.collector,
    )
    client = client_for(year.staff)
    for address in (
        url(year, "item", year.item.consideration.code),
        url(year, "evidence", piece.pk),
    ):
        assert 'class="outside"' not in client.get(address).text


def test_bringing_and_correcting_save_and_warn(year, client_for):
    client = client_for(year.collector)
    sent = {"url": "https://x.go.th/", "title": "แผน", "document_date": "30/9/2559"}
    brought = client.post(url(year, "evidence_create"), sent, follow=True)
    assert DATED in read(brought.text)
    piece = Evidence.objects.get()
    sent = {"title": "แผน", "covers_from": "1/10/2560", "covers_to": "2/10/2560", "seen": ""}
    corrected = client.post(url(year, "evidence_edit", piece.pk), sent, follow=True)
    assert load_again(piece).covers_from == AFTER
    assert PERIOD in read(corrected.text)

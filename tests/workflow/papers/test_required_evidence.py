"""Required evidence that is missing stands in the director's panel and asks for no reason."""

import pytest

from core import clock
from core.refusals import RuleBroken
from indicators.catalogue.checklists.checklists import add_row
from indicators.models import Item
from tests.factories.cycles import make_complete_year, make_sar
from tests.factories.loading import load_again
from tests.factories.workflow import load_proposal
from workflow.papers import decisions
from workflow.papers.completeness.of_papers import panel_of

pytestmark = pytest.mark.django_db
WHY = "จะจัดทำส่วนที่เหลือให้แล้วเสร็จภายในเดือนนี้"


@pytest.fixture
def year():
    return make_complete_year()


@pytest.fixture
def sar(year):
    return load_proposal(make_sar(year).pk)


def first(year):
    return load_again(Item.objects.filter(assessment=year.cycle.assessment).in_order().first())


def lack(year):
    add_row(first(year), title="คำสั่งแต่งตั้งคณะทำงาน", by=load_again(year.coordinator))


def panel(sar):
    return panel_of(load_proposal(sar.pk), at=clock.now())


def test_nothing_is_said_where_nothing_is_required(sar):
    assert "required" not in [check.key for check in panel(sar).checks]


def test_alone_it_asks_for_no_reason(year, sar):
    lack(year)
    found = panel(sar)
    (gap,) = found.gaps
    assert (gap.key, [place.label for place in gap.places]) == ("required", ["1.1.1"])
    assert gap.places[0].url.endswith("/items/1.1.1/#checklist")
    assert (found.needs_reason, found.record()) == (False, [])
    decisions.approve(sar, by=year.director, gaps_seen=found.seen)
    approved = load_proposal(sar.pk)
    assert (approved.state, approved.gaps, approved.gaps_reason) == ("approved", [], "")


def test_beside_what_asks_for_a_reason_it_is_recorded(year, sar):
    lack(year)
    Item.objects.filter(pk=first(year).pk).update(narrative="")
    with pytest.raises(RuleBroken):
        decisions.approve(sar, by=year.director)
    decisions.approve(sar, by=year.director, gaps_reason=WHY)
    recorded = load_proposal(sar.pk).gaps
    assert [(row["check"], row["codes"]) for row in recorded] == [
        ("narratives", ["1.1.1"]),
        ("required", ["1.1.1"]),
    ]


def test_what_became_missing_since_is_said_once(year, sar):
    seen = panel(sar).seen
    lack(year)
    with pytest.raises(RuleBroken):
        decisions.approve(sar, by=year.director, gaps_seen=seen)

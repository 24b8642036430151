"""Two at the same moment: no double, and the second one reads what happened."""

import pytest

from core.refusals import MoveRefused
from indicators.models import Citation, InboxEntry
from indicators.narratives.inbox.sorting import cite_from
from indicators.narratives.reuse.reusing import bring, verify
from tests.factories.content import (
    make_content_year,
    make_earlier_year,
    make_entry,
    make_evidence,
)
from tests.factories.crowd import together
from tests.factories.loading import load_again

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
AT_ONCE = 3


@pytest.fixture
def year(blob_root, transactional_db):
    """The same office as elsewhere, which other connections see, too."""
    return make_content_year(size=(1, 1, 1))


def refused(outcomes):
    """One succeeded, and how the others were refused."""
    others = [one for one in outcomes if isinstance(one, Exception)]
    assert len(others) == AT_ONCE - 1, outcomes
    return {type(one) for one in others}


def test_bringing_re_verifying_and_sorting_happen_once(year):
    old = make_earlier_year(year)
    make_evidence(year.office, by=year.collector, items=[old.item])
    chosen = [old.item.citations.get().pk]

    def loaded(row):
        return [load_again(row) for _n in range(AT_ONCE)]

    items, people = loaded(year.item), loaded(year.collector)
    outcomes = together(AT_ONCE, lambda n: bring(items[n], chosen, by=people[n]))
    assert refused(outcomes) == {MoveRefused}
    made = Citation.objects.get(item=year.item)
    rows = [Citation.objects.get(pk=made.pk) for _n in range(AT_ONCE)]
    outcomes = together(AT_ONCE, lambda n: verify(rows[n], by=people[n]))
    assert refused(outcomes) == {MoveRefused}
    entry = make_entry(year.office, by=year.staff, code="1.1.1")
    entries = [
        InboxEntry.objects.select_related("office").get(pk=entry.pk) for _n in range(AT_ONCE)
    ]
    outcomes = together(AT_ONCE, lambda n: cite_from(entries[n], items[n], by=people[n]))
    assert refused(outcomes) == {MoveRefused}
    assert Citation.objects.filter(item=year.item, removed_at=None).count() == 2

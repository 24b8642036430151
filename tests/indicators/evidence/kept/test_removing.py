"""Removing evidence is a soft delete with its reason."""

import pytest
from django.urls import reverse

from tests.factories.content import make_evidence
from tests.factories.loading import load_again
from tests.factories.reading import read


@pytest.fixture
def evidence(year):
    return make_evidence(year.office, by=year.collector, items=[load_again(year.item)])


def url(year, name, *args):
    return reverse(f"indicators:{name}", args=[*year.args, *args])


@pytest.mark.parametrize("why", ["", "  ", "\u200b"])
def test_evidence_is_removed_with_a_reason_only(year, evidence, client_for, why):
    client = client_for(year.collector)
    answer = client.post(url(year, "evidence_remove", evidence.pk), {"why": why})
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in answer.text or "โปรดระบุเหตุผล" in answer.text
    assert load_again(evidence).removed_at is None


def test_who_finds_removed_evidence_reads_why(year, evidence, client_for):
    client = client_for(year.collector)
    client.post(url(year, "evidence_remove", evidence.pk), {"why": "ซ้ำกับฉบับลงนาม"})
    page = client.get(url(year, "evidence", evidence.pk))
    assert "เหตุผล: ซ้ำกับฉบับลงนาม" in read(page.text)
    assert url(year, "evidence_restore", evidence.pk) in page.text
    rows = client.get(url(year, "evidence_list"), {"show": "removed"})
    assert "ซ้ำกับฉบับลงนาม" in read(rows.text)
    client.post(url(year, "evidence_restore", evidence.pk))
    assert load_again(evidence).removed_why == ""

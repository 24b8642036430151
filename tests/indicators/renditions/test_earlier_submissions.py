"""What was submitted before there was a record of it gets one: as it stood at that moment."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from indicators.models import Assessment, Citation, Evidence, YearSubmission
from tests.factories.content import make_evidence
from tests.factories.files import make_pages
from tests.factories.loading import load_again

pytestmark = pytest.mark.postgres
migration = import_module("indicators.migrations.0009_renditions")
AT, DAY = datetime(2017, 9, 1, tzinfo=UTC), timedelta(days=1)


def cite(year, title, *, made=AT - DAY, withdrawn=None, removed=None):
    evidence = make_evidence(
        year.office,
        by=year.collector,
        title=title,
        data=make_pages(1 + len(title)),
        items=[load_again(year.item)],
    )
    Evidence.objects.filter(pk=evidence.pk).update(removed_at=removed)
    rows = Citation.objects.filter(evidence=evidence)
    rows.update(created_at=made, removed_at=withdrawn)
    return rows.get()


def kept(submission):
    return sorted(row.citation.evidence.title for row in submission.citations.all())


@pytest.mark.parametrize("opened", [False, True])
def test_a_year_that_is_with_obec(year, opened):
    cite(year, "ก")
    cite(year, "กก", withdrawn=AT - DAY / 2)
    cite(year, "กกก", removed=AT - DAY / 2)
    cite(year, "กกกก", made=AT + DAY)
    cite(year, "กกกกก", withdrawn=AT + DAY)
    Assessment.objects.update(submitted_at=AT, taken_up_at=AT + DAY if opened else None)
    migration.keep_earlier_submissions(apps, None)
    submission = YearSubmission.objects.get()
    assert kept(submission) == ["ก", "กกกกก"]
    assert (submission.opened_at is not None) == opened
    assert submission.withdrawn_at is None


def test_a_year_that_was_taken_back_and_submitted_again(year):
    cite(year, "ก", withdrawn=AT + DAY)
    cite(year, "กก", made=AT + 2 * DAY)
    Assessment.objects.update(
        withdrawn_submission_at=AT, withdrawn_at=AT + DAY, submitted_at=AT + 3 * DAY
    )
    migration.keep_earlier_submissions(apps, None)
    first, second = YearSubmission.objects.order_by("submitted_at")
    assert (kept(first), kept(second)) == (["ก"], ["กก"])
    assert first.opened_at is not None
    assert first.withdrawn_at == AT + DAY
    assert (second.opened_at, second.withdrawn_at) == (None, None)


def test_a_year_that_was_never_submitted_has_none(year):
    cite(year, "ก")
    migration.keep_earlier_submissions(apps, None)
    assert not YearSubmission.objects.exists()

"""Uploads at the same moment: where there is room for one, and of what somebody else cites."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.evidence.blobs import FileRefused
from indicators.evidence.bringing import bring_file
from indicators.evidence.citations import cite, withdraw_citation
from indicators.evidence.tus import uploads
from indicators.models import Assessment, Citation, Evidence, Upload
from people.models import User
from tests.factories.content import make_content_year
from tests.factories.crowd import together
from tests.factories.reports import make_blob

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_no_more_begin_at_once_than_the_office_has_room_for(blob_root, settings):
    settings.OFFICE_QUOTA_BYTES = 1500
    year = make_content_year()
    people = [User.objects.get(pk=year.collector.pk) for _number in range(8)]
    outcomes = together(
        len(people),
        lambda n: uploads.begin(year.office, name=f"{n}.pdf", size=1000, by=people[n]),
    )
    assert sum(isinstance(one, FileRefused) for one in outcomes) == len(people) - 1
    assert Upload.objects.count() == 1


def test_bringing_and_citing_the_same_lock_the_year_first(blob_root):
    """In another order each of two would wait for the other."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock")
    year = make_content_year()
    item, blob = year.items[0], make_blob(year.office, b"1", "text/plain")
    bring_file("แผน.txt", blob, office=year.office, by=year.collector)
    with CaptureQueriesContext(connection) as brought:
        bring_file("แผน.txt", blob, office=year.office, item=item, by=year.collector)
    standing = Citation.objects.get()
    withdraw_citation(standing, by=year.collector)
    with CaptureQueriesContext(connection) as cited:
        cite(item, standing.revision, by=year.collector)
    order = locked(cited)
    assert order[0] == Assessment._meta.db_table
    assert locked(brought)[0] == Assessment._meta.db_table
    assert Evidence._meta.db_table in order


def locked(queries):
    """Which tables' rows were locked, in their order."""
    found = (re.search(r'FROM "(\w+)".* FOR (?:NO KEY )?UPDATE', row["sql"]) for row in queries)
    return [row.group(1) for row in found if row]

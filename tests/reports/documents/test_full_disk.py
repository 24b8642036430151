"""A paper for which the disk has no room fails with a reference, and can be made again."""

import pytest
from django.conf import settings

from reports.documents.documents import render_due
from reports.states import DocumentState
from tests.core.disks import fill, small_disk
from tests.factories.reports import make_document

pytestmark = pytest.mark.django_db


def test_a_paper_without_room_is_not_begun_for_ever(cycle):
    document = make_document(cycle, "flowchart")
    with small_disk(settings.DATA_DIR / "tmp") as disk:
        fill(disk)
        assert render_due() == 0
    document.refresh_from_db()
    assert (document.state, document.error_reference != "") == (DocumentState.FAILED, True)
    assert document.lease_until is None

"""Two uploads that begin at the same moment, where there is room for one."""

import pytest

from indicators.evidence.blobs import FileRefused
from indicators.evidence.tus import uploads
from indicators.models import Upload
from people.models import User
from tests.factories.content import make_content_year
from tests.factories.crowd import together

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

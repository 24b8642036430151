"""What was stored before is found as what is stored today."""

from importlib import import_module

import pytest
from django.apps import apps

import thai
from indicators.models import Evidence
from notifications.models import Notification
from people.models import User
from tests.factories.content import make_evidence
from tests.factories.notifications import make_notification
from tests.factories.people import make_office, make_person

pytestmark = pytest.mark.django_db
TORN, WHOLE = "ค ่าจ้างผู ้อ านวยการ", "ค่าจ้างผู้อำนวยการ"


def test_torn_words_of_old_rows_are_found_by_whole_ones():
    person = make_person(make_office(), position=TORN, family_name="ใจดี", prefix="นาย")
    make_notification(person, title=TORN, body="ที ่ประชุม")
    make_evidence(person.office, by=person, title=TORN)
    Evidence.objects.update(search_text=thai.fold(TORN))  # by its title alone, as in that version
    tables, stored = (User, Notification, Evidence), []
    for model in tables:
        stored.append(model.objects.get().search_text)
        assert thai.fold(WHOLE) in stored[-1]
        model.objects.update(search_text="as the version before spelt it")
    import_module("notifications.migrations.0003_torn_words").fold_again(apps, None)
    assert [model.objects.get().search_text for model in tables] == stored

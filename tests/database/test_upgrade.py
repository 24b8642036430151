"""A database of every kept version becomes today's, whole, and can be worked with."""

import gzip
import json

import pytest

from tests.database import questions
from tests.database.fresh import empty_database, run
from tests.database.kept import FOLDER

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
VERSIONS = sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))
# What a person does after the upgrade: reads the first pages, and the history is whole.
LOOK = """
import django
django.setup()
from django.apps import apps
from django.test import Client
from core.history import first_broken
from people import rules
from people.models import Office, User
from core import clock
chief = User.objects.get(username="director")
assert rules.is_director(chief, chief.office_id, clock.today()), "roles given before hold on"
for model in apps.get_models():
    list(model._base_manager.all()[:500])
assert [office for office in Office.objects.all() if first_broken(office)] == []
for name in ("coordinator", "director", "member1", "obec"):
    client = Client()
    client.force_login(
        User.objects.get(username=name), backend="people.sign_in.backend.SessionBackend"
    )
    for address in ("/", "/todos/", "/cycles/" if name != "obec" else "/submissions/"):
        answer = client.get(address)
        assert answer.status_code == 200, (name, address, answer.status_code)
    if name == "coordinator":
        for part in ("", "indicators/", "evidence/", "lateness/", "history/", "documents/"):
            assert client.get(f"/o/skn2/2560/{part}").status_code == 200, part
print({model._meta.label_lower: model._base_manager.count() for model in apps.get_models()})
"""


def test_at_least_the_first_version_is_kept():
    assert "0.1.0" in VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_a_kept_database_becomes_todays(version, tmp_path):
    kept = json.loads(gzip.decompress((FOLDER / f"{version}.json.gz").read_bytes()))
    assert len(kept["tables"]["indicators.item"]["rows"]) >= 42
    with empty_database(tmp_path) as url:
        run(url, tmp_path, "-m", "tests.database.kept", "load", version)
        if version in questions.BEFORE:
            run(url, tmp_path, "-c", questions.ASK)
        run(url, tmp_path, "manage.py", "migrate", "--verbosity=0")
        run(url, tmp_path, "manage.py", "audit_verify")
        counted = run(url, tmp_path, "-c", LOOK + questions.LOOK * (version in questions.BEFORE))
    if version in questions.BEFORE:
        questions.assert_all_are_requests(counted)
    for label in ("core.event", "indicators.evidence", "workflow.proposal", "people.user"):
        assert f"'{label}': {len(kept['tables'][label]['rows'])}" in counted

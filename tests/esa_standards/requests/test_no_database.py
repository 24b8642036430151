"""Without a database a monitor reads so, whoever asks and however it went."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

ASK = """
import json, django
django.setup()
from django.test import Client
client = Client()
client.cookies["sessionid"] = {cookie!r}
answer = client.get("/healthz")
print(json.dumps([answer.status_code, answer.headers["Content-Type"], answer.json()]))
"""


@pytest.mark.parametrize("cookie", ["", "x" * 32])
@pytest.mark.parametrize(
    "url",
    [
        "postgres://nobody@127.0.0.1:1/none",
        "sqlite:////nowhere/at/all.sqlite3",
        "sqlite:///{empty}",
    ],
)
def test_healthz_answers_503_without_a_database(tmp_path, url, cookie):
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": url.format(empty=tmp_path / "empty.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "FREE_SPACE_FLOOR_MB": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(cookie=cookie)],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    status, kind, said = json.loads(done.stdout.splitlines()[-1])
    assert (status, kind) == (503, "application/json")
    assert said == {"ok": False, "checks": {"database": False, "disk": True}}

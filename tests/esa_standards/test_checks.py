import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.checks import run_checks

POSTGRES = "django.db.backends.postgresql"
CONSOLE = "django.core.mail.backends.console.EmailBackend"
RIGHT = {
    "ALLOWED_HOSTS": ["esa.example.go.th"],
    "HTTPS": True,
    "DEMO_MODE": False,
    "DEBUG": False,
    "ENGINE": POSTGRES,
    "CELERY_BROKER_URL": "redis://127.0.0.1:6379/0",
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SITE_URL": "https://esa.example.go.th",
}
HERE = Path(__file__).parent
CLIENT = {"OIDC_CLIENT_ID": "esa", "OIDC_CLIENT_SECRET": "x"}
STORE = {
    "EVIDENCE_S3_BUCKET": "esa",
    "EVIDENCE_S3_ENDPOINT": "https://s3.example.go.th",
    "EVIDENCE_S3_ACCESS_KEY": "esa",
    "EVIDENCE_S3_SECRET_KEY": "x",
}
WRONG = [
    ("esa.E001", {"DATA_DIR": f"{__file__}/below-a-file"}),
    ("esa.E002", {"DEMO_MODE": True}),
    ("esa.E002", {"DEMO_MODE": True, "HTTPS": False}),
    ("esa.E002", {"DEMO_MODE": True, "ALLOWED_HOSTS": ["localhost"]}),
    ("esa.E003", {"HTTPS": False}),
    ("esa.E004", {"DEBUG": True}),
    ("esa.E005", {"ALLOWED_HOSTS": ["*"]}),
    ("esa.E006", {"ENGINE": "django.db.backends.mysql"}),
    ("esa.E007", {"CELERY_BROKER_URL": "amqp://localhost"}),
    ("esa.E008", {"UPLOAD_MAX_BYTES": 0}),
    ("esa.E008", {"UPLOAD_MAX_BYTES": 2, "OFFICE_QUOTA_BYTES": 1}),
    ("esa.E008", {"FREE_SPACE_FLOOR_BYTES": -1}),
    ("esa.E009", {"HISTORY_KEY": "a-short-key"}),
    ("esa.E009", {"HISTORY_KEY": "s" * 50, "SECRET_KEY": "s" * 50}),
    ("esa.E010", {"HISTORY_KEY": "", "BLOB_ROOT": HERE, "HISTORY_KEY_PATH": HERE / "none"}),
    ("esa.E011", {"SIGN_IN_TRUSTED_RANGES": ["the office"]}),
    ("esa.E011", {"SIGN_IN_TRUSTED_RANGES": ["203.0.113.0/24", "0.0.0.0/0"]}),
    ("esa.E011", {"SIGN_IN_TRUSTED_RANGES": ["2001::/16"]}),
    ("esa.E012", {"IDLE_MINUTES": 0}),
    ("esa.E012", {"IDLE_MINUTES": 4}),
    ("esa.E012", {"IDLE_MINUTES": 1441}),
    ("esa.E013", {"OIDC_SERVER": "http://login.example.go.th", **CLIENT}),
    ("esa.E013", {"OIDC_SERVER": "https://login.example.go.th"}),
    ("esa.E013", {"OIDC_SERVER": "ftp://127.0.0.1", **CLIENT}),
    ("esa.E013", {"OIDC_SERVER": "https://", **CLIENT}),
    ("esa.E017", {**STORE, "EVIDENCE_S3_SECRET_KEY": ""}),
    ("esa.E017", {**STORE, "EVIDENCE_S3_ENDPOINT": "s3.example.go.th"}),
    ("esa.E017", {**STORE, "EVIDENCE_S3_ENDPOINT": ""}),
    ("esa.E017", {**STORE, "UPLOAD_MAX_BYTES": 6 * 1024**3, "OFFICE_QUOTA_BYTES": 9 * 1024**3}),
    ("esa.W001", {"CELERY_BROKER_URL": "filesystem://"}),
    ("esa.W002", {"EMAIL_BACKEND": CONSOLE}),
    ("esa.W003", {"SITE_URL": "http://127.0.0.1:8000"}),
    ("esa.W003", {"SITE_URL": "https://elsewhere.example.go.th"}),
    ("esa.W008", {**STORE, "EVIDENCE_S3_ENDPOINT": "http://10.0.0.5:9000"}),
    ("esa.W004", {"CLOCK_OFFSET_DAYS": -3000}),
]


@pytest.fixture
def change(settings, monkeypatch):
    """Change settings; ``ENGINE`` stands for the database's."""

    def change(values):
        for name, value in values.items():
            if name == "ENGINE":
                monkeypatch.setitem(settings.DATABASES["default"], name, value)
            else:
                setattr(settings, name, value)

    return change


@pytest.fixture(autouse=True)
def _right(change, tmp_path):
    change({**RIGHT, "DATA_DIR": tmp_path / "not-yet" / "made"})


def found():
    """Our own messages; no database is opened for them."""
    every = run_checks(include_deployment_checks=True)
    return {message.id for message in every if message.id and message.id.startswith("esa.")}


def test_right_settings_pass():
    assert found() == set()


@pytest.mark.parametrize("more", [{}, {"EVIDENCE_S3_ENDPOINT": "", "EVIDENCE_S3_REGION": "x"}])
def test_a_store_that_is_set_up_passes(change, more):
    change({**STORE, **more})
    assert found() == set()


@pytest.mark.parametrize(("expected", "wrong"), WRONG)
def test_wrong_combination_is_named(change, expected, wrong):
    change(wrong)
    assert expected in found()


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_key_of_the_history_that_others_read_is_named(settings, tmp_path, mode, warned):
    settings.HISTORY_KEY, settings.HISTORY_KEY_PATH = "", tmp_path / "history.key"
    settings.HISTORY_KEY_PATH.write_text("k" * 64)
    settings.HISTORY_KEY_PATH.chmod(mode)
    assert ("esa.W005" in found()) is warned


def test_a_data_folder_that_is_not_prepared_yet_needs_no_key(change, settings, tmp_path):
    missing = tmp_path / "nothing"
    change({"HISTORY_KEY": "", "BLOB_ROOT": missing, "HISTORY_KEY_PATH": missing / "history.key"})
    assert found() == set()


def test_demo_on_loopback_passes(settings):
    settings.DEMO_MODE, settings.HTTPS, settings.EMAIL_BACKEND = True, False, CONSOLE
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["127.0.0.1"], "http://127.0.0.1:8000"
    assert found() == set()


def test_without_secret_key_nothing_starts():
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SECRET_KEY")}
    environment["DJANGO_SETTINGS_MODULE"] = "esa_standards.settings"
    run = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=project.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert run.stderr.startswith("ESA Standards does not start: SECRET_KEY is not set.")
    assert "Traceback" not in run.stderr


def test_a_fresh_clone_without_fonts_warns_of_nothing(settings, tmp_path):
    settings.STATICFILES_DIRS = [("fonts", tmp_path / "not-made-yet")]
    (warning,) = [found for found in run_checks() if found.id == "staticfiles.W004"]
    assert warning.is_silenced()

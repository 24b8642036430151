"""Settings of the tests: the product's own, with what a test run must not touch moved aside."""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="esa-test-")
    # Workers of pytest-xdist inherit the folder; the process that made it removes it.
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
# Workers number their offices alike: each gets a folder of its own for files.
if (_worker := os.environ.get("PYTEST_XDIST_WORKER")) and not os.environ["DATA_DIR"].endswith(
    _worker
):
    os.environ["DATA_DIR"] += f"/{_worker}"
# What a run makes once for all its workers, worlds and papers: with this program, so never kept.
if "TEST_RUN" not in os.environ:
    os.environ["TEST_RUN"] = tempfile.mkdtemp(prefix="esa-run-")
    atexit.register(shutil.rmtree, os.environ["TEST_RUN"], ignore_errors=True)
# The product puts temporary files into its own folder; pytest's stay where they are looked for.
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("HISTORY_KEY", "only-for-tests-too-" + "y" * 40)
os.environ.setdefault("HTTPS", "off")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from esa_standards.settings import *  # noqa: F403 - the environment must be set first

# The provider of single sign-on that the tests ask; its addresses are in tests/people/provider.py.
INSTALLED_APPS = [*INSTALLED_APPS]  # noqa: F405
INSTALLED_APPS.insert(INSTALLED_APPS.index("people"), "allauth.idp.oidc")
IDP_OIDC_ADAPTER = "tests.people.provider.ProviderAdapter"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed only
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
RUN_ROOT = Path(os.environ["TEST_RUN"])
# Fonts take seconds to make: all workers, and the run on PostgreSQL, share them.
FONT_ROOT = (DATA_DIR.parent if _worker else DATA_DIR) / "fonts"  # noqa: F405
STATICFILES_DIRS = [BASE_DIR / "static", ("fonts", FONT_ROOT)]  # noqa: F405
for _folder in (FONT_ROOT, STATIC_ROOT):  # noqa: F405
    _folder.mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
# Whatever the machine has: tests of Office files bring a program of their own.
LIBREOFFICE = ""
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

# Each process its own database, so that runs beside each other do not collide. SQLite lies in
# a file, as in the product: threads and other processes meet its real locks.
_database = DATABASES["default"]  # noqa: F405
_name = f"test_esa_{os.getpid()}_{secrets.token_hex(4)}"
if _database["ENGINE"].endswith("sqlite3"):
    _database["TEST"] = {"NAME": str(DATA_DIR / _name)}  # noqa: F405
else:  # a server set up under LANG=C would make databases that hold no Thai
    _database["TEST"] = {"NAME": _name, "CHARSET": "UTF8", "TEMPLATE": "template0"}

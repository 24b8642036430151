"""The headers and cookies that SECURITY.md promises, and that each of its tests exists."""

import ast
import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.test import Client
from django.urls import include, path, reverse

from people.models import User
from tests.attacks.answers import body_of, missing_headers, policy_of
from tests.attacks.hostile import MULTIPART_CONTENT, Attacker
from tests.factories.people import PASSWORD, login, make_person

ROOT = settings.BASE_DIR
PROMISES = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


@login_not_required
def failing(request):
    raise RuntimeError("on purpose")


urlpatterns = [path("failing/", failing), path("", include("esa_standards.urls"))]
handler500 = "esa_standards.errors.server_error"
PAGES = {
    "the page to sign in": "/accounts/login/",
    "a page": "/people/",
    "a page that is none": "/nothing/",
    "a page that is refused": "/people/health/",
    "the public page": "/verify/",
    "JSON": "/healthz",
    "a server error": "/failing/",
    "a form that was sent": reverse("people:language_set"),
}


@pytest.fixture
def browser(office, settings):
    settings.ROOT_URLCONF = __name__
    return login(Client(raise_request_exception=False), make_person(office))


@pytest.mark.parametrize("what", PAGES)
def test_every_answer_carries_the_headers(browser, what):
    send = browser.post if "sent" in what else browser.get
    response = send(PAGES[what])
    assert missing_headers(response) == []
    policy = policy_of(response)
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"host": "evil.example"}, ""),
        ({}, f"{MULTIPART_CONTENT}; charset=rot13"),
        ({}, "a; x=\xff"),
    ],
)
def test_so_does_what_is_refused_before_any_page(db, headers, kind):
    answer = Attacker().generic("POST", "/accounts/login/", b"x", kind, headers=headers)
    assert missing_headers(answer) == []
    assert "<html" in answer.content.decode()


def test_so_does_a_file_of_the_program(settings):
    folder = settings.STATIC_ROOT / "site"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "headers.css").write_text("b {}")
    answer = Client().get("/static/site/headers.css")
    assert body_of(answer) == b"b {}"
    assert set(missing_headers(answer)) <= {"Cache-Control"}  # it is nobody's secret


@pytest.mark.parametrize("what", PAGES)
def test_no_cache_on_the_way_keeps_a_page(browser, what):
    response = browser.get(PAGES[what])
    kept = response["Cache-Control"]
    assert re.search(r"no-store|no-cache", kept), kept
    assert "public" not in kept
    assert response.headers.get("Access-Control-Allow-Origin") is None


def test_signing_out_empties_the_browser_s_cache(browser):
    assert browser.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in browser.get("/accounts/login/").headers


def test_so_does_signing_out_of_the_window_for_it(db):
    boss = User.objects.create_superuser("it", password=PASSWORD, given_name="IT")
    browser = login(Client(), boss)
    assert browser.get("/it/").status_code == 200
    assert browser.post("/it/logout/")["Clear-Site-Data"] == '"cache"'
    assert "_auth_user_id" not in browser.session


def test_cookies_are_closed_to_scripts_and_other_sites(office):
    cache.clear()
    make_person(office, username="kanda", password=PASSWORD)
    browser = Client()
    browser.post("/accounts/login/", {"login": "kanda", "password": PASSWORD})
    found = {name: (c["httponly"], c["samesite"]) for name, c in browser.cookies.items()}
    csrf = found.pop("csrftoken", None)  # scripts that save while one types send it back
    assert csrf in (None, ("", "Lax"))
    assert {"sessionid", "device"} <= found.keys()
    assert set(found.values()) == {(True, "Lax")}


ASKED = """
import json, django
from django.conf import settings
plain_files = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES["staticfiles"] = {"BACKEND": plain_files}
django.setup()
from django.test import Client
page = Client().get("/accounts/login/", secure=True)
plain = Client().get("/accounts/login/")
strange = Client().get("/accounts/login/", headers={"host": "evil.example"})
from tests.attacks.answers import missing_headers
print(json.dumps({
    "hsts": page["Strict-Transport-Security"],
    "plain": [plain.status_code, plain["Location"]],
    "secure": all(cookie["secure"] for cookie in page.cookies.values()),
    "lacking": [missing_headers(answer) for answer in (page, plain, strange)],
    "names": [settings.SESSION_COOKIE_NAME, bool(settings.SESSION_COOKIE_SECURE)],
}))
"""


def test_over_https_nothing_travels_plainly(tmp_path):
    """As an office runs it: HTTPS is on where nobody says otherwise."""
    variables = {name: text for name, text in os.environ.items() if name != "HTTPS"}
    variables |= {
        "DJANGO_SETTINGS_MODULE": "esa_standards.settings",
        "DATA_DIR": str(tmp_path),
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "testserver",
        "LOG_LEVEL": "ERROR",
    }
    run = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said == {
        "hsts": "max-age=31536000; includeSubDomains; preload",
        "plain": [301, "https://testserver/accounts/login/"],
        "secure": True,
        "lacking": [[], [], []],
        "names": ["__Host-sessionid", True],
    }


NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PROMISES)


def test_every_line_of_the_list_names_a_test():
    lines = [line for line in PROMISES.splitlines() if re.match(r"\| \d", line)]
    assert len(lines) > 40
    assert [line for line in lines if not re.search(r"`tests/[\w/]+\.py::\w+`", line)] == []


@pytest.mark.parametrize("module", sorted({path for path, _name in NAMED}))
def test_every_test_that_is_named_exists(module):
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    there = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert {name for path, name in NAMED if path == module} <= there

"""What every answer must be, whatever was asked: no server error, no leak, no way out, all headers.

``PROBES`` are what the attacks carry; none may come back as anything but text.
"""

import re
from urllib.parse import urljoin, urlsplit

from django.conf import settings

PROBE = "\"'><zq9x onload=1 {{191*193}}${191*193}<%=191*193%>"
RAN = re.compile(rb"<zq9x|\b36863\b")
HEADERS = {
    "X-Content-Type-Options": ["nosniff"],
    "X-Frame-Options": ["DENY"],
    "Referrer-Policy": ["same-origin", "no-referrer"],
    "Cross-Origin-Opener-Policy": ["same-origin"],
    "Cross-Origin-Resource-Policy": ["same-origin"],
}
LEAK = re.compile(
    b"|".join(
        [
            rb"Traceback \(most recent",
            rb'File "[^"]+\.py"',
            rb"\bSELECT\b.{1,200}\bFROM\b|\bINSERT INTO\b|\bUPDATE \W?\w+\W? SET\b",
            rb"sqlite3\.|psycopg|site-packages|django\.(?:core|db|http|utils)|(?:Value|Type)Error",
            rb"SECRET_KEY|HISTORY_KEY|DATABASE_URL|INSTALLED_APPS|DJANGO_SETTINGS",
            *(
                re.escape(str(secret).encode())
                for secret in (settings.SECRET_KEY, settings.BASE_DIR, settings.DATA_DIR)
            ),
        ]
    )
)
LEADING = ("Location", "HX-Redirect", "HX-Location", "HX-Push-Url")


def is_inside(url):
    """Where a browser would go, which takes a backslash for a slash."""
    plain = url.replace("\\", "/")
    return urlsplit(urljoin("http://testserver/accounts/login/", plain)).netloc == "testserver"


def policy_of(response):
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: values for name, *values in parts}


def loose_in(policy):
    """Directives by which a page would run or be more than this site's own."""
    shut = ("object-src", "base-uri")
    loose = [name for name in shut if policy.get(name, policy["default-src"]) != ["'none'"]]
    loose += [] if policy.get("form-action") == ["'self'"] else ["form-action"]
    for name in ("default-src", "script-src", "style-src"):
        if {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & set(policy.get(name, ())):
            loose.append(name)
    return loose


def missing_headers(response):
    """What SECURITY.md promises of every answer and this one lacks."""
    headers, policy = response.headers, policy_of(response)
    missing = [name for name, values in HEADERS.items() if headers.get(name) not in values]
    if "camera=()" not in headers["Permissions-Policy"]:
        missing.append("Permissions-Policy")
    kind = headers.get("Content-Type", "")
    if kind.startswith("text/") and "charset=" not in kind and not response.streaming:
        missing.append("charset")
    if "Access-Control-Allow-Origin" in headers:
        missing.append("no CORS")
    if not re.search("no-store|no-cache", headers["Cache-Control"]) or (
        "public" in headers["Cache-Control"]
    ):
        missing.append("Cache-Control")
    if policy.get("frame-ancestors") != ["'none'"]:
        missing.append("frame-ancestors")
    if kind.startswith("text/html") or (
        policy.get("default-src") != ["'none'"] or "script-src" in policy
    ):
        missing += loose_in(policy)
    return missing


def body_of(response):
    """Everything that was sent; a file is read to its end, and so closed."""
    return b"".join(response) if response.streaming else response.content


def wrong_with(response, markers=()):
    """What is wrong with the answer; ``markers`` are words that its reader has no right to."""
    wrong, body = missing_headers(response), body_of(response)
    if response.status_code >= 500:
        raised = getattr(response, "exc_info", None) or (None, None)
        wrong.append(f"{response.status_code} {raised[1]!r}")
    wrong += [name for name in LEADING if not is_inside(response.headers.get(name, ""))]
    if any("zq9x" in name.lower() for name in response.headers):
        wrong.append("a header of the attacker")
    found = (RAN.search(body), LEAK.search(body), *(re.search(re.escape(m), body) for m in markers))
    return wrong + [match[0] for match in found if match]

"""Devices on which somebody signed in before: they are let try when strangers are not.

One cookie for all accounts that were used in a browser, as office machines are shared: it is
signed, names at most ten accounts, and opens nothing. It is given after the whole sign-in, second
step included, and after a password was chosen by the link in a mail.
"""

import secrets
import time

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from people.models import User

COOKIE = "device"
SALT = "people.device"  # part of the signature: it stays when the module moves
HALF_A_YEAR = 180 * 24 * 60 * 60
ACCOUNTS = 10


def device_of(request: HttpRequest, account: User) -> str | None:
    """The name of this browser if ``account`` signed in on it within half a year."""
    device, used = _read(request)
    return device if device and str(account.pk) in used else None


def remember_device(
    request: HttpRequest, response: HttpResponseBase, account: User
) -> HttpResponseBase:
    """Let this browser be one of the account's own; returns the response."""
    device, used = _read(request)
    used.pop(str(account.pk), None)
    newest = dict([*used.items(), (str(account.pk), int(time.time()))][-ACCOUNTS:])
    response.set_cookie(
        COOKIE,
        signing.dumps({"device": device or secrets.token_hex(8), "used": newest}, salt=SALT),
        max_age=HALF_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _read(request: HttpRequest) -> tuple[str, dict[str, int]]:
    """The browser's name, and when which account signed in on it; empty when not ours."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=HALF_A_YEAR)
    except signing.BadSignature:
        return "", {}
    since = time.time() - HALF_A_YEAR
    return said["device"], {pk: at for pk, at in said["used"].items() if at > since}

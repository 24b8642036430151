"""Where somebody is signed in, how long that lasts unused, and ending it elsewhere.

allauth keeps a row for each session; when it was last used is noted every two minutes at most, in
the session itself and in that row.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from core import clock
from people.models import User

BEGUN, USED = "sign_in_begun", "sign_in_used"  # instants in the session, in seconds
NOTED_EVERY = 120  # seconds
LONGEST = 24 * 60 * 60  # seconds: then the password is asked for again, used or not

# The first that fits. Browsers call themselves by the names of others, so the order matters.
BROWSERS = {
    "LINE": r"\bLine/",
    "Facebook": r"\bFB(AN|AV|_IAB)",
    "Edge": r"\bEdg(e|A|iOS)?/",
    "Samsung Internet": r"\bSamsungBrowser/",
    "Opera": r"\bOPR/|\bOpera",
    "Firefox": r"\bFirefox/|\bFxiOS/",
    "Chrome": r"\bChrome/|\bCriOS/|\bChromium/",
    "Safari": r"\bSafari/",
}
SYSTEMS = {
    "iPhone": r"\biPhone\b",
    "iPad": r"\biPad\b",
    "Android": r"\bAndroid\b",
    "Windows": r"\bWindows\b",
    "Chromebook": r"\bCrOS\b",
    "Mac": r"\bMacintosh\b|\bMac OS X\b",
    "Linux": r"\bLinux\b",
}


@dataclass(frozen=True)
class SessionRow:
    """One place where a person is signed in, in plain words."""

    pk: int
    device: str
    address: str
    used_at: datetime
    is_current: bool


def begin(sender: object, request: HttpRequest, user: User, **_kwargs: object) -> None:
    """Note when a session begins; Django says so of every one, by ``user_logged_in``."""
    request.session[BEGUN] = request.session[USED] = int(time.time())


def is_over(request: HttpRequest) -> bool:
    """Whether nobody used the session for too long, or it is a day old."""
    at = time.time()
    begun, used = request.session.get(BEGUN, at), request.session.get(USED, at)
    return bool(at - used > settings.IDLE_MINUTES * 60 or at - begun > LONGEST)


def note_use(request: HttpRequest) -> None:
    """Keep the session alive; writes every two minutes at most."""
    at = int(time.time())
    if at - request.session.get(USED, 0) < min(NOTED_EVERY, settings.IDLE_MINUTES * 6):
        return
    request.session.setdefault(BEGUN, at)
    request.session[USED] = at
    UserSession.objects.create_from_request(request)


def sessions_of(user: User, current: str | None) -> list[SessionRow]:
    """Where ``user`` is signed in, the present session first; 1 query."""
    at = timezone.now()
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    unused = timedelta(minutes=settings.IDLE_MINUTES, seconds=NOTED_EVERY)
    found = UserSession.objects.filter(
        user=user, session_key__in=alive, last_seen_at__gt=at - unused
    )
    shift = clock.now() - at  # the demonstration lives in another year
    rows = [
        SessionRow(
            pk=row.pk,
            device=device_words(row.user_agent),
            address=row.ip,
            used_at=row.last_seen_at + shift,
            is_current=row.session_key == current,
        )
        for row in found.order_by("-last_seen_at")
    ]
    return sorted(rows, key=lambda row: not row.is_current)


def end_session(user: User, pk: int) -> bool:
    """End one session of ``user``; False when there is none, or no longer."""
    found = list(UserSession.objects.filter(user=user, pk=pk))
    get_adapter().end_sessions(found)
    return bool(found)


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End every session of ``user`` except the one with the key ``but``; how many."""
    found = list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))
    get_adapter().end_sessions(found)
    return len(found)


def device_words(user_agent: str) -> str:
    """“Chrome on Windows”, as far as the browser says what it is."""
    browser = _first(BROWSERS, user_agent) or _("Unknown browser")
    system = _first(SYSTEMS, user_agent) or _("unknown device")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}


def _first(patterns: dict[str, str], text: str) -> str | None:
    return next((name for name, pattern in patterns.items() if re.search(pattern, text)), None)

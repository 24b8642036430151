"""Whether everything behind the pages works: a page for administrators, a word for monitors."""

import threading
import time

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from core.health import checks
from core.history.heads import head_of
from notifications.hold import hold_of
from people.loading import require_manager

# Anybody may ask, so what was found serves everybody for some seconds.
KEPT_SECONDS = 10
_found = {"at": -KEPT_SECONDS, "checks": []}
_asking = threading.Lock()


@require_GET
def health(request):
    """In plain words, for the office's administrators."""
    office = require_manager(request)
    found = checks()
    context = {
        "checks": found,
        "well": all(check.ok for check in found),
        "held": hold_of(office) is not None,
        "head": head_of(office),
    }
    return render(request, "people/health.html", context)


def _lately():
    """What was found within some seconds. One thread asks; the others say what was found before,
    so that a part which answers slowly holds up one of the server's threads and not all."""
    if time.monotonic() - _found["at"] >= KEPT_SECONDS and _asking.acquire(
        blocking=not _found["checks"]
    ):
        try:
            if time.monotonic() - _found["at"] >= KEPT_SECONDS:  # who waited need not ask again
                found = checks()
                _found.update(at=time.monotonic(), checks=found)
        finally:
            _asking.release()
    return _found["checks"]


@login_not_required
@require_safe
def healthz(request):
    """``{"ok": …, "checks": {name: …}}``; 503 when something does not work. Names nobody."""
    said = {check.name: check.ok for check in _lately()}
    well = all(said.values())
    response = JsonResponse({"ok": well, "checks": said}, status=200 if well else 503)
    response.headers["Cache-Control"] = "no-store"
    if request.method == "HEAD":  # the web server would drop the body, and warn of it each time
        response.content = b""
    return response

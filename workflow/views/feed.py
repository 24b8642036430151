"""The private calendar address: no sign-in, the token in the address is the key."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from people import clock
from people.domain import reaching
from workflow.domain.feed import feed_of


@login_not_required
@require_safe
def calendar_feed(request, token):
    """What waits for the person whose token this is; an unknown or void one is no page."""
    feed = reaching.feed_of(token)
    if feed is None:
        raise Http404
    response = HttpResponse(
        feed_of(feed.user, clock.now()), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'inline; filename="esa-standards.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

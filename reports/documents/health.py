"""Whether papers get rendered; one line of the page about the site's health."""

from datetime import timedelta

from django.utils.translation import gettext as _

import thai
from core import clock
from core.health import Check
from reports.models import Document
from reports.states import DocumentState

LATE = timedelta(minutes=10)


def render_queue() -> Check:
    """Whether a paper waits for longer than rendering takes."""
    label, at = _("Papers"), clock.now()
    waiting = Document.objects.filter(state=DocumentState.QUEUED).order_by("requested_at")
    oldest = waiting.values_list("requested_at", flat=True).first()
    if oldest is not None and oldest < at - LATE:
        return Check(
            "papers",
            label,
            False,
            _("%(n)d papers wait to be made, the oldest since %(time)s.")
            % {"n": waiting.count(), "time": thai.format_datetime(oldest)},
            _("Start the service of the tasks (celery worker), or start one more."),
        )
    return Check("papers", label, True, _("None waits for long."))

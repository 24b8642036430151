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


def stored_papers() -> Check:
    """Whether any paper of the register is known to be damaged or missing."""
    label, damaged = _("Stored papers"), Document.objects.filter(damaged_at__isnull=False)
    if count := damaged.count():
        return Check(
            "stored_papers",
            label,
            False,
            _("%(n)d papers are damaged or missing and are shown to nobody.") % {"n": count},
            _("Look after the disk, and put the papers back from the backup."),
        )
    return Check("stored_papers", label, True, _("None of the papers is known to be damaged."))

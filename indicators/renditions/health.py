"""Whether files get their pages and their texts; one line of the page about the site's health."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

import thai
from core.health import Check
from indicators.models import BlobText, Rendition
from indicators.states import RenditionState, TextState

LATE = timedelta(minutes=10)


def files_to_show() -> Check:
    """Whether somebody waits for a page for longer than drawing takes.

    New files may wait for hours behind many others, and nobody does: they are counted only.
    """
    label = _("Pages and texts of files")
    waiting = Rendition.objects.filter(state__in=(RenditionState.QUEUED, RenditionState.WORKING))
    late = waiting.filter(asked_at__lt=timezone.now() - LATE).order_by("asked_at")
    if oldest := late.values_list("asked_at", flat=True).first():
        says = _("Somebody waits for a page of a file since %(time)s.")
        hint = _("Start the service of the tasks (celery worker), or start one more.")
        return Check("pages", label, False, says % {"time": thai.format_datetime(oldest)}, hint)
    unread = BlobText.objects.filter(state__in=(TextState.QUEUED, TextState.READING))
    says = _("%(draw)d files wait to be drawn, %(read)d to be read for the search.")
    says %= {"draw": waiting.count(), "read": unread.count()}
    failed = Rendition.objects.filter(state=RenditionState.FAILED).count()
    hint = _("%(n)d files can't be shown as pages, only downloaded.") % {"n": failed}
    return Check("pages", label, True, says, hint if failed else "")

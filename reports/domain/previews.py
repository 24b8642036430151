"""Live previews: what a paper would look like with what somebody is typing.

A wish is one row per person and paper. A newer wish takes the row over, and with its new token
the older one is dead: its renderer stops at the next progress line, its pictures are not shown.
Workers claim rows as they claim documents. All times are the machine's own: the clock of the
demonstration may be set back, a lease may not.
"""

import logging
import secrets
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reports.collect import blob_files
from reports.domain.pages import all_folders, new_folder, sweep_folders
from reports.models import Preview
from reports.paper.child import preview_in_child
from reports.paper.failures import RenderFailed
from reports.paper.pages import MANIFEST, read_pages
from reports.render import to_html
from reports.snapshot import from_json, to_json
from reports.states import DocumentState
from reports.tasks import ring_previews

log = logging.getLogger(__name__)

LIMIT = 12  # pages that are drawn; how many more there are is said
# Nobody waits longer for a preview. So one that kills its workers is not begun for ever.
WORTH = timedelta(minutes=10)
KEPT = timedelta(days=1)
LIVING = (DocumentState.QUEUED, DocumentState.RENDERING, DocumentState.READY)


class WishLost(Exception):
    """A newer wish took the row over, or another worker because our lease ran out."""


# -- asking -------------------------------------------------------------------------
@transaction.atomic
def wish(cycle, snapshot, *, kind, by, meeting=None):
    """The preview of this snapshot: the one there is when it shows the same, else a new one."""
    said = to_json(snapshot)
    same = {"user": by, "cycle": cycle, "kind": kind, "meeting": meeting}
    found = Preview.objects.select_for_update().filter(**same).first()
    if found is None or not _shows(found, said):
        found, _new = Preview.objects.update_or_create(
            **same,
            defaults={
                "token": secrets.token_hex(16),
                "snapshot": said,
                "state": DocumentState.QUEUED,
                "pages": 0,
                "requested_at": timezone.now(),
                "lease_until": None,
            },
        )
    if found.state != DocumentState.READY:
        transaction.on_commit(ring_previews)
    return found


def _shows(preview, said):
    """Whether this very snapshot is drawn, or will be: it is not rendered twice."""
    if preview.state not in LIVING or preview.snapshot != said:
        return False
    if preview.state == DocumentState.READY:
        return (folder_of(preview) / MANIFEST).exists()
    return preview.requested_at > timezone.now() - WORTH


def folder_of(preview):
    """Where the pictures lie."""
    return settings.PREVIEW_ROOT / preview.token


def pages_of(preview):
    """The pictures; None while they are not drawn."""
    return read_pages(folder_of(preview))


# -- rendering ------------------------------------------------------------------------
def preview_due():
    """Draw what waits or was left behind by a dead worker; returns how many got ready."""
    done = 0
    while preview := _claim():
        done += _draw(preview)
    return done


def sweep():
    """Previews of yesterday and pictures that belong to no preview go."""
    Preview.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()
    folders = all_folders()  # before the tokens: a wish that comes now keeps its pictures
    sweep_folders(folders, set(Preview.objects.values_list("token", flat=True)))


def _lease():
    return timezone.now() + timedelta(seconds=settings.RENDER_LEASE_SECONDS)


def _free():
    now = timezone.now()
    unclaimed = Q(state=DocumentState.QUEUED)
    silent = Q(state=DocumentState.RENDERING, lease_until__lt=now)
    return Preview.objects.filter(unclaimed | silent, requested_at__gt=now - WORTH)


def _claim():
    """Take the oldest wish by conditional UPDATE with a lease; None when nobody waits."""
    free = _free()
    for pk in free.order_by("requested_at", "pk").values_list("pk", flat=True):
        lease = _lease()
        if free.filter(pk=pk).update(state=DocumentState.RENDERING, lease_until=lease):
            rows = Preview.objects.select_related("cycle__assessment__office")
            # By its lease: a newer wish may have come since.
            return rows.filter(pk=pk, lease_until=lease).first()
    return None


def _mine(preview):
    """The row, as long as the wish is the newest and our claim holds."""
    return Preview.objects.filter(
        pk=preview.pk,
        token=preview.token,
        state=DocumentState.RENDERING,
        lease_until=preview.lease_until,
    )


def _beat(preview, _percent):
    """Hold the lease; stops the renderer when the wish is no more ours."""
    lease = _lease()
    if not _mine(preview).update(lease_until=lease):
        raise WishLost
    preview.lease_until = lease


def _draw(preview):
    """Draw one wish; True when its pictures are there."""
    snapshot = from_json(preview.kind, preview.snapshot)
    try:
        with new_folder(folder_of(preview)) as scratch:
            drawn = preview_in_child(
                to_html(snapshot),
                scratch,
                fonts=settings.FONT_ROOT,
                base_files=blob_files(preview.cycle, snapshot),
                limit=LIMIT,
                progress=partial(_beat, preview),
            )
    except WishLost:
        return False
    except RenderFailed as failure:
        log.error("preview %s of %s failed: %s", preview.pk, preview.kind, failure)
        _mine(preview).update(state=DocumentState.FAILED, lease_until=None)
        return False
    ready = {"state": DocumentState.READY, "pages": drawn.pages, "lease_until": None}
    return bool(_mine(preview).update(**ready))

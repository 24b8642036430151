"""Live previews: what a paper would look like with what somebody is typing.

A preview request is one row per person and paper. A newer request takes the row over, and its new
token supersedes the older one: that one's renderer stops at the next progress line, its pictures
are not shown. Workers claim rows as they claim documents. All times are the machine's own: the
clock of the demonstration may be set back, a lease may not.
"""

import logging
import secrets
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.files.no_room import NoRoom, is_no_room
from core.leases import Lease, LeaseLost
from notifications import broker
from people.models import User
from reports.collect import blob_files
from reports.documents.pages import all_folders, new_folder, sweep_folders
from reports.models import Preview
from reports.render.child import preview_in_child
from reports.render.failures import RenderFailed
from reports.render.html import to_html
from reports.render.pages import MANIFEST, Pages, read_pages
from reports.snapshot import Snapshot, from_json, to_json
from reports.states import DocumentState
from workflow.models import Cycle, Meeting

log = logging.getLogger(__name__)

LIMIT = 12  # pages that are drawn; how many more there are is said
# Nobody waits longer for a preview. So one that kills its workers is not begun for ever.
WORTH = timedelta(minutes=10)
KEPT = timedelta(days=1)
LIVING = (DocumentState.QUEUED, DocumentState.RENDERING, DocumentState.READY)
# By its token a row is still this request's, by its lease still ours.
CLAIM: Lease[Preview] = Lease(
    waiting=DocumentState.QUEUED,
    working=DocumentState.RENDERING,
    length=lambda: timedelta(seconds=settings.RENDER_LEASE_SECONDS),
    proof=("token", "lease_until"),
)


# -- asking -------------------------------------------------------------------------
@transaction.atomic
def request_preview(
    cycle: Cycle, snapshot: Snapshot, *, kind: str, by: User, meeting: Meeting | None = None
) -> Preview:
    """The preview of this snapshot: the one there is when it shows the same, else a new one."""
    said = to_json(snapshot)
    same: dict[str, Any] = {"user": by, "cycle": cycle, "kind": kind, "meeting": meeting}
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
        transaction.on_commit(partial(broker.wake, "reports.tasks.draw_previews"))
    return found


def _shows(preview: Preview, said: dict[str, Any]) -> bool:
    """Whether this very snapshot is drawn, or will be: it is not rendered twice."""
    if preview.state not in LIVING or preview.snapshot != said:
        return False
    if preview.state == DocumentState.READY:
        return (folder_of(preview) / MANIFEST).exists()
    return preview.requested_at > timezone.now() - WORTH


def folder_of(preview: Preview) -> Path:
    """Where the pictures lie."""
    return Path(settings.PREVIEW_ROOT) / preview.token


def pages_of(preview: Preview) -> Pages | None:
    """The pictures; None while they are not drawn."""
    return read_pages(folder_of(preview))


# -- rendering ------------------------------------------------------------------------
def preview_due() -> int:
    """Draw what waits or was left behind by a dead worker; returns how many got ready."""
    done = 0
    while preview := _claim():
        done += _draw(preview)
    return done


def sweep() -> None:
    """Previews of yesterday and pictures that belong to no preview go."""
    Preview.objects.filter(requested_at__lt=timezone.now() - KEPT).delete()
    folders = all_folders()  # before the tokens: a request that comes now keeps its pictures
    sweep_folders(folders, set(Preview.objects.values_list("token", flat=True)))


def _claim() -> Preview | None:
    """Claim the oldest request; None when nobody waits."""
    now = timezone.now()
    free = Preview.objects.filter(CLAIM.free(now), requested_at__gt=now - WORTH)
    rows = Preview.objects.select_related("cycle__assessment__office")
    return CLAIM.claim(free.order_by("requested_at", "pk"), rows, at=now)


def _beat(preview: Preview, _percent: int) -> None:
    """Hold the lease; stops the renderer when the request was superseded or taken over."""
    CLAIM.renew(preview, at=timezone.now())


def _draw(preview: Preview) -> bool:
    """Draw one request; True when its pictures are there."""
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
    except LeaseLost:
        return False
    except (RenderFailed, OSError, NoRoom) as failure:
        if not isinstance(failure, RenderFailed) and not is_no_room(failure):
            raise
        log.error("preview %s of %s failed: %s", preview.pk, preview.kind, failure)
        CLAIM.let_go(preview, DocumentState.FAILED)
        return False
    return CLAIM.let_go(preview, DocumentState.READY, pages=drawn.pages)

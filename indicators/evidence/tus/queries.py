"""What a page needs to upload in pieces: where to, what is taken, and every word it says."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

import thai
from core import clock
from indicators.evidence.blobs import too_large
from indicators.evidence.bringing import Joinable
from indicators.evidence.kinds import accepted, limits
from indicators.evidence.tus import receiving
from indicators.evidence.tus.uploads import LONGEST_PIECE
from indicators.models import Assessment, ChecklistRow, EvidenceFile, Item, Upload
from indicators.states import UploadPurpose
from people.models import User

AT_ONCE = 100  # files that one page takes


@dataclass(frozen=True)
class Unfinished:
    """An upload of the person's own that can be gone on with: choose the same file again.

    Or it is whole, and a worker looks into it (100 %), or did and refused it (``said``).
    """

    token: str
    name: str
    percent: int
    said: str
    expires_at: Any
    url: str


@dataclass(frozen=True)
class UploadZone:
    """The part of a page that takes files. ``data`` is for the page's script."""

    data: dict[str, Any]
    unfinished: list[Unfinished]
    joinable: list[Joinable]  # what the person brought here just now


def upload_zone(
    assessment: Assessment,
    *,
    user: User,
    item: Item | None = None,
    row: ChecklistRow | None = None,
    purpose: str = UploadPurpose.EVIDENCE,
) -> UploadZone:
    """The zone of a page of a year; 3 queries, of which one only for an item, one for evidence.

    ``row`` is the required piece of evidence that the files are for, if any.
    """
    year = [assessment.office.code, assessment.fiscal_year]
    endpoint = reverse("indicators:upload_begin", args=year)
    return zone_at(endpoint, user=user, item=item, row=row, purpose=purpose)


def zone_at(
    endpoint: str,
    *,
    user: User,
    item: Item | None = None,
    row: ChecklistRow | None = None,
    purpose: str,
) -> UploadZone:
    """The zone of a page whose uploads begin at ``endpoint``; as many queries."""
    data = {
        "endpoint": endpoint,
        "piece": LONGEST_PIECE,
        "item": item.consideration.code if item else "",
        "row": str(row.pk) if row else "",
        "purpose": str(purpose),
        "user": user.pk,
        "sign_in": reverse("account_login"),
        "largest": settings.UPLOAD_MAX_BYTES,
        "most": AT_ONCE,
        "accept": accepted().split(","),
        "limits": limits(),
        "names": _names(item) if item else [],
        "words": _words(),
    }
    joinable = _joinable(user, item) if purpose == UploadPurpose.EVIDENCE else []
    return UploadZone(data, _unfinished(user, item, purpose, endpoint), joinable)


def _names(item: Item) -> list[str]:
    """What the files are called that the item cites, as one compares them."""
    files = EvidenceFile.objects.filter(
        revision__citations__item=item,
        revision__citations__removed_at__isnull=True,
        revision__evidence__removed_at__isnull=True,
    )
    return sorted({thai.fold(name) for name in files.values_list("name", flat=True)})


def _unfinished(user: User, item: Item | None, purpose: str, endpoint: str) -> list[Unfinished]:
    rows = Upload.objects.visible_to(user).to_show(clock.now())
    return [
        Unfinished(
            row.token,
            row.name,
            receiving.standing(row) * 100 // row.size,
            row.said,
            row.expires_at,
            f"{endpoint}{row.token}/",
        )
        for row in rows.filter(item=item, purpose=purpose)[:20]
    ]


def _joinable(user: User, item: Item | None) -> list[Joinable]:
    """In the order in which they were chosen; of those that belong together the person knows."""
    rows = Upload.objects.visible_to(user).filter(item=item, purpose=UploadPurpose.EVIDENCE)
    found = rows.just_brought(clock.now()).values_list("evidence", "evidence__title")
    return [Joinable(pk, title, ticked=False) for pk, title in found[:AT_ONCE]]


def _words() -> dict[str, str]:
    return {
        "waits": _("Waits for its turn"),
        "sending": _("{percent} % · {sent} of {size}"),
        "speed": _("{speed}/s, {left} left"),
        "minutes": _("{n} min"),
        "seconds": _("{n} s"),
        "hours": _("{n} h"),
        "paused": _("Paused at {percent} %"),
        "checking": _("Uploaded. The file is being checked."),
        "goes_on": _("It goes on where it stopped: {percent} % is here already."),
        "offline": _(
            "No connection. It goes on by itself as soon as there is one; keep this page open."
        ),
        "again": _("It is tried again by itself; keep this page open."),
        "trouble": _("The server could not take it just now."),
        "signed_out": _("You are signed out. Sign in in another window; the upload then goes on."),
        "sign_in": _("Sign in in a new tab"),
        "done": _("Added as evidence:"),
        "ready": _("Ready. It is saved with this form."),
        "facts": _("Title and dates"),
        "empty": _("The file is empty."),
        "folder": _("This is a folder. Open it and choose the files in it."),
        "too_large": too_large(),
        "kind": _("Files that end in {ending} are not taken. Save it as PDF, for example."),
        "same_name": _("A file of this name is here already."),
        "too_many": _("At most {n} files at once; choose the others afterwards."),
        "refused": _("Not taken in:"),
        "wait": _("Files are still on their way. Wait until all are ready, or remove them."),
        "screenshot": _("Screenshot {time}"),
        "photograph": _("Photograph {time}"),
        "summary": _("{done} of {all} uploaded"),
        "summary_refused": _("{done} of {all} uploaded, {refused} not taken in"),
        "summary_asked": _(" · {asked} waiting for your answer"),
    }

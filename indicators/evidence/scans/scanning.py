"""Asking ClamAV about files, by the worker: what waits is in the database, a sweep finds it.

Not in the request that brings the file: a film of 2 GB takes the scanner a minute, and a scanner
that is down would refuse honest files. A file is claimed by a conditional UPDATE that puts off its
next try; who dies leaves it to the next sweep.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from core.files.stores import StoreAway
from indicators.evidence.blobs import open_unchecked
from indicators.evidence.pictures.previews import remove_preview
from indicators.evidence.scans.holding import scanner_is_named
from indicators.evidence.scans.scanner import TROUBLE, scanner_answers, virus_in
from indicators.models import Blob
from indicators.states import ScanState
from notifications.models import Notification
from notifications.outbox import notify
from people.roles import holders
from people.states import Role

log = logging.getLogger(__name__)
KIND = "file.infected"
CLAIM = timedelta(minutes=30)  # longer than the scanner takes for the largest file
AGAIN = timedelta(minutes=5)  # after a file that the scanner did not answer for
LONGEST_NAME = 200  # of a virus
AT_ONCE = 200  # files of one round


def unscanned(at: datetime) -> QuerySet[Blob]:
    """Files whose turn it is: new ones first, then those from before there was a scanner."""
    due = Q(scan_after__isnull=True) | Q(scan_after__lte=at)
    return Blob.objects.filter(
        due, scan_state__in=(ScanState.WAITING, ScanState.NOT_SCANNED)
    ).order_by("-scan_state", "pk")


def scan_due() -> int:
    """Scan what waits; returns how many files were. Safe to run twice or in parallel."""
    if not scanner_is_named() or not scanner_answers():
        return 0
    waiting = list(unscanned(clock.now()).values_list("pk", flat=True)[:AT_ONCE])
    return sum(_scan(pk) for pk in waiting)


def _scan(pk: int) -> bool:
    at = clock.now()
    until = at + CLAIM
    if not unscanned(at).filter(pk=pk).update(scan_after=until):
        return False  # another worker was faster
    blob = Blob.objects.select_related("office").get(pk=pk)
    ours = Blob.objects.filter(pk=pk, scan_after=until)
    try:
        with open_unchecked(blob) as file:
            found = virus_in(file)[:LONGEST_NAME]
    except (*TROUBLE, StoreAway) as trouble:
        log.warning("File %s was not scanned: %s", blob.sha256, trouble)
        ours.update(scan_after=at + AGAIN)
        return False
    return _keep(blob, ours, found)


@transaction.atomic
def _keep(blob: Blob, ours: QuerySet[Blob], found: str) -> bool:
    """Write down what was found, unless the claim ran out; a virus is notified once."""
    state = ScanState.INFECTED if found else ScanState.CLEAN
    facts = {"scan_found": found, "scanned_at": clock.now(), "scan_after": None}
    if not ours.update(scan_state=state, **facts):
        return False
    if found:
        log.error("A virus was found in file %s of office %s.", blob.sha256, blob.office_id)
        remove_preview(blob)
        notify_administrators(blob, found)
    return True


def notify_administrators(blob: Blob, found: str) -> None:
    """One message to each administrator of the office."""
    name = blob.files.order_by("-pk").values_list("name", flat=True).first()
    news = []
    for person in holders(blob.office, Role.ADMIN):
        with override(person.language):
            news.append(
                Notification(
                    recipient=person,
                    key=f"{KIND}:{blob.pk}:{person.pk}",
                    kind=KIND,
                    title=_("A virus was found in a file: %(name)s") % {"name": name or _("File")},
                    body=_(
                        "The scanner found %(found)s. The file is shown to nobody. Ask who brought "
                        "it for a clean copy, and have the computer checked from which it came."
                    )
                    % {"found": found},
                    url=reverse("people:health"),
                )
            )
    notify(news)

"""Asking for a ZIP of evidence, writing its index, sending it, and forgetting it after a week.

What is owed stands in the table: the request itself writes the index when it can; files of which
no CRC-32 is known are read by a worker first, which the minute's sweep wakes if nobody else did.
"""

from datetime import datetime, timedelta
from typing import BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from core import clock
from core.leases import Lease, holder
from core.refusals import MoveRefused, NotAllowed
from indicators import rules
from indicators.assessments import log_event
from indicators.evidence.blobs import open_blob
from indicators.evidence.stored.sweep import check_blob
from indicators.handovers.contents import HandedContents, HandedPart, contents_of, parts_of
from indicators.handovers.index import blobs_of, freeze, open_zip
from indicators.handovers.lists import ListHeading, make_lists, names
from indicators.handovers.paths import give_paths
from indicators.models import Assessment, Blob, Evidence, EvidenceHandover
from indicators.states import HandoverState
from notifications import broker
from people.models import User
from people.roles import as_now

KEPT_FOR = timedelta(days=7)
LEASE: Lease[EvidenceHandover] = Lease(
    waiting=HandoverState.WAITING,
    working=HandoverState.WORKING,
    length=lambda: timedelta(minutes=10),  # the largest file is read in less
)


@transaction.atomic
def ask_for(assessment: Assessment, part: HandedPart, *, by: User) -> EvidenceHandover:
    """Note that ``by`` wants the part's evidence as a ZIP; the history keeps it."""
    by = as_now(by)
    if not rules.may_hand_over(by, assessment):
        raise NotAllowed(_("Only the office's own people take its evidence along."))
    row = EvidenceHandover.objects.create(
        assessment=assessment,
        standard_id=part.standard.pk if part.standard else None,
        indicator_id=part.indicator.pk if part.indicator else None,
        language=get_language() or "th",
        created_at=clock.now(),
        created_by=by,
    )
    after = {"standard": part.standard.code} if part.standard else {}
    after |= {"indicator": part.indicator.code} if part.indicator else {}
    log_event(assessment, by=by, verb="evidence.hand_over", after=after)
    return row


def part_of(handover: EvidenceHandover) -> HandedPart:
    """What it holds; no query once the edition was read."""
    for part in parts_of(handover.assessment).values():
        standard = part.standard.pk if part.standard else None
        indicator = part.indicator.pk if part.indicator else None
        if (standard, indicator) == (handover.standard_id, handover.indicator_id):
            return part
    raise LookupError(handover.pk)


# -- writing the index ----------------------------------------------------------
def prepare_now(handover: EvidenceHandover) -> None:
    """Write the index, or call a worker where old files must be read first.

    Call it outside a transaction: the lists take a second or two.
    """
    contents = contents_of(handover.assessment, part_of(handover))
    if contents.unread:
        broker.wake("indicators.tasks.prepare_handovers")
    elif row := _claim(EvidenceHandover.objects.filter(pk=handover.pk)):
        _write_index(row, contents)


def prepare_due() -> int:
    """Write every index that is owed; returns how many."""
    done = 0
    while row := _claim(EvidenceHandover.objects.all()):
        contents = contents_of(row.assessment, part_of(row))
        if unread := contents.unread:
            _read_old_files(row, unread)
            contents = contents_of(row.assessment, part_of(row))
        _write_index(row, contents)
        done += 1
    return done


def _claim(rows: QuerySet[EvidenceHandover]) -> EvidenceHandover | None:
    now = clock.now()
    free = rows.filter(LEASE.free(now)).order_by("pk")
    whole = EvidenceHandover.objects.select_related(
        "assessment__office", "assessment__edition", "created_by"
    )
    return LEASE.claim(free, whole, at=now, claimed_by=holder())


def _read_old_files(row: EvidenceHandover, blobs: set[int]) -> None:
    """Of files that came in before CRC-32 were kept; a damaged one is marked."""
    for blob in (
        Blob.objects.filter(pk__in=blobs, crc32=None).select_related("office").order_by("pk")
    ):
        check_blob(blob)
        LEASE.renew(row, at=clock.now())


def _write_index(row: EvidenceHandover, contents: HandedContents) -> None:
    assessment = row.assessment
    with override(row.language):
        heading = ListHeading(
            office=assessment.office.name,
            year=assessment.fiscal_year,
            edition=assessment.edition.title,
            at=row.created_at,
            by=row.created_by.full_name,
        )
        give_paths(contents, names())
        frozen = freeze(contents, make_lists(contents, heading), row.created_at)
    LEASE.let_go(
        row,
        HandoverState.READY,
        index=frozen.index,
        lists=frozen.lists,
        files=frozen.files,
        size=frozen.size,
        sha256=frozen.sha256,
    )


# -- sending --------------------------------------------------------------------
def why_stale(handover: EvidenceHandover) -> str:
    """What keeps a ZIP that is ready from being sent, "" when nothing does; 2 queries."""
    office = handover.assessment.office_id
    removed = Evidence.objects.filter(office=office, removed_at__gte=handover.created_at)
    if _any(removed, set(handover.index["evidence"])):
        return _("Evidence in this ZIP was removed since. Please make the ZIP anew.")
    if _any(Blob.objects.filter(office=office).exclude(damaged_at=None), blobs_of(handover)):
        return _("A file in this ZIP was found damaged since. Please make the ZIP anew.")
    return ""


def _any(rows: QuerySet[Evidence] | QuerySet[Blob], keys: set[int]) -> bool:
    return not keys.isdisjoint(rows.values_list("pk", flat=True))


def open_handover(handover: EvidenceHandover) -> BinaryIO:
    """The ZIP as a file; refused while it is not ready, or when it must not leave any more.

    Each stored file is opened when its turn comes; ``FileDamaged`` may come from reading on.
    """
    if handover.state != HandoverState.READY:
        raise MoveRefused(_("The ZIP is not ready yet. Please wait a moment."))
    if why := why_stale(handover):
        raise MoveRefused(why)
    return open_zip(handover, _open)  # type: ignore[return-value] # io.RawIOBase reads like it


def _open(blob: int) -> BinaryIO:
    return open_blob(Blob.objects.select_related("office").get(pk=blob))


# -- forgetting -----------------------------------------------------------------
def sweep(*, at: datetime | None = None) -> int:
    """Forget the index of what was asked for a week ago; returns how many."""
    before = (at or clock.now()) - KEPT_FOR
    return EvidenceHandover.objects.filter(created_at__lt=before).delete()[0]

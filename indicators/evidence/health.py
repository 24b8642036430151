"""Whether stored files are what they were, and are scanned for viruses where that is set up."""

from django.conf import settings
from django.utils.translation import gettext as _

from core.files.stores import StoreAway
from core.health import Check
from indicators.evidence.scans.holding import scanner_is_named
from indicators.evidence.scans.scanner import scanner_answers
from indicators.evidence.stored.place import s3_store
from indicators.models import Blob
from indicators.states import ScanState


def files() -> Check:
    """Whether any file is known to be damaged or missing."""
    label, count = _("Stored files"), Blob.objects.filter(damaged_at__isnull=False).count()
    if count:
        return Check(
            "files",
            label,
            False,
            _("%(n)d files are damaged or missing and are shown to nobody.") % {"n": count},
            _("Look after the disk, and put the files back from the backup."),
        )
    return Check("files", label, True, _("None is known to be damaged."))


STORE_SECONDS = 2  # a page about health waits no longer than this for the store, twice


def store() -> Check:
    """Whether the store that holds the files answers."""
    label = _("Storage of files")
    if not settings.EVIDENCE_S3_BUCKET:
        return Check("store", label, True, _("On this server's disk."))
    try:
        s3_store(seconds=STORE_SECONDS).require_bucket()
    except StoreAway as away:
        says, hint = _trouble_of(away)
        return Check("store", label, False, says, hint)
    return Check("store", label, True, _("The store of files (S3) answers."))


def _trouble_of(away: StoreAway) -> tuple[str, str]:
    if away.code == "keys":
        hint = _("Correct EVIDENCE_S3_ACCESS_KEY, EVIDENCE_S3_SECRET_KEY or what they may do.")
        return _("The store of files (S3) refuses this site's keys."), hint
    if away.code == "bucket":
        hint = _("Correct EVIDENCE_S3_BUCKET, or make the bucket.")
        return _("The store of files (S3) has no such bucket."), hint
    hint = _("Start it, or correct EVIDENCE_S3_ENDPOINT. Uploads are then finished without you.")
    return _("The store of files (S3) does not answer: no file can be opened or kept."), hint


def scanner() -> Check:
    """Whether the virus scanner answers, and what waits for it."""
    label = _("Virus scan")
    if not scanner_is_named():
        return Check("scanner", label, True, _("Not set up: files are not scanned."))
    count = Blob.objects.filter(scan_state=ScanState.WAITING).count()
    if scanner_answers():
        late = Blob.objects.filter(scan_state=ScanState.WAITING, scan_after__isnull=False).count()
        says = _("Works. %(n)d files wait for it.") % {"n": count}
        hint = _("Some files took several tries: see StreamMaxLength of ClamAV in the handbook.")
        return Check("scanner", label, True, says, hint if late else "")
    return Check(
        "scanner",
        label,
        False,
        _("It does not answer. %(n)d files wait for it and can't be opened.") % {"n": count},
        _("Start ClamAV (clamd), or correct CLAMAV_HOST. The files are then scanned without you."),
    )

"""Whether stored files are what they were, and are scanned for viruses where that is set up."""

from django.utils.translation import gettext as _

from core.health import Check
from indicators.evidence.scans.holding import scanner_is_named
from indicators.evidence.scans.scanner import scanner_answers
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

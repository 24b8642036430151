"""Looking for viruses (ClamAV): what a file's state allows. The scanner is asked in ``scanning``.

A site that names a scanner shows no new file before the scan; files that were there before it was
named stay usable and are scanned one after the other. Without a scanner nothing waits.
"""

from django.conf import settings
from django.utils.translation import gettext as _

from indicators.models import Blob
from indicators.states import ScanState


def scanner_is_named() -> bool:
    """Whether this site asks a scanner."""
    return bool(settings.CLAMAV_HOST)


def state_of_new() -> ScanState:
    """The state in which a file begins."""
    return ScanState.WAITING if scanner_is_named() else ScanState.NOT_SCANNED


def is_usable(blob: Blob) -> bool:
    """Whether the file may be shown, downloaded and printed."""
    if blob.scan_state == ScanState.INFECTED:
        return False
    return blob.scan_state != ScanState.WAITING or not scanner_is_named()


def reason_held(blob: Blob) -> str:
    """Why the file is not shown; "" when it is."""
    if is_usable(blob):
        return ""
    if blob.scan_state == ScanState.INFECTED:
        return infected(blob.scan_found)
    return _(
        "This file waits to be checked for viruses. It can be opened after that, usually within a "
        "minute."
    )


def infected(found: str) -> str:
    """The sentence at a file in which a virus was found."""
    return _(
        "A virus was found in this file (%(found)s), so it is shown to nobody. Bring a clean copy, "
        "and have the computer checked from which it came."
    ) % {"found": found}

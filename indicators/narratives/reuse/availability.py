"""Why a piece of evidence of an earlier year cannot be brought."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from indicators.models import Citation, EvidenceFile
from indicators.states import ScanState


def why_not_brought(rows: Iterable[Citation]) -> dict[int, str]:
    """By citation what keeps it from being brought, of ``sources.brought_rows``; 1 query.

    The rows come with their evidence.
    """
    rows = list(rows)
    held = _held({row.newest for row in rows})  # type: ignore[attr-defined]
    found = {}
    for row in rows:
        if row.evidence.removed_at is not None:
            found[row.pk] = _("Removed: %(why)s") % {"why": row.evidence.removed_why}
        elif why := held.get(row.newest):  # type: ignore[attr-defined]
            found[row.pk] = why
    return found


def _held(revisions: set[int]) -> dict[int, str]:
    files = EvidenceFile.objects.filter(revision__in=revisions)
    columns = ("revision", "name", "blob__damaged_at", "blob__scan_state")
    found = {}
    for revision, name, damaged_at, scan in files.order_by("-order", "-pk").values_list(*columns):
        if damaged_at is not None:
            found[revision] = _("The file “%(name)s” is damaged.") % {"name": name}
        elif scan == ScanState.INFECTED:
            found[revision] = _("A virus was found in the file “%(name)s”.") % {"name": name}
        elif scan == ScanState.WAITING:
            found[revision] = _("The file “%(name)s” waits for the virus scan.") % {"name": name}
    return found

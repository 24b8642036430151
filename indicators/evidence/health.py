"""Whether stored files are what they were; one line of the page about the site's health."""

from django.utils.translation import gettext as _

from core.health import Check
from indicators.models import Blob


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

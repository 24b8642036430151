"""What the second of two writers reads."""

from typing import Any

from django.utils.translation import gettext as _

import thai


def saved_meanwhile(row: Any) -> str:
    """Who saved ``row`` meanwhile and when; ``row`` is what stands there now, if anything does."""
    if row is None or row.saved_by is None:
        return _("Somebody else saved meanwhile.")
    return _("%(name)s saved meanwhile, at %(time)s.") % {
        "name": row.saved_by.full_name,
        "time": thai.format_time(row.saved_at),
    }

"""Why something was not done: one small exception per kind, with a sentence a user may read.

The middleware turns each into a page (or an htmx fragment) with its HTTP status.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

import thai


class Refused(Exception):
    """Base of all refusals. ``message`` is translated text for the person."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MoveRefused(Refused):
    """The row is not in a state from which this move starts, or somebody was faster."""


class StaleEdit(Refused):
    """Somebody saved meanwhile; ``theirs`` is what stands there now, field by field."""

    def __init__(self, message: str, theirs: Mapping[Any, object] | None = None) -> None:
        super().__init__(message)
        self.theirs = dict(theirs or {})


class RuleBroken(Refused):
    """The input breaks a rule of the office's work; forms show it at ``field``, else on top."""

    status = 400

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class FormRefused(RuleBroken):
    """A form that belongs to a page of much else is not valid: it is shown again by itself.

    What was typed is in it, and each error beside its field.
    """

    def __init__(self, form: Any) -> None:
        super().__init__(" ".join(error for errors in form.errors.values() for error in errors))
        self.form = form

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed or chosen, so that there is nothing to keep."""
        sent = (field.data for field in self.form.visible_fields())
        return not any(thai.trimmed(value) if isinstance(value, str) else value for value in sent)


class NotAllowed(Refused):
    """This person may not do this, although they may see it."""

    status = 403


def saved_meanwhile(row: Any) -> str:
    """Who saved ``row`` meanwhile and when; ``row`` is what stands there now, if anything does."""
    if row is None or row.saved_by is None:
        return _("Somebody else saved meanwhile.")
    return _("%(name)s saved meanwhile, at %(time)s.") % {
        "name": row.saved_by.full_name,
        "time": thai.format_time(row.saved_at),
    }

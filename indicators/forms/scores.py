"""Forms of scores."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import PlainForm


class LevelForm(PlainForm):
    """A level somebody chose and why. No level is preset."""

    level = forms.TypedChoiceField(
        label=_("level"),
        choices=[(level, str(level)) for level in range(5, 0, -1)],
        coerce=int,
        error_messages={"required": _("Choose a level from 1 to 5.")},
    )
    reason = forms.CharField(label=_("reason"), required=False, max_length=5000)
    version = forms.IntegerField(min_value=0)

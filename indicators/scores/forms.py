"""Forms of scores."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import StaleEditForm


class LevelForm(StaleEditForm):
    """A level somebody chose and why. No level is preset.

    ``seen`` is the version that the card showed; a refused card shows what stands there now.
    """

    level = forms.TypedChoiceField(
        label=_("level"),
        choices=[(level, str(level)) for level in range(5, 0, -1)],
        coerce=int,
        error_messages={"required": _("Choose a level from 1 to 5.")},
    )
    reason = forms.CharField(
        label=_("reason"), required=False, max_length=5000, widget=forms.Textarea
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ScoreDraftForm(StaleEditForm):
    """The same while it is typed, whole or not; ``draft`` is the version of the draft."""

    level = forms.TypedChoiceField(
        label=_("level"),
        choices=[(level, str(level)) for level in range(5, 0, -1)],
        coerce=int,
        empty_value=None,
        required=False,
    )
    reason = forms.CharField(label=_("reason"), required=False, max_length=5000)
    seen = forms.IntegerField(min_value=0)
    draft = forms.IntegerField(min_value=0)

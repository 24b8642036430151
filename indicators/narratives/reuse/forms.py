"""Forms of bringing from an earlier year."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm

MOST = 200


class NumbersField(forms.CharField):
    """Primary keys in one text, as the button of an undo carries them."""

    def clean(self, value):
        """The numbers."""
        parts = super().clean(value).split(".")
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_("This cannot be undone."))
        return [int(part) for part in parts]


class BringForm(PlainForm):
    """Which citations of the earlier year are brought."""

    citations = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, data):
        sent = data.getlist("citations")[:MOST]
        super().__init__(data)
        numbers = [n for n in sent if n.isascii() and n.isdigit() and len(n) < 19]
        self.fields["citations"].choices = [(n, n) for n in numbers]
        self.fields["citations"].error_messages["required"] = _(
            "Choose at least one piece of evidence."
        )


class UndoBringForm(PlainForm):
    """Which citations were made by bringing."""

    made = NumbersField(max_length=5000)

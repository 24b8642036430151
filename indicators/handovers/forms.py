"""Forms of handovers: what of the year is wanted."""

from django import forms
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import IdempotentMixin, PlainForm
from indicators.handovers.contents import HandedPart, parts_of

LONGEST_LABEL = 110  # letters, vowels and marks


class PartForm(PlainForm):
    """The whole year, a standard or an indicator."""

    part = forms.ChoiceField(label=_("Evidence of"), required=False)

    def __init__(self, *args, assessment, **kwargs):
        super().__init__(*args, **kwargs)
        self.parts = parts_of(assessment)
        self.fields["part"].choices = [
            (key, thai.shortened(part.label, LONGEST_LABEL)) for key, part in self.parts.items()
        ]

    @property
    def chosen(self) -> HandedPart:
        """What was chosen; all of the year where nothing was, or nothing that there is."""
        key = self.cleaned_data.get("part", "") if self.is_valid() else ""
        return self.parts[key]


class HandoverForm(IdempotentMixin, PartForm):
    """Make the ZIP of what the page shows."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].widget = forms.HiddenInput()

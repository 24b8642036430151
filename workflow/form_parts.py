"""Form parts of this app."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import RowsField

YEAR = re.compile(r"(?:ปี)?(?:งบประมาณ)?\s*(?:พ\.?\s?ศ\.?)?\s*([0-9]{1,6})")


class FiscalYearField(forms.CharField):
    """A fiscal year in พ.ศ., also as ``ปีงบประมาณ พ.ศ. 2560``.

    A year in ค.ศ. is asked about, not converted.
    """

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric"}))
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def clean(self, value):
        found = YEAR.fullmatch(thai.to_arabic_digits(super().clean(value)))
        year = int(found[1]) if found else 0
        if 1950 <= year <= 2150:
            raise forms.ValidationError(
                _("%(year)s is a year CE. Do you mean BE %(be)s?"),
                params={"year": year, "be": year + 543},
            )
        if not 2500 <= year <= 2700:
            raise forms.ValidationError(_("Please write the fiscal year in BE, such as 2560."))
        return year


class PeopleField(RowsField):
    """People of the office to tick, each with the position."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person):
        return f"{person.full_name} · {person.position}" if person.position else person.full_name

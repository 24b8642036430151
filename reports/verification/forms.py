"""Input of the public page of verification."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm
from core.forms.typed_text import CodeField
from reports.documents.seals import grouped, read_code


class SealCodeForm(PlainForm):
    """The code of a paper, as a person types it; becomes the code as it is printed."""

    code = CodeField(label=_("The code of 10 characters on the paper"), max_length=40)

    def clean_code(self):
        code = read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("A code has 10 characters, letters A to Z and digits. Please look again.")
            )
        return grouped(code)

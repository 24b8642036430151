"""Input of the document pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm
from reports.states import DocumentFormat, DocumentKind
from workflow.models import Meeting


class DocumentRequestForm(PlainForm):
    """Which paper is wanted, as what file; unless a version is named, the domain knows which."""

    kind = forms.ChoiceField(choices=DocumentKind.choices)
    format = forms.ChoiceField(choices=DocumentFormat.choices, required=False)
    version = forms.IntegerField(min_value=1, max_value=999_999, required=False)
    meeting = forms.ModelChoiceField(queryset=Meeting.objects.none(), required=False)

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = cycle.meetings.all()

    def clean_format(self):
        return self.cleaned_data["format"] or DocumentFormat.PDF


class AnewForm(PlainForm):
    """Whether a paper is wanted although one is there."""

    anew = forms.BooleanField(required=False)

    @classmethod
    def asks(cls, data):
        """Only who pressed the button: a page asks by itself, too."""
        form = cls(data)
        return form.is_valid() and form.cleaned_data["anew"]


class DocumentFilterForm(PlainForm):
    """Search in the register: by kind, by name, or by the first letters of a SHA-256."""

    q = forms.CharField(label=_("Name or SHA-256"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *DocumentKind.choices]
    )

"""Opening a year, searching its history."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import OnceMixin, PlainForm
from workflow.forms.parts import FiscalYearField


class EditionField(forms.ModelChoiceField):
    """Editions of the standards; one that nobody verified says so."""

    widget = forms.RadioSelect

    def label_from_instance(self, edition):
        words = {"title": edition.title, "version": edition.version}
        if edition.is_verified:
            return _("%(title)s (version %(version)s)") % words
        return _("%(title)s (version %(version)s) – not verified") % words


class CycleForm(OnceMixin, PlainForm):
    """A new year: which one, by which edition."""

    fiscal_year = FiscalYearField(
        label=_("Fiscal year (BE)"),
        help_text=_("Fiscal year 2560 runs from 1 October 2559 to 30 September 2560."),
    )
    edition = EditionField(queryset=None, label=_("Edition of the standards"), empty_label=None)

    def __init__(self, *args, editions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["edition"].queryset = editions


class HistoryFilterForm(PlainForm):
    """What to show of a year's history."""

    SUBJECTS = (
        ("", _("Everything")),
        ("cycle", _("Year and steps")),
        ("proposal", _("Papers and decisions")),
        ("people", _("People and assignments")),
        ("content", _("Texts, evidence and scores")),
        ("meeting", _("Meetings")),
        ("document", _("Documents and submission")),
    )
    subject = forms.ChoiceField(label=_("Subject"), choices=SUBJECTS, required=False)
    q = forms.CharField(label=_("Name or subject"), max_length=100, required=False)
    page = forms.IntegerField(min_value=1, required=False)

"""Opening a year, planning a step, searching the history."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import IdempotentMixin, PlainForm, StaleEditForm, ThaiDateField
from people.models import User
from workflow.form_parts import FiscalYearField, PeopleField
from workflow.models import Step


class EditionField(forms.ModelChoiceField):
    """Editions of the standards; one that nobody verified says so."""

    widget = forms.RadioSelect

    def label_from_instance(self, edition):
        words = {"title": edition.title, "version": edition.version}
        if edition.is_verified:
            return _("%(title)s (version %(version)s)") % words
        return _("%(title)s (version %(version)s) – not verified") % words


class CycleForm(IdempotentMixin, PlainForm):
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
    q = forms.CharField(label=_("Name or subject"), max_length=100, required=False)
    subject = forms.ChoiceField(label=_("Subject"), choices=SUBJECTS, required=False)


class StepPlanForm(StaleEditForm):
    """Dates and responsible people; ``seen`` holds the two dates the page was filled from."""

    planned_start = ThaiDateField(label=_("Planned begin"))
    planned_end = ThaiDateField(label=_("Planned end"))
    responsible = PeopleField(
        queryset=User.objects.none(), label=_("Responsible people"), required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=30)

    def __init__(self, *args, step, people, **kwargs):
        kwargs["initial"] = {
            "planned_start": step.planned_start,
            "planned_end": step.planned_end,
            "responsible": [person.pk for person in step.responsible.all() if person.is_active],
            "seen": self.dates_of(step),
        }
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people

    @staticmethod
    def dates_of(step: Step) -> str:
        """Both planned dates, as ``seen`` holds them."""
        return f"{step.planned_start.isoformat()}/{step.planned_end.isoformat()}"

    def clean_seen(self) -> tuple[date, date]:
        """The pair of dates that the domain compares."""
        try:
            start, end = map(date.fromisoformat, self.cleaned_data["seen"].split("/"))
        except ValueError as error:
            message = forms.DateField.default_error_messages["invalid"]
            raise forms.ValidationError(message, code="invalid") from error
        return start, end

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("planned_start"), cleaned.get("planned_end")
        if start and end and end < start:
            self.add_error("planned_end", _("The step ends before it begins."))
        return cleaned

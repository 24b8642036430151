"""Planning a step."""

from django import forms
from django.utils.translation import gettext_lazy as _

from people.forms import PlainForm, ThaiDateField
from people.models import User
from workflow.forms.parts import PeopleField


class StepPlanForm(PlainForm):
    """Dates and responsible people; ``seen`` holds the dates the page was filled from."""

    planned_start = ThaiDateField(label=_("Planned begin"))
    planned_end = ThaiDateField(label=_("Planned end"))
    responsible = PeopleField(
        queryset=User.objects.none(), label=_("Responsible people"), required=False
    )
    seen_start = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])
    seen_end = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])

    def __init__(self, *args, step, people, **kwargs):
        kwargs["initial"] = {
            "planned_start": step.planned_start,
            "planned_end": step.planned_end,
            "responsible": [person.pk for person in step.responsible.all() if person.is_active],
            "seen_start": step.planned_start.isoformat(),
            "seen_end": step.planned_end.isoformat(),
        }
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("planned_start"), cleaned.get("planned_end")
        if start and end and end < start:
            self.add_error("planned_end", _("The step ends before it begins."))
        return cleaned

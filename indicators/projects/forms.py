"""Forms of supporting projects."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import IdempotentMixin, PlainForm, PlainModelForm, RowsField, StaleEditMixin
from indicators.models import Indicator, SupportingProject
from people.models import WorkGroup

# Twelve digits before the point, two behind: what the column holds.
_AMOUNT = re.compile(r"(?P<baht>[0-9]{1,12}(\.[0-9]{1,2})?)(\.?-)?\s*(บาท)?\s*(ถ้วน)?")
# Between three digits each: 1,00 may be one baht or a hundred and is asked about.
_THOUSANDS = re.compile(r"(?<=[0-9])[,\s](?=[0-9]{3}(?![0-9]))")


class BahtField(forms.CharField):
    """An amount as people write it, exact to the satang: ``๑๒๐,๐๐๐``, ``120.50 บาท``, ``120.-``.

    A dash alone is what tables write where there is none.
    """

    default_error_messages = {
        "invalid": _("Please write an amount in baht, such as 120,000.50."),
    }

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal"}))
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        if text in self.empty_values or text in ("-", "–"):
            return None
        found = _AMOUNT.fullmatch(_THOUSANDS.sub("", thai.to_arabic_digits(text)))
        if not found:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return Decimal(found["baht"])

    def prepare_value(self, value):
        return f"{value:,.2f}" if isinstance(value, Decimal) else value


class IndicatorChoices(RowsField):
    """Indicators of the year's edition as tick boxes, grouped by standard."""

    widget = forms.CheckboxSelectMultiple

    def use(self, indicators):
        """Offer these rows (with their standards at hand)."""
        self.queryset = Indicator.objects.filter(pk__in=[row.pk for row in indicators])
        groups = {}
        for row in indicators:
            groups.setdefault(str(row.standard), []).append((row.pk, str(row)))
        self.widget.choices = list(groups.items())
        self.groups = groups


class ProjectForm(StaleEditMixin, PlainModelForm):
    """What is written about a project; year and owner never are form fields.

    ``seen`` is the version that the form was filled from.
    """

    budget = BahtField(label=_("budget (baht)"), required=False)
    indicators = IndicatorChoices(
        Indicator.objects.none(),
        label=_("indicators"),
        error_messages={
            "required": _("Please choose at least one indicator."),
            "invalid_choice": _("Please choose from the list."),
            "invalid_pk_value": _("Please choose from the list."),
        },
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SupportingProject
        fields = [
            "kind",
            "title",
            "budget",
            "work_group",
            "performance_agreement",
            "annual_plan",
        ]
        labels = {"title": _("name of the plan, project or activity")}
        help_texts = {
            "performance_agreement": _("The clause or measure of the agreement it serves."),
            "annual_plan": _("Where it stands in the annual action plan."),
        }

    def __init__(self, *args, assessment, indicators, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["work_group"].queryset = WorkGroup.objects.filter(office=assessment.office_id)
        self.fields["indicators"].use(indicators)

    def values(self):
        """What the domain takes."""
        names = (*self.Meta.fields, "indicators")
        return {name: self.cleaned_data[name] for name in names}


class ProjectCreateForm(IdempotentMixin, ProjectForm):
    """The same POST twice makes one project."""


class ProjectFilterForm(PlainForm):
    """Search and filter of the list; what cannot be read is left out, not refused."""

    q = forms.CharField(label=_("Search title or plan"), required=False, max_length=100)
    indicator = forms.ModelChoiceField(
        Indicator.objects.none(),
        label=_("indicator"),
        required=False,
        empty_label=_("all indicators"),
        to_field_name="code",
    )

    def __init__(self, *args, assessment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.filter(
            standard__edition=assessment.edition_id
        )

"""Forms of the assignment table.

People are typed by name: the box takes what a person types or picks (``นางสาว ก ข · ตำแหน่ง``)
and finds exactly one active person of the office, with or without scripts in the browser.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm, StaleEditMixin
from indicators.assignments.assignments import KINDS, find_target

NAMES_SHOWN = 5


class PersonField(forms.CharField):
    """A typed name that must mean exactly one person of ``directory``."""

    default_error_messages = {
        "nobody": _("Nobody of the office is called “%(typed)s”."),
        "several": _("Several people match: %(names)s. Please choose one."),
    }

    def __init__(self, *args, directory=None, **kwargs):
        kwargs.setdefault("max_length", 300)
        super().__init__(*args, **kwargs)
        self.directory = directory

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        found = self.directory.match(typed)
        if not found:
            raise forms.ValidationError(
                self.error_messages["nobody"], code="nobody", params={"typed": typed[:60]}
            )
        if len(found) > 1:
            names = ", ".join(self.directory.names[person.pk] for person in found[:NAMES_SHOWN])
            more = " …" if len(found) > NAMES_SHOWN else ""
            raise forms.ValidationError(
                self.error_messages["several"], code="several", params={"names": names + more}
            )
        return found[0]


class PeopleForm(PlainForm):
    """Base of the forms that name a person."""

    person = PersonField(
        label=_("responsible"),
        error_messages={"required": _("Please type a name.")},
        widget=forms.TextInput(
            attrs={
                "list": "people",
                "autocomplete": "off",
                "data-person-box": "",
                "class": "form-control",
            }
        ),
    )

    def __init__(self, *args, directory, assessment, **kwargs):
        super().__init__(*args, **kwargs)
        self.assessment = assessment
        self.fields["person"].directory = directory


class TargetMixin(forms.Form):
    """Which row: kind and code, checked against the year's own edition."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput)
    code = forms.CharField(max_length=20, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if "kind" in cleaned and "code" in cleaned:
            cleaned["target"] = find_target(self.assessment, cleaned["kind"], cleaned["code"])
            if cleaned["target"] is None:
                self.add_error(None, _("This row does not belong to the edition of this year."))
        return cleaned


class AssignForm(TargetMixin, StaleEditMixin, PeopleForm):
    """One row of the table. ``seen`` is who stood there when the page was made (0: nobody)."""

    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class TransferForm(StaleEditMixin, PeopleForm):
    """Hand a row to somebody else, with the reason that the history keeps.

    ``seen`` is who stood there when the page was made (0: nobody).
    """

    reason = forms.CharField(label=_("reason"), max_length=300)
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class EndForm(PlainForm):
    """Leave a row with nobody."""

    reason = forms.CharField(label=_("reason"), max_length=300)


class AssignGroupForm(TargetMixin, PeopleForm):
    """Name one person for a row and everything below it."""

    overwrite = forms.BooleanField(label=_("also where somebody is named already"), required=False)
    reason = forms.CharField(
        label=_("reason (when somebody is replaced)"), max_length=300, required=False
    )
    field_order = ["person", "overwrite", "reason"]


class TableFilterForm(PlainForm):
    """What the table shows; what cannot be read is left out, not refused."""

    q = forms.CharField(label=_("Search code or title"), required=False, max_length=100)
    open = forms.BooleanField(label=_("only without a person"), required=False)
    group = forms.TypedChoiceField(
        label=_("work group"), required=False, coerce=int, empty_value=None
    )
    person = forms.TypedChoiceField(label=_("person"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args, groups=(), people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [
            ("", _("all groups")),
            *((group.pk, str(group)) for group in groups),
        ]
        self.fields["person"].choices = [
            ("", _("all people")),
            *((person.pk, str(person)) for person in people),
        ]

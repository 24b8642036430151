"""Forms of the inbox."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import IdempotentMixin, PlainForm, ThaiDateField
from core.refusals import RuleBroken
from indicators.catalogue.trees import considerations_of
from indicators.evidence.forms import ContentsMixin
from indicators.narratives.inbox.codes import clean_code


class InboxCodeField(forms.CharField):
    """The code of an indicator or consideration, as people write it."""

    def clean(self, value):
        """``๒.๑ การบริหาร`` is 2.1."""
        try:
            return clean_code(super().clean(value))
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message) from broken


class InboxForm(IdempotentMixin, ContentsMixin, PlainForm):
    """Files, for what they are, what they show and when it was."""

    url = None  # type: ignore[assignment] # the inbox takes files
    link_label = None  # type: ignore[assignment]
    for_code = InboxCodeField(label=_("for which indicator"), required=False, max_length=200)
    note = forms.CharField(label=_("what it shows"), required=False, max_length=300)
    event_on = ThaiDateField(label=_("date of the event"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for_code"].widget.attrs.update(list="codes", autocomplete="off")
        self.fields["event_on"].initial = clock.today

    def clean_event_on(self):
        """What was photographed has happened; today when nothing is said."""
        day = self.cleaned_data["event_on"] or clock.today()
        if day > clock.today():
            raise forms.ValidationError(_("The date of the event lies in the future."))
        return day


class CiteEntryForm(PlainForm):
    """In which consideration an entry is cited."""

    for_code = forms.ChoiceField(label=_("consideration"))

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["for_code"].choices = considerations_of(edition)


class AddressForm(PlainForm):
    """For what it is instead."""

    for_code = InboxCodeField(label=_("for which indicator"), required=False, max_length=200)


class SortFilterForm(PlainForm):
    """Whether the page shows what was sorted already."""

    show = forms.ChoiceField(
        required=False, choices=[("", _("Waits to be sorted")), ("sorted", _("Sorted"))]
    )

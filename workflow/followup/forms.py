"""Forms of OBEC's follow-up and the office's answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import IdempotentMixin, PlainForm, StaleEditForm, StaleEditMixin
from indicators.models import Indicator
from people.models import User


class SubmitForm(PlainForm):
    """Names the gaps that the page showed, see ``completeness.panels``."""

    gaps_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def seen_in(cls, data):
        """What the page showed; nothing for what no page of ours sent."""
        form = cls(data)
        return form.cleaned_data["gaps_seen"] if form.is_valid() else ""


class VerifiedLevelForm(StaleEditForm):
    """OBEC's level and its reason; nothing is preset."""

    level = forms.TypedChoiceField(
        label=_("Verified level"),
        choices=[(level, str(level)) for level in range(5, 0, -1)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level from 1 to 5.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    # Of the level on screen: another reviewer's is not written over.
    seen = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)


class RecommendationForm(PlainForm):
    """One finding: about an indicator or about the whole."""

    indicator = forms.ModelChoiceField(
        label=_("Indicator"),
        queryset=Indicator.objects.none(),
        required=False,
        empty_label=_("The whole office"),
    )
    problem = forms.CharField(
        label=_("Problem"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recommendation = forms.CharField(
        label=_("Recommendation"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = Indicator.objects.filter(standard__edition=edition)

    def finding(self) -> dict:
        """What the domain wants."""
        return {
            name: self.cleaned_data[name] for name in ("indicator", "problem", "recommendation")
        }


class RecommendationCreateForm(IdempotentMixin, RecommendationForm):
    """The same click twice makes one finding."""


class RecommendationEditForm(StaleEditMixin, RecommendationForm):
    """Rewording a finding; remembers the wording it started from."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class RecommendationAnswerForm(StaleEditForm):
    """The office's answer and who carries it on."""

    text = forms.CharField(
        label=_("Answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    owner = forms.ModelChoiceField(
        label=_("Who carries it on"), queryset=User.objects.none(), empty_label=_("Choose a person")
    )
    # The answer this form was filled from, as it was: another one meanwhile is not written over.
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args, people=None, **kwargs):
        super().__init__(*args, **kwargs)
        if people is not None:  # a page of many forms fills in its list of people itself
            self.fields["owner"].queryset = people

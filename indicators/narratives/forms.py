"""Forms of the writing pages. They shape input; the domain saves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm, StaleEditForm, ThaiDateField

MAX_TEXT = 50_000


def text_field(label, rows, help_text=""):
    """A long text that may stay empty."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=MAX_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
    )


class ItemForm(StaleEditForm):
    """The texts of one consideration; ``seen`` is the version they started from."""

    narrative = text_field(
        _("what was done"), 12, _("Who did what, when, how, and with whom. Plain paragraphs.")
    )
    result = text_field(_("result"), 6, _("What came of it, in numbers where there are any."))
    no_evidence_reason = text_field(_("reason why there is no evidence"), 3)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ReviewForm(StaleEditForm):
    """The review of one indicator; ``seen`` is the version it started from."""

    strengths = text_field(_("strengths"), 4)
    to_improve = text_field(_("to improve"), 4)
    problems = text_field(_("problems and obstacles"), 4)
    measures = text_field(_("measures"), 4)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class RestoreForm(StaleEditForm):
    """Which old text comes back; ``seen`` is the version of the present one."""

    revision = forms.IntegerField(min_value=1)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class DueForm(StaleEditForm):
    """A due date of the consideration's own; empty for that of the step.

    It stands beside the texts, so its boxes have ids of their own.
    """

    due = ThaiDateField(label=_("Due date of this consideration"), required=False)
    seen = forms.DateField(required=False, input_formats=["%Y-%m-%d"], widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="due_%s", **kwargs)


class CoverageFilterForm(PlainForm):
    """Which considerations stand beside the months."""

    SHOWN = [
        ("", _("All considerations")),
        ("lacking", _("Those that lack required evidence")),
    ]

    show = forms.ChoiceField(label=_("Considerations"), required=False, choices=SHOWN)

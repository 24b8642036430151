"""Forms of what an office's papers carry: emblem, lines, standing phrases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm, StaleEditForm
from workflow.papers.phrases import edits

LONGEST = 300
LONGEST_TEXT = 4000
ACCEPTED = ".png,.jpg,.jpeg,.webp,image/png,image/jpeg,image/webp"


class LetterheadForm(StaleEditForm):
    """A form of the letterhead; ``seen`` is the count of saves that its page showed."""

    seen = forms.IntegerField(min_value=0, max_value=2**31 - 2, widget=forms.HiddenInput)

    @classmethod
    def of(cls, letterhead):
        """A form filled from the row, not yet sent."""
        names = [name for name in cls.base_fields if hasattr(letterhead, name) and name != "emblem"]
        values = {name: getattr(letterhead, name) for name in names}
        return cls(initial=values | {"seen": letterhead.version})


class LinesForm(LetterheadForm):
    """The department line of memos and the lines under signatures."""

    department = forms.CharField(
        label=_("Department line on memos"),
        max_length=LONGEST,
        required=False,
        help_text=_("After ส่วนราชการ: office, group and telephone."),
    )
    director_position = forms.CharField(
        label=_("Line under the director's signature"),
        max_length=LONGEST,
        required=False,
        help_text=_("Empty prints the person's own position."),
    )
    deputy_position = forms.CharField(
        label=_("Line under the deputy's signature"),
        max_length=LONGEST,
        required=False,
        help_text=_("Empty prints the person's own position."),
    )

    def lines(self):
        """What ``letterheads.save_lines`` takes."""
        return {name: text for name, text in self.cleaned_data.items() if name != "seen"}


class EmblemForm(LetterheadForm):
    """A picture; the domain looks whether it is one."""

    emblem = forms.FileField(
        label=_("Picture of the emblem"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_(
            "PNG, JPEG or WebP, at most 5 MB; at least 150 points on each side. "
            "A clear scan without a border prints best."
        ),
        error_messages={"required": _("Choose a picture first.")},
    )


class EmblemRemoveForm(LetterheadForm):
    """Take the emblem off."""


class SeenPhraseForm(StaleEditForm):
    """A form of one phrase; ``seen`` is the wording its page showed."""


class PhraseForm(SeenPhraseForm):
    """The office's own wording of a phrase."""

    text = forms.CharField(
        label=_("Wording"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7, "lang": "th"}),
    )

    def __init__(self, *args, name, office, **kwargs):
        super().__init__(*args, **kwargs)
        self.name, self.office = name, office

    def clean_text(self):
        text = edits.tidy(self.name, self.cleaned_data["text"])
        if problems := edits.problems_of(self.name, text, self.office):
            raise forms.ValidationError(problems)
        return text


class SampleForm(PlainForm):
    """Whether only the sample is asked for, with the wording as typed so far."""

    sample = forms.BooleanField()
    text = forms.CharField(max_length=LONGEST_TEXT, required=False, widget=forms.Textarea)

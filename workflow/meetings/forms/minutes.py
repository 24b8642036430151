"""Forms of attendance, minutes and tasks; they check the input, the domain saves."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import DIGITS_OF_A_KEY, IdempotentMixin, PlainForm, StaleEditForm, ThaiDateField
from core.forms.typed_text import CodeField
from indicators.assignments.forms import PersonField
from workflow.meetings.attendance import CODE_DIGITS
from workflow.meetings.forms.meetings import ThaiTimeField
from workflow.meetings.minutes import Head, Said
from workflow.models import AgendaItem

PERSON_BOX = {"list": "people", "autocomplete": "off", "spellcheck": "false", "data-person-box": ""}


class AttendanceForm(PlainForm):
    """One tick, or all that the search found."""

    user = forms.IntegerField(required=False, min_value=1, max_value=10**DIGITS_OF_A_KEY)
    present = forms.BooleanField(required=False)


class ExcuseForm(PlainForm):
    """Why somebody does not come."""

    user = forms.IntegerField(min_value=1, max_value=10**DIGITS_OF_A_KEY, widget=forms.HiddenInput)
    excuse = forms.CharField(label=_("Reason of absence"), required=False, max_length=200)


class CheckInForm(PlainForm):
    """The code shown in the room, in Thai or Arabic digits."""

    code = CodeField(
        label=_("Code shown in the room"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "check-in-code",
                "placeholder": "0" * CODE_DIGITS,
            }
        ),
    )


class EarlierForm(PlainForm):
    """The earlier meeting whose minutes were confirmed."""

    earlier = forms.IntegerField(min_value=1, max_value=10**DIGITS_OF_A_KEY)

    @classmethod
    def number(cls, data):
        """Its key; 0, which no meeting has, when it cannot be read."""
        form = cls(data)
        return form.cleaned_data["earlier"] if form.is_valid() else 0


class RoomPollForm(PlainForm):
    """How often the room was asked without anything new, and what it showed."""

    idle = forms.IntegerField(required=False, min_value=0, max_value=100)
    seen = forms.IntegerField(required=False, min_value=0, max_value=100_000)


class OptionalTimeField(ThaiTimeField):
    """A time of day, or nothing."""

    def clean(self, value):
        return super().clean(value) if (value or "").strip() else None


class MinutesForm(StaleEditForm):
    """Minutes: two texts per agenda item and point, and one general."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    minutes = forms.CharField(
        label=_("General minutes"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, agenda, **kwargs):
        super().__init__(*args, **kwargs)
        self.agenda = agenda
        for item in agenda:
            for name, label, rows in (
                ("text", _("What was said"), 3),
                ("resolution", _("Resolution"), 2),
            ):
                self.fields[f"{name}_{item.pk}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=50_000,
                    initial=getattr(item, name),
                    widget=forms.Textarea(attrs={"rows": rows}),
                )

    def boxes(self, item):
        """The two fields of an agenda item, for the template."""
        return self[f"text_{item.pk}"], self[f"resolution_{item.pk}"]

    def said(self) -> dict[int, Said]:
        """What the domain wants."""
        texts = {
            name: text.replace("\r\n", "\n")
            for name, text in self.cleaned_data.items()
            if isinstance(text, str)
        }
        return {
            item.pk: Said(texts[f"text_{item.pk}"], texts[f"resolution_{item.pk}"])
            for item in self.agenda
        }


class HeadForm(PlainForm):
    """What stands around the minutes: times, people, guests.

    What cannot be read keeps what is stored; the texts beside it are saved all the same.
    """

    began_at = OptionalTimeField(label=_("Began at"), required=False)
    ended_at = OptionalTimeField(label=_("Ended at"), required=False)
    chair = PersonField(
        label=_("Chair of the meeting"), required=False, widget=forms.TextInput(attrs=PERSON_BOX)
    )
    note_taker = PersonField(
        label=_("Note taker"), required=False, widget=forms.TextInput(attrs=PERSON_BOX)
    )
    checker = PersonField(
        label=_("Checker of the minutes"), required=False, widget=forms.TextInput(attrs=PERSON_BOX)
    )
    guests = forms.CharField(
        label=_("Others present, not invited (one a line)"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, directory, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("chair", "note_taker", "checker"):
            self.fields[name].directory = directory

    def clean(self):
        cleaned = super().clean()
        began, ended = cleaned.get("began_at"), cleaned.get("ended_at")
        if began and ended and ended < began:
            self.add_error("ended_at", _("The meeting cannot end before it began."))
        return cleaned

    def head(self, meeting) -> Head:
        """What the domain wants: only fields that were sent and could be read."""
        sent = {name: value for name, value in self.cleaned_data.items() if name in self.data}
        for name in ("began_at", "ended_at"):
            if sent.get(name) is not None:
                sent[name] = _moment(meeting, sent[name])
        if "guests" in sent:
            lines = (" ".join(line.split()) for line in sent["guests"].splitlines())
            sent["guests"] = "\n".join(filter(None, lines))
        return Head(sent)


def _moment(meeting, at):
    day = thai.local_date(meeting.starts_at)
    return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())


class TaskForm(IdempotentMixin, PlainForm):
    """Who does what by when."""

    text = forms.CharField(
        label=_("What is to be done"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        error_messages={"required": _("Please write what is to be done.")},
    )
    person = PersonField(
        label=_("Who"),
        widget=forms.TextInput(attrs={"class": "form-control", **PERSON_BOX}),
        error_messages={"required": _("Please type a name.")},
    )
    due = ThaiDateField(label=_("By when"), error_messages={"required": _("Please write a date.")})
    item = forms.ModelChoiceField(
        queryset=AgendaItem.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("This agenda item belongs to another meeting.")},
    )

    def __init__(self, *args, meeting, directory, item=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.agenda.all()
        self.fields["item"].initial = item.pk if item else None
        self.fields["person"].directory = directory
        self.fields["due"].widget.attrs["class"] = "form-control"
        self.form_id = f"task-form-{item.pk}" if item else ""
        for name, field in self.fields.items():
            # The row stands inside the form of the minutes, but is sent by a form of its own.
            field.widget.attrs["form"] = self.form_id
            field.widget.attrs["id"] = f"task-{item.pk}-{name}" if item else f"task-{name}"


class ResultForm(PlainForm):
    """What came of a task."""

    result = forms.CharField(
        label=_("What came of it"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please write what came of it.")},
    )

"""Forms of meetings; they check the input, the domain saves."""

import copy
import re
from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import thai
from core import clock
from core.forms import IdempotentMixin, PlainForm, StaleEditForm, StaleEditMixin, ThaiDateField
from core.forms.typed_text import EntriesField, LinkField
from people.models import User
from workflow.meetings import agenda, agenda_items
from workflow.meetings.invitations import PRINTED
from workflow.models import Meeting

CLOCK = re.compile(r"(?:เวลา)?\s*(\d{1,2})(?:[.:](\d{2}))?\s*(?:น\.?|นาฬิกา)?")


class ThaiTimeField(forms.CharField):
    """A time of day as offices write it: ``09.30``, ``9:30 น.``, ``เวลา ๐๙.๓๐ นาฬิกา``."""

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "09.30"})
        )
        super().__init__(**kwargs)

    def prepare_value(self, value):
        """Show a time as ``09.30``; what was typed stays as typed."""
        return f"{value:%H.%M}" if isinstance(value, time) else value

    def clean(self, value):
        """Read what was typed."""
        text = super().clean(value)
        found = CLOCK.fullmatch(thai.to_arabic_digits(text))
        if text and found:
            hour, minute = int(found[1]), int(found[2] or 0)
            if hour < 24 and minute < 60:
                return time(hour, minute)
        raise forms.ValidationError(
            _("This is not a time. Please write hours.minutes, e.g. 09.30.")
        )


class WebAddressField(LinkField):
    """The address of an online meeting."""

    default_error_messages = {
        "invalid": _("This is not a web address. It looks like https://meet.example.com/room.")
    }


class PersonChoiceField(forms.ModelChoiceField):
    """One person of the office, shown with the position."""

    def label_from_instance(self, person):
        return f"{person.full_name} · {person.position}" if person.position else person.full_name


class MeetingForm(PlainForm):
    """Title, date, time, place or link, chair and agenda of a meeting."""

    title = forms.CharField(label=_("Title of the meeting"), max_length=300)
    date = ThaiDateField(label=_("Date"))
    time = ThaiTimeField(label=_("Time"))
    place = forms.CharField(label=_("Place"), max_length=300, required=False)
    link = WebAddressField(
        label=_("Link to the online meeting"),
        required=False,
        help_text=_("A meeting has a place, a link, or both."),
    )
    chair = PersonChoiceField(
        User.objects.none(), label=_("Chair of the meeting"), empty_label=_("The usual chair")
    )
    agenda = EntriesField(
        label=_("Agenda"),
        help_text=_(
            "One agenda item a line. A line that begins with a dash (-) is a point under it, "
            "one that begins with | goes on with the line above."
        ),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    past = forms.BooleanField(
        label=_("It took place on that day: record it, invite nobody"), required=False
    )

    def __init__(self, *args, chairs, **kwargs):
        super().__init__(*args, **kwargs)
        self.asks_past = False  # whether the date has to be confirmed
        self.fields["chair"].required = False
        self.fields["chair"].queryset = chairs

    def clean(self):
        cleaned = super().clean()
        unread = {"place", "link"} & set(self.errors)
        if not unread and not cleaned.get("place") and not cleaned.get("link"):
            self.add_error("place", _("Write the place, or the link of an online meeting."))
        self._ask_past(cleaned)
        return cleaned

    def _ask_past(self, cleaned):
        """A day that is over is a record, or a slip of the pen: asked once, where it was typed."""
        day = cleaned.get("date")
        self.asks_past = bool(day and day < clock.today() and day != self.initial.get("date"))
        if self.asks_past and not cleaned.get("past"):
            self.add_error("past", _("The day of the meeting is over. Is the date right?"))

    def clean_agenda(self):
        """One title a line; numbering that people type is the page's own business."""
        headings = agenda.read(self.cleaned_data["agenda"].splitlines())
        titles = [title for one in headings for title in (one.title, *one.points)]
        if not titles:
            raise forms.ValidationError(_("The agenda is empty."))
        if any(len(title) > agenda.TITLE_MAX for title in titles):
            raise forms.ValidationError(_("An agenda item is longer than 300 characters."))
        if len(titles) > 60:
            raise forms.ValidationError(_("There are more than 60 agenda items."))
        return agenda.text_of(headings).splitlines()

    def plan(self) -> dict:
        """What the domain wants."""
        day, at = self.cleaned_data["date"], self.cleaned_data["time"]
        moment = datetime.combine(day, at, tzinfo=timezone.get_default_timezone())
        names = ("title", "place", "link", "chair", "agenda")
        return {"starts_at": moment, **{name: self.cleaned_data[name] for name in names}}

    def typed(self) -> dict:
        """Every field as it was typed, right or wrong, to show the form again."""
        return {name: self[name].value() for name in self.fields if name != "idempotency_token"}


class MeetingCreateForm(IdempotentMixin, MeetingForm):
    """Calling a meeting: the same click twice makes one."""


class MeetingEditForm(StaleEditMixin, MeetingForm):
    """Changing a planned meeting; remembers what it started from."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    @staticmethod
    def of(meeting):
        """The initial values."""
        moment = timezone.localtime(meeting.starts_at, timezone.get_default_timezone())
        return {
            "title": meeting.title,
            "date": moment.date(),
            "time": moment.time(),
            "place": meeting.place,
            "link": meeting.link,
            "chair": meeting.chair_id,
            "agenda": agenda_items.agenda_text(meeting),
            "seen": meeting.version,
        }


class AgendaHelpForm(PlainForm):
    """The button that puts today's open points on the agenda that is being typed."""

    add_points = forms.BooleanField(required=False)

    @property
    def wanted(self) -> bool:
        """Whether that button was pressed."""
        return self.is_valid() and self.cleaned_data["add_points"]


class InvitationForm(StaleEditForm):
    """The words of the invitation paper; what is left empty is the office's usual phrase."""

    number = forms.CharField(
        label=_("Number of the invitation"),
        max_length=60,
        required=False,
        help_text=_(
            "As it is to stand on the paper, e.g. 45/2560. "
            "Left empty, the paper leaves room to write it by hand."
        ),
    )
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    to = forms.CharField(label=_("Addressed to"), max_length=300, required=False)
    opening = forms.CharField(
        label=_("Opening words"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    closing = forms.CharField(
        label=_("Closing words"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen = forms.IntegerField(min_value=0, max_value=999_999, widget=forms.HiddenInput)

    def words(self) -> dict[str, str]:
        """What was typed and could be read."""
        return {
            name: self.cleaned_data[name].replace("\r\n", "\n")
            for name in PRINTED
            if name in self.cleaned_data
        }


def typed_invitation(meeting: Meeting, data) -> Meeting:
    """An unsaved copy of the meeting with the words that are typed, for the preview.

    Fields that do not validate keep what is stored.
    """
    form = InvitationForm(data)
    form.is_valid()
    typed = copy.copy(meeting)
    typed.invitation = {**meeting.invitation, **form.words()}
    return typed

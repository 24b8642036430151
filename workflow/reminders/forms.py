"""Forms of reminders: the schedule, rest days, messages, what the lists are searched for."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import IdempotentMixin, PlainForm, StaleEditForm, ThaiDateField
from workflow.meetings.forms.meetings import ThaiTimeField
from workflow.reminders.schedule import FIELDS, HOURS, LONGEST_AFTER, LONGEST_BEFORE


class DaysField(forms.CharField):
    """Whole numbers with commas between: ``14, 7, 1``; empty for none."""

    def __init__(self, **kwargs):
        super().__init__(max_length=60, required=False, **kwargs)

    def prepare_value(self, value):
        """Show a list as it is typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value):
        """Read what was typed, the longest first, each once."""
        text = thai.to_arabic_digits(super().clean(value))
        parts = [part for part in re.split(r"[\s,]+", text) if part]
        if any(part.isdigit() and len(part) > 3 for part in parts):
            most = {"most": LONGEST_BEFORE}
            raise forms.ValidationError(_("Days before the due date: from 1 to %(most)d.") % most)
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(_("Please write numbers of days, e.g. 14, 7, 1."))
        return sorted({int(part) for part in parts}, reverse=True)


def after_field(label):
    """After how many working days somebody is notified; empty for never."""
    return forms.IntegerField(
        label=label, required=False, min_value=1, max_value=LONGEST_AFTER, localize=False
    )


class ScheduleForm(StaleEditForm):
    """When people are reminded, and who is notified of what is overdue."""

    before = DaysField(label=_("Days before the due date"))
    every = forms.IntegerField(
        label=_("After the due date: every … working days"), min_value=1, max_value=LONGEST_AFTER
    )
    group_director_after = after_field(_("The group director hears after … working days"))
    deputy_after = after_field(_("The deputies hear after … working days"))
    director_after = after_field(_("The director hears after … working days"))
    digest_at = ThaiTimeField(label=_("Daily digest at"))
    quiet_from = ThaiTimeField(label=_("Quiet from"))
    quiet_until = ThaiTimeField(label=_("Quiet until"))
    on_rest_days = forms.BooleanField(
        label=_("Send digests on weekends and public holidays too"), required=False
    )
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 2, widget=forms.HiddenInput)

    @classmethod
    def of(cls, row, office):
        """Filled from what stands there."""
        initial = {name: getattr(row, name) for name in FIELDS} | {"seen": row.version}
        return cls(initial=initial | {name: getattr(office, name) for name in HOURS})


class RestDayForm(PlainForm):
    """One more day on which the office rests."""

    day = ThaiDateField(label=_("Day"))
    name = forms.CharField(label=_("Occasion"), max_length=120)


class KeyForm(PlainForm):
    """Which todo is meant."""

    key = forms.CharField(max_length=160)


class PersonalMessageForm(IdempotentMixin, KeyForm):
    """A personal message to whom a todo waits for."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please write a message.")},
    )


class ReminderFilterForm(PlainForm):
    """What the list of reminders shows."""

    STATES = [
        ("", _("All")),
        ("open", _("Still waiting")),
        ("unread", _("Not opened yet")),
        ("failed", _("Did not get through")),
        ("done", _("Done since")),
    ]
    q = forms.CharField(label=_("Name or words of the work"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("Which"), choices=STATES, required=False)

"""Forms of how a person is reached."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import IdempotentMixin, PlainForm
from notifications.channels import LONGEST, address_of, problem_of
from notifications.states import Service

_NO_KEY = _(
    "This key and recipient do not fit. Telegram: a key like 123456789:AAE… and a number; "
    "LINE: a long token and an ID that begins with U."
)


class DigestForm(PlainForm):
    """The daily digest by e-mail."""

    wanted = forms.BooleanField(label=_("Send me the daily digest by e-mail"), required=False)


class ChannelForm(IdempotentMixin, PlainForm):
    """One more place for messages; which fields count depends on the service."""

    service = forms.ChoiceField(label=_("Service"), choices=Service)
    label = forms.CharField(
        label=_("Name of this channel"), max_length=60, help_text=_("For yourself, e.g. My LINE.")
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=300,
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("LINE: channel access token. Telegram: token of the bot."),
    )
    to = forms.CharField(
        label=_("Recipient"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("LINE: your user ID. Telegram: number of the chat."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=LONGEST,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Teams: the address of the workflow. Other services: as Apprise writes it."),
    )

    def clean(self):
        cleaned = super().clean()
        if "service" not in cleaned or self.errors:
            return cleaned
        names = ("key", "to") if cleaned["service"] in (Service.LINE, Service.TELEGRAM) else ()
        for name in names or ("address",):
            if not cleaned.get(name):
                self.add_error(name, _("Please fill this in for the chosen service."))
        if not self.errors:
            cleaned["whole"] = address_of(
                cleaned["service"],
                key=cleaned["key"],
                to=cleaned["to"],
                address=cleaned["address"],
            )
            if problem := problem_of(cleaned["whole"]):
                self.add_error(*(("key", _NO_KEY) if names else ("address", problem)))
        return cleaned


class LineForm(PlainForm):
    """Which line of a message, counted from 0."""

    line = forms.IntegerField(required=False, min_value=0, max_value=999)


class BadgeForm(PlainForm):
    """How often a page has asked for the number of unread notifications."""

    n = forms.IntegerField(required=False, min_value=0, max_value=10_000)


class NotificationFilterForm(PlainForm):
    """Search in one's notifications."""

    q = forms.CharField(label=_("Words of the notification"), required=False, max_length=100)

"""Forms of one's own page and of the frame."""

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm, PlainModelForm, SeenMixin
from people.forms.members import PREFIXES, free_email
from people.forms.names import NamesMixin
from people.models import User


class ProfileForm(NamesMixin, SeenMixin, PlainModelForm):
    """One's own name, e-mail, telephone and language.

    A changed e-mail needs the password: whoever sits down at an open screen must not be able to
    redirect the password links.
    """

    current_password = forms.CharField(
        label=_("Current password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=_("Only needed when you change the e-mail."),
    )

    class Meta:
        model = User
        fields = ["prefix", "given_name", "family_name", "phone", "language", "email"]
        widgets = {
            "prefix": forms.TextInput(
                attrs={"list": "prefixes", "autocomplete": "honorific-prefix"}
            ),
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "phone": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "language": forms.Select(choices=settings.LANGUAGES),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.before = self.instance.email
        self.prefixes = PREFIXES

    def clean_language(self):
        language = self.cleaned_data["language"]
        if language not in dict(settings.LANGUAGES):
            raise forms.ValidationError(_("This language is not offered."), code="language")
        return language

    def clean_email(self):
        return free_email(self.cleaned_data["email"], self.instance)

    def clean(self):
        cleaned = super().clean()
        changed = "email" in cleaned and cleaned["email"] != self.before
        if changed:
            self._ask_password(cleaned.get("current_password") or "")
        return cleaned

    def _ask_password(self, password):
        """Counted like signing in: an open screen is no place to guess as long as one likes."""
        try:
            right = bool(password) and get_adapter().reauthenticate(self.instance, password)
        except forms.ValidationError as error:
            self.add_error("current_password", error)
        else:
            if not right:
                self.add_error("current_password", _("Please enter your current password."))

    def facts(self):
        """What ``members.update_person`` takes."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class LanguageForm(PlainForm):
    """The language switch in the frame."""

    language = forms.ChoiceField(choices=settings.LANGUAGES)
    next = forms.CharField(required=False, max_length=2000)


class UndeliveredFilterForm(PlainForm):
    """Search in the mail that was given up."""

    q = forms.CharField(label=_("Name, e-mail or notification"), required=False, max_length=100)

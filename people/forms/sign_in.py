"""allauth's forms around signing in, in the words of this product."""

from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField
from allauth.account.forms import LoginForm
from allauth.core import context
from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

import thai
from people.sign_in import limits, names, password_links


class SignInForm(LoginForm):
    """Labels that say what to type; no placeholder repeats them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label = _("Username or e-mail")
        name.widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        password.help_text = format_html(
            '<a href="{}">{}</a>', reverse("account_reset_password"), _("Forgotten password")
        )
        for field in (name, password):
            field.widget.attrs.pop("placeholder", None)

    def clean_login(self):
        """Without what nobody sees: a name pasted from a chat brings spaces along."""
        return names.plain(super().clean_login())


class PlainEmailField(EmailField):
    """An address without what nobody sees."""

    def to_python(self, value):
        return thai.clean_address(names.plain(super().to_python(value)))


class ForgottenPasswordForm(forms.Form):
    """Asks for a link. Nothing here looks whether the address has an account."""

    email = PlainEmailField(required=True)

    def clean_email(self):
        """Hold back who asks for many addresses."""
        if not limits.may_ask_for_link(context.request):
            raise get_adapter().validation_error("too_many_login_attempts")
        return self.cleaned_data["email"]

    def save(self, request, **kwargs):
        """What allauth's view calls; the worker finds out whose address it is."""
        password_links.ask_for_link(self.cleaned_data["email"])
        return self.cleaned_data["email"]

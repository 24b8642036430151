"""allauth's sign-in form, in the words of this product."""

from allauth.account.forms import LoginForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _


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

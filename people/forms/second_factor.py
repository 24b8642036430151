"""Forms of two-step sign-in."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import encrypt
from django import forms
from django.utils.translation import gettext_lazy as _

import thai
from core.forms import PlainForm


class CodeMixin:
    """A code as it is meant: without what a telephone copied along, in whatever digits."""

    def clean_code(self):
        self.cleaned_data["code"] = thai.clean_code(self.cleaned_data["code"])
        return super().clean_code()


class CodeForm(CodeMixin, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(CodeMixin, ReauthenticateForm):
    """The same before something that only the owner may do."""


class ActivateForm(CodeMixin, ActivateTOTPForm):
    """allauth's own, but the code that switches it on is used up by that."""

    def clean_code(self):
        code = super().clean_code()
        data = {"secret": encrypt(self.secret)}
        totp = TOTP(Authenticator(user=self.user, type=Authenticator.Type.TOTP, data=data))
        if not totp.validate_code(code):  # somebody used it a moment ago
            raise get_adapter().validation_error("incorrect_code")
        return code


class SecondFactorRuleForm(PlainForm):
    """When the office begins to require two-step sign-in."""

    OFF = "off"
    days = forms.ChoiceField(
        label=_("Two-step sign-in for these roles"),
        choices=[
            (OFF, _("Everybody decides for themselves")),
            ("30", _("Required in 30 days")),
            ("14", _("Required in 14 days")),
            ("7", _("Required in 7 days")),
            ("0", _("Required at once")),
        ],
        widget=forms.RadioSelect,
    )

    def facts(self):
        """What ``second_factor.set_rule`` takes."""
        chosen = self.cleaned_data["days"]
        return {"days": None if chosen == self.OFF else int(chosen)}

"""allauth's door to this product: nobody signs up, no mail leaves a request."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from people.sign_in import limits, second_factor, sessions
from people.sign_in.devices import remember_device
from people.views.language import remember_language


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's second step, as the office's rule has it."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy(
            "Your office requires two-step sign-in of your role."
        )
    }

    def can_delete_authenticator(self, authenticator):
        return not second_factor.is_required_of(authenticator.user, clock.today())


class AccountAdapter(DefaultAccountAdapter):
    """People are added by an administrator of their office."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts; please wait a few minutes. A device on which you signed in before "
            "need not wait, nor does one on which you choose a new password by the link in a mail."
        )
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        """All that come without an address count as one."""
        try:
            return super().get_client_ip(request)
        except (PermissionDenied, ImproperlyConfigured):
            return limits.NOWHERE

    def pre_authenticate(self, request, **credentials):
        """Count the attempt under the account that is meant, whatever name was typed."""
        typed = credentials.get("username") or credentials.get("email") or ""
        self._attempt = limits.begin(request, typed)
        if self._attempt is None:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self):
        """allauth calls this after the right password."""
        self._attempt.take_back()

    def authenticate(self, request, **credentials):
        """Refuse the published demo password wherever the demo is not running."""
        if not settings.DEMO_MODE and credentials.get("password") == settings.DEMO_PASSWORD:
            return None
        return super().authenticate(request, **credentials)

    def clean_password(self, password, user=None):
        """Nobody may choose the demo password for good."""
        if not settings.DEMO_MODE and password == settings.DEMO_PASSWORD:
            raise ValidationError(_("This password is published; please choose another one."))
        return super().clean_password(password, user)

    def set_password(self, user, password):
        """A new password ends every other session at once."""
        super().set_password(user, password)
        own = self.request is not None and self.request.user.pk == user.pk
        sessions.end_sessions(user, but=self.request.session.session_key if own else None)

    def send_mail(self, template_prefix, email, context):
        """allauth's other mails are all switched off; one that comes here is a mistake."""
        raise RuntimeError(f"allauth has no mail to send, and sends {template_prefix}")

    def post_login(self, request, user, **kwargs):
        """Show the pages in the language this person chose, on every machine."""
        response = remember_language(super().post_login(request, user, **kwargs), user.language)
        return remember_device(request, response, user)

"""allauth's door to this product: nobody signs up, no mail leaves a request."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from people.sign_in import limits, second_factor, sessions, sso
from people.sign_in.devices import remember_device
from people.views.language import remember_language

# In the session between the two steps: what the first one was right for.
FIRST_STEP = "sign_in_first_step"


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

    def is_safe_url(self, url):
        """A way back that is no address (``http://[``) is not taken, like any strange one."""
        try:
            return super().is_safe_url(url)
        except ValueError:
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

    def pre_login(self, request, user, **kwargs):
        """Note for which password the first step was."""
        response = super().pre_login(request, user, **kwargs)
        if response is None:
            request.session[FIRST_STEP] = user.get_session_auth_hash()
        return response

    def login(self, request, user):
        """Refuse a second step to who was deactivated, or given a new password, since the first."""
        begun = request.session.pop(FIRST_STEP, None)
        if not user.is_active or begun != user.get_session_auth_hash():
            clear_login(request)
            messages.error(request, _("Your account was changed meanwhile. Please sign in again."))
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def post_login(self, request, user, **kwargs):
        """Show the pages in the language this person chose, on every machine."""
        response = remember_language(super().post_login(request, user, **kwargs), user.language)
        return remember_device(request, response, user)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Who comes from another house is a person of this one, or nobody."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def authenticate_by_email(self, sociallogin):
        """allauth asks this when the account is linked to nobody yet; it then links it."""
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            return None
        for address in sociallogin.email_addresses:
            user = sso.person_of(address.email, verified=address.verified)
            if user is not None:
                return user, address.email
        return None

    def pre_social_login(self, request, sociallogin):
        """Say plainly to whom the account belongs: to nobody here."""
        if sociallogin.state.get("process") != AuthProcess.CONNECT and not sociallogin.is_existing:
            self._back(
                request,
                _(
                    "This account of %(name)s is linked to nobody here. Sign in with your username "
                    "and link it in your profile, or ask the administrator of your office to write "
                    "its e-mail address into your details."
                ),
            )

    def on_authentication_error(self, request, provider, **kwargs):
        """Cancelled, refused, out of reach or sent twice: nothing happened."""
        self._back(request, _("Signing in by %(name)s did not succeed. Please try again."))

    def get_connect_redirect_url(self, request, socialaccount):
        return resolve_url("socialaccount_connections")

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """allauth calls this after linking and unlinking; it goes by the outbox."""
        linked = template_prefix.endswith("account_connected")
        sso.note_change(user, "person.sso_link" if linked else "person.sso_unlink")

    def _back(self, request, text):
        messages.error(request, text % {"name": settings.OIDC_NAME})
        to = "socialaccount_connections" if request.user.is_authenticated else "account_login"
        raise ImmediateHttpResponse(redirect(to))

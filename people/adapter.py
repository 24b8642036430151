"""allauth's door to this product: nobody signs up, no mail leaves a request."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.password_links import send_password_link
from people.views.language import remember_language


class AccountAdapter(DefaultAccountAdapter):
    """People are added by an administrator of their office."""

    def is_open_for_signup(self, request):
        return False

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

    def send_password_reset_mail(self, user, email, context):
        """Put it into the outbox: a worker writes the mail, so a slow server holds nobody up
        and the answer takes as long for an unknown address."""
        send_password_link(user)

    def send_mail(self, template_prefix, email, context):
        """allauth's other mails are all switched off; one that comes here is a mistake."""
        raise RuntimeError(f"allauth has no mail to send, and sends {template_prefix}")

    def post_login(self, request, user, **kwargs):
        """Show the pages in the language this person chose, on every machine."""
        return remember_language(super().post_login(request, user, **kwargs), user.language)

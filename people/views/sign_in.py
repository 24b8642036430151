"""The sign-in page, and the pages of allauth that this product does not have."""

from allauth.account.views import LoginView, PasswordResetFromKeyView
from django.conf import settings
from django.http import Http404

from people.queries import demo_accounts
from people.sign_in.devices import remember_device


class SignInView(LoginView):
    """allauth's own, with the demo accounts beside it while the demo runs."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            context["demo_password"] = settings.DEMO_PASSWORD
            context["demo_accounts"] = demo_accounts()
        return context


class NewPasswordView(PasswordResetFromKeyView):
    """allauth's own; whoever holds the mailbox is let try on this device from now on."""

    def form_valid(self, form):
        return remember_device(self.request, super().form_valid(form), self.reset_user)


def no_such_page(request, **kwargs):
    """Addresses belong to a person's details; people are added by their administrator."""
    raise Http404

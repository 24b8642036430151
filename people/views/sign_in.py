"""The sign-in page, and the pages of allauth that this product does not have."""

from allauth.account.views import LoginView
from django.conf import settings
from django.http import Http404

from people.queries import demo_accounts


class SignInView(LoginView):
    """allauth's own, with the demo accounts beside it while the demo runs."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            context["demo_password"] = settings.DEMO_PASSWORD
            context["demo_accounts"] = demo_accounts()
        return context


def no_such_page(request, **kwargs):
    """Addresses belong to a person's details; people are added by their administrator."""
    raise Http404

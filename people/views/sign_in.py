"""The sign-in page, and the pages of allauth that this product does not have."""

import logging
from http import HTTPStatus

from allauth.account.views import LoginView, PasswordResetFromKeyView
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as oidc
from allauth.socialaccount.views import ConnectionsView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from people.queries import demo_accounts
from people.sign_in import sso
from people.sign_in.devices import remember_device

log = logging.getLogger(__name__)


class SignInView(LoginView):
    """allauth's own, with the demo accounts beside it while the demo runs."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.OIDC_SERVER:
            context["sso_name"], context["sso"] = settings.OIDC_NAME, sso.PROVIDER
        if settings.DEMO_MODE:
            context["demo_password"] = settings.DEMO_PASSWORD
            context["demo_accounts"] = demo_accounts()
        return context


class NewPasswordView(PasswordResetFromKeyView):
    """allauth's own; whoever holds the mailbox is let try on this device from now on."""

    def form_valid(self, form):
        return remember_device(self.request, super().form_valid(form), self.reset_user)


@login_not_required
def sso_login(request, provider_id):
    """allauth's own; a provider that does not answer is said, not an error of ours."""
    return _or_back(request, oidc.login, provider_id)


@login_not_required
def sso_callback(request, provider_id):
    """Where the provider sends people back to."""
    return _or_back(request, oidc.callback, provider_id)


def _or_back(request, view, provider_id):
    if provider_id != sso.PROVIDER or not settings.OIDC_SERVER:
        raise Http404
    try:
        return view(request, provider_id=provider_id)
    except (RequestException, OAuth2Error, ValueError, KeyError) as error:
        log.warning("single sign-on: %s", type(error).__name__)
        try:
            get_adapter(request).on_authentication_error(request, provider_id)
        except ImmediateHttpResponse as back:
            return back.response
        raise


class LinkedAccountsView(ConnectionsView):
    """allauth's own, where single sign-on is on."""

    def dispatch(self, request, *args, **kwargs):
        if not settings.OIDC_SERVER:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        named = {"sso_name": settings.OIDC_NAME, "sso": sso.PROVIDER}
        return super().get_context_data(**kwargs) | named


def to_password_change(request, **kwargs):
    """IT changes its password where everybody does: there guesses of the old one are counted."""
    return redirect("account_change_password")


def no_such_page(request, **kwargs):
    """Addresses belong to a person's details; people are added by their administrator."""
    raise Http404


@login_not_required
@never_cache
@require_safe
def signed_in(request):
    """204 for somebody who is signed in, else 401: the web server in front asks before it takes
    a large body (docs/nginx.conf)."""
    known = request.user.is_authenticated
    return HttpResponse(status=HTTPStatus.NO_CONTENT if known else HTTPStatus.UNAUTHORIZED)

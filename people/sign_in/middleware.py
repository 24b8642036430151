"""What a signed-in request passes before its page: is the session still in use?"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from people.sign_in import second_factor, sessions

# Pages ask this by themselves while nobody is there.
BY_ITSELF = "notifications:notification_badge"
# Monitors ask this; it must answer without a database, so nobody asks it for the session.
WITHOUT_SESSION = "people:healthz"
# What is left to somebody who has to set two-step sign-in up first.
TO_SET_UP = {
    "people:second_factor_needed",
    "people:language_set",
    "account_logout",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_index",
    "mfa_reauthenticate",
}


class SessionUseMiddleware:
    """Signs out whoever left the machine alone, and says so on the page to sign in.

    It stands before LoginRequiredMiddleware, which then sends to the sign-in and back as after
    every session that ended: what was typed stays on the device.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> None:
        name = request.resolver_match.view_name
        if name == WITHOUT_SESSION or not request.user.is_authenticated:
            return
        if not sessions.is_over(request):
            if name != BY_ITSELF:
                sessions.note_use(request)
            return
        if name == BY_ITSELF:  # answered as to a stranger; the next page says why
            request.user = AnonymousUser()
            return
        logout(request)
        if getattr(view, "login_required", True):
            messages.info(request, _said())


def _said() -> str:
    minutes = settings.IDLE_MINUTES
    unused = ngettext(
        "You were signed out because nothing was done for %(n)d minute.",
        "You were signed out because nothing was done for %(n)d minutes.",
        minutes,
    ) % {"n": minutes}
    onward = _("Sign in and go on where you were; what you typed is on this device.")
    return f"{unused} {onward}"


class SecondFactorMiddleware:
    """Shows nothing else to whom the office's rule requires to set two-step sign-in up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        if request.resolver_match.view_name in TO_SET_UP:
            return None
        if second_factor.days_left(request.user, clock.today()) != 0:
            return None
        if request.headers.get("Tus-Resumable"):  # an upload follows no redirect
            said = _("Your office requires two-step sign-in of your role.")
            return JsonResponse({"message": said}, status=403)
        if request.headers.get("HX-Request") == "true":
            there = reverse("people:second_factor_needed")
            return HttpResponse(status=403, headers={"HX-Redirect": there})
        return redirect("people:second_factor_needed")

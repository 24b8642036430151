"""Where one is signed in, and signing out elsewhere."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from people.sign_in import sessions


@require_GET
def session_list(request):
    """Every device and browser in which this account is signed in."""
    found = sessions.sessions_of(request.user, request.session.session_key)
    return render(request, "people/session_list.html", {"sessions": found})


@require_POST
def session_end(request, pk):
    """Sign out in one place."""
    if not sessions.end_session(request.user, pk):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("people:session_list")


@require_POST
def session_end_others(request):
    """Sign out everywhere but here."""
    sessions.end_sessions(request.user, but=request.session.session_key)
    messages.success(request, _("Signed out everywhere but here."))
    return redirect("people:session_list")

"""What the views of every app share: refusing, asking, paging, making once, leading back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language

import thai
from core import clock
from core.forms import AskedForm, PageForm, PollForm
from core.refusals import FormRefused

PAGE_SIZE = 30


def require(allowed):
    """Answer 403 unless a predicate said yes."""
    if not allowed:
        raise PermissionDenied


def require_valid(form):
    """What a valid form says; another one is shown again on a page of its own."""
    if not form.is_valid():
        raise FormRefused(form)
    return form.cleaned_data


def posted(request):
    """What a form is bound to: also a form without a single value is sent."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True)
class Asking:
    """The question before an act that cannot be undone, what will follow, and its one button.

    ``sent`` is what the act needs of the form that led here.
    """

    question: str
    follows: Sequence[str]
    button: str
    back: str
    sent: Mapping[str, object] = field(default_factory=dict)


def was_asked(request):
    """Whether this is sent by the page that asks; GET and any other POST get that page first.

    In the view, before the verb::

        if not was_asked(request):
            return ask(request, Asking(...))
    """
    return request.method == "POST" and AskedForm(request.POST).is_valid()


def ask(request, asking):
    """The page made for one act: what will follow, the button, and the way back."""
    return render(request, "ask.html", {"asking": asking})


def offer_undo(request, said, url, **sent):
    """The message of what was done, with the button that undoes it.

    ``url`` takes it back by POST with ``sent``; until when, its verb says (``moves.UNDO_FOR``).
    """
    messages.success(request, said, extra_tags=f"{url}?{urlencode(sent)}")


def page_of(request, rows, size=PAGE_SIZE):
    """One page of ``rows``; a page that does not exist is the first or last one."""
    form = PageForm(request.GET)
    number = form.cleaned_data["page"] if form.is_valid() else None
    return Paginator(rows, size).get_page(number or 1)


def idempotent(request, form, make, fallback):
    """Redirect to where ``make`` leads; the same form sent twice leads there without making."""
    with transaction.atomic():
        if not form.claim(request.user):
            return redirect(form.earlier_result(request.user) or fallback)
        url = make()
        form.remember(request.user, url)
    return redirect(url)


def page_before(request) -> str:
    """The page of ours from which this request came, else the first one."""
    before = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, request.is_secure()):
        return before
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def server_time(at=None):
    """``14.05 น.`` by the server's clock, ``14:05`` for who reads English."""
    return thai.format_time(at or clock.now(), language=get_language() or "th")


# -- asking again ----------------------------------------------------------------------
# Milliseconds before the next question; together a minute.
DELAYS = (700,) * 5 + (1000,) * 3 + (1500,) * 3 + (2000,) * 3 + (3000,) * 3 + (5000,) * 7


@dataclass(frozen=True)
class Poll:
    """The next question, if there is one."""

    n: int
    delay: int  # 0: enough was asked, now a person decides


def poll_of(request) -> Poll:
    """What follows the question that this request is."""
    asked = PollForm.count_of(request.GET)
    return Poll(asked + 1, DELAYS[asked] if asked < len(DELAYS) else 0)

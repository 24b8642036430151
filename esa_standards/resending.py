"""An old page sent after a new sign-in: its token is refused, what was typed is not lost.

Signing in renews the CSRF token, so every page that stood open sends an old one. Django answers
403 and the text is gone with the page. Here the person sees what would be sent, to where and in
whose name, and sends it again with a fresh token by a click. Never by itself: the check that
failed is what keeps other sites from sending forms in somebody's name, so this page is offered
only for a form that the browser says came from a page of ours, and no site can frame it.

Not offered for passwords and codes, for files (the browser lets no page fill them in), for what
scripts send (they renew the token themselves) and for more text than a person types.
"""

import re
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, UnreadablePostError
from django.middleware.csrf import CSRF_SECRET_LENGTH, CSRF_TOKEN_LENGTH
from django.shortcuts import render

from esa_standards.form_pages import is_ours, page_of_form

LONGEST = 300_000  # characters of all fields together
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field
# Forms with keys of other services, passwords or codes: their texts are never shown again.
SECRET_PLACES = ("/accounts/", "/it/")
SECRET_VIEWS = {"notifications:channel_list", "workflow:meeting_check_in"}
# Fields that no person wrote.
HIDDEN = re.compile(r"seen|version|key|next|(.*-)?(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS|.*token")


@dataclass(frozen=True)
class OldPage:
    """What an old page sent; ``texts`` are those of its values that a person typed."""

    fields: list[tuple[str, str]]
    texts: list[str]
    has_files: bool


def old_page(request: HttpRequest) -> OldPage | None:
    """What was sent, when it may be offered again to who is signed in."""
    match = request.resolver_match
    if (
        request.method != "POST"
        or not getattr(request, "user", AnonymousUser()).is_authenticated
        or request.path.startswith(SECRET_PLACES)
        or match is None
        or match.view_name in SECRET_VIEWS
        or not _from_our_page(request)
    ):
        return None
    try:
        sent, has_files = request.POST, bool(request.FILES)
    except UnreadablePostError:
        return None
    if len(sent.get(TOKEN, "")) not in (CSRF_SECRET_LENGTH, CSRF_TOKEN_LENGTH):
        return None
    fields = [(name, value) for name, values in sent.lists() for value in values if name != TOKEN]
    if not fields or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return None
    return OldPage(fields, [text for name, text in fields if _typed(name, text)], has_files)


def typed_texts(request: HttpRequest) -> list[str]:
    """What a person typed into the form that was sent, where it may be shown to them again."""
    old = old_page(request)
    return old.texts if old else []


def ask_again(request: HttpRequest, old: OldPage):
    """The page with everything that was sent; 409, as for every form that came too late."""
    context = {"old": old, "target": request.get_full_path(), "page": page_of_form(request)}
    return render(request, "resend.html", context, status=409)


def _from_our_page(request: HttpRequest) -> bool:
    """Whether no header says that another site sent it.

    Every browser of today names the origin of a form. One that names nothing at all cannot have
    been sent across sites with the session's cookie, which is SameSite.
    """
    headers = request.headers
    if headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    named = [headers[name] for name in ("Origin", "Referer") if name in headers]
    return all(is_ours(address, request) for address in named)


def _typed(name: str, value: str) -> bool:
    """Whether a person wrote this, as opposed to a choice, a number or a hidden field."""
    text = value.strip()
    return (
        bool(text)
        and not HIDDEN.fullmatch(name)
        and (not text.isascii() or " " in text or len(text) > 20)
    )

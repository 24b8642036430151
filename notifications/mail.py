"""Writing the mail of one notification: Thai subject, text and HTML, links to the very place."""

import hashlib
import re
from email.encoders import encode_base64
from email.mime.nonmultipart import MIMENonMultipart
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import override

from core.types import Person
from notifications.states import DIGEST

if TYPE_CHECKING:  # apps register their links before models are loaded
    from notifications.models import Notification

METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
# Kinds of messages whose link is made while the mail is written, each with who makes it.
_links: dict[str, str] = {}
UNSUBSCRIBE = "people.unsubscribe"


def register_link(kind: str, make: str) -> None:
    """Have links of messages of this ``kind`` made by the function named ``make``.

    It is called with the recipient. Named, so that an app registers before models are loaded.
    """
    _links[kind] = make


def message_id(notification: "Notification") -> str:
    """The same for every attempt, so that mail readers show a repeated mail once."""
    digest = hashlib.sha256(notification.key.encode()).hexdigest()[:40]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def unsubscribe_token(person: Person) -> str:
    """What the mail's link to leave the digests carries; it opens nothing else."""
    return signing.dumps(person.pk, salt=UNSUBSCRIBE)


def unsubscribing(token: str) -> int | None:
    """The person's number in such a token, or None."""
    try:
        number: int = signing.loads(token, salt=UNSUBSCRIBE)
    except signing.BadSignature:
        return None
    return number


def write_mail(notification: "Notification") -> EmailMultiAlternatives:
    """The mail of one notification, in the recipient's language.

    Digests carry List-Unsubscribe (RFC 2369, one click by RFC 8058). Duties do not: nobody is
    asked whether they want to know that something waits for them.
    """
    person = notification.recipient
    headers = {"Message-ID": message_id(notification), "Auto-Submitted": "auto-generated"}
    context = {"notification": notification, "person": person, "link": link_of(notification)}
    context |= {"lines": lines_of(notification), "site": settings.SITE_URL}
    if notification.kind == DIGEST:
        address = _absolute(reverse("notifications:unsubscribe", args=[unsubscribe_token(person)]))
        headers["List-Unsubscribe"] = f"<{address}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        context["unsubscribe"] = address
    with override(person.language):
        mail = EmailMultiAlternatives(
            subject=" ".join(notification.title.split()),
            body=render_to_string("notifications/mail/message.txt", context).strip() + "\n",
            to=[person.email or ""],
            headers=headers,
        )
        mail.attach_alternative(
            render_to_string("notifications/mail/message.html", context), "text/html"
        )
    if notification.calendar:
        mail.attach(_invite(notification.calendar))
    return mail


def plain_text(notification: "Notification") -> str:
    """What a personal channel shows below the title: the text, the lines, the link."""
    parts = [notification.body]
    for line in lines_of(notification):
        note = f" ({line['note']})" if line["note"] else ""
        parts.append(f"• {line['title']}{note}\n  {line['url']}")
    if not notification.lines:
        parts.append(link_of(notification))
    return "\n".join(filter(None, parts))


def lines_of(notification: "Notification") -> list[dict[str, Any]]:
    """The lines of a digest with whole addresses."""
    return [{**line, "url": _absolute(line["url"])} for line in notification.lines]


def link_of(notification: "Notification") -> str:
    """Where the message leads; kinds whose link must stand nowhere else have it made here."""
    if make := _links.get(notification.kind):
        return str(import_string(make)(notification.recipient))
    return _absolute(notification.url) if notification.url.startswith("/") else ""


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _invite(calendar: str) -> MIMENonMultipart:
    """The calendar text as a file that mail programs offer to put into the calendar.

    They do so only if the part itself names the method; in base64 its line ends stay as they are.
    Said here, because a library may change what the standard one takes for UTF-8.
    """
    part = MIMENonMultipart("text", "calendar", charset="utf-8")
    part.set_payload(calendar.encode())
    encode_base64(part)
    if method := METHOD.search(calendar):
        part.set_param("method", method[1])
    part.add_header("Content-Disposition", "attachment", filename="invite.ics")
    return part

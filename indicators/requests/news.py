"""Who hears of a request: those for whom it waits now, and who asked, when it was done."""

from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from indicators.models import Item, ItemRequest
from indicators.requests.people import waits_for
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User


def notify_asked(row: ItemRequest, by: User, *, text: str = "") -> None:
    """It waits for them now: asked, handed on, or sent back with ``text``."""

    def title() -> str:
        if text:
            return _("Not done yet: request about %(item)s") % {"item": row.item}
        return _("Request about %(item)s") % {"item": row.item}

    _notify(row, _others(row, by), "request_asked", title, text or row.text)


def notify_done(row: ItemRequest, by: User, text: str) -> None:
    """Who asked is to look at it."""
    people = [row.asked_by] if row.asked_by != by and row.asked_by.is_active else []
    _notify(
        row,
        people,
        "request_done",
        lambda: _("Done: your request about %(item)s") % {"item": row.item},
        text or row.text,
    )


def notify_returned(row: ItemRequest, by: User, why: str) -> None:
    """The whole item lies with them again: the message leads to it, not to the request."""
    news = _news(
        _others(row, by),
        lambda: _("Returned to you: %(item)s") % {"item": row.item},
        key=returned_key(row.item),
        kind="item_returned",
        body=why,
        url=item_address(row.item),
    )
    notify(news)


def returned_key(item: Item) -> str:
    """The beginning of the key of the news that an item was returned now."""
    return f"item:{item.pk}:returned:{clock.now():%Y%m%dT%H%M%S%f}"


def item_address(item: Item) -> str:
    """The page of the item, for a message."""
    year = item.assessment
    args = [year.office.code, year.fiscal_year, item.consideration.code]
    return reverse("indicators:item", args=args)


def _others(row: ItemRequest, by: User) -> list[User]:
    return [person for person in waits_for(row) if person != by]


def _notify(
    row: ItemRequest, people: Iterable[User], kind: str, title: Callable[[], str], body: str
) -> None:
    year = row.item.assessment
    url = reverse("indicators:request", args=[year.office.code, year.fiscal_year, row.pk])
    key = f"{kind}:{row.pk}:{row.version}"
    notify(_news(people, title, key=key, kind=kind, body=body, url=url))


def _news(
    people: Iterable[User], title: Callable[[], str], *, key: str, **fields: str
) -> list[Notification]:
    """One notification each, its title in the person's language."""
    news = []
    for person in people:
        with override(person.language):
            said = title()
        news.append(Notification(recipient=person, key=f"{key}:{person.pk}", title=said, **fields))
    return news

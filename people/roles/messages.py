"""Who is notified that somebody was given a role that decides on papers, and what became of it."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Literal

from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

import thai
from core import clock
from notifications.models import Notification
from notifications.outbox import notify
from people.models import RoleGrant, User
from people.roles import second_person
from people.roles.second_person import Given
from people.states import CONFIRMING_ROLES, Role

# One message to one person: its title and its text, in the language that is switched on.
Words = Callable[[], tuple[str, str]]


def confirmation_url(row: Given, what: str = "confirm") -> str:
    """The page on which ``row`` is confirmed or declined."""
    name = "role" if isinstance(row, RoleGrant) else "acting"
    return reverse(f"people:{name}_{what}", args=[row.pk])


def notify_granted(row: Given) -> None:
    """Notify at once who may confirm, everybody else who decides or administers, and the person."""
    if not row.awaits_confirmation:
        return
    day = clock.today()
    own = second_person.confirmers_of([row], day)[row]
    confirmers = own or second_person.country_administrators(day)
    _send("role_granted", row, confirmers, lambda: _please_confirm(row), confirmation_url(row))
    notified = {person.pk for person in confirmers} | {row.user_id}
    others = second_person.holders_of(CONFIRMING_ROLES, [row.office_id], day).exclude(
        pk__in=notified
    )
    names = [person.full_name for person in own]
    page = reverse("people:person", args=[row.user_id])
    _send("role_granted", row, others, lambda: _was_given(row, names), page)
    _send(
        "role_granted", row, [row.user], lambda: _yours_waits(row, names), reverse("people:profile")
    )


def notify_confirmed(row: Given, by: User | None) -> None:
    """Notify the person and who gave the role; when it was confirmed from outside the office
    everybody of the office who has a role."""
    concerned = [row.user, row.granted_by]
    if by is None or by.office_id != row.office_id:
        concerned += second_person.holders_of(Role.values, [row.office_id], clock.today())
    _send("role_confirmed", row, concerned, lambda: _was_confirmed(row, by))


def notify_declined(row: Given, by: User, why: str) -> None:
    """Notify all who were notified of the grant."""
    day = clock.today()
    concerned = second_person.holders_of(CONFIRMING_ROLES, [row.office_id], day)
    people = [row.user, row.granted_by, *concerned]
    _send("role_declined", row, people, lambda: _was_declined(row, by, why))


def notify_ended(
    user: User,
    rows: Collection[Given],
    *,
    by: User | None,
    until: date | None = None,
    why: str = "",
) -> None:
    """Notify all who decide or administer that one of them is one no more, and the person.

    Confirmers must not grow fewer unseen. What awaited its confirmation made nobody one of them.
    """
    held = [row for row in rows if _confirms(row) and not row.awaits_confirmation]
    if not held:
        return
    people = [user, *second_person.holders_of(CONFIRMING_ROLES, [held[0].office_id], clock.today())]
    kind = f"role_ended:{clock.now():%Y%m%dT%H%M%S%f}"  # a role may be ended later, then at once
    _send(kind, held[0], people, lambda: _has_ended(user, held, by, until, why))


def _confirms(row: Given) -> bool:
    return (row.role if isinstance(row, RoleGrant) else row.for_role) in CONFIRMING_ROLES


def names_of(confirmers: Iterable[str]) -> str:
    """Who may confirm, in a sentence; where nobody of the office is left, who else."""
    return ", ".join(confirmers) or _("an administrator of the national office, or the operator")


def _send(
    kind: str, row: Given, people: Iterable[User | None], words: Words, url: str = ""
) -> None:
    news = []
    unique = {person.pk: person for person in people if person is not None and person.is_active}
    for person in unique.values():
        with override(person.language):
            title, body = words()
        news.append(
            Notification(
                recipient=person,
                key=f"{kind}:{row._meta.model_name}:{row.pk}:{person.pk}",
                kind=kind.partition(":")[0],
                title=title,
                body=body,
                url=url or reverse("people:person", args=[row.user_id]),
            )
        )
    notify(news, urgent=True)  # a stolen session must not have the night for itself


def _language() -> Literal["th", "en"]:
    return "en" if (get_language() or "").startswith("en") else "th"


def _facts(row: Given) -> dict[str, object]:
    giver = row.granted_by
    return {
        "who": row.user.full_name,
        "role": row.what,
        "office": row.office.name,
        "giver": giver.full_name if giver else "–",
        "period": thai.format_range(row.since, row.until, language=_language()),
    }


def _please_confirm(row: Given) -> tuple[str, str]:
    facts = _facts(row)
    body = _(
        "%(giver)s gave %(who)s of %(office)s this role (%(period)s). It gives no power until a "
        "second person confirms it. Please look at it, and decline it if it is not right."
    )
    return _("Please confirm: %(who)s as %(role)s") % facts, body % facts


def _was_given(row: Given, names: list[str]) -> tuple[str, str]:
    facts = _facts(row) | {"names": names_of(names)}
    body = _(
        "%(giver)s gave it (%(period)s). It gives no power until a second person confirms it: "
        "%(names)s."
    )
    return _("%(who)s was given a role: %(role)s") % facts, body % facts


def _yours_waits(row: Given, names: list[str]) -> tuple[str, str]:
    facts = _facts(row) | {"names": names_of(names)}
    body = _(
        "%(giver)s gave it to you (%(period)s). You can use it as soon as a second person has "
        "confirmed it: %(names)s."
    )
    return _("Your role waits for confirmation: %(role)s") % facts, body % facts


def _was_confirmed(row: Given, by: User | None) -> tuple[str, str]:
    facts = _facts(row) | {"by": by.full_name if by else _("The operator")}
    body = _("%(by)s confirmed the role that %(giver)s gave (%(period)s).")
    return _("Confirmed: %(who)s as %(role)s") % facts, body % facts


def _was_declined(row: Given, by: User, why: str) -> tuple[str, str]:
    facts = _facts(row) | {"by": by.full_name, "why": why}
    body = _("%(by)s declined the role that %(giver)s gave: %(why)s")
    return _("Declined: %(who)s as %(role)s") % facts, body % facts


def _has_ended(
    user: User, held: Collection[Given], by: User | None, until: date | None, why: str
) -> tuple[str, str]:
    facts = {
        "by": by.full_name if by else _("The operator"),
        "who": user.full_name,
        "roles": ", ".join(row.what for row in held),
        "until": thai.format_date(until, language=_language()) if until else "",
    }
    body = _("%(who)s decides and confirms nothing in this role any more.")
    if until and until >= clock.today():
        body = _("It holds until %(until)s.")
    lines = [why, body % facts, _("If nobody asked for it, tell another administrator at once.")]
    return _("%(by)s ended a role of %(who)s: %(roles)s") % facts, "\n".join(filter(None, lines))

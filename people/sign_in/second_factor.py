"""Two-step sign-in as a rule of the office: for whom, from when, and help when a phone is lost."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

import thai
from core import clock
from core.history import log_event
from core.refusals import MoveRefused, RuleBroken
from notifications.models import Notification
from notifications.outbox import notify
from people import rules
from people.models import Office, User
from people.roles import holders, require_administrator
from people.sign_in.credentials import handed_over, require_may_hand_over
from people.sign_in.sessions import end_sessions
from people.states import Handover, Role

# Whose account opens what an office cannot take back: approvals, the whole process, people.
ROLES = (Role.DIRECTOR, Role.DEPUTY, Role.COORDINATOR, Role.ADMIN)
RULE, RESET = "second_factor.rule", "second_factor.reset"  # kinds of messages


@dataclass(frozen=True)
class AffectedRow:
    """One person for whom the rule holds, and whether they are ready for it."""

    user: User
    is_ready: bool


def has_second_factor(user: User) -> bool:
    """Whether the person switched two-step sign-in on; 1 query."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def is_required_of(user: User, day: date) -> bool:
    """Whether the office's rule names a role of the person, begun or not."""
    if user.office is None or user.office.second_factor_from is None:
        return False
    return bool(rules.roles_on(user, day).get(user.office_id, set()) & set(ROLES))


def days_left(user: User, day: date) -> int | None:
    """Days until the person must have two-step sign-in, 0 when due; None when all is well."""
    since = user.office.second_factor_from if user.office else None
    if since is None or not is_required_of(user, day) or has_second_factor(user):
        return None
    return max(0, (since - day).days)


def affected_by(office: Office, day: date) -> list[AffectedRow]:
    """Whom the rule names, those who must still act first; 3 queries."""
    people = holders(office, *ROLES, day=day)
    ready = set(
        Authenticator.objects.filter(user__in=people, type=Authenticator.Type.TOTP).values_list(
            "user", flat=True
        )
    )
    rows = [AffectedRow(user, user.pk in ready) for user in people]
    return sorted(rows, key=lambda row: row.is_ready)


@transaction.atomic
def set_rule(office: Office, *, days: int | None, by: User) -> None:
    """Require two-step sign-in in ``days`` days from today, or no longer (None)."""
    require_administrator(by, office)
    stored = Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    since = None if days is None else clock.today() + timedelta(days=days)
    if stored.second_factor_from == since:
        return
    before = stored.second_factor_from
    stored.second_factor_from = office.second_factor_from = since
    stored.save(update_fields=["second_factor_from"])
    if since is not None:
        _announce(office, since)
    log_event(
        office,
        actor=by,
        verb="office.second_factor",
        target=stored,
        before={"from": before and str(before)},
        after={"from": since and str(since)},
    )


@transaction.atomic
def reset(user: User, *, by: User | None, why: str = "") -> None:
    """Switch a colleague's two-step sign-in off, whose telephone is lost; ends their sessions.

    The person and every administrator of the office are notified: it is also what somebody would
    do who means to sign in as another. ``by`` None is the operator's command.
    """
    require_administrator(by, user.office)
    if by is not None and by.pk == user.pk:
        raise RuleBroken(_("Another administrator does this for you."))
    require_may_hand_over(user, by=by)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise MoveRefused(_("This person has no two-step sign-in."))
    end_sessions(user)
    handed_over(user, Handover.SECOND_FACTOR, by=by)
    if user.office is None:
        return
    news = {user, *holders(user.office, Role.ADMIN)}
    notify([_reset_news(to, user, by) for to in sorted(news, key=lambda to: to.pk)], urgent=True)
    log_event(user.office, actor=by, verb="person.second_factor_reset", target=user, why=why)


def _announce(office: Office, since: date) -> None:
    waiting = [row.user for row in affected_by(office, clock.today()) if not row.is_ready]
    news = []
    for person in waiting:
        with override(person.language):
            day = thai.format_date(since, language="en" if person.language == "en" else "th")
            title = _("Two-step sign-in is required from %(day)s") % {"day": day}
            body = _("Set it up in your profile before then; it takes two minutes and a telephone.")
        news.append(_message(person, RULE, f"{since}", title, body, reverse("mfa_index")))
    notify(news)


def _reset_news(to: User, user: User, by: User | None) -> Notification:
    with override(to.language):
        title = _("Two-step sign-in of %(name)s was switched off") % {"name": user.full_name}
        body = _("Done by %(name)s. If nobody asked for this, change passwords and report it.") % {
            "name": by.full_name if by else _("the operator of the site")
        }
    url = reverse("people:person", args=[user.pk])
    return _message(to, RESET, f"{user.pk}:{uuid4().hex}", title, body, url)


def _message(to: User, kind: str, what: str, title: str, body: str, url: str) -> Notification:
    key = f"{to.pk}:{kind}:{what}"
    return Notification(recipient=to, key=key, kind=kind, title=title, body=body, url=url)

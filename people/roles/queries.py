"""What pages show of roles that wait for the confirmation by a second person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from people import rules
from people.models import Acting, RoleGrant, User
from people.roles.messages import confirmation_url, names_of
from people.roles.second_person import Given, confirmers_of, may_confirm


@dataclass(frozen=True)
class WaitingRole:
    """One role that waits: whose, by whom it may be confirmed, and whether the reader is one."""

    row: Given
    names: str
    may_confirm: bool

    @property
    def url(self) -> str:
        """Where it is confirmed."""
        return confirmation_url(self.row)


def described(user: User, rows: Collection[Given], day: date) -> list[WaitingRole]:
    """Rows that wait, as ``user`` sees them; 2 queries, none without rows."""
    found = confirmers_of(rows, day)
    return [
        WaitingRole(
            row,
            names_of([person.full_name for person in found[row]]),
            may_confirm(user, row, found[row], day),
        )
        for row in rows
    ]


def own_waiting(user: User, day: date) -> list[WaitingRole]:
    """What waits of the reader's own; no query when nothing does."""
    if not rules.awaits_confirmation(user, day):
        return []
    rows = [
        *RoleGrant.objects.awaiting(day).filter(user=user),
        *Acting.objects.awaiting(day).filter(user=user),
    ]
    return described(user, rows, day)


def to_confirm(user: User, day: date) -> list[WaitingRole]:
    """What ``user`` may confirm, of the own office or, where nobody is left, of any; 2 queries
    for who may be asked, none for others, and 2 more when something waits."""
    if user.office_id is None or not rules.may_see_confirmations(user, user.office_id, day):
        return []
    offices = {} if rules.is_country_admin(user, day) else {"office": user.office_id}
    rows: list[Given] = []
    for model in (RoleGrant, Acting):
        waiting = model.objects.awaiting(day).filter(**offices)
        rows += waiting.select_related("user", "office", "granted_by")
    return [one for one in described(user, rows, day) if one.may_confirm]


def waiting_of(user: User, who: User, day: date) -> dict[Given, WaitingRole]:
    """What waits of ``who``, by row, as ``user`` sees it; 2 queries, and 2 when something does."""
    rows = [
        *RoleGrant.objects.visible_to(user).awaiting(day).filter(user=who),
        *Acting.objects.visible_to(user).awaiting(day).filter(user=who),
    ]
    return {one.row: one for one in described(user, rows, day)}


def one_waiting(user: User, row: Given, day: date) -> WaitingRole | None:
    """``row`` as the page shows it; None when it no longer waits."""
    if not row.awaits_confirmation or (row.until is not None and row.until < day):
        return None
    return described(user, [row], day)[0]


def awaiting_in(office: str, username: str, role: str | None, day: date) -> list[Given]:
    """What waits of the person with this user name in the office with this code; 2 queries."""
    whose = {"office__code": office, "user__username": username}
    grants = RoleGrant.objects.awaiting(day).filter(**whose)
    periods = Acting.objects.awaiting(day).filter(**whose)
    if role:
        grants, periods = grants.filter(role=role), periods.filter(for_role=role)
    related = ("user", "office", "granted_by")
    return [*grants.select_related(*related), *periods.select_related(*related)]

"""Who may be the second person beside the one who gave a role that decides on papers.

It is somebody of the office who is director, deputy or administrator today. Neither the one who
gave the role, nor the one who gets it, nor an account behind which one of the two may stand: one
that the giver made or opened again within the last 30 days, be it through other such accounts.
Only where nobody is left it is the country's administrator.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from core import clock
from people import rules
from people.models import Acting, RoleGrant, User
from people.states import CONFIRMING_ROLES, OfficeKind, Role

Given = RoleGrant | Acting
# So long an account does not count as another person than the administrator who let it in.
NEW_FOR = timedelta(days=30)


def confirmers_of(rows: Collection[Given], day: date) -> dict[Given, list[User]]:
    """Who of the office may confirm each row, in name order; 2 queries for any number of rows."""
    if not rows:
        return {}
    makers = recent_makers({row.office_id for row in rows})
    found: dict[int | None, list[User]] = defaultdict(list)
    for person in holders_of(CONFIRMING_ROLES, {row.office_id for row in rows}, day):
        found[person.office_id].append(person)
    return {
        row: [one for one in found[row.office_id] if is_another(one.pk, row, makers)]
        for row in rows
    }


def may_confirm(user: User, row: Given, confirmers: Collection[User], day: date) -> bool:
    """Whether ``user`` may confirm or decline ``row``, given ``confirmers_of`` it."""
    if confirmers:
        return user in confirmers
    return user.pk != row.user_id and rules.is_country_admin(user, day)


def country_administrators(day: date) -> list[User]:
    """Active administrators of the national office."""
    national = RoleGrant.objects.on(day).filter(role=Role.ADMIN, office__kind=OfficeKind.NATIONAL)
    return list(User.objects.active().filter(pk__in=national.values("user")))


def recent_makers(offices: Iterable[int]) -> dict[int, int]:
    """New accounts of the offices → who let them in; 1 query."""
    new = User.objects.filter(
        office__in=offices, let_in_by__isnull=False, let_in_at__gt=clock.now() - NEW_FOR
    )
    return dict(new.order_by().values_list("pk", "let_in_by"))


def is_another(person: int, row: Given, makers: Mapping[int, int]) -> bool:
    """Whether ``person`` is certainly neither the giver nor the one who gets the role."""
    theirs = _behind(person, makers)
    if row.user_id in theirs:
        return False
    return row.granted_by_id is None or not theirs & _behind(row.granted_by_id, makers)


def _behind(person: int, makers: Mapping[int, int]) -> set[int]:
    """The account and those who let it in lately, one after the other."""
    found = {person}
    while (maker := makers.get(person)) is not None and maker not in found:
        found.add(maker)
        person = maker
    return found


def holders_of(wanted: Iterable[str], offices: Iterable[int], day: date) -> QuerySet[User]:
    """Active people who hold one of the roles in the offices on ``day``, in name order."""
    granted = RoleGrant.objects.on(day).filter(office__in=offices, role__in=wanted)
    acting = Acting.objects.on(day).filter(office__in=offices, for_role__in=wanted)
    either = Q(pk__in=granted.values("user")) | Q(pk__in=acting.values("user"))
    found: QuerySet[User] = User.objects.active().filter(either, office__in=offices)
    return found

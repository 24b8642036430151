"""Who may be the second person beside the one who gave a role that decides on papers.

It is somebody of the office who is director, deputy or administrator today. Neither the one who
gave the role, nor the one who gets it, nor an account behind which one of the two may stand.
Behind an account may be whoever made it, opened it again or changed how its person signs in within
the last 30 days, and who lately gave the one role by which it confirms; both also through other
such accounts. No later act of anybody takes that back. Accounts that the program itself made lately
(an import, a founding) may be given such roles at once: an office begins with them.
Only where nobody is left it is the country's administrator.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value

from core import clock
from people import rules
from people.models import Acting, LetIn, RoleGrant, User
from people.states import CONFIRMING_ROLES, OfficeKind, Role

Given = RoleGrant | Acting
Makers = Mapping[int, Collection[int]]  # a person → who may be behind the account
# So long an account does not count as another person than the administrator who let it in.
NEW_FOR = timedelta(days=30)
BY_ROLE = "role"
GIVEN = ((RoleGrant, "role"), (Acting, "for_role"))


def confirmers_of(rows: Collection[Given], day: date) -> dict[Given, list[User]]:
    """Who of the office may confirm each row, in name order; 2 queries for any number of rows."""
    if not rows:
        return {}
    makers = recent_makers({row.office_id for row in rows}, day)
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


def recent_makers(offices: Collection[int], day: date) -> Makers:
    """People of the offices → who let them in or gave them their one power lately; 1 query."""
    limit = clock.now() - NEW_FOR
    let_in = LetIn.objects.filter(person__office__in=offices, at__gt=limit).order_by()
    rows = let_in.values_list("person", "by", "what", Value(False)).union(
        *(_given_on(model, role, offices, day) for model, role in GIVEN)
    )
    makers, givers = defaultdict(set), defaultdict(set)
    free = set()  # whose power rests on nobody who lately gave it
    for person, by, what, is_firm in rows:
        if what != BY_ROLE and by is not None:
            makers[person].add(by)
        elif what != BY_ROLE or is_firm:
            free.add(person)
        else:
            givers[person].add(by)
    for person in givers.keys() - free:
        makers[person] |= givers[person]
    return makers


def _given_on(
    model: type[RoleGrant] | type[Acting], role: str, offices: Collection[int], day: date
) -> QuerySet[Any, Any]:
    """Who confirms by a role from whom, and whether it is old or was confirmed by a second."""
    limit = clock.now() - NEW_FOR
    firm = (
        Q(granted_by__isnull=True)
        | Q(confirmed_at__isnull=False)
        | Q(granted_at__lte=limit)
        | Q(granted_at__isnull=True, since__lte=clock.today(limit))
    )
    held = model.objects.on(day).filter(office__in=offices, **{f"{role}__in": CONFIRMING_ROLES})
    found: QuerySet[Any, Any] = held.order_by().values_list(
        "user", "granted_by", Value(BY_ROLE), ExpressionWrapper(firm, BooleanField())
    )
    return found


def is_another(person: int, row: Given, makers: Makers) -> bool:
    """Whether ``person`` is certainly neither the giver nor the one who gets the role."""
    theirs = _behind(person, makers)
    if row.user_id in theirs:
        return False
    return row.granted_by_id is None or not theirs & _behind(row.granted_by_id, makers)


def _behind(person: int, makers: Makers) -> set[int]:
    """The account and those who may be behind it, one after the other."""
    found, left = set(), [person]
    while left:
        if (one := left.pop()) not in found:
            found.add(one)
            left += makers.get(one, ())
    return found


def holders_of(wanted: Iterable[str], offices: Iterable[int], day: date) -> QuerySet[User]:
    """Active people who hold one of the roles in the offices on ``day``, in name order."""
    granted = RoleGrant.objects.on(day).filter(office__in=offices, role__in=wanted)
    acting = Acting.objects.on(day).filter(office__in=offices, for_role__in=wanted)
    either = Q(pk__in=granted.values("user")) | Q(pk__in=acting.values("user"))
    found: QuerySet[User] = User.objects.active().filter(either, office__in=offices)
    return found

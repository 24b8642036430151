"""Who hears of what is overdue: the group's director, then the deputies, then the director.

Somebody who acts for an absent person is told in their place. Which deputy is absent is not
written down, so with an acting one all of them are told. Nobody hears of their own work, and
nobody of the work of who stands above them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from people.models import Acting, RoleGrant, User
from people.states import Role

LADDER = (Role.GROUP_DIRECTOR, Role.DEPUTY, Role.DIRECTOR)


@dataclass(frozen=True)
class Person:
    """What the planner needs of one person."""

    pk: int
    language: str
    office: int | None
    group: int | None


@dataclass
class People:
    """Active people of a batch of cycles, and who stands above whom on one day."""

    by_pk: dict[int, Person] = field(default_factory=dict)
    # (office, role) → those who hold it: acting ones in place of the absent.
    holders: dict[tuple[int, Role], set[int]] = field(default_factory=dict)
    # (office, group) → its directors.
    group_directors: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    rank: dict[tuple[int, int], int] = field(default_factory=dict)  # (office, person) → ladder

    def superiors(self, office: int, users: Iterable[int], role: Role) -> dict[int, list[int]]:
        """Who of ``office`` hears at ``role``'s turn: superior → the ones they hear about."""
        height = LADDER.index(role) + 1
        found = defaultdict(list)
        for user in users:
            person = self.by_pk.get(user)
            if person is None or person.office != office:
                continue
            if self.rank.get((office, user), 0) >= height:
                continue
            for superior in self._above(person, role):
                if superior != user and superior in self.by_pk:
                    found[superior].append(user)
        return found

    def _above(self, person, role):
        if role != Role.GROUP_DIRECTOR:
            return self.holders.get((person.office, role), ())
        return self.group_directors.get((person.office, person.group), ())


def read_people(users: Iterable[int], offices: Iterable[int], day: date) -> People:
    """The people of a batch and the ladders of its offices; 3 queries."""
    offices = set(offices)
    held = _held(RoleGrant, "role", offices, day)
    acting = _held(Acting, "for_role", offices, day)
    wanted = set(users) | {row[2] for row in (*held, *acting)}
    people = People(
        by_pk={
            pk: Person(pk, language, office, group)
            for pk, language, office, group in User.objects.active()
            .filter(pk__in=wanted)
            .values_list("pk", "language", "office", "work_group")
        }
    )
    for office, role, user in (*held, *acting):
        key, height = (office, user), LADDER.index(role) + 1
        people.rank[key] = max(people.rank.get(key, 0), height)
    _fill(people, held, acting)
    return people


def _held(model, role, offices, day):
    rows = model.objects.on(day).filter(
        office__in=offices, user__is_active=True, **{f"{role}__in": LADDER}
    )
    return [
        (office, Role(name), user)
        for office, name, user in rows.order_by().values_list("office", role, "user")
    ]


def _fill(people, held, acting):
    present, absent = defaultdict(set), defaultdict(set)
    for office, role, user in held:
        present[_seat(people, office, role, user)].add(user)
    for office, role, user in acting:
        absent[_seat(people, office, role, user)].add(user)
    for seat in {*present, *absent}:
        office, role, group = seat
        if role == Role.DEPUTY:
            who = present[seat] | absent[seat]
        else:
            who = absent[seat] or present[seat]
        if role == Role.GROUP_DIRECTOR:
            people.group_directors[office, group] = who
        else:
            people.holders[office, role] = who


def _seat(people, office, role, user):
    """A group's director sits in a group of their own; the other seats are the office's."""
    person = people.by_pk.get(user)
    group = person.group if person and role == Role.GROUP_DIRECTOR else None
    return office, role, group

"""Who is notified of what is overdue: the group's director, then the deputies, then the director.

Somebody who acts for an absent person is notified in their place. Which deputy is absent is not
written down, so with an acting one all of them are notified. Nobody is notified of their own work,
nobody of the work of who stands above them.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from people.models import Acting, RoleGrant, User
from people.states import Role

Held = tuple[int, Role, int]  # office, role, person
Place = tuple[int, Role, int | None]  # office, role, work group of a group's director
ESCALATION = (Role.GROUP_DIRECTOR, Role.DEPUTY, Role.DIRECTOR)


@dataclass(frozen=True)
class ActivePerson:
    """What the planner needs of one person."""

    pk: int
    language: str
    office: int | None
    group: int | None


@dataclass
class People:
    """Active people of a batch of cycles, and who stands above whom on one day."""

    by_pk: dict[int, ActivePerson] = field(default_factory=dict)
    # (office, role) → those who hold it: acting ones in place of the absent.
    holders: dict[tuple[int, Role], set[int]] = field(default_factory=dict)
    # (office, group) → its directors.
    group_directors: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    rank: dict[tuple[int, int], int] = field(
        default_factory=dict
    )  # (office, person) → height, from 1

    def superiors(self, office: int, users: Iterable[int], role: Role) -> dict[int, list[int]]:
        """Who of ``office`` is notified at ``role``'s turn: superior → those whose work is late."""
        height = ESCALATION.index(role) + 1
        found: dict[int, list[int]] = defaultdict(list)
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

    def _above(self, person: ActivePerson, role: Role) -> Collection[int]:
        if person.office is None:
            return ()
        if role != Role.GROUP_DIRECTOR:
            return self.holders.get((person.office, role), ())
        if person.group is None:
            return ()
        return self.group_directors.get((person.office, person.group), ())


def read_people(users: Iterable[int], offices: Iterable[int], day: date) -> People:
    """The people of a batch and who stands above whom in its offices; 3 queries."""
    offices = set(offices)
    held = _held(RoleGrant, "role", offices, day)
    acting = _held(Acting, "for_role", offices, day)
    wanted = set(users) | {row[2] for row in (*held, *acting)}
    people = People(
        by_pk={
            pk: ActivePerson(pk, language, office, group)
            for pk, language, office, group in User.objects.active()
            .filter(pk__in=wanted)
            .values_list("pk", "language", "office", "work_group")
        }
    )
    for office, role, user in (*held, *acting):
        key, height = (office, user), ESCALATION.index(role) + 1
        people.rank[key] = max(people.rank.get(key, 0), height)
    _fill(people, held, acting)
    return people


def _held(
    model: type[RoleGrant] | type[Acting], role: str, offices: Iterable[int], day: date
) -> list[Held]:
    rows = model.objects.on(day).filter(
        office__in=offices, user__is_active=True, **{f"{role}__in": ESCALATION}
    )
    return [
        (office, Role(name), user)
        for office, name, user in rows.order_by().values_list("office", role, "user")
    ]


def _fill(people: People, held: Iterable[Held], acting: Iterable[Held]) -> None:
    present: dict[Place, set[int]] = defaultdict(set)
    absent: dict[Place, set[int]] = defaultdict(set)
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
            if group is not None:
                people.group_directors[office, group] = who
        else:
            people.holders[office, role] = who


def _seat(people: People, office: int, role: Role, user: int) -> Place:
    """A group's director sits in a group of their own; the other seats are the office's."""
    person = people.by_pk.get(user)
    group = person.group if person and role == Role.GROUP_DIRECTOR else None
    return office, role, group

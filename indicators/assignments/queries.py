"""What the pages of assignments read: the people to choose from, and the rows of the table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.forms import Form

import thai
from indicators.assignments.assignments import Target, kind_of, target_key
from indicators.catalogue.nodes import ConsiderationNode, IndicatorNode, StandardNode
from indicators.catalogue.trees import edition_tree
from indicators.models import Assessment, Assignment
from people.models import Office, RoleGrant, User, WorkGroup
from people.states import Role

# What offices call the director of a group, whatever the position's full name.
LEAD = "ผอ.กลุ่ม"
# The same people are listed on every page that names somebody.
_folded = lru_cache(maxsize=2000)(thai.fold)


def label_of(person: User) -> str:
    """Name and position, as the box shows them."""
    return f"{person.full_name} · {person.position}" if person.position else person.full_name


def row_key(kind: str, code: str) -> str:
    """The end of the ids that a row has in the page."""
    return f"{kind}-{code.replace('.', '-')}"


@dataclass(frozen=True)
class Directory:
    """The people of one office, read once per page; those who left are offered nowhere."""

    everyone: dict[int, User]
    leaders: frozenset[int]

    @classmethod
    def of(cls, user: User, day: date) -> "Directory":
        """People whom ``user`` may name, in the order of a Thai dictionary; 2 queries."""
        everyone = User.objects.visible_to(user).select_related("work_group")
        leading = RoleGrant.objects.on(day).filter(office=user.office_id, role=Role.GROUP_DIRECTOR)
        leaders = frozenset(leading.order_by().values_list("user", flat=True))
        return cls({person.pk: person for person in everyone}, leaders)

    @cached_property
    def people(self) -> tuple[User, ...]:
        """Whom to offer."""
        return tuple(person for person in self.everyone.values() if person.is_active)

    @cached_property
    def names(self) -> dict[int, str]:
        """What to type for each person; two of the same name and position get their username."""
        counts = Counter(label_of(person) for person in self.people)
        return {
            person.pk: label if counts[label] == 1 else f"{label} · {person.username}"
            for person in self.people
            if (label := label_of(person))
        }

    def labels(self) -> list[dict[str, object]]:
        """What the box offers: id, text, group, and whether the person directs the group."""
        return [
            {
                "id": person.pk,
                "text": self.names[person.pk],
                "group": person.work_group.name if person.work_group else "",
                "lead": person.pk in self.leaders,
                "find": self._text(person),
            }
            for person in self.people
        ]

    def _text(self, person: User) -> str:
        """Everything a person is found by, folded."""
        lead = LEAD if person.pk in self.leaders else ""
        return _folded(f"{self.names[person.pk]} {person.work_group or ''} {lead}")

    def match(self, typed: str) -> list[User]:
        """People the typed text can mean: the whole label, the name, or a part of either."""
        needle = thai.fold(typed)
        for same in (
            lambda person: thai.fold(self.names[person.pk]) == needle,
            lambda person: thai.fold(person.full_name) == needle,
            lambda person: needle in self._text(person),
        ):
            if found := [person for person in self.people if same(person)]:
                return found
        return []


@dataclass
class AssignmentRow:
    """A standard, indicator or consideration and who answers for it."""

    kind: str
    target: StandardNode | IndicatorNode | ConsiderationNode
    now: Assignment | None = None
    ended: list[Assignment] = field(default_factory=list)
    # What a refused POST brought, so that nothing typed is lost.
    typed: str | None = None
    errors: tuple[str, ...] = ()
    conflict: str = ""
    bulk: Form | None = None
    saved_at: datetime | None = None

    @property
    def code(self) -> str:
        return self.target.code

    @property
    def key(self) -> str:
        """For ids in the page."""
        return row_key(self.kind, self.code)

    @property
    def is_open(self) -> bool:
        """Nobody is named, or the named person left."""
        return self.now is None or not self.now.user.is_active

    @property
    def seen(self) -> int:
        return self.now.user_id if self.now else 0

    @property
    def value(self) -> str:
        """What the box holds: what was typed, else who is named."""
        if self.typed is not None:
            return self.typed
        return label_of(self.now.user) if self.now else ""


@dataclass(frozen=True)
class AssignmentTable:
    """All rows and how many of them have nobody."""

    rows: list[AssignmentRow]

    @property
    def total(self) -> int:
        return len(self.rows)

    @cached_property
    def open_rows(self) -> list[AssignmentRow]:
        return [row for row in self.rows if row.is_open]

    @property
    def done(self) -> int:
        return self.total - len(self.open_rows)

    def row(self, target: Target) -> AssignmentRow:
        """The row of ``target``."""
        wanted = (kind_of(target), target.pk)
        return next(row for row in self.rows if (row.kind, row.target.pk) == wanted)


def build_table(assessment: Assessment, everyone: Mapping[int, User]) -> AssignmentTable:
    """Every row of the year with its people, ended ones too; 1 query once the edition was read.

    ``everyone`` of the office is who may stand in a row.
    """
    now: dict[tuple[str, int], Assignment] = {}
    ended: dict[tuple[str, int], list[Assignment]] = {}
    for assignment in assessment.assignments.order_by("pk"):
        if person := everyone.get(assignment.user_id):
            assignment.user = person
        key = target_key(assignment)
        if assignment.until is None:
            now[key] = assignment
        else:
            ended.setdefault(key, []).append(assignment)
    return AssignmentTable(
        [
            AssignmentRow(kind, node, now.get((kind, node.pk)), ended.get((kind, node.pk), []))
            for kind, node in _nodes(assessment)
        ]
    )


def _nodes(
    assessment: Assessment,
) -> Iterator[tuple[str, StandardNode | IndicatorNode | ConsiderationNode]]:
    """Everything that needs a named person, in reading order."""
    for standard in edition_tree(assessment.edition).standards:
        yield "standard", standard
        for indicator in standard.indicators:
            yield "indicator", indicator
            for consideration in indicator.considerations:
                yield "consideration", consideration


def earlier_year(assessment: Assessment) -> int | None:
    """The office's last fiscal year before this one, from which it may copy; 1 query."""
    earlier = Assessment.objects.filter(
        office=assessment.office_id, fiscal_year__lt=assessment.fiscal_year
    )
    return earlier.order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()


def work_groups_of(office: Office) -> list[WorkGroup]:
    """The groups by which the table is filtered, as the office orders them; 1 query."""
    return list(office.work_groups.order_by("order", "code"))


def shown(rows: list[AssignmentRow], wanted: Mapping[str, Any]) -> list[AssignmentRow]:
    """The rows that pass a filter form's cleaned data."""
    needle = thai.fold(wanted.get("q") or "")
    if needle:
        rows = [row for row in rows if needle in thai.fold(f"{row.code} {row.target.title}")]
    if wanted.get("open"):
        rows = [row for row in rows if row.is_open]
    if group := wanted.get("group"):
        rows = [row for row in rows if row.now and row.now.user.work_group_id == group]
    if person := wanted.get("person"):
        rows = [row for row in rows if row.now and row.now.user_id == person]
    return rows

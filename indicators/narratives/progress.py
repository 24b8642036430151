"""How far one year's content is: per consideration, indicator, standard, group and person.

A fixed number of queries whatever the size. Progress counts choices, not defaults: an agreed score
counts when the committee chose one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

import thai
from indicators.models import Assessment, Citation
from indicators.models.evidence import CitationQuerySet
from indicators.states import ItemState


@dataclass(frozen=True)
class ItemProgress:
    """One consideration. ``collector`` is the id of the assigned person, or None."""

    pk: int
    code: str
    title: str
    written: bool
    evidence: int
    no_evidence_reason: bool
    handed_in: bool
    agreed: int | None
    saved_at: datetime | None
    collector: int | None
    collector_name: str
    group: int | None
    group_name: str
    brought: int  # pieces of an earlier year
    to_verify: int  # those of them that nobody re-verified yet

    @property
    def evidenced(self) -> bool:
        """Whether it has evidence, or a written reason for none."""
        return self.evidence > 0 or self.no_evidence_reason

    @property
    def complete(self) -> bool:
        """Whether nothing is missing, handed in or not."""
        return self.written and self.evidenced


@dataclass(frozen=True)
class Counts:
    """How many of ``items`` got how far."""

    items: int
    written: int
    evidenced: int
    complete: int
    handed_in: int
    agreed: int
    brought: int = 0
    to_verify: int = 0

    @classmethod
    def of(cls, rows: Iterable[ItemProgress]) -> "Counts":
        """Count ``rows``."""
        rows = tuple(rows)
        return cls(
            items=len(rows),
            written=sum(row.written for row in rows),
            evidenced=sum(row.evidenced for row in rows),
            complete=sum(row.complete for row in rows),
            handed_in=sum(row.handed_in for row in rows),
            agreed=sum(row.agreed is not None for row in rows),
            brought=sum(row.brought for row in rows),
            to_verify=sum(row.to_verify for row in rows),
        )

    @property
    def percent(self) -> int:
        """Share handed in, rounded down: 100 means all."""
        return self.handed_in * 100 // self.items if self.items else 0


@dataclass(frozen=True)
class Part:
    """A standard, indicator, group or person with its items. ``pk`` None: nobody is assigned."""

    pk: int | None
    code: str
    title: str
    items: tuple[ItemProgress, ...]
    counts: Counts
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Progress:
    """One year. ``standards`` have their indicators as ``parts``."""

    items: tuple[ItemProgress, ...]
    counts: Counts
    standards: tuple[Part, ...]
    groups: tuple[Part, ...]
    people: tuple[Part, ...]


class _Named(NamedTuple):
    """Who collects a consideration."""

    pk: int
    name: str
    group: int | None
    group_name: str


class _Above(NamedTuple):
    """The standard or indicator that an item stands below."""

    pk: int
    code: str
    title: str


Tree = dict[_Above, dict[_Above, list[ItemProgress]]]


def progress_of(assessment: Assessment) -> Progress:
    """Read the year in two queries and count it every way.

    Columns, not models: every frame of a year asks for this, and five models a row cost more
    than all the counting.
    """
    collectors = _collectors(assessment)
    rows: list[ItemProgress] = []
    tree: Tree = {}
    for standard, indicator, consideration, facts in _items(assessment):
        row = _row(facts, collectors.get(consideration))
        rows.append(row)
        tree.setdefault(standard, {}).setdefault(indicator, []).append(row)
    return Progress(
        items=tuple(rows),
        counts=Counts.of(rows),
        standards=_standards(tree),
        groups=_grouped(rows, "group", "group_name"),
        people=_grouped(rows, "collector", "collector_name"),
    )


def _collectors(assessment: Assessment) -> dict[int, _Named]:
    """Who is named now for each consideration."""
    rows = assessment.assignments.current().filter(consideration__isnull=False).order_by()
    columns = ("prefix", "given_name", "family_name", "work_group", "work_group__name")
    return {
        consideration: _Named(user, thai.full_name(*names), group, group_name or "")
        for consideration, user, *names, group, group_name in rows.values_list(
            "consideration", "user", *(f"user__{column}" for column in columns)
        )
    }


def _items(assessment: Assessment) -> Iterator[tuple[_Above, _Above, int, tuple[Any, ...]]]:
    """``(standard, indicator, consideration id, facts)`` in the order of the catalogue."""
    cited = Citation.objects.kept().filter(item=OuterRef("pk"))
    brought = cited.filter(brought_from__isnull=False)
    indicator = "consideration__indicator"
    above = [
        f"{path}__{column}"
        for path in (f"{indicator}__standard", indicator)
        for column in ("pk", "code", "title")
    ]
    facts = ("pk", "consideration__code", "consideration__title", "narrative", "cited")
    more = ("no_evidence_reason", "state", "agreed_score__level", "saved_at")
    rows = assessment.items.in_order().annotate(
        cited=_count(cited), brought=_count(brought), to_verify=_count(brought.to_verify())
    )
    for row in rows.values_list(*above, "consideration", *facts, *more, "brought", "to_verify"):
        yield _Above(*row[:3]), _Above(*row[3:6]), row[6], row[7:]


def _count(rows: CitationQuerySet) -> Coalesce:
    """How many of an item's rows there are, within the question for the items."""
    counted = rows.order_by().values("item").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _row(facts: tuple[Any, ...], named: _Named | None) -> ItemProgress:
    pk, code, title, narrative, cited, no_evidence_reason, state, agreed, saved_at, *old = facts
    brought, to_verify = old
    return ItemProgress(
        pk=pk,
        code=code,
        title=title,
        written=bool(thai.trimmed(narrative)),
        evidence=cited,
        no_evidence_reason=bool(thai.trimmed(no_evidence_reason)),
        handed_in=state == ItemState.HANDED_IN,
        agreed=agreed,
        saved_at=saved_at,
        collector=named.pk if named else None,
        collector_name=named.name if named else "",
        group=named.group if named else None,
        group_name=named.group_name if named else "",
        brought=brought,
        to_verify=to_verify,
    )


def _standards(tree: Tree) -> tuple[Part, ...]:
    return tuple(
        _part(
            standard,
            [row for below in indicators.values() for row in below],
            tuple(_part(indicator, below) for indicator, below in indicators.items()),
        )
        for standard, indicators in tree.items()
    )


def _part(row: _Above, items: Iterable[ItemProgress], parts: tuple[Part, ...] = ()) -> Part:
    items = tuple(items)
    return Part(row.pk, row.code, row.title, items, Counts.of(items), parts)


def _grouped(rows: Iterable[ItemProgress], key: str, name: str) -> tuple[Part, ...]:
    """By person or group in the order of their first consideration; the unassigned come last."""
    found: dict[tuple[int | None, str], list[ItemProgress]] = {}
    for row in rows:
        found.setdefault((getattr(row, key), getattr(row, name)), []).append(row)
    parts = [
        Part(pk, "", title, tuple(below), Counts.of(below)) for (pk, title), below in found.items()
    ]
    return tuple(sorted(parts, key=lambda part: part.pk is None))

"""One number for everything that a cycle's todos are read from: it differs when a row does.

PostgreSQL writes the number of the writing transaction into every version of a row (``xmin``). The
sum of those numbers' hashes and the count of the rows therefore differ as soon as one row was
added, changed or removed, by whichever verb, task, console or migration: nobody has to remember to
say so. Asking costs one statement; building the todos costs a dozen and all of their objects.
"""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from weakref import WeakSet

from django.db import ProgrammingError, connection
from django.db.models import Model

from indicators.models import (
    AgreedScore,
    Assessment,
    AssessmentUserPermission,
    Assignment,
    Citation,
    Consideration,
    Evidence,
    EvidenceRevision,
    InboxEntry,
    Indicator,
    IndicatorReview,
    Item,
    ItemRequest,
    ItemUserPermission,
    Score,
    Standard,
    SupportingProject,
    VerifiedScore,
)
from people.models import Acting, Office, RoleGrant, User
from people.states import Role
from workflow.models import (
    Acknowledgement,
    Attendance,
    Committee,
    CommitteeMember,
    Cycle,
    Meeting,
    Proposal,
    Recommendation,
    ResolutionTask,
    Step,
)

Stamp = tuple[int, int]

# A row of the first model with the rows it is joined to: (models, condition). Letters name them in
# the order given; %(cycle)s, %(assessment)s, %(office)s and %(edition)s are the cycle's own.
OF_ITEM = "a.item_id = b.id AND b.assessment_id = %(assessment)s"
OF_MEETING = "a.meeting_id = b.id AND b.cycle_id = %(cycle)s"
READ: tuple[tuple[tuple[type[Model], ...], str], ...] = (
    ((Cycle,), "a.id = %(cycle)s"),
    ((Assessment,), "a.id = %(assessment)s"),
    ((Office,), "a.id = %(office)s"),
    ((Step,), "a.cycle_id = %(cycle)s"),
    # OBEC's reviewers are the whole country's, whatever office their role names.
    (
        (RoleGrant, User),
        f"a.user_id = b.id AND (a.office_id = %(office)s OR a.role = '{Role.OBEC.value}')",
    ),
    ((Acting, User), "a.user_id = b.id AND a.office_id = %(office)s"),
    ((Proposal,), "a.cycle_id = %(cycle)s"),
    (
        (Acknowledgement, Proposal, User),
        "a.proposal_id = b.id AND b.cycle_id = %(cycle)s AND a.user_id = c.id",
    ),
    ((Meeting,), "a.cycle_id = %(cycle)s"),
    ((Attendance, Meeting, User), f"{OF_MEETING} AND a.user_id = c.id"),
    ((ResolutionTask, Meeting, User), f"{OF_MEETING} AND a.owner_id = c.id"),
    ((Recommendation,), "a.cycle_id = %(cycle)s"),
    ((Item,), "a.assessment_id = %(assessment)s"),
    ((ItemRequest, Item), OF_ITEM),
    ((ItemRequest, Item, User), f"{OF_ITEM} AND c.id IN (a.asked_by_id, a.asked_of_id)"),
    (
        (Evidence, ItemRequest, Item),
        "a.id = b.evidence_id AND b.item_id = c.id AND c.assessment_id = %(assessment)s",
    ),
    ((Score, Item), OF_ITEM),
    ((AgreedScore, Item), OF_ITEM),
    ((VerifiedScore, Item), OF_ITEM),
    ((Citation, Item), OF_ITEM),
    (
        (Evidence, EvidenceRevision, Citation, Item),
        "a.id = b.evidence_id AND b.id = c.revision_id AND c.item_id = d.id"
        " AND d.assessment_id = %(assessment)s",
    ),
    (
        (InboxEntry, Evidence),
        "a.evidence_id = b.id AND a.office_id = %(office)s AND a.sorted_at IS NULL",
    ),
    ((SupportingProject,), "a.assessment_id = %(assessment)s"),  # every change counts its version
    ((IndicatorReview,), "a.assessment_id = %(assessment)s"),
    ((Assignment, User), "a.user_id = b.id AND a.assessment_id = %(assessment)s"),
    (
        (ItemUserPermission, Item, User),
        "a.content_object_id = b.id AND b.assessment_id = %(assessment)s AND a.user_id = c.id",
    ),
    (
        (CommitteeMember, Committee, User),
        "a.committee_id = b.id AND b.cycle_id = %(cycle)s AND a.user_id = c.id",
    ),
    (
        (AssessmentUserPermission, User),
        "a.user_id = b.id AND a.content_object_id = %(assessment)s",
    ),
    (
        (Consideration, Indicator, Standard),
        "a.indicator_id = b.id AND b.standard_id = c.id AND c.edition_id = %(edition)s",
    ),
)


def can_be_asked() -> bool:
    """Whether the stamp of a cycle says all.

    Only PostgreSQL writes it. Within a transaction of our own it would miss what the transaction
    itself changes twice.
    """
    return connection.vendor == "postgresql" and not connection.in_atomic_block


def stamp_of(cycle: Cycle) -> Stamp | None:
    """The stamp of one cycle; None where it would not say all."""
    return stamps_of([cycle])[cycle.pk] if can_be_asked() else None


def stamps_of(cycles: Iterable[Cycle]) -> dict[int, Stamp]:
    """The stamp of each cycle as of now; one query. The cycles come with their assessment."""
    asked = [
        {
            "cycle": cycle.pk,
            "assessment": cycle.assessment.pk,
            "office": cycle.assessment.office_id,
            "edition": cycle.assessment.edition_id,
        }
        for cycle in cycles
    ]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        if len(asked) > 1 or not _ask_prepared(cursor, asked[0]):
            cursor.execute(" UNION ALL ".join(_template() % numbers for numbers in asked))
        return {cycle: (rows, total) for cycle, rows, total in cursor.fetchall()}


# Connections of this process that know the statement by its name.
PREPARED: WeakSet[Any] = WeakSet()


def _ask_prepared(cursor: Any, numbers: Mapping[str, int]) -> bool:
    """Ask for one cycle by a prepared statement: planning it takes longer than answering.

    False where a pooler between us and the database gives us a server that does not know it, or
    that knows it from somebody else already.
    """
    try:
        if cursor.connection not in PREPARED:
            statement = _template() % {name: f"${n}" for n, name in enumerate(numbers, 1)}
            types = ", ".join("bigint" for _name in numbers)
            cursor.execute(f"PREPARE {_name()}({types}) AS {statement}")
            PREPARED.add(cursor.connection)
        cursor.execute(f"EXECUTE {_name()}({', '.join(map(str, numbers.values()))})")
    except ProgrammingError:
        return False
    return True


@cache
def _name() -> str:
    """The statement's name: a server that a pooler shares may know it from an older version."""
    return f"stamp_of_cycle_{hashlib.sha256(_template().encode()).hexdigest()[:8]}"


@cache
def _template() -> str:
    """The statement for one cycle; numbers of rows are all that goes into it."""
    rows = " UNION ALL ".join(_branch(models, condition) for models, condition in READ)
    return (
        "SELECT %(cycle)s, count(*), coalesce(sum(hashtextextended(row.versions, 0)), 0)"  # noqa: S608 - names of ours
        f" FROM ({rows}) AS row"
    )


def _branch(models: tuple[type[Model], ...], condition: str) -> str:
    letters = "abcd"[: len(models)]
    versions = " || ' ' || ".join(f"{letter}.xmin::text" for letter in letters)
    tables = ", ".join(
        f"{connection.ops.quote_name(model._meta.db_table)} AS {letter}"
        for model, letter in zip(models, letters, strict=True)
    )
    return f"SELECT {versions} AS versions FROM {tables} WHERE {condition}"  # noqa: S608 - names of ours

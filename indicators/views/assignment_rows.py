"""The rows of the assignment table, put together from few queries."""

from dataclasses import dataclass, field

from esa_standards import thai
from indicators.domain.assignments import kind_of, targets
from indicators.forms.assignments import label_of
from indicators.models import Assignment

DEPTH = {"standard": 0, "indicator": 1, "consideration": 2}


@dataclass
class Row:
    """A standard, indicator or consideration and who answers for it."""

    kind: str
    target: object
    now: Assignment | None = None
    ended: list[Assignment] = field(default_factory=list)
    # What a refused POST brought, so that nothing typed is lost.
    typed: str | None = None
    errors: tuple = ()
    conflict: str = ""
    bulk: object = None
    saved_at: object = None

    @property
    def code(self):
        return self.target.code

    @property
    def key(self):
        """For ids in the page."""
        return f"{self.kind}-{self.code.replace('.', '-')}"

    @property
    def depth(self):
        return DEPTH[self.kind]

    @property
    def is_open(self):
        """Nobody is named, or the named person left."""
        return self.now is None or not self.now.user.is_active

    @property
    def seen(self):
        return self.now.user_id if self.now else 0

    @property
    def value(self):
        """What the box holds: what was typed, else who is named."""
        if self.typed is not None:
            return self.typed
        return label_of(self.now.user) if self.now else ""


@dataclass(frozen=True)
class Table:
    """All rows and how many of them have nobody."""

    rows: list[Row]

    @property
    def total(self):
        return len(self.rows)

    @property
    def open_rows(self):
        return [row for row in self.rows if row.is_open]

    @property
    def done(self):
        return self.total - len(self.open_rows)

    def row(self, target):
        """The row of ``target``."""
        wanted = (kind_of(target), target.pk)
        return next(row for row in self.rows if (row.kind, row.target.pk) == wanted)

    def below(self, target):
        """``target`` and every row under it: codes begin with their parent's."""
        prefix = f"{target.code}."
        depth = DEPTH[kind_of(target)]
        return [
            row
            for row in self.rows
            if row.target == target or (row.depth > depth and row.code.startswith(prefix))
        ]


def build_table(assessment):
    """Every row of the year with its people, ended ones too; 4 queries."""
    now, ended = {}, {}
    for assignment in assessment.assignments.select_related("user__work_group").order_by("pk"):
        key = _key(assignment)
        if assignment.until is None:
            now[key] = assignment
        else:
            ended.setdefault(key, []).append(assignment)
    rows = [(kind_of(target), target) for target in targets(assessment)]
    return Table(
        [
            Row(kind, target, now.get((kind, target.pk)), ended.get((kind, target.pk), []))
            for kind, target in rows
        ]
    )


def _key(assignment):
    for kind in DEPTH:
        if pk := getattr(assignment, f"{kind}_id"):
            return kind, pk
    raise AssertionError("an assignment without a target breaks its check constraint")


def shown(rows, wanted):
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

"""Naming people: supervisors of standards and indicators, collectors of considerations.

Assignments name, they give no right: rights come from the approved order. After that order a
transfer hands the right on, with a reason. Every change takes the year's row lock first
(``require_open``), so of twenty who name somebody at once the last stands and none is lost.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.assignments.rights import transfer_writing
from indicators.catalogue.editions import tree
from indicators.models import (
    Assessment,
    Assignment,
    Consideration,
    Indicator,
    Item,
    ItemUserPermission,
    Standard,
)
from indicators.states import Duty
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User

Target = Standard | Indicator | Consideration
KINDS = {"standard": Standard, "indicator": Indicator, "consideration": Consideration}
_TO_EDITION = {
    "standard": "edition",
    "indicator": "standard__edition",
    "consideration": "indicator__standard__edition",
}
_UNSEEN = object()
RESPONSIBLE = gettext_lazy("responsible")


@dataclass(frozen=True)
class Copied:
    """What "same as last year" did."""

    year: int
    copied: int
    left_open: int


# -- reading ------------------------------------------------------------------
def kind_of(target: Target) -> str:
    """``standard``, ``indicator`` or ``consideration``."""
    return target._meta.label_lower.rpartition(".")[2]


def find_target(assessment: Assessment, kind: str, code: str) -> Target | None:
    """The row of the assessment's own edition with this code."""
    model = KINDS.get(kind)
    if model is None:
        return None
    rows: QuerySet[Any] = model._default_manager.all()
    found: Target | None = rows.filter(
        **{_TO_EDITION[kind]: assessment.edition_id, "code": code}
    ).first()
    return found


def targets(assessment: Assessment) -> list[Target]:
    """Everything that needs a named person, in reading order; 3 queries."""
    found: list[Target] = []
    for standard in tree(assessment.edition):
        found.append(standard)
        for indicator in standard.indicators.all():
            found.extend([indicator, *indicator.considerations.all()])
    return found


def current(assessment: Assessment) -> dict[tuple[str, int], Assignment]:
    """Who answers for what now, by (kind, pk); 1 query."""
    rows = assessment.assignments.current().select_related("user__work_group")
    return {target_key(row): row for row in rows}


def unassigned(assessment: Assessment) -> list[Target]:
    """What has nobody who can do it: no assignment, or a person who left; 4 queries."""
    held = {key for key, row in current(assessment).items() if row.user.is_active}
    return [row for row in targets(assessment) if (kind_of(row), row.pk) not in held]


def order_in_force(assessment: Assessment) -> bool:
    """Whether an approved order gave rights: from then on a transfer needs a reason."""
    return ItemUserPermission.objects.filter(content_object__assessment=assessment).exists()


def below(assessment: Assessment, target: Target) -> list[Target]:
    """``target`` and everything under it, in reading order; 3 queries."""
    rows, kinds = targets(assessment), list(KINDS)
    depth = kinds.index(kind_of(target))
    after = rows[rows.index(target) + 1 :]
    return [target, *takewhile(lambda row: kinds.index(kind_of(row)) > depth, after)]


def target_key(row: Assignment) -> tuple[str, int]:
    """Kind and primary key of what the person answers for; reads nothing."""
    if row.standard_id:
        return "standard", row.standard_id
    if row.indicator_id:
        return "indicator", row.indicator_id
    if row.consideration_id:
        return "consideration", row.consideration_id
    raise AssertionError("an assignment without a target breaks its check constraint")


# -- naming -------------------------------------------------------------------
@transaction.atomic
def assign(
    assessment: Assessment,
    *,
    target: Target,
    user: User,
    by: User,
    reason: str = "",
    seen: object = _UNSEEN,
) -> Assignment:
    """Make ``user`` answer for ``target``; whoever did so before ends with this instant.

    Naming the same person again changes nothing. ``seen`` is the id of the person (None for
    nobody) whom ``by`` saw there: when somebody else stands there by now, the change is refused.
    """
    _guard(assessment, by)
    _require_fit(assessment, target, user)
    before = _current_of(assessment, target)
    held = before.user_id if before else None
    if before and held == user.pk:
        return before
    if seen is not _UNSEEN and seen != held:
        raise _stale(before)
    if before and order_in_force(assessment) and not thai.trimmed(reason):
        raise RuleBroken(_("The order is approved: please give a reason for the transfer."))
    at = clock.now()
    if before:
        Assignment.objects.filter(pk=before.pk).update(until=at)
    after = _new(assessment, target, user, at=at, reason=reason)
    after.save(force_insert=True)
    if before and _hand_rights_on(assessment, target, before.user, user):
        _notify_new_writer(assessment, after)
    log_event(
        assessment,
        by=by,
        verb="assignment.transfer" if before else "assignment.assign",
        target=target,
        before={"user": str(before.user)} if before else {},
        after={"user": str(user)},
        why=thai.trimmed(reason),
    )
    return after


@transaction.atomic
def assign_many(
    assessment: Assessment,
    *,
    pairs: Iterable[tuple[Target, User]],
    by: User,
    reason: str = "",
    replace: bool = True,
) -> int:
    """Name many at once from (target, user) pairs; one entry in the history lists them all.

    Without ``replace`` rows that somebody active holds by now are left alone, however the page
    looked when ``by`` pressed. Returns how many changed; three rows and sixty need the same
    number of queries.
    """
    _guard(assessment, by)
    changes = _changes(assessment, pairs, replace=replace)
    if not changes:
        return 0
    transfers = [change for change in changes if change[2]]
    in_force = bool(transfers) and order_in_force(assessment)
    if in_force and not thai.trimmed(reason):
        raise RuleBroken(_("The order is approved: please give a reason for the transfer."))
    at = clock.now()
    ended = [before.pk for *_rest, before in transfers if before]
    Assignment.objects.filter(pk__in=ended).update(until=at)
    made = Assignment.objects.bulk_create(
        _new(assessment, target, user, at=at, reason=reason) for target, user, _before in changes
    )
    for after, (target, user, before) in zip(made, changes, strict=True):
        if in_force and before and _hand_rights_on(assessment, target, before.user, user):
            _notify_new_writer(assessment, after)
    log_event(
        assessment,
        by=by,
        verb="assignment.assign_many",
        before={target.code: str(before.user) for target, _user, before in transfers if before},
        after={target.code: str(user) for target, user, _before in changes},
        why=thai.trimmed(reason),
    )
    return len(changes)


@transaction.atomic
def copy_last_year(assessment: Assessment, *, by: User) -> Copied:
    """Name for what is still open whoever held the same code in the last year before this.

    People who left are passed over, and nobody who is named already is replaced.
    """
    _guard(assessment, by)
    last = (
        Assessment.objects.filter(
            office=assessment.office_id, fiscal_year__lt=assessment.fiscal_year
        )
        .order_by("-fiscal_year")
        .first()
    )
    if last is None:
        raise RuleBroken(_("There is no earlier year to copy from."))
    rows = last.assignments.current().select_related(
        "user", "standard", "indicator", "consideration"
    )
    earlier = {
        (kind_of(row.target), row.target.code): row.user
        for row in rows
        if row.user.is_active and row.user.office_id == assessment.office_id
    }
    empty = unassigned(assessment)
    pairs = [
        (target, earlier[key])
        for target in empty
        if (key := (kind_of(target), target.code)) in earlier
    ]
    reason = _("Same as fiscal year %(year)s") % {"year": last.fiscal_year}
    assign_many(assessment, pairs=pairs, by=by, reason=reason, replace=False)
    return Copied(last.fiscal_year, len(pairs), len(empty) - len(pairs))


@transaction.atomic
def end_assignment(assignment: Assignment, *, by: User, reason: str) -> None:
    """Leave the row with nobody; the right to write goes with the duty, at once."""
    assessment = assignment.assessment
    _guard(assessment, by)
    if not thai.trimmed(reason):
        raise RuleBroken(_("Please give a reason."))
    at = clock.now()
    changed = Assignment.objects.filter(pk=assignment.pk, until__isnull=True).update(until=at)
    if not changed:
        raise MoveRefused(_("Somebody changed this assignment meanwhile. Please look at it again."))
    assignment.until = at
    _hand_rights_on(assessment, assignment.target, assignment.user, None)
    log_event(
        assessment,
        by=by,
        verb="assignment.end",
        target=assignment.target,
        before={"user": str(assignment.user)},
        why=thai.trimmed(reason),
    )


# -- guards and parts -----------------------------------------------------------
def _guard(assessment: Assessment, by: User) -> None:
    require_open(assessment)
    if not rules.may_assign(by, assessment, clock.today()):
        raise NotAllowed(_("Only the coordinator of the office assigns people."))


def _require_fit(assessment: Assessment, target: Target, user: User) -> None:
    _require_person(assessment, user)
    if find_target(assessment, kind_of(target), target.code) != target:
        raise RuleBroken(_("This row does not belong to the edition of this year."))


def _require_person(assessment: Assessment, user: User) -> None:
    if user.office_id != assessment.office_id:
        raise RuleBroken(_("%(person)s does not belong to this office.") % {"person": user})
    if not user.is_active:
        raise RuleBroken(_("%(person)s does not work here any more.") % {"person": user})


def _current_of(assessment: Assessment, target: Target) -> Assignment | None:
    return (
        assessment.assignments.current()
        .filter(**{kind_of(target): target})
        .select_related("user")
        .first()
    )


def _changes(
    assessment: Assessment, pairs: Iterable[tuple[Target, User]], *, replace: bool
) -> list[tuple[Target, User, Assignment | None]]:
    """Each target that gets another person, with who holds it by now."""
    wanted = {(kind_of(target), target.pk): (target, user) for target, user in pairs}
    own = {(kind_of(row), row.pk) for row in targets(assessment)}
    for key, (_target, user) in wanted.items():
        _require_person(assessment, user)
        if key not in own:
            raise RuleBroken(_("This row does not belong to the edition of this year."))
    held = current(assessment)
    return [
        (target, user, held.get(key))
        for key, (target, user) in wanted.items()
        if _may_change(held.get(key), user, replace=replace)
    ]


def _may_change(before: Assignment | None, user: User, *, replace: bool) -> bool:
    if before is None:
        return True
    return before.user_id != user.pk and (replace or not before.user.is_active)


def _stale(before: Assignment | None) -> StaleEdit:
    if before is None:
        return StaleEdit(_("Somebody ended this assignment meanwhile."), {RESPONSIBLE: "–"})
    return StaleEdit(
        _("Somebody else named %(person)s meanwhile.") % {"person": before.user},
        {RESPONSIBLE: str(before.user)},
    )


def _new(
    assessment: Assessment, target: Target, user: User, *, at: datetime, reason: str
) -> Assignment:
    kind = kind_of(target)
    return Assignment(
        assessment=assessment,
        duty=Duty.COLLECTOR if kind == "consideration" else Duty.SUPERVISOR,
        user=user,
        since=at,
        reason=reason.strip()[:300],
        **{kind: target},
    )


def _hand_rights_on(
    assessment: Assessment, target: Target, from_user: User, to_user: User | None
) -> bool:
    """Pass the right to write on for each item below ``target``, where the old person had it.

    Says whether any right moved; before an approved order none does.
    """
    below = {
        "standard": "consideration__indicator__standard",
        "indicator": "consideration__indicator",
        "consideration": "consideration",
    }[kind_of(target)]
    items = Item.objects.filter(
        assessment=assessment, user_permissions__user=from_user, **{below: target}
    )
    moved = [
        transfer_writing(item, from_user=from_user, to_user=to_user)
        for item in items.select_related("assessment", "consideration__indicator").distinct()
    ]
    return any(moved)


def _notify_new_writer(assessment: Assessment, assignment: Assignment) -> None:
    """After an approved order the new person must learn of the duty: no order names them."""
    target, person = assignment.target, assignment.user
    page = {"consideration": "item", "indicator": "indicator"}.get(kind_of(target))
    year = [assessment.office.code, assessment.fiscal_year]
    with translation.override(person.language):
        title = _("You now answer for %(row)s") % {"row": target}
    url = (
        reverse(f"indicators:{page}", args=[*year, target.code])
        if page
        else reverse("indicators:assignment_table", args=year)
    )
    key = f"assignment:{assignment.pk}"
    notify([Notification(recipient=person, key=key, kind="assignment", title=title, url=url)])

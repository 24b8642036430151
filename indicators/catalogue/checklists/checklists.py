"""What a consideration must show as evidence: what the office adds, and what does not apply here.

The edition's rows are made with the year and stay; the office's own can be removed.
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

import thai
from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.models import ChecklistRow, Item
from indicators.states import ItemState
from people.models import User

MOST = 40  # rows of one consideration


def require_keeper(item: Item, *, by: User) -> None:
    """Refuse who may not keep the list, and everybody once the year is locked."""
    require_open(item.assessment)
    if not rules.may_keep_checklist(by, item, clock.today()):
        raise NotAllowed(
            _("Only its writers and the coordinator say which evidence is required here.")
        )


def require_writing(item: Item) -> None:
    """Refuse when the item was handed in; its row is locked, because handing in reads the list."""
    if Item.objects.select_for_update().get(pk=item.pk).state != ItemState.WRITING:
        raise MoveRefused(
            _("This consideration was handed in. Take it back before changing anything.")
        )


# -- what the office adds ---------------------------------------------------------
@transaction.atomic
def add_row(item: Item, *, title: str, by: User) -> tuple[ChecklistRow, bool]:
    """The office asks for one more piece; ``(row, False)`` when it stands on the list already."""
    require_keeper(item, by=by)
    title = thai.clean_label(title)[:300]
    if not title:
        raise RuleBroken(_("Say which piece of evidence is required."), "title")
    # Two who add at once are compared one after the other.
    Item.objects.select_for_update().get(pk=item.pk)
    standing = list(item.checklist.kept())
    for row in standing:
        if thai.fold(row.title) == thai.fold(title):
            return row, False
    if len(standing) >= MOST:
        raise RuleBroken(
            _("A consideration has at most %(n)d required pieces of evidence.") % {"n": MOST},
            "title",
        )
    row = ChecklistRow.objects.create(
        item=item,
        title=title,
        order=max((row.order for row in standing), default=0) + 1,
        added_at=clock.now(),
        added_by=by,
    )
    _log(row, "checklist.add", by)
    return row, True


@transaction.atomic
def remove_row(row: ChecklistRow, *, by: User) -> None:
    """The office no longer asks for its own piece; ``restore_row`` undoes it for a short while."""
    require_keeper(row.item, by=by)
    if row.required_id is not None:
        raise MoveRefused(_("The edition requires this piece. Say why it does not apply here."))
    if not _own(row).filter(removed_at__isnull=True).update(removed_at=clock.now(), removed_by=by):
        raise MoveRefused(_("This piece was taken off the list already."))
    _log(row, "checklist.remove", by)


@transaction.atomic
def restore_row(row: ChecklistRow, *, by: User) -> None:
    """Ask again for what was taken off the list a short while ago, its ticks as they were."""
    require_keeper(row.item, by=by)
    require_undoable(row.removed_at, now=clock.now())
    gone = _own(row).filter(removed_at__isnull=False)
    try:
        with transaction.atomic():
            back = gone.update(removed_at=None, removed_by=None)
    except IntegrityError:
        back = 0
    if not back:
        raise MoveRefused(_("This piece stands on the list already."))
    _log(row, "checklist.restore", by)


# -- what does not apply here -----------------------------------------------------
@transaction.atomic
def excuse(row: ChecklistRow, *, why: str, by: User) -> None:
    """The piece does not apply to this office or year; the reason is kept and shown."""
    require_keeper(row.item, by=by)
    require_writing(row.item)
    why = thai.trimmed(why)
    if not why:
        raise RuleBroken(
            _("Say why “%(piece)s” does not apply here.") % {"piece": row.title}, "why"
        )
    fresh = _standing(row).filter(excused_at__isnull=True)
    if not fresh.update(excused_at=clock.now(), excused_by=by, excused_why=why):
        raise MoveRefused(_("Somebody changed this row of the list meanwhile. Look at it again."))
    _log(row, "checklist.excuse", by, why=why)


@transaction.atomic
def expect(row: ChecklistRow, *, by: User) -> None:
    """The piece applies after all; the history keeps the reason that was given."""
    require_keeper(row.item, by=by)
    require_writing(row.item)
    excused = _standing(row).filter(excused_at__isnull=False)
    if not excused.update(excused_at=None, excused_by=None, excused_why=""):
        raise MoveRefused(_("Somebody changed this row of the list meanwhile. Look at it again."))
    _log(row, "checklist.expect", by)


def _own(row: ChecklistRow) -> QuerySet[ChecklistRow]:
    return ChecklistRow.objects.filter(pk=row.pk, required__isnull=True)


def _standing(row: ChecklistRow) -> QuerySet[ChecklistRow]:
    return ChecklistRow.objects.kept().filter(pk=row.pk)


def _log(row: ChecklistRow, verb: str, by: User, why: str = "") -> None:
    log_event(
        row.item.assessment,
        by=by,
        verb=verb,
        target=row.item,
        after={"required": row.title},
        why=why,
    )

"""Discussing an item or a piece of evidence: opening, commenting, withdrawing, resolving.

A comment is never changed: who wrote it withdraws it, and writes another one. An unresolved
discussion keeps nobody from anything.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history import decided
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import rules
from indicators.models import Comment, Mention, Thread
from indicators.threads.mentions import Called, call
from indicators.threads.places import (
    Place,
    hold_piece,
    log_event,
    office_of,
    require_discusser,
)
from indicators.threads.telling import mark_read, tell
from people.models import User

SHORT = 120


@dataclass(frozen=True)
class SentComment:
    """A comment, and whom it called."""

    comment: Comment
    called: Called


def require_resolver(thread: Thread, *, by: User) -> None:
    """Refuse who may not resolve it, and everybody once nothing is discussed there any more."""
    require_discusser(thread.place, by=by)
    if not rules.may_resolve(by, thread, clock.today()):
        raise NotAllowed(
            _("Who began it, who answers for this, and the coordinator resolve a discussion.")
        )


@transaction.atomic
def open_thread(
    place: Place,
    *,
    text: str,
    by: User,
    meant: Collection[User] = (),
    notify: Collection[User] = (),
) -> SentComment:
    """Begin a discussion with its first comment; who answers for ``place`` is notified."""
    hold_piece(place)
    require_discusser(place, by=by)
    called = call(_worth(text), office_of(place), meant=meant, notify=notify)
    about = {place._meta.model_name or "": place}
    thread = Thread.objects.create(**about, opened_by=by, opened_at=clock.now())
    return _write(thread, text, called, by, "thread.open")


@transaction.atomic
def comment(
    thread: Thread,
    *,
    text: str,
    by: User,
    meant: Collection[User] = (),
    notify: Collection[User] = (),
) -> SentComment:
    """Say something in a discussion; one that was resolved is open again by it."""
    require_discusser(thread.place, by=by)
    called = call(_worth(text), office_of(thread.place), meant=meant, notify=notify)
    _lock(thread)
    reopened = _open_again(thread)
    return _write(thread, text, called, by, "thread.comment", reopened=reopened)


@transaction.atomic
def withdraw(row: Comment, *, by: User) -> None:
    """Take one's own comment back; that there was one stays in sight."""
    _require_writer(row, by)
    _lock(row.thread)
    standing = Comment.objects.standing().filter(pk=row.pk)
    if not standing.update(withdrawn_at=clock.now()):
        raise MoveRefused(_("This comment was withdrawn already."))
    before = {"text": thai.shortened(row.text, SHORT)}
    log_event(row.thread.place, by=by, verb="thread.withdraw", before=before)


@transaction.atomic
def restore(row: Comment, *, by: User) -> None:
    """Put back what one withdrew a short while ago; nobody is notified a second time."""
    _require_writer(row, by)
    _lock(row.thread)
    require_undoable(row.withdrawn_at, now=clock.now())
    if not Comment.objects.filter(pk=row.pk, withdrawn_at__isnull=False).update(withdrawn_at=None):
        raise MoveRefused(_("This comment is there already."))
    after = {"text": thai.shortened(row.text, SHORT)}
    log_event(row.thread.place, by=by, verb="thread.restore", after=after)


@transaction.atomic
def resolve(thread: Thread, *, seen: int, by: User) -> None:
    """Mark it as resolved, as far as its last comment on the page (``seen``).

    What somebody else wrote meanwhile is read first.
    """
    require_resolver(thread, by=by)
    _lock(thread)
    unseen = Comment.objects.standing().filter(pk__gt=seen).exclude(by=by)
    done = Thread.objects.filter(pk=thread.pk, resolved_at__isnull=True).exclude(
        Exists(unseen.filter(thread=OuterRef("pk")))
    )
    if not done.update(resolved_at=clock.now(), resolved_by=by):
        raise _refusal(thread, unseen.filter(thread=thread).select_related("by").last())
    mark_read(thread, by=by)
    log_event(thread.place, by=by, verb="thread.resolve", before=_first(thread))


@transaction.atomic
def reopen(thread: Thread, *, by: User) -> None:
    """Go on discussing what was resolved."""
    require_discusser(thread.place, by=by)
    _lock(thread)
    if not _open_again(thread):
        raise MoveRefused(_("This discussion is open already."))
    mark_read(thread, by=by)
    log_event(thread.place, by=by, verb="thread.reopen", before=_first(thread))


# -- parts of the verbs ---------------------------------------------------------------
def _worth(text: str) -> str:
    if not thai.trimmed(text):
        raise RuleBroken(_("Please write the comment."), field="text")
    return text


def _lock(thread: Thread) -> None:
    """Keep the discussion as it is until the commit: whoever comes second sees what came first."""
    now = Thread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    thread.resolved_at, thread.resolved_by_id = now.resolved_at, now.resolved_by_id


def _write(
    thread: Thread, text: str, called: Called, by: User, verb: str, *, reopened: bool = False
) -> SentComment:
    text = thai.trimmed(text)
    row = Comment.objects.create(
        thread=thread, by=by, at=clock.now(), text=text, search_text=thai.fold(text)
    )
    called.people.pop(by, None)
    Mention.objects.bulk_create(
        Mention(comment=row, person=person, written=written)
        for person, written in called.people.items()
    )
    tell(row, called.people.keys())
    if reopened:
        log_event(thread.place, by=by, verb="thread.reopen", before=_first(thread))
    log_event(thread.place, by=by, verb=verb, after={"text": thai.shortened(text, SHORT)})
    return SentComment(row, called)


def _open_again(thread: Thread) -> bool:
    """Whether it was resolved until now."""
    resolved = Thread.objects.filter(pk=thread.pk, resolved_at__isnull=False)
    changed = resolved.update(resolved_at=None, resolved_by=None)
    thread.resolved_at = thread.resolved_by = None
    return bool(changed)


def _require_writer(row: Comment, by: User) -> None:
    require_discusser(row.thread.place, by=by)
    if not rules.may_withdraw_comment(by, row):
        raise NotAllowed(_("Only who wrote a comment withdraws it or puts it back."))


def _refusal(thread: Thread, unseen: Comment | None) -> MoveRefused:
    if thread.resolved_at is not None and thread.resolved_by is not None:
        return decided(
            _("%(who)s resolved this already, on %(when)s."),
            thread.resolved_by,
            thread.resolved_at,
        )
    if unseen is not None:
        return decided(
            _("%(who)s wrote something new on %(when)s. Read it before you resolve this."),
            unseen.by,
            unseen.at,
        )
    return MoveRefused(_("This discussion is open already."))


def _first(thread: Thread) -> dict[str, object]:
    """By what the history names a discussion."""
    first = Comment.objects.standing().filter(thread=thread).first()
    return {"text": thai.shortened(first.text, SHORT) if first else ""}

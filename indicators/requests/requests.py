"""Requests about a consideration: asking, doing, sending back, accepting, and the ways back.

``MOVES`` is the one place that changes their state. Every move is kept as a step with its words,
so that a request reads as a conversation. The year's row lock comes first in each
(``require_open``): a locked year keeps its requests as they stand.
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core import clock
from core.history import decided
from core.moves import Rule, apply, require_undoable
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.models import Assessment, Evidence, Item, ItemRequest, RequestStep
from indicators.requests.news import notify_asked, notify_done, notify_returned
from indicators.requests.people import people_to_ask
from indicators.states import RequestMove, RequestState
from people.models import User

SHORT = 120
OPEN, DONE = RequestState.OPEN, RequestState.DONE
MOVES = {
    RequestMove.FINISH: Rule((OPEN,), DONE),
    RequestMove.HAND_IN: Rule((OPEN,), DONE),
    RequestMove.SEND_BACK: Rule((DONE,), OPEN),
    RequestMove.ACCEPT: Rule((DONE,), RequestState.ACCEPTED),
    RequestMove.UNACCEPT: Rule((RequestState.ACCEPTED,), DONE),
    RequestMove.HAND_ON: Rule((OPEN,), OPEN),
    RequestMove.WITHDRAW: Rule((OPEN,), RequestState.WITHDRAWN),
    RequestMove.RESTORE: Rule((RequestState.WITHDRAWN,), OPEN),
}
# An item that is returned while its return still stands open sends that one back once more.
RETURN_AGAIN = Rule((OPEN, DONE), OPEN)


# -- guards -----------------------------------------------------------------------------
def require_asker(assessment: Assessment, *, by: User) -> None:
    """Refuse who may not ask, and everybody once the year is locked."""
    require_open(assessment)
    if not rules.may_ask(by, assessment, clock.today()):
        raise NotAllowed(_("Only the committee and those who lead the work make requests here."))


def require_doer(row: ItemRequest, *, by: User) -> None:
    """Refuse who may not report it done, and everybody once the year is locked."""
    require_open(row.item.assessment)
    if not rules.may_finish_request(by, row, clock.today()):
        raise NotAllowed(
            _("Only the person asked, the writers and the coordinator report this done.")
        )


def require_settler(row: ItemRequest, *, by: User) -> None:
    """Refuse who may not accept, send back or hand on, and everybody once the year is locked."""
    require_open(row.item.assessment)
    if not rules.may_settle_request(by, row, clock.today()):
        raise NotAllowed(_("Only who made the request and the coordinator decide on it."))


def _require_own(row: ItemRequest, by: User) -> None:
    require_open(row.item.assessment)
    if not rules.may_withdraw_request(by, row):
        raise NotAllowed(_("Only who made the request withdraws it or puts it back."))


def _require_able(item: Item, evidence: Evidence | None, person: User | None) -> None:
    if person and not people_to_ask(item, evidence).filter(pk=person.pk).exists():
        raise RuleBroken(
            _("%(person)s can't do anything about this consideration.")
            % {"person": person.full_name},
            field="asked_of",
        )


# -- the verbs --------------------------------------------------------------------------
@transaction.atomic
def ask(
    item: Item,
    *,
    text: str,
    by: User,
    asked_of: User | None = None,
    due_on: date | None = None,
    evidence: Evidence | None = None,
) -> ItemRequest:
    """Ask somebody, or whoever collects ``item``, to do something about it; they are notified.

    ``evidence`` is a piece that the item cites. Without ``due_on`` it is due in a week.
    """
    require_asker(item.assessment, by=by)
    if not thai.trimmed(text):
        raise RuleBroken(_("Please write what you ask for."), field="text")
    if due_on is not None and due_on < clock.today():
        raise RuleBroken(_("This day is over: choose today or a later one."), field="due_on")
    if evidence is not None and not item.citations.kept().filter(evidence=evidence.pk).exists():
        raise RuleBroken(_("This consideration does not cite the piece of evidence."))
    _require_able(item, evidence, asked_of)
    row = _begin(item, text, by=by, asked_of=asked_of, due_on=due_on, evidence=evidence)
    notify_asked(row, by)
    _log(row, "request.ask", by, row.text)
    return row


@transaction.atomic
def finish(row: ItemRequest, *, text: str, by: User) -> ItemRequest:
    """Report it done, and say what was done; who asked is notified and accepts it."""
    require_doer(row, by=by)
    if not thai.trimmed(text):
        raise RuleBroken(_("Please write what was done."), field="text")
    _move(row, RequestMove.FINISH, by, text, done_at=clock.now(), done_by=by)
    notify_done(row, by, thai.trimmed(text))
    _log(row, "request.finish", by, text)
    return row


@transaction.atomic
def send_back(row: ItemRequest, *, text: str, seen: int, by: User) -> ItemRequest:
    """Done → open again, because something is still missing; whoever is to do it is notified.

    ``seen`` is the version on screen: what was reported done again since is read first.
    """
    require_settler(row, by=by)
    if not thai.trimmed(text):
        raise RuleBroken(_("Please write what is still missing."), field="text")
    _reopen(row, text, seen=seen, by=by)
    notify_asked(row, by, text=thai.trimmed(text))
    _log(row, "request.send_back", by, text)
    return row


@transaction.atomic
def accept(row: ItemRequest, *, seen: int, by: User, text: str = "") -> ItemRequest:
    """Done → accepted: nothing waits any more. ``seen`` is the version on screen."""
    require_settler(row, by=by)
    at = clock.now()
    _move(row, RequestMove.ACCEPT, by, text, seen=seen, accepted_at=at, accepted_by=by)
    _log(row, "request.accept", by, text)
    return row


@transaction.atomic
def unaccept(row: ItemRequest, *, by: User) -> ItemRequest:
    """Take back an acceptance of a short while ago."""
    require_settler(row, by=by)
    require_undoable(row.accepted_at, now=clock.now())
    _move(row, RequestMove.UNACCEPT, by, accepted_at=None, accepted_by=None)
    _log(row, "request.unaccept", by)
    return row


@transaction.atomic
def hand_on(
    row: ItemRequest, *, to: User | None, by: User, seen: int, text: str = ""
) -> ItemRequest:
    """Ask somebody else instead, or whoever collects the item (None); they are notified.

    ``seen`` is the version on screen.
    """
    require_settler(row, by=by)
    _require_able(row.item, row.evidence, to)
    if (to and to.pk) == row.asked_of_id:
        raise RuleBroken(_("This person is asked already."), field="asked_of")
    _move(row, RequestMove.HAND_ON, by, text, seen=seen, asked_of=to)
    notify_asked(row, by)
    _log(row, "request.hand_on", by, text, asked_of=to.full_name if to else "")
    return row


@transaction.atomic
def withdraw(row: ItemRequest, *, by: User) -> ItemRequest:
    """Take back one's own request while nobody has reported it done."""
    _require_own(row, by)
    _move(row, RequestMove.WITHDRAW, by, withdrawn_at=clock.now())
    _log(row, "request.withdraw", by, row.text)
    return row


@transaction.atomic
def restore(row: ItemRequest, *, by: User) -> ItemRequest:
    """Put back what one withdrew a short while ago; it waits as before."""
    _require_own(row, by)
    require_undoable(row.withdrawn_at, now=clock.now())
    _move(row, RequestMove.RESTORE, by, withdrawn_at=None)
    _log(row, "request.restore", by, row.text)
    return row


# -- what was handed in and returned ------------------------------------------------------
def ask_again(item: Item, *, why: str, by: User) -> ItemRequest:
    """A handed-in item is given back with ``why``: a request to its collector.

    What was asked for by a return before and is not settled carries the new words, an open one
    before one that was reported done; otherwise it is a new one. Part of ``items.take_back``,
    which checks who may and writes the history.
    """
    unsettled = item.requests.filter(is_return=True, state__in=RETURN_AGAIN.sources)
    row = unsettled.order_by("-state", "-moved_at", "-pk").first()
    if row is None:
        row = _begin(item, why, by=by, is_return=True)
    else:
        row.item = item
        _reopen(row, why, seen=row.version, by=by, rule=RETURN_AGAIN)
    notify_returned(row, by, thai.trimmed(why))
    return row


def finish_returned(item: Item, *, by: User) -> None:
    """Handed in again, what was asked for when the item was given back is done.

    Part of ``items.hand_in``, which checks who may and writes the history.
    """
    rows = item.requests.filter(is_return=True, state=OPEN).select_related("asked_by")
    for row in rows.order_by("pk"):
        row.item = item
        _move(row, RequestMove.HAND_IN, by, done_at=clock.now(), done_by=by)
        notify_done(row, by, "")


# -- parts ------------------------------------------------------------------------------
def _begin(item: Item, text: str, *, by: User, **fields: Any) -> ItemRequest:
    at = clock.now()
    text = thai.trimmed(text)
    row = ItemRequest.objects.create(
        item=item,
        text=text,
        search_text=thai.fold(text),
        asked_by=by,
        asked_at=at,
        moved_at=at,
        **fields,
    )
    RequestStep.objects.create(
        request=row,
        number=1,
        move=RequestMove.ASK,
        by=by,
        at=at,
        after=OPEN,
        text=row.text,
        asked_of=row.asked_of,
    )
    return row


def _reopen(
    row: ItemRequest, text: str, *, seen: int, by: User, rule: Rule = MOVES[RequestMove.SEND_BACK]
) -> None:
    """As an answer from before requests it is a common request from now on."""
    undone = {"done_at": None, "done_by": None, "answered_before": False}
    _move(row, RequestMove.SEND_BACK, by, text, seen=seen, rule=rule, **undone)


def _move(
    row: ItemRequest,
    move: RequestMove,
    by: User,
    text: str = "",
    *,
    seen: int | None = None,
    rule: Rule | None = None,
    **changes: Any,
) -> None:
    """The one door of the state: conditional on it and on the steps so far, kept as a step."""
    at, version = clock.now(), row.version if seen is None else seen
    before = apply(
        row,
        rule or MOVES[move],
        refusal=lambda: _refusal(row),
        same={"version": version},
        version=version + 1,
        search_text=" ".join(filter(None, [row.search_text, thai.fold(text)])),
        moved_at=at,
        **changes,
    )
    RequestStep.objects.create(
        request=row,
        number=row.version,
        move=move,
        by=by,
        at=at,
        before=before,
        after=row.state,
        text=thai.trimmed(text),
        asked_of=row.asked_of if move == RequestMove.HAND_ON else None,
    )


def _refusal(row: ItemRequest) -> MoveRefused:
    now = ItemRequest.objects.select_related("done_by", "accepted_by").get(pk=row.pk)
    if now.accepted_at and now.accepted_by:
        said = _("%(who)s accepted this already, on %(when)s.")
        return decided(said, now.accepted_by, now.accepted_at)
    if now.state == RequestState.WITHDRAWN:
        return MoveRefused(_("This request was withdrawn."))
    if now.done_at and now.done_by:
        return decided(
            _("%(who)s reported this done already, on %(when)s."), now.done_by, now.done_at
        )
    return MoveRefused(_("Something changed about this request meanwhile. Please read it again."))


def _log(row: ItemRequest, verb: str, by: User, text: str = "", **more: str) -> None:
    """The item's history says it; what was asked of whom stands in the steps."""
    short = thai.shortened(text, SHORT)
    log_event(
        row.item.assessment,
        by=by,
        verb=verb,
        target=row.item,
        after={"text": short, **more} if short or more else None,
    )

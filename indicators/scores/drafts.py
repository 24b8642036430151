"""What somebody is typing of the committee's or OBEC's score, kept for them until they record it.

A draft counts nowhere and nobody else sees it, so two who type at once keep a draft each; whoever
records second is shown what stands there by then (``scores.agree``, ``scores.verify_score``).
It leaves no event, as an unfinished opinion of a member's.
"""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import StaleEdit
from indicators.models import AgreedScore, Item, ScoreDraft, VerifiedScore
from indicators.models.score import ScoreRow
from indicators.scores import scores
from indicators.states import DraftKind
from people.models import User


@transaction.atomic
def keep_draft(
    item: Item,
    kind: DraftKind,
    *,
    level: int | None,
    reason: str,
    seen: int,
    version: int,
    by: User,
) -> ScoreDraft | None:
    """Keep what ``by`` typed; None when it says what is recorded, or nothing: no draft is needed.

    ``seen`` is the version of the recorded score that it was typed beside, ``version`` that of
    the draft, 0 for the first. What another window saved meanwhile is not written over.
    """
    if kind == DraftKind.AGREED:
        scores.require_agreeing(item.assessment, by=by)
    else:
        scores.require_verifying(item, by=by)
    if level is not None:
        scores.require_level(level)
    reason = thai.trimmed(reason)
    rows = ScoreDraft.objects.filter(item=item, kind=kind, typist=by)
    own = rows.first()
    if own is not None and (own.level, own.reason, own.seen) == (level, reason, seen):
        return own
    if own is not None and own.version != version:
        raise _stale(own)
    if (level, reason) == _recorded(item, kind):
        rows.filter(version=version).delete()
        return None
    if own is None:
        return _first(item, kind, by, level=level, reason=reason, seen=seen)
    fields = {"level": level, "reason": reason, "seen": seen, "saved_at": clock.now()}
    if not rows.filter(version=version).update(**fields, version=F("version") + 1):
        raise _stale(own)
    return rows.get()


def drafts_of(user: User, kind: DraftKind, items: Collection[Item]) -> dict[int, ScoreDraft]:
    """The person's drafts by item; one query."""
    rows = ScoreDraft.objects.filter(typist=user, kind=kind, item__in=items)
    return {row.item_id: row for row in rows}


# -- guards and parts -----------------------------------------------------------
def _first(item: Item, kind: DraftKind, by: User, **typed: object) -> ScoreDraft:
    try:
        with transaction.atomic():
            return ScoreDraft.objects.create(
                item=item, kind=kind, typist=by, saved_at=clock.now(), **typed
            )
    except IntegrityError as taken:
        raise _stale(None) from taken


def _recorded(item: Item, kind: DraftKind) -> tuple[int | None, str]:
    score: ScoreRow | None
    if kind == DraftKind.AGREED:
        score = AgreedScore.objects.filter(item=item).first()
    else:
        score = VerifiedScore.objects.filter(item=item).first()
    return (score.level, score.reason) if score else (None, "")


def _stale(own: ScoreDraft | None) -> StaleEdit:
    return StaleEdit(
        _("You typed something else here in another window meanwhile."),
        {_("level"): own.level or "", _("reason"): own.reason} if own else {},
    )

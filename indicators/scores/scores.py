"""Choosing levels: members' own scores, the committee's agreed ones, OBEC's verified ones.

A member's own score leaves no event until it is handed in, because the history can be read by
everybody of the office and an unfinished opinion is nobody's business.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit, saved_meanwhile
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.catalogue.trees import edition_tree
from indicators.models import AgreedScore, Assessment, Item, Score, ScoreDraft, VerifiedScore
from indicators.models.score import ScoreRow
from indicators.scores import rollup
from indicators.states import DraftKind
from people.models import User

LEVELS = range(1, 6)


def require_level(level: int) -> None:
    """Refuse what is no level."""
    if level not in LEVELS:
        raise RuleBroken(_("Choose a level from 1 to 5."))


def require_scorer(assessment: Assessment, *, by: User) -> None:
    """Refuse who may not choose levels of their own, and everybody once the year is locked."""
    require_open(assessment)
    if not rules.may_score(by, assessment):
        raise NotAllowed(_("Only members of the appointed committee score."))


# -- members' own scores --------------------------------------------------------
@transaction.atomic
def save_score(item: Item, *, level: int, reason: str, version: int, by: User) -> Score:
    """Save a member's own choice; ``version`` is 0 for the first.

    The reason may still be empty here (the choice is safe at once), not when handing in.
    """
    require_scorer(item.assessment, by=by)
    require_level(level)
    reason = thai.trimmed(reason)
    own = Score.objects.filter(item=item, assessor=by).first()
    if own is not None and own.handed_in_at is not None:
        raise MoveRefused(_("Your scores were handed in. Take them back before changing one."))
    if own is not None and (own.level, own.reason) == (level, reason):
        return own
    if own is None and version == 0:
        return _first_score(item, level, reason, by)
    saved = Score.objects.filter(
        item=item, assessor=by, version=version, handed_in_at__isnull=True
    ).update(level=level, reason=reason, version=F("version") + 1, saved_at=clock.now())
    if not saved:
        raise StaleEdit(
            _("You scored this consideration in another window meanwhile."),
            {_("level"): own.level, _("reason"): own.reason} if own else {},
        )
    return Score.objects.get(item=item, assessor=by)


def _first_score(item: Item, level: int, reason: str, by: User) -> Score:
    try:
        with transaction.atomic():
            return Score.objects.create(
                item=item, assessor=by, level=level, reason=reason, saved_at=clock.now()
            )
    except IntegrityError as taken:
        raise StaleEdit(_("You scored this consideration in another window meanwhile.")) from taken


@transaction.atomic
def hand_in_scores(assessment: Assessment, *, by: User) -> int:
    """Show one's scores to the committee: every consideration chosen, each with a reason."""
    require_scorer(assessment, by=by)
    own = Score.objects.filter(item__assessment=assessment, assessor=by)
    scores = list(own.select_related("item__consideration"))
    if scores and all(score.handed_in_at for score in scores):
        raise MoveRefused(_("Your scores were handed in already."))
    unscored = assessment.items.count() - len(scores)
    if unscored:
        raise RuleBroken(
            _("%(count)d considerations have no score of yours yet.") % {"count": unscored}
        )
    if bare := [s.item.consideration.code for s in scores if not s.reason]:
        raise RuleBroken(_("A reason is missing for %(codes)s.") % {"codes": ", ".join(bare)})
    moved = own.filter(handed_in_at__isnull=True).update(handed_in_at=clock.now())
    log_event(
        assessment,
        by=by,
        verb="scores.hand_in",
        after={"levels": {s.item.consideration.code: s.level for s in scores}},
    )
    return moved


def can_be_taken_back(assessment: Assessment) -> bool:
    """Whether scores that are handed in may still be made private: nothing is agreed yet."""
    return not AgreedScore.objects.filter(item__assessment=assessment).exists()


@transaction.atomic
def take_back_scores(assessment: Assessment, *, by: User) -> int:
    """Make one's scores private again; refused once the committee agreed on anything."""
    require_scorer(assessment, by=by)
    if not can_be_taken_back(assessment):
        raise MoveRefused(
            _("The committee has begun to agree on scores, so yours can't be taken back.")
        )
    moved = Score.objects.filter(
        item__assessment=assessment, assessor=by, handed_in_at__isnull=False
    ).update(handed_in_at=None)
    if not moved:
        raise MoveRefused(_("Your scores are not handed in."))
    log_event(
        assessment,
        by=by,
        verb="scores.take_back",
    )
    return moved


# -- the committee's and OBEC's -------------------------------------------------
def _require_reason(reason: str) -> str:
    reason = thai.trimmed(reason)
    if not reason:
        raise RuleBroken(_("Please write the reason for this level."))
    return reason


def require_agreeing(assessment: Assessment, *, by: User) -> None:
    """Refuse who may not record what the committee agrees, and everybody in a locked year."""
    require_open(assessment)
    if not rules.may_agree(by, assessment, clock.today()):
        raise NotAllowed(_("The coordinator records what the committee agreed."))


@transaction.atomic
def agree(item: Item, *, level: int, reason: str, version: int, by: User) -> AgreedScore:
    """Record the committee's level with its reason; ``version`` is 0 for the first.

    The recorder's draft of it goes.
    """
    assessment = item.assessment
    require_agreeing(assessment, by=by)
    require_level(level)
    reason = _require_reason(reason)
    rows = AgreedScore.objects.filter(item=item)
    before = rows.select_related("saved_by").first()
    if before is not None and (before.level, before.reason) == (level, reason):
        _drop_draft(item, DraftKind.AGREED, by)
        return before
    if (before.version if before else 0) != version:
        raise StaleEdit(saved_meanwhile(before), _as_shown(before))
    _drop_draft(item, DraftKind.AGREED, by)
    fields = {"level": level, "reason": reason, "saved_at": clock.now(), "saved_by": by}
    if before is None:
        rows.create(item=item, **fields)
    elif not rows.filter(version=version).update(**fields, version=F("version") + 1):
        raise StaleEdit(saved_meanwhile(before), _as_shown(before))
    agreed = rows.get()
    log_event(
        assessment,
        by=by,
        verb="score.agree",
        target=item,
        before=_facts(before),
        after=_facts(agreed),
    )
    return agreed


def _drop_draft(item: Item, kind: DraftKind, by: User) -> None:
    ScoreDraft.objects.filter(item=item, kind=kind, typist=by).delete()


def _as_shown(score: ScoreRow | None) -> dict[str, object]:
    return {_("level"): score.level, _("reason"): score.reason} if score else {}


def _facts(score: ScoreRow | None) -> dict[str, object]:
    """What the history keeps."""
    return {"level": score.level, "reason": score.reason} if score else {}


@transaction.atomic
def verify_score(
    item: Item,
    *,
    level: int,
    reason: str,
    by: User,
    version: int | None = None,
    taken_over_at: datetime | None = None,
) -> VerifiedScore:
    """Record OBEC's own level for what was submitted; the office's agreed score stays.

    ``version`` is that of the level the reviewer saw, 0 for none; when another reviewer's stands
    there by now, it is not written over. ``taken_over_at`` marks what ``remove_taken_over`` undoes.
    """
    assessment = require_verifying(item, by=by)
    require_level(level)
    reason = _require_reason(reason)
    before = VerifiedScore.objects.filter(item=item).select_related("saved_by").first()
    if before is not None and (before.level, before.reason) == (level, reason):
        _drop_draft(item, DraftKind.VERIFIED, by)
        return before
    if version is not None and version != (before.version if before else 0):
        raise StaleEdit(saved_meanwhile(before), _as_shown(before))
    if taken_over_at is None:  # taking over with others, nobody looked at what they had typed
        _drop_draft(item, DraftKind.VERIFIED, by)
    score, _created = VerifiedScore.objects.update_or_create(
        item=item,
        defaults={
            "level": level,
            "reason": reason,
            "saved_at": clock.now(),
            "saved_by": by,
            "version": before.version + 1 if before else 1,
            "taken_over_at": taken_over_at,
        },
    )
    log_event(
        assessment,
        by=by,
        verb="score.verify",
        target=item,
        before=_facts(before),
        after=_facts(score),
    )
    return score


@transaction.atomic
def remove_taken_over(score: VerifiedScore, *, by: User) -> bool:
    """Take back a level that ``by`` took over from the office; one changed since stays."""
    assessment = require_verifying(score.item, by=by)
    mine = VerifiedScore.objects.filter(
        pk=score.pk, saved_by=by, version=score.version, taken_over_at__isnull=False
    )
    gone: bool = bool(mine.delete()[0])
    if gone:
        log_event(assessment, by=by, verb="score.unverify", target=score.item, before=_facts(score))
    return gone


def require_verifying(item: Item, *, by: User) -> Assessment:
    """The year, locked; refuse who may not verify it."""
    assessment = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("office")
        .get(pk=item.assessment_id)
    )
    if not rules.may_verify(by, assessment, clock.today()):
        raise NotAllowed(_("OBEC's reviewers verify scores, once the office has submitted them."))
    return assessment


# -- rolling up -----------------------------------------------------------------
def score_tree(assessment: Assessment, kind: str = "agreed") -> rollup.OfficeScore:
    """Roll the year's ``agreed`` or ``verified`` levels up; unscored stays unscored."""
    related = {"agreed": "agreed_score", "verified": "verified_score"}[kind]
    scored = assessment.items.filter(**{f"{related}__isnull": False}).order_by()
    levels = scored.values_list("consideration", f"{related}__level")
    return rollup.roll_up(edition_tree(assessment.edition), dict(levels))

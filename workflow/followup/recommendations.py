"""OBEC's problems and recommendations, and the office's answers."""

import hashlib
import json
from collections.abc import Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators.assessments import log_event
from indicators.models import Indicator
from people.models import User
from people.states import Role
from workflow import notify, rules
from workflow.followup.queries import is_closed
from workflow.models import Cycle, Recommendation, Step
from workflow.states import StepKind


@transaction.atomic
def add(
    cycle: Cycle, *, indicator: Indicator | None, problem: str, recommendation: str, by: User
) -> Recommendation:
    """Write down a finding; the office's coordinators and director are notified."""
    _require_reviewer(cycle, by)
    _hold_running(cycle)
    if not thai.trimmed(recommendation):
        raise RuleBroken(_("Please write the recommendation."))
    row = Recommendation.objects.create(
        cycle=cycle,
        indicator=indicator,
        problem=problem,
        recommendation=recommendation,
        created_at=clock.now(),
        created_by=by,
    )
    notify.people(
        notify.holders(cycle, Role.COORDINATOR, Role.DIRECTOR),
        key=f"recommendation:{row.pk}",
        kind="recommendation_added",
        title=lambda: _("OBEC recommends: %(text)s") % {"text": row.recommendation},
        url=notify.page("followup", cycle),
    )
    _log(row, "add", by=by, after=_texts(row))
    return row


def digest(row: Recommendation) -> str:
    """Names the wording a form was filled from."""
    text = json.dumps([row.indicator_id, row.problem, row.recommendation])
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def edit(
    row: Recommendation,
    *,
    indicator: Indicator | None,
    problem: str,
    recommendation: str,
    by: User,
    seen: str = "",
) -> Recommendation:
    """Reword a finding that is not answered yet; ``seen`` is the digest it was edited from."""
    _require_reviewer(row.cycle, by)
    _hold_running(row.cycle)
    if seen and seen != digest(row):
        raise _refusal(row)
    if not thai.trimmed(recommendation):
        raise RuleBroken(_("Please write the recommendation."))
    before = _texts(row)
    saved = _as_seen(row).update(
        indicator=indicator, problem=problem, recommendation=recommendation
    )
    if not saved:
        raise _refusal(row)
    row.indicator, row.problem, row.recommendation = indicator, problem, recommendation
    _log(row, "edit", by=by, before=before, after=_texts(row))
    return row


@transaction.atomic
def remove(row: Recommendation, *, by: User) -> None:
    """Take back a finding that is not answered yet; the history keeps it."""
    _require_reviewer(row.cycle, by)
    _hold_running(row.cycle)
    pk = row.pk
    if not _as_seen(row).delete()[0]:
        raise _refusal(row)
    row.pk = pk
    _log(row, "remove", by=by, before=_texts(row))


@transaction.atomic
def answer(
    row: Recommendation, *, text: str, owner: User, by: User, seen: str | None = None
) -> Recommendation:
    """Answer a finding and name who carries it into the next year; may be reworded.

    ``seen`` is the answer the writer started from; when another stands there now, nothing is
    written over it.
    """
    if not rules.may_answer(by, row.cycle, clock.today()):
        raise NotAllowed(_("Only the coordinator and the director answer recommendations."))
    _hold_running(row.cycle)
    if not thai.trimmed(text):
        raise RuleBroken(_("Please write the answer."))
    if owner.office_id != row.cycle.assessment.office_id or not owner.is_active:
        raise RuleBroken(_("The owner must be an active person of the office."))
    before = row.answer if seen is None else seen
    saved = Recommendation.objects.filter(pk=row.pk, answer=before).update(
        answer=text, owner=owner, answered_at=clock.now(), answered_by=by
    )
    if not saved:
        raise _stale_answer(row)
    row.refresh_from_db()
    if owner != by:
        notify.people(
            [owner],
            key=f"recommendation:{row.pk}:owner",
            kind="recommendation_owned",
            title=lambda: (
                _("You carry on OBEC's recommendation: %(text)s") % {"text": row.recommendation}
            ),
            body=text,
            url=notify.page("followup", row.cycle),
        )
    _log(
        row,
        "answer",
        by=by,
        before={"answer": before},
        after={"answer": text, "owner": owner.full_name},
    )
    return row


# -- guards -----------------------------------------------------------------------
def _require_reviewer(cycle: Cycle, by: User) -> None:
    if not rules.may_verify(by, cycle, clock.today()):
        raise NotAllowed(_("Only OBEC's reviewers write recommendations."))


def _hold_running(cycle: Cycle) -> None:
    """Refuse once the year is closed, and keep it from being closed until the commit."""
    Step.objects.select_for_update().get(cycle=cycle, kind=StepKind.SUMMARY)
    require_running(cycle)


def require_running(cycle: Cycle) -> None:
    """Refuse once the year is closed; 1 query."""
    if is_closed(cycle):
        raise MoveRefused(_("The year is closed: step 6 is done."))


def _as_seen(row: Recommendation) -> QuerySet[Recommendation]:
    """The row if it still says what the writer saw and nobody answered it."""
    return Recommendation.objects.filter(
        pk=row.pk,
        answered_at__isnull=True,
        problem=row.problem,
        recommendation=row.recommendation,
        indicator=row.indicator_id,
    )


def _refusal(row: Recommendation) -> MoveRefused | StaleEdit:
    now = Recommendation.objects.filter(pk=row.pk).first()
    if now is None:
        return MoveRefused(_("This recommendation was removed."))
    if now.answered_at is not None:
        return MoveRefused(_("The office has answered already: this stays as it is."))
    return StaleEdit(
        _("Somebody changed this recommendation meanwhile."),
        {_("Problem"): now.problem, _("Recommendation"): now.recommendation},
    )


def _stale_answer(row: Recommendation) -> MoveRefused | StaleEdit:
    now = Recommendation.objects.filter(pk=row.pk).select_related("owner").first()
    if now is None:
        return MoveRefused(_("This recommendation was removed."))
    return StaleEdit(
        _("Somebody answered this recommendation meanwhile."), {_("Answer"): now.answer}
    )


def _texts(row: Recommendation) -> dict[str, str]:
    return {
        "indicator": row.indicator.code if row.indicator else "",
        "problem": row.problem,
        "recommendation": row.recommendation,
    }


def _log(
    row: Recommendation,
    verb: str,
    *,
    by: User,
    before: Mapping[str, str] | None = None,
    after: Mapping[str, str] | None = None,
) -> None:
    log_event(
        row.cycle.assessment,
        by=by,
        verb=f"recommendation.{verb}",
        target=row,
        before=before,
        after=after,
    )

"""The review of an indicator: strengths, what to improve, problems and measures."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import NotAllowed, StaleEdit, saved_meanwhile
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.models import IndicatorReview
from people.models import User

FIELDS = ("strengths", "to_improve", "problems", "measures")


def _texts(review: IndicatorReview) -> dict[str, str]:
    return {name: getattr(review, name) for name in FIELDS}


def require_reviewer(review: IndicatorReview, *, by: User) -> None:
    """Refuse who may not write the review, and everybody once the year is locked."""
    require_open(review.assessment)
    if not rules.may_write_review(by, review.assessment, review.indicator, clock.today()):
        raise NotAllowed(
            _("Only the coordinator and the indicator's own people may write its review.")
        )


@transaction.atomic
def save_review(
    review: IndicatorReview,
    *,
    strengths: str,
    to_improve: str,
    problems: str,
    measures: str,
    version: int,
    by: User,
) -> IndicatorReview:
    """Save all four texts if nobody saved since ``version``."""
    assessment = review.assessment
    require_reviewer(review, by=by)
    wanted = (strengths, to_improve, problems, measures)
    texts = {
        name: thai.trimmed(text.replace("\r\n", "\n"))
        for name, text in zip(FIELDS, wanted, strict=True)
    }
    current = (
        IndicatorReview.objects.select_for_update(of=("self",))
        .select_related("saved_by")
        .get(pk=review.pk)
    )
    if texts == _texts(current):
        return current
    saved = IndicatorReview.objects.filter(pk=review.pk, version=version).update(
        **texts,
        search_text=thai.fold("\n".join(texts.values())),
        version=F("version") + 1,
        saved_at=clock.now(),
        saved_by=by,
    )
    if not saved:
        raise StaleEdit(saved_meanwhile(current), _texts(current))
    log_event(
        assessment,
        by=by,
        verb="review.save",
        target=review,
        before=_texts(current),
        after=texts,
    )
    review.refresh_from_db()
    return review

"""The review of an indicator: strengths, what to improve, problems and measures."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from indicators import rules
from indicators.domain.assessments import require_open
from indicators.domain.stale import saved_meanwhile
from indicators.models import IndicatorReview
from people import clock
from people.domain.events import record
from people.models import User
from people.refusals import NotAllowed, StaleEdit

FIELDS = ("strengths", "to_improve", "problems", "measures")


def _texts(review) -> dict[str, str]:
    return {name: getattr(review, name) for name in FIELDS}


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
    require_open(assessment)
    if not rules.may_write_review(by, assessment, review.indicator, clock.today()):
        raise NotAllowed(
            _("Only the coordinator and the indicator's own people may write its review.")
        )
    wanted = (strengths, to_improve, problems, measures)
    texts = {
        name: text.replace("\r\n", "\n").strip() for name, text in zip(FIELDS, wanted, strict=True)
    }
    current = (
        IndicatorReview.objects.select_for_update(of=("self",))
        .select_related("saved_by")
        .get(pk=review.pk)
    )
    if texts == _texts(current):
        return current
    saved = IndicatorReview.objects.filter(pk=review.pk, version=version).update(
        **texts, version=F("version") + 1, saved_at=clock.now(), saved_by=by
    )
    if not saved:
        raise StaleEdit(saved_meanwhile(current), _texts(current))
    record(
        assessment.office,
        actor=by,
        verb="review.save",
        target=review,
        before=_texts(current),
        after=texts,
        year=assessment.fiscal_year,
    )
    review.refresh_from_db()
    return review

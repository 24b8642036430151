"""Opening, locking and submitting one office's content of one year."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Model, Q, Value, When
from django.utils.translation import gettext as _

import thai
from core import clock, history
from core.history import decided_before
from core.models import Event
from core.refusals import MoveRefused, RuleBroken
from indicators.models import (
    Assessment,
    ChecklistRow,
    Citation,
    Consideration,
    Edition,
    Indicator,
    IndicatorReview,
    Item,
    RequiredEvidence,
    SubmittedCitation,
    YearSubmission,
)
from indicators.states import AssessmentState
from people.models import Office, User
from people.states import OfficeKind

FIRST_YEAR, LAST_YEAR = 2500, 2700


def log_event(
    assessment: Assessment,
    *,
    by: User | None,
    verb: str,
    target: Model | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    why: str = "",
    role: str = "",
) -> Event:
    """Append to the history of the assessment's office and fiscal year.

    ``target`` is the assessment itself unless another row is named. Call it last in the
    transaction (``core.history.log_event`` says why).
    """
    return history.log_event(
        assessment.office,
        actor=by,
        verb=verb,
        target=assessment if target is None else target,
        before=before,
        after=after,
        why=why,
        year=assessment.fiscal_year,
        role=role,
    )


@transaction.atomic
def open_assessment(office: Office, *, fiscal_year: int, edition: Edition, by: User) -> Assessment:
    """Pin the edition and make one item per consideration and one review per indicator.

    Each item gets a row for every piece of evidence that the edition requires of it.
    """
    if office.kind == OfficeKind.NATIONAL:
        raise RuleBroken(_("This office runs no self-assessment."))
    if not FIRST_YEAR <= fiscal_year <= LAST_YEAR:
        raise RuleBroken(_("Please give the fiscal year in BE, such as 2560."))
    assessment = Assessment(
        office=office,
        fiscal_year=fiscal_year,
        edition=edition,
        opened_at=clock.now(),
        opened_by=by,
    )
    try:
        with transaction.atomic():
            assessment.save(force_insert=True)
    except IntegrityError:
        raise MoveRefused(
            _("The assessment of fiscal year %(year)s is open already.") % {"year": fiscal_year}
        ) from None
    _make_items(assessment)
    IndicatorReview.objects.bulk_create(
        IndicatorReview(assessment=assessment, indicator=row)
        for row in Indicator.objects.filter(standard__edition=edition)
    )
    log_event(
        assessment,
        by=by,
        verb="assessment.open",
        after={"edition": edition.code, "version": edition.version},
    )
    return assessment


def _make_items(assessment: Assessment) -> None:
    edition = assessment.edition
    considerations = Consideration.objects.filter(indicator__standard__edition=edition)
    items = Item.objects.bulk_create(
        Item(assessment=assessment, consideration=row) for row in considerations
    )
    of = {item.consideration_id: item for item in items}
    required = RequiredEvidence.objects.filter(consideration__in=of).order_by("order", "pk")
    ChecklistRow.objects.bulk_create(
        ChecklistRow(
            item=of[row.consideration_id],
            required=row,
            title=row.title,
            order=row.order,
            added_at=assessment.opened_at,
        )
        for row in required
    )


def hold(assessment: Assessment) -> str:
    """Lock the year's row until the commit, before rows of its content or evidence; its state."""
    with transaction.atomic():
        rows = Assessment.objects.select_for_update(no_key=True).filter(pk=assessment.pk)
        return rows.values_list("state", flat=True).get()


def require_open(assessment: Assessment) -> None:
    """Refuse when the content is locked, and keep it from being locked until the commit.

    Call it first in the transaction of every change to the content: it takes the assessment's
    row lock, so that no text or score slips in after the SAR was approved.
    """
    assessment.state = hold(assessment)
    if assessment.state != AssessmentState.OPEN:
        raise MoveRefused(
            _("The SAR of this year is approved: nothing can be changed. Reopen step 5 first.")
        )


@transaction.atomic
def lock(assessment: Assessment, *, by: User) -> None:
    """Nothing changes any more: the SAR was approved."""
    at = clock.now()
    _move(assessment, AssessmentState.OPEN, state=AssessmentState.LOCKED, locked_at=at)
    log_event(
        assessment,
        by=by,
        verb="assessment.lock",
        before={"state": str(AssessmentState.OPEN)},
        after={"state": str(AssessmentState.LOCKED)},
    )


@transaction.atomic
def unlock(assessment: Assessment, *, by: User, why: str) -> None:
    """Reopen with a reason. A submission is withdrawn: OBEC never reads what is being changed.

    The papers of what it opened it keeps (``withdrawn_submission_at``).
    """
    if not thai.trimmed(why):
        raise RuleBroken(_("Please give a reason."))
    opened = Q(taken_up_at__isnull=False)  # as it is when the row is written
    _move(
        assessment,
        AssessmentState.LOCKED,
        state=AssessmentState.OPEN,
        locked_at=None,
        submitted_at=None,
        taken_up_at=None,
        taken_up_by=None,
        withdrawn_submission_at=Case(
            When(opened, then=F("submitted_at")), default=F("withdrawn_submission_at")
        ),
        withdrawn_at=Case(When(opened, then=Value(clock.now())), default=F("withdrawn_at")),
    )
    _end_submission(assessment)
    log_event(
        assessment,
        by=by,
        verb="assessment.unlock",
        before={"state": str(AssessmentState.LOCKED)},
        after={"state": str(AssessmentState.OPEN)},
        why=thai.trimmed(why),
    )


@transaction.atomic
def mark_submitted(assessment: Assessment, *, by: User) -> None:
    """Handed to OBEC: from now on its reviewers may open this year.

    Of an earlier submission that was taken back OBEC keeps the papers until it opens this one.
    """
    at = clock.now()
    changed = Assessment.objects.filter(
        pk=assessment.pk, state=AssessmentState.LOCKED, submitted_at__isnull=True
    ).update(submitted_at=at)
    if not changed:
        assessment.refresh_from_db()
        if assessment.state != AssessmentState.LOCKED:
            raise MoveRefused(_("The SAR must be approved before the summary is submitted."))
        raise decided_before(
            assessment,
            ["assessment.submit"],
            _("The summary was already submitted by %(who)s on %(when)s."),
            _("The summary of this year was submitted already."),
        )
    assessment.submitted_at = at
    _keep_citations(assessment, at)
    log_event(assessment, by=by, verb="assessment.submit")


def _keep_citations(assessment: Assessment, at: datetime) -> None:
    """What OBEC is given with the year: every citation as it stands, under locks already held."""
    _end_submission(assessment)
    submission = YearSubmission.objects.create(assessment=assessment, submitted_at=at)
    cited = Citation.objects.kept().filter(item__assessment=assessment).order_by("pk")
    SubmittedCitation.objects.bulk_create(
        SubmittedCitation(submission=submission, citation_id=pk)
        for pk in cited.values_list("pk", flat=True)
    )


def _end_submission(assessment: Assessment) -> None:
    """It is with OBEC no more; of one that was opened OBEC keeps the evidence."""
    standing = YearSubmission.objects.filter(assessment=assessment.pk, withdrawn_at__isnull=True)
    standing.update(withdrawn_at=clock.now())


@transaction.atomic
def take_up(assessment: Assessment, *, by: User) -> bool:
    """A reviewer opens what was submitted: the office can't simply take it back any more.

    Who comes second changes nothing; returns whether this was the first. From now on OBEC may
    look at the evidence that was submitted, also when the year is taken back.
    """
    first = Assessment.objects.filter(
        pk=assessment.pk, submitted_at__isnull=False, taken_up_at__isnull=True
    ).update(
        taken_up_at=clock.now(), taken_up_by=by, withdrawn_submission_at=None, withdrawn_at=None
    )
    assessment.refresh_from_db()
    if assessment.submitted_at is None:
        raise MoveRefused(_("The office took this year back before it was opened."))
    if first:
        standing = YearSubmission.objects.filter(
            assessment=assessment.pk, withdrawn_at__isnull=True
        )
        standing.update(opened_at=assessment.taken_up_at)
        log_event(assessment, by=by, verb="assessment.take_up")
    return bool(first)


@transaction.atomic
def take_back(assessment: Assessment, *, by: User) -> None:
    """Undo the submission while no reviewer has opened it; the year stays locked."""
    changed = Assessment.objects.filter(
        pk=assessment.pk, submitted_at__isnull=False, taken_up_at__isnull=True
    ).update(submitted_at=None)
    assessment.refresh_from_db()
    if not changed:
        if assessment.taken_up_at is None:
            raise MoveRefused(_("The summary of this year is not with OBEC."))
        raise MoveRefused(
            _("OBEC opened it on %(when)s. To change it, open step 5 again.")
            % {"when": thai.format_datetime(assessment.taken_up_at)}
        )
    _end_submission(assessment)
    log_event(assessment, by=by, verb="assessment.take_back")


def _move(assessment: Assessment, before: AssessmentState, **fields: object) -> None:
    """The one conditional write of the state."""
    if not Assessment.objects.filter(pk=assessment.pk, state=before).update(**fields):
        assessment.refresh_from_db()
        if assessment.state == AssessmentState.LOCKED:
            raise MoveRefused(_("This year is locked already."))
        raise MoveRefused(_("This year is open already."))
    assessment.refresh_from_db(fields=list(fields))

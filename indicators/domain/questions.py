"""Asking about a consideration, answering, withdrawing.

A question is answered once. What was answered stands; who wants to know more asks again.
"""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators import rules
from indicators.domain.assessments import require_open
from indicators.models import Assignment, Item, Question
from people import clock
from people.domain.events import record
from people.domain.outbox import tell
from people.models import Notification, User
from people.refusals import MoveRefused, NotAllowed

SHORT = 120


@transaction.atomic
def ask(item: Item, *, text: str, by: User) -> Question:
    """Put a question to who writes ``item``; they are told."""
    require_open(item.assessment)
    if not rules.may_ask(by, item.assessment, clock.today()):
        raise NotAllowed(_("Only the committee and those who lead the work ask questions here."))
    question = Question.objects.create(
        item=item, text=text.strip(), asked_by=by, asked_at=clock.now()
    )
    _tell(
        question,
        [person for person in _writers(item) if person != by],
        "question_asked",
        lambda: _("Question about %(item)s") % {"item": item},
        question.text,
    )
    _record(question, "question.ask", by, after={"text": _short(question.text)})
    return question


@transaction.atomic
def answer(question: Question, *, text: str, by: User) -> Question:
    """The one answer, by who writes the item or the coordinator; who asked is told."""
    require_open(question.item.assessment)
    if not rules.may_answer_question(by, question.item, clock.today()):
        raise NotAllowed(_("Only its writers and the coordinator answer this."))
    answered = Question.objects.waiting().filter(pk=question.pk)
    if not answered.update(answer=text.strip(), answered_by=by, answered_at=clock.now()):
        raise _refusal(question)
    question.refresh_from_db()
    _tell(
        question,
        [question.asked_by] if question.asked_by != by else [],
        "question_answered",
        lambda: _("Answered: your question about %(item)s") % {"item": question.item},
        question.answer,
    )
    _record(question, "question.answer", by, after={"text": _short(question.answer)})
    return question


@transaction.atomic
def withdraw(question: Question, *, by: User) -> None:
    """Take back one's own question while nobody has answered."""
    if not rules.may_withdraw_question(by, question):
        raise NotAllowed(_("Only who asked withdraws the question."))
    if not Question.objects.waiting().filter(pk=question.pk).update(withdrawn_at=clock.now()):
        raise _refusal(question)
    _record(question, "question.withdraw", by, before={"text": _short(question.text)})


def questions_of(item: Item) -> list[Question]:
    """What was asked and not withdrawn, the oldest first."""
    rows = item.questions.filter(withdrawn_at__isnull=True)
    return list(rows.select_related("asked_by", "answered_by").order_by("asked_at", "pk"))


def _refusal(question):
    now = Question.objects.select_related("answered_by").get(pk=question.pk)
    if now.answered_by is not None:
        return MoveRefused(
            _("%(person)s answered this already.") % {"person": now.answered_by.full_name}
        )
    return MoveRefused(_("This question was withdrawn."))


def _writers(item):
    """The collector named now; without one, whoever else the order lets write it."""
    named = Assignment.objects.current().filter(
        assessment=item.assessment_id, consideration=item.consideration_id, user__is_active=True
    )
    people = [row.user for row in named.select_related("user")]
    return people or list(
        User.objects.active().filter(
            itemuserpermission__content_object=item.pk,
            itemuserpermission__permission__codename=rules.WRITE,
        )
    )


def _tell(question, people, kind, title, body):
    assessment = question.item.assessment
    year = [assessment.office.code, assessment.fiscal_year, question.item.consideration.code]
    news = []
    for person in people:
        with override(person.language):
            news.append(
                Notification(
                    recipient=person,
                    key=f"{kind}:{question.pk}:{person.pk}",
                    kind=kind,
                    title=title(),
                    body=body,
                    url=reverse("indicators:item", args=year),
                )
            )
    tell(news)


def _record(question, verb, by, *, before=None, after=None):
    assessment = question.item.assessment
    record(
        assessment.office,
        actor=by,
        verb=verb,
        target=question.item,
        before=before,
        after=after,
        year=assessment.fiscal_year,
    )


def _short(text):
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"

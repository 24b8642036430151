"""Asking about a consideration, answering, withdrawing and putting back.

A question is answered once. What was answered stands; who wants to know more asks again.
"""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

import thai
from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, NotAllowed
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.models import Assessment, Assignment, Item, Question
from notifications.models import Notification
from notifications.outbox import notify
from people.models import User

SHORT = 120


def require_asker(assessment: Assessment, *, by: User) -> None:
    """Refuse who may not ask, and everybody once the year is locked."""
    require_open(assessment)
    if not rules.may_ask(by, assessment, clock.today()):
        raise NotAllowed(_("Only the committee and those who lead the work ask questions here."))


def require_answerer(item: Item, *, by: User) -> None:
    """Refuse who may not answer, and everybody once the year is locked."""
    require_open(item.assessment)
    if not rules.may_answer_question(by, item, clock.today()):
        raise NotAllowed(_("Only its writers and the coordinator answer this."))


@transaction.atomic
def ask(item: Item, *, text: str, by: User) -> Question:
    """Put a question to who writes ``item``; they are notified."""
    require_asker(item.assessment, by=by)
    question = Question.objects.create(
        item=item, text=thai.trimmed(text), asked_by=by, asked_at=clock.now()
    )
    _notify(
        question,
        [person for person in _writers(item) if person != by],
        "question_asked",
        lambda: _("Question about %(item)s") % {"item": item},
        question.text,
    )
    log_event(
        item.assessment,
        by=by,
        verb="question.ask",
        target=item,
        after={"text": _short(question.text)},
    )
    return question


@transaction.atomic
def answer(question: Question, *, text: str, by: User) -> Question:
    """The one answer, by who writes the item or the coordinator; who asked is notified."""
    require_answerer(question.item, by=by)
    answered = Question.objects.waiting().filter(pk=question.pk)
    if not answered.update(answer=thai.trimmed(text), answered_by=by, answered_at=clock.now()):
        raise _refusal(question)
    question.refresh_from_db()
    _notify(
        question,
        [question.asked_by] if question.asked_by != by else [],
        "question_answered",
        lambda: _("Answered: your question about %(item)s") % {"item": question.item},
        question.answer,
    )
    log_event(
        question.item.assessment,
        by=by,
        verb="question.answer",
        target=question.item,
        after={"text": _short(question.answer)},
    )
    return question


@transaction.atomic
def withdraw(question: Question, *, by: User) -> None:
    """Take back one's own question while nobody has answered."""
    if not rules.may_withdraw_question(by, question):
        raise NotAllowed(_("Only who asked withdraws the question."))
    if not Question.objects.waiting().filter(pk=question.pk).update(withdrawn_at=clock.now()):
        raise _refusal(question)
    log_event(
        question.item.assessment,
        by=by,
        verb="question.withdraw",
        target=question.item,
        before={"text": _short(question.text)},
    )


@transaction.atomic
def restore(question: Question, *, by: User) -> None:
    """Ask again what one withdrew a short while ago; it waits for the answer as before."""
    require_asker(question.item.assessment, by=by)
    if not rules.may_withdraw_question(by, question):
        raise NotAllowed(_("Only who asked puts a withdrawn question back."))
    require_undoable(question.withdrawn_at, now=clock.now())
    withdrawn = Question.objects.filter(pk=question.pk, withdrawn_at__isnull=False)
    if not withdrawn.update(withdrawn_at=None):
        raise MoveRefused(_("This question is there already."))
    log_event(
        question.item.assessment,
        by=by,
        verb="question.restore",
        target=question.item,
        after={"text": _short(question.text)},
    )


def _refusal(question: Question) -> MoveRefused:
    now = Question.objects.select_related("answered_by").get(pk=question.pk)
    if now.answered_by is not None:
        return MoveRefused(
            _("%(person)s answered this already.") % {"person": now.answered_by.full_name}
        )
    return MoveRefused(_("This question was withdrawn."))


def _writers(item: Item) -> list[User]:
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


def _notify(
    question: Question, people: Iterable[User], kind: str, title: Callable[[], str], body: str
) -> None:
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
    notify(news)


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"

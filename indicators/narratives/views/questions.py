"""Questions about a consideration, and its own due date."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.refusals import RuleBroken
from core.views import offer_undo
from indicators.loading import item_url, load_item, load_question
from indicators.narratives import questions
from indicators.narratives.forms import AnswerForm, DueForm, QuestionForm
from indicators.narratives.items import require_planner, set_due
from indicators.narratives.views.items import item_form, item_page


def _again(request, row, **forms):
    """The page of the consideration once more, with what was typed and what is wrong with it."""
    return item_page(request, row, item_form(row), asides=forms, status=400)


@require_POST
def question_ask(request, office, year, code):
    """Put a question; sent twice it is asked once."""
    row = load_item(request, office, year, code)
    questions.require_asker(row.assessment, by=request.user)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _again(request, row, question_form=form)
    with transaction.atomic():
        if form.claim(request.user):
            questions.ask(row, text=form.cleaned_data["question"], by=request.user)
    messages.success(request, _("Your question was sent. You are notified when it is answered."))
    return redirect(f"{item_url(row)}#questions")


@require_POST
def question_answer(request, office, year, pk):
    """Answer it, once."""
    question = load_question(request, office, year, pk)
    questions.require_answerer(question.item, by=request.user)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _again(request, question.item, answer_form=form, answering=question.pk)
    questions.answer(question, text=form.cleaned_data["answer"], by=request.user)
    messages.success(request, _("Answered. Who asked is notified."))
    return redirect(f"{item_url(question.item)}#questions")


@require_POST
def question_withdraw(request, office, year, pk):
    """Take one's own question back."""
    question = load_question(request, office, year, pk)
    questions.withdraw(question, by=request.user)
    url = reverse("indicators:question_restore", args=[office, year, pk])
    offer_undo(request, _("The question was withdrawn."), url)
    return redirect(item_url(question.item))  # its top: the message with the button


@require_POST
def question_restore(request, office, year, pk):
    """Undo that one's own question was withdrawn."""
    question = load_question(request, office, year, pk)
    questions.restore(question, by=request.user)
    messages.success(request, _("The question is there again."))
    return redirect(f"{item_url(question.item)}#questions")


@require_POST
def item_due_set(request, office, year, code):
    """A due date of its own, or none."""
    row = load_item(request, office, year, code)
    require_planner(row.assessment, by=request.user)
    form = DueForm(request.POST)
    if not form.is_valid():
        return _again(request, row, due_form=form)
    try:
        set_due(row, **form.cleaned_data, by=request.user)
    except RuleBroken as refusal:
        form.add_error(refusal.field or None, refusal.message)
        return _again(request, row, due_form=form)
    messages.success(request, _("Saved. Reminders follow this date."))
    return redirect(item_url(row))

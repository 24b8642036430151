"""Questions about a consideration, and its own due date."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from indicators.domain import questions
from indicators.domain.items import TEXTS, set_due
from indicators.forms.items import AnswerForm, DueForm, ItemForm, QuestionForm
from indicators.models import Question
from indicators.views.items import item_page, item_url, load_item
from people.refusals import RuleBroken


def load_question(request, office, year, pk):
    """A question about a consideration of the person's own office."""
    return get_object_or_404(
        Question.objects.visible_to(request.user).select_related(
            "asked_by",
            "item__assessment__office",
            "item__assessment__edition",
            "item__consideration__indicator__standard",
            "item__saved_by",
        ),
        pk=pk,
        item__assessment__office__code=office,
        item__assessment__fiscal_year=year,
    )


def _again(request, row, **forms):
    """The page of the consideration once more, with what was typed and what is wrong with it."""
    form = ItemForm(initial={name: getattr(row, name) for name in (*TEXTS, "version")})
    return item_page(request, row, form, asides=forms, status=400)


@require_POST
def question_ask(request, office, year, code):
    """Put a question; sent twice it is asked once."""
    row = load_item(request, office, year, code)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _again(request, row, question_form=form)
    with transaction.atomic():
        if form.first_time(request.user):
            questions.ask(row, text=form.cleaned_data["question"], by=request.user)
    messages.success(request, _("Your question was sent. You are told when it is answered."))
    return redirect(f"{item_url(row)}#questions")


@require_POST
def question_answer(request, office, year, pk):
    """Answer it, once."""
    question = load_question(request, office, year, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _again(request, question.item, answer_form=form, answering=question.pk)
    questions.answer(question, text=form.cleaned_data["answer"], by=request.user)
    messages.success(request, _("Answered. Who asked is told."))
    return redirect(f"{item_url(question.item)}#questions")


@require_POST
def question_withdraw(request, office, year, pk):
    """Take one's own question back."""
    question = load_question(request, office, year, pk)
    questions.withdraw(question, by=request.user)
    messages.success(request, _("The question was withdrawn."))
    return redirect(f"{item_url(question.item)}#questions")


@require_POST
def item_due_set(request, office, year, code):
    """A due date of its own, or none."""
    row = load_item(request, office, year, code)
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

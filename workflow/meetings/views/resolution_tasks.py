"""Tasks from resolutions: given in the minutes, reported on by their owners."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.forms import ReasonForm
from core.refusals import RuleBroken
from core.views import require, require_valid
from indicators.assignments.queries import Directory
from workflow import rules
from workflow.loading import load_meeting, load_removed_task, load_task
from workflow.meetings import queries
from workflow.meetings import resolution_tasks as domain
from workflow.meetings.forms.minutes import ResultForm, TaskForm
from workflow.meetings.views.meetings import frame
from workflow.states import MeetingState


def _year(cycle):
    return cycle.assessment.office.code, cycle.assessment.fiscal_year


def _minutes_url(meeting, item=None):
    url = reverse("workflow:meeting_minutes", args=[*_year(meeting.cycle), meeting.pk])
    return f"{url}#tasks-{item.pk}" if item else url


def task_rows(meeting, item, directory, *, form=None):
    """Context of ``_minutes_tasks.html``: the tasks of one agenda item and the empty row."""
    return {
        "meeting": meeting,
        "assessment": meeting.cycle.assessment,
        "item": item,
        "tasks": queries.tasks_of_item(item, now=clock.now()),
        "form": form or TaskForm(meeting=meeting, directory=directory, item=item),
    }


@require_POST
def resolution_task_add(request, office, year, pk):
    """Add one task to an agenda item of open minutes."""
    meeting = load_meeting(request, office, year, pk)
    require(rules.may_keep_minutes(request.user, meeting, clock.today()))
    directory = Directory.of(request.user, clock.today())
    form = TaskForm(request.POST, meeting=meeting, directory=directory)
    form.is_valid()
    item = form.cleaned_data.get("item")
    if item is None:
        raise RuleBroken(_("This agenda item belongs to another meeting."))
    form = TaskForm(request.POST, meeting=meeting, directory=directory, item=item)
    if form.is_valid() and _add(form, meeting, item, by=request.user):
        form = None
        if not request.htmx:
            return redirect(_minutes_url(meeting, item))
    context = task_rows(meeting, item, directory, form=form)
    if request.htmx:
        return render(request, "workflow/meetings/_minutes_tasks.html", context)
    context = frame(meeting.cycle, **context)
    return render(request, "workflow/meetings/resolution_task_form.html", context, status=400)


@transaction.atomic
def _add(form, meeting, item, *, by):
    """Whether the task was added, now or by the same click before."""
    if not form.claim(by):
        return True
    asked = form.cleaned_data
    try:
        with transaction.atomic():
            domain.add(
                meeting,
                item=item,
                text=asked["text"],
                owner=asked["person"],
                due=asked["due"],
                by=by,
            )
    except RuleBroken as broken:
        form.add_error(broken.field or None, broken.message)
        transaction.set_rollback(True)
        return False
    return True


@require_POST
def resolution_task_remove(request, office, year, pk):
    """Take a task out of open minutes; it stands there for a while, to be put back."""
    task = load_removed_task(request, office, year, pk)
    require(rules.may_keep_minutes(request.user, task.meeting, clock.today()))
    domain.remove(task, by=request.user)
    return _rows_again(request, task)


@require_POST
def resolution_task_restore(request, office, year, pk):
    """Put a task back that was taken out."""
    task = load_removed_task(request, office, year, pk)
    require(rules.may_keep_minutes(request.user, task.meeting, clock.today()))
    domain.restore(task, by=request.user)
    return _rows_again(request, task)


def _rows_again(request, task):
    if not request.htmx:
        return redirect(_minutes_url(task.meeting, task.agenda_item))
    directory = Directory.of(request.user, clock.today())
    context = task_rows(task.meeting, task.agenda_item, directory)
    return render(request, "workflow/meetings/_minutes_tasks.html", context)


def resolution_task(request, office, year, pk):
    """One task: what was resolved; the owner reports here what came of it."""
    task = load_task(request, office, year, pk)
    may_finish = domain.may_finish(task, request.user)
    form = ResultForm(request.POST or None, initial={"result": task.result})
    if request.method == "POST":
        require(may_finish)
        if form.is_valid():
            domain.finish(task, result=form.cleaned_data["result"], by=request.user)
            messages.success(request, _("Reported as done. Thank you."))
            return redirect("workflow:resolution_task", *_year(task.meeting.cycle), task.pk)
    held = task.meeting.state == MeetingState.HELD
    context = frame(
        task.meeting.cycle,
        task=task,
        meeting=task.meeting,
        form=form,
        reason_form=ReasonForm(),
        held=held,
        may_finish=may_finish and held,
        late=task.done_at is None and held and task.due < clock.today(),
    )
    return render(request, "workflow/meetings/resolution_task.html", context)


@require_POST
def resolution_task_reopen(request, office, year, pk):
    """The task is not done after all."""
    task = load_task(request, office, year, pk)
    require(domain.may_finish(task, request.user))
    why = require_valid(ReasonForm(request.POST))["why"]
    domain.reopen(task, why=why, by=request.user)
    messages.success(request, _("The task is open again."))
    return redirect("workflow:resolution_task", *_year(task.meeting.cycle), task.pk)

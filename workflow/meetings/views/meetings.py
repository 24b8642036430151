"""Meetings: the list, calling, reading, changing, cancelling."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.forms import ReasonForm, SearchForm
from core.refusals import RuleBroken, StaleEdit
from core.views import require, require_valid
from workflow import rules
from workflow.loading import load_cycle, load_meeting
from workflow.meetings import calling, minutes, queries
from workflow.meetings.agenda_items import agenda_of
from workflow.meetings.attendance import quorum
from workflow.meetings.forms.meetings import (
    AgendaHelpForm,
    MeetingCreateForm,
    MeetingEditForm,
)
from workflow.meetings.moves import why_not_cancelled
from workflow.states import MeetingKind, MeetingState


def frame(cycle, **context):
    """Context of ``cycle_base.html``."""
    return {"assessment": cycle.assessment, "cycle": cycle, "section": "meetings", **context}


@require_safe
def meeting_list(request, office, year):
    """All meetings of the year, searchable."""
    cycle = load_cycle(request, office, year)
    search = SearchForm(request.GET)
    found = queries.meetings_found(cycle, search.words)
    context = frame(
        cycle,
        search=search,
        meetings=found.rows,
        total=found.total,
        may_call=rules.may_call_meeting(request.user, cycle, clock.today()),
        kinds=MeetingKind,
    )
    return render(request, "workflow/meetings/meeting_list.html", context)


def meeting_create(request, office, year, kind):
    """Call a meeting."""
    cycle = load_cycle(request, office, year)
    if kind not in MeetingKind:
        raise Http404
    require(rules.may_call_meeting(request.user, cycle, clock.today()))
    people = calling.invited_to(cycle, kind)
    build = partial(MeetingCreateForm, chairs=calling.possible_chairs(cycle))
    # What was typed is shown as it is: only an empty form asks what such a meeting usually has.
    form = build(request.POST) if request.POST else build(initial=_usual_plan(cycle, kind))
    helped = AgendaHelpForm(request.POST).wanted
    if helped:
        form = build(initial=_with_points(form, cycle, kind))
    elif people and request.method == "POST" and form.is_valid():
        return _call(request, cycle, kind, form)
    context = frame(cycle, form=form, kind=MeetingKind(kind), invited=people, helped=helped)
    return render(request, "workflow/meetings/meeting_form.html", context)


def _usual_plan(cycle, kind):
    return {
        "title": calling.usual_title(cycle, kind),
        "chair": calling.usual_chair(cycle, kind),
        "agenda": calling.suggested_agenda(cycle, kind),
    }


def _with_points(form, cycle, kind, meeting=None):
    """What was typed, right or wrong, with today's open points on its agenda."""
    typed = form.typed()
    text = typed["agenda"] or ""
    return typed | {"agenda": calling.suggested_agenda(cycle, kind, text=text, meeting=meeting)}


@transaction.atomic
def _call(request, cycle, kind, form):
    if not form.claim(request.user):
        fallback = reverse("workflow:meeting_list", args=_year(cycle))
        return redirect(form.earlier_result(request.user) or fallback)
    meeting = calling.create_meeting(cycle, kind=kind, by=request.user, **form.plan())
    url = reverse("workflow:meeting", args=[*_year(cycle), meeting.pk])
    form.remember(request.user, url)
    if calling.is_past(meeting.starts_at):
        messages.warning(
            request,
            _(
                "The day of this meeting is over, so it was recorded and nobody was notified. If "
                "the date is wrong, change the meeting."
            ),
        )
    else:
        messages.success(request, _("The meeting was called; everyone invited is being notified."))
    return redirect(url)


@require_safe
def meeting(request, office, year, pk):
    """One meeting: when and where, who came, what was said and resolved."""
    row = load_meeting(request, office, year, pk)
    day = clock.today()
    planned = row.state == MeetingState.PLANNED
    may_keep = rules.may_keep_minutes(request.user, row, day)
    may_change = planned and rules.may_call_meeting(request.user, row.cycle, day)
    people = queries.attendance_groups(row)
    context = frame(
        row.cycle,
        meeting=row,
        agenda=agenda_of(row),
        present=people.present,
        absent=people.absent,
        unticked=people.unticked,
        invited=people.invited,
        begun=row.starts_at <= clock.now(),
        may_keep=may_keep,
        may_take=rules.may_take_calendar(request.user, row, day),
        may_change=may_change,
        stays=why_not_cancelled(row) if may_change else "",
        lacks=minutes.missing_of(row) if planned and may_keep else [],
        reason_form=ReasonForm(),
        quorum=quorum(row),
        tasks=queries.tasks_of(row),
        to_confirm=minutes.confirmable_in(row) if may_keep else [],
    )
    return render(request, "workflow/meetings/meeting.html", context)


def meeting_edit(request, office, year, pk):
    """Change a planned meeting."""
    row = load_meeting(request, office, year, pk)
    require(rules.may_call_meeting(request.user, row.cycle, clock.today()))
    build = partial(MeetingEditForm, chairs=calling.possible_chairs(row.cycle))
    form = build(request.POST or None, initial=MeetingEditForm.of(row))
    helped, status, refusal = AgendaHelpForm(request.POST).wanted, 200, None
    if helped:
        form = build(initial=_with_points(form, row.cycle, row.kind, row))
    elif request.method == "POST" and form.is_valid():
        version = form.cleaned_data["seen"]
        try:
            calling.edit_meeting(row, version=version, by=request.user, **form.plan())
        except (StaleEdit, RuleBroken) as error:
            # What was typed stays; sent again, it is meant to stand over what is shown above it.
            row.refresh_from_db()
            form.stand_on(row.version)
            refusal, status = error, error.status
            if isinstance(error, RuleBroken) and error.field in form.fields:
                form.add_error(error.field, error.message)
                refusal = None
        else:
            messages.success(request, _("Saved."))
            return redirect("workflow:meeting", *_year(row.cycle), row.pk)
    context = frame(
        row.cycle,
        meeting=row,
        form=form,
        kind=MeetingKind(row.kind),
        refusal=refusal,
        helped=helped,
    )
    return render(request, "workflow/meetings/meeting_form.html", context, status=status)


@require_POST
def meeting_cancel(request, office, year, pk):
    """Call a planned meeting off."""
    row = load_meeting(request, office, year, pk)
    require(rules.may_call_meeting(request.user, row.cycle, clock.today()))
    why = require_valid(ReasonForm(request.POST))["why"]
    calling.cancel(row, by=request.user, why=why)
    messages.success(request, _("The meeting was cancelled; everyone invited is being notified."))
    return redirect("workflow:meeting", *_year(row.cycle), row.pk)


def _year(cycle):
    return cycle.assessment.office.code, cycle.assessment.fiscal_year

"""Meetings: the list, calling, reading, changing, cancelling."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people import clock
from people.refusals import RuleBroken, StaleEdit
from workflow import rules
from workflow.domain import meetings, minutes
from workflow.domain.attendance import quorum
from workflow.forms.meetings import (
    AgendaHelpForm,
    MeetingCreateForm,
    MeetingEditForm,
    SearchForm,
)
from workflow.forms.parts import ReasonForm
from workflow.models import Meeting
from workflow.states import MeetingKind, MeetingState
from workflow.views.loading import load_cycle, require


def load_meeting(request, office, year, pk):
    """A meeting of one year of the person's own office, with its cycle."""
    cycle = load_cycle(request, office, year)
    meeting = get_object_or_404(
        Meeting.objects.select_related("created_by", "chair", "confirmed_in"), cycle=cycle, pk=pk
    )
    meeting.cycle = cycle
    return meeting


def frame(cycle, **context):
    """Context of ``cycle_base.html``."""
    return {"assessment": cycle.assessment, "cycle": cycle, "section": "meetings", **context}


@require_safe
def meeting_list(request, office, year):
    """All meetings of the year, searchable."""
    cycle = load_cycle(request, office, year)
    search = SearchForm(request.GET)
    rows = cycle.meetings.annotate(
        invited=Count("attendance"),
        present=Count("attendance", filter=Q(attendance__present=True)),
    ).order_by("-starts_at", "-pk")
    found = [row for row in rows if _matches(row, search.words)]
    context = frame(
        cycle,
        search=search,
        meetings=found,
        total=len(rows),
        may_call=rules.may_call_meeting(request.user, cycle, clock.today()),
        kinds=MeetingKind,
    )
    return render(request, "workflow/meeting_list.html", context)


def _matches(row, words):
    text = meetings.folded(row)
    return all(word in text for word in words)


def meeting_create(request, office, year, kind):
    """Call a meeting."""
    cycle = load_cycle(request, office, year)
    if kind not in MeetingKind:
        raise Http404
    require(rules.may_call_meeting(request.user, cycle, clock.today()))
    people = meetings.invited_to(cycle, kind)
    build = partial(MeetingCreateForm, chairs=meetings.possible_chairs(cycle))
    form = build(request.POST or None, initial=_usual_plan(cycle, kind))
    helped = AgendaHelpForm(request.POST).wanted
    if helped:
        form = build(initial=_with_points(form, cycle, kind))
    elif people and request.method == "POST" and form.is_valid():
        return _call(request, cycle, kind, form)
    context = frame(cycle, form=form, kind=MeetingKind(kind), invited=people, helped=helped)
    return render(request, "workflow/meeting_form.html", context)


def _usual_plan(cycle, kind):
    return {
        "title": meetings.usual_title(cycle, kind),
        "chair": meetings.usual_chair(cycle, kind),
        "agenda": meetings.suggested_agenda(cycle, kind),
    }


def _with_points(form, cycle, kind, meeting=None):
    """What was typed, right or wrong, with today's open points on its agenda."""
    typed = form.typed()
    text = typed["agenda"] or ""
    return typed | {"agenda": meetings.suggested_agenda(cycle, kind, text=text, meeting=meeting)}


@transaction.atomic
def _call(request, cycle, kind, form):
    if not form.first_time(request.user):
        fallback = reverse("workflow:meeting_list", args=_year(cycle))
        return redirect(form.earlier_result(request.user) or fallback)
    meeting = meetings.create_meeting(cycle, kind=kind, by=request.user, **form.plan())
    url = reverse("workflow:meeting", args=[*_year(cycle), meeting.pk])
    form.remember(request.user, url)
    if meetings.is_past(meeting.starts_at):
        messages.warning(
            request,
            _(
                "The day of this meeting is over, so it was recorded and nobody was told. If the "
                "date is wrong, change the meeting."
            ),
        )
    else:
        messages.success(request, _("The meeting was called; everyone invited is being told."))
    return redirect(url)


@require_safe
def meeting(request, office, year, pk):
    """One meeting: when and where, who came, what was said and resolved."""
    row = load_meeting(request, office, year, pk)
    day = clock.today()
    planned = row.state == MeetingState.PLANNED
    may_keep = rules.may_keep_minutes(request.user, row, day)
    attendance = list(row.attendance.select_related("user"))
    context = frame(
        row.cycle,
        meeting=row,
        agenda=meetings.agenda_of(row),
        present=[one for one in attendance if one.present],
        absent=[one for one in attendance if one.present is False],
        unticked=[one for one in attendance if one.present is None],
        invited=len(attendance),
        begun=row.starts_at <= clock.now(),
        may_keep=may_keep,
        may_take=rules.may_take_calendar(request.user, row, day),
        may_change=planned and rules.may_call_meeting(request.user, row.cycle, day),
        lacks=minutes.missing_of(row) if planned and may_keep else [],
        reason_form=ReasonForm(),
        quorum=quorum(row),
        tasks=list(row.tasks.select_related("owner")),
        to_confirm=minutes.confirmable_in(row) if may_keep else [],
    )
    return render(request, "workflow/meeting.html", context)


def meeting_edit(request, office, year, pk):
    """Change a planned meeting."""
    row = load_meeting(request, office, year, pk)
    require(rules.may_call_meeting(request.user, row.cycle, clock.today()))
    build = partial(MeetingEditForm, chairs=meetings.possible_chairs(row.cycle))
    form = build(request.POST or None, initial=MeetingEditForm.of(row))
    helped, status, refusal = AgendaHelpForm(request.POST).wanted, 200, None
    if helped:
        form = build(initial=_with_points(form, row.cycle, row.kind, row))
    elif request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            meetings.edit_meeting(row, version=version, by=request.user, **form.plan())
        except (StaleEdit, RuleBroken) as error:
            # What was typed stays; sent again, it is meant to stand over what is shown above it.
            data = _again(form, row)
            form, refusal, status = build(data, initial=form.initial), error, error.status
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
    return render(request, "workflow/meeting_form.html", context, status=status)


def _again(form, row):
    """The same input on top of the version that stands there now."""
    row.refresh_from_db()
    data = form.data.copy()
    data["version"] = str(row.version)
    return data


@require_POST
def meeting_cancel(request, office, year, pk):
    """Call a planned meeting off."""
    row = load_meeting(request, office, year, pk)
    form = ReasonForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    meetings.cancel(row, by=request.user, why=why)
    messages.success(request, _("The meeting was cancelled; everyone invited is being told."))
    return redirect("workflow:meeting", *_year(row.cycle), row.pk)


def _year(cycle):
    return cycle.assessment.office.code, cycle.assessment.fiscal_year

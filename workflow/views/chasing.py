"""Chasing: what is late, who was told what, a personal word, and when people are reminded."""

from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from esa_standards import thai
from indicators.models import Assessment
from people import clock
from people.models import RestDay
from people.refusals import MoveRefused, RuleBroken, StaleEdit
from people.states import DeliveryState
from people.views.loading import own_office, page_of, posted
from workflow import rules
from workflow.domain.chasing import schedule, words
from workflow.domain.chasing.lateness import lateness_of
from workflow.domain.todos import todos_of
from workflow.forms.chasing import (
    KeyForm,
    ReminderFilterForm,
    RestDayForm,
    ScheduleForm,
    WordForm,
)
from workflow.forms.meetings import SearchForm
from workflow.models import Reminder
from workflow.views.chasing_rows import late_rows, rows_of, trend_of
from workflow.views.loading import load_cycle, require

REST_DAYS_SHOWN = 12


# -- what is late ---------------------------------------------------------------------
@require_safe
def lateness(request, office, year):
    """By step, indicator, group and person; a group's director sees the own group."""
    cycle = load_cycle(request, office, year)
    return _lateness_page(request, cycle)


def _lateness_page(request, cycle, *, word_form=None, status=200):
    day = clock.today()
    require(rules.may_see_lateness(request.user, cycle, day))
    chases = rules.may_chase(request.user, cycle, day)
    group = None if chases else request.user.work_group
    read = lateness_of(cycle, clock.now(), group=group)
    search = SearchForm(request.GET)
    context = {
        "assessment": cycle.assessment,
        "section": "chasing",
        "read": read,
        "group": group,
        "chases": chases,
        "trend": trend_of(read.weeks),
        "search": search,
        "rows": late_rows(request.user, cycle, read.late, day, search.words),
        "reminded": words.reminded_today(cycle, by=request.user),
        "word_form": word_form or WordForm(),
    }
    return render(request, "workflow/lateness.html", context, status=status)


# -- a word -----------------------------------------------------------------------------
@require_POST
def reminder_nudge(request, office, year):
    """One click: the usual words to whom this waits for."""
    cycle = load_cycle(request, office, year)
    form = KeyForm(request.POST)
    if not form.is_valid():
        raise MoveRefused(_("This is done already, or waits for nobody any more."))
    todo = words.find_todo(cycle, form.cleaned_data["key"])
    count = words.nudge(cycle, key=todo.key, by=request.user)
    _say_sent(request, count, todo)
    return _back_to_list(request, office, year)


@require_POST
def reminder_word(request, office, year):
    """Own words; sent twice they arrive once."""
    cycle = load_cycle(request, office, year)
    form = WordForm(request.POST)
    if not form.is_valid():
        return _lateness_page(request, cycle, word_form=form, status=400)
    facts = form.cleaned_data
    with transaction.atomic():
        if form.first_time(request.user):
            todo = words.find_todo(cycle, facts["key"])
            count = words.send_word(
                cycle,
                key=facts["key"],
                text=facts["text"],
                by=request.user,
                token=facts["once"] or form.fields["once"].initial,
            )
            _say_sent(request, count, todo)
    return _back_to_list(request, office, year)


def _back_to_list(request, office, year):
    """To where one was: the list as it was searched."""
    search = SearchForm(request.POST)
    query = urlencode({"q": search.cleaned_data["q"]}) if search.words else ""
    return redirect(f"{reverse('workflow:lateness', args=[office, year])}?{query}#late-head")


def _say_sent(request, count, todo):
    if count:
        text = ngettext("Sent to %(n)d person.", "Sent to %(n)d people.", count) % {"n": count}
        messages.success(request, f"{text} · {todo.title}")
    else:
        messages.info(request, _("You have reminded of this today already."))


# -- who was told what --------------------------------------------------------------------
@require_safe
def reminder_list(request, office, year):
    """Every reminder of the year: when, by which way, whether opened and done."""
    cycle = load_cycle(request, office, year)
    require(rules.may_chase(request.user, cycle, clock.today()))
    form = ReminderFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, _found(cycle, wanted))
    context = {
        "assessment": cycle.assessment,
        "section": "chasing",
        "form": form,
        "page": page,
        "rows": rows_of(page.object_list, {todo.key for todo in todos_of(cycle, clock.now())}),
        "filtered": any(wanted.values()),
    }
    return render(request, "workflow/reminder_list.html", context)


def _found(cycle, wanted):
    rows = (
        Reminder.objects.filter(cycle=cycle)
        .select_related("recipient", "notification", "said_by")
        .prefetch_related("notification__deliveries__to")
    )
    if text := wanted.get("q"):
        either = Q(recipient__search_text__contains=thai.fold(text))
        for spelling in thai.digit_spellings(text):
            either |= Q(title__icontains=spelling)
            either |= Q(said_by__isnull=False, notification__body__icontains=spelling)
        rows = rows.filter(either)
    states = {
        "open": Q(closed_at__isnull=True),
        "unread": Q(notification__isnull=False, notification__read_at__isnull=True),
        "failed": Q(notification__deliveries__state=DeliveryState.FAILED),
        "done": Q(closed_at__isnull=False),
    }
    if state := states.get(wanted.get("state")):
        rows = rows.filter(state).distinct()
    return rows.order_by("-owed_at", "-pk")


# -- when people are reminded ---------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def reminder_schedule(request):
    """The office's schedule and its rest days."""
    office = own_office(request)
    require(rules.may_schedule_reminders(request.user, office.pk, clock.today()))
    form = ScheduleForm(posted(request)) if request.method == "POST" else None
    if form is None:
        return _schedule_page(request, office)
    if form.is_valid():
        try:
            schedule.save_schedule(office, by=request.user, **form.cleaned_data)
        except (RuleBroken, StaleEdit) as refusal:
            form.add_error(getattr(refusal, "field", "") or None, refusal.message)
            return _schedule_page(request, office, form=form, status=refusal.status)
        messages.success(request, _("Saved. The next reminders follow it."))
        return redirect("workflow:reminder_schedule")
    return _schedule_page(request, office, form=form, status=400)


def _schedule_page(request, office, *, form=None, day_form=None, status=200):
    office.refresh_from_db()
    today = clock.today()
    known = schedule.schedule_of(office)
    context = {
        "office": office,
        "form": form or ScheduleForm.of(schedule.row_of(office), office),
        "day_form": day_form or RestDayForm(),
        "rest_days": list(RestDay.objects.filter(office=office).order_by("day")),
        "holidays": _holidays(today),
        "known": known,
        "latest": Assessment.objects.filter(office=office).order_by("-fiscal_year").first(),
    }
    return render(request, "workflow/reminder_schedule.html", context, status=status)


def _holidays(today):
    """The public holidays to come."""
    found = {**thai.public_holidays(today.year), **thai.public_holidays(today.year + 1)}
    return [(day, name) for day, name in found.items() if day >= today][:REST_DAYS_SHOWN]


@require_POST
def rest_day_add(request):
    """One more rest day."""
    office = own_office(request)
    schedule.require_planner(request.user, office)
    form = RestDayForm(request.POST)
    if form.is_valid():
        try:
            schedule.add_rest_day(office, by=request.user, **form.cleaned_data)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("The day was added."))
            return redirect(f"{reverse('workflow:reminder_schedule')}#rest-days")
    return _schedule_page(request, office, day_form=form, status=400)


@require_POST
def rest_day_remove(request, pk):
    """Take an own rest day back."""
    office = own_office(request)
    row = get_object_or_404(RestDay.objects.filter(office=office).select_related("office"), pk=pk)
    schedule.remove_rest_day(row, by=request.user)
    messages.success(request, _("The day was taken out."))
    return redirect(f"{reverse('workflow:reminder_schedule')}#rest-days")

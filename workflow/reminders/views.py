"""What is late, who was notified of what, a personal message, and when people are reminded."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import thai
from core import clock
from core.forms import PageForm, SearchForm
from core.refusals import MoveRefused, RuleBroken, StaleEdit
from core.views import offer_undo, page_of, posted, require
from notifications import contact_settings
from people.loading import own_office
from workflow import rules
from workflow.loading import load_cycle
from workflow.reminders import personal_message, schedule
from workflow.reminders.calendar_feed import feed_of
from workflow.reminders.forms import (
    KeyForm,
    PersonalMessageForm,
    ReminderFilterForm,
    RestDayForm,
    ScheduleForm,
)
from workflow.reminders.lateness import lateness_of
from workflow.reminders.queries import (
    holding,
    late_rows,
    latest_year_of,
    reminders_of,
    rest_days_of,
    rows_of,
    trend_of,
)

LATE_AT_ONCE = 15  # each with two forms
REST_DAYS_SHOWN = 12


# -- what is late ---------------------------------------------------------------------
@require_safe
def lateness(request, office, year):
    """By step, indicator, group and person; a group's director sees the own group."""
    cycle = load_cycle(request, office, year)
    return _lateness_page(request, cycle)


def _lateness_page(request, cycle, *, message_form=None, status=200):
    day = clock.today()
    require(rules.may_see_lateness(request.user, cycle, day))
    may_remind = rules.may_remind(request.user, cycle, day)
    group = None if may_remind else request.user.work_group
    read = lateness_of(cycle, clock.now(), group=group)
    search = SearchForm(request.GET)
    found = holding(read.late, search.words)
    # A refused message stands at its todo, wherever in the list that is.
    page = page_of(request, found, LATE_AT_ONCE if message_form is None else max(len(found), 1))
    message_form = message_form or PersonalMessageForm()
    context = {
        "assessment": cycle.assessment,
        "section": "reminders",
        "read": read,
        "group": group,
        "may_remind": may_remind,
        "trend": trend_of(read.weeks),
        "search": search,
        "page": page,
        "rows": late_rows(request.user, cycle, page.object_list, day),
        "reminded": personal_message.reminded_today(cycle, by=request.user),
        "message_form": message_form,
        "token": message_form["idempotency_token"].value(),
        "refused_key": message_form["key"].value(),
    }
    return render(request, "workflow/reminders/lateness.html", context, status=status)


# -- a personal message -------------------------------------------------------------
@require_POST
def reminder_nudge(request, office, year):
    """One click: the usual words to whom this waits for."""
    cycle = load_cycle(request, office, year)
    require(rules.may_see_lateness(request.user, cycle, clock.today()))
    form = KeyForm(request.POST)
    if not form.is_valid():
        raise MoveRefused(_("This is done already, or waits for nobody any more."))
    todo = personal_message.find_todo(cycle, form.cleaned_data["key"])
    count = personal_message.nudge(cycle, key=todo.key, by=request.user)
    _say_sent(request, count, todo)
    return _back_to_list(request, office, year)


@require_POST
def personal_message_send(request, office, year):
    """Own words; sent twice they arrive once."""
    cycle = load_cycle(request, office, year)
    require(rules.may_see_lateness(request.user, cycle, clock.today()))
    form = PersonalMessageForm(request.POST)
    if not form.is_valid():
        return _lateness_page(request, cycle, message_form=form, status=400)
    facts = form.cleaned_data
    with transaction.atomic():
        if form.claim(request.user):
            todo = personal_message.find_todo(cycle, facts["key"])
            count = personal_message.send_message(
                cycle,
                key=facts["key"],
                text=facts["text"],
                by=request.user,
                token=form.submission.key,
            )
            _say_sent(request, count, todo)
    return _back_to_list(request, office, year)


def _back_to_list(request, office, year):
    """To where one was: the page of the list as it was searched."""
    search, page = SearchForm(request.POST), PageForm(request.POST)
    kept = {"q": search.cleaned_data["q"]} if search.words else {}
    if page.is_valid() and (number := page.cleaned_data["page"]):
        kept["page"] = number
    query = urlencode(kept)
    return redirect(f"{reverse('workflow:lateness', args=[office, year])}?{query}#late-head")


def _say_sent(request, count, todo):
    if count:
        text = ngettext("Sent to %(n)d person.", "Sent to %(n)d people.", count) % {"n": count}
        messages.success(request, f"{text} · {todo.title}")
    else:
        messages.info(request, _("You have reminded of this today already."))


# -- who was notified of what --------------------------------------------------------------------
@require_safe
def reminder_list(request, office, year):
    """Every reminder of the year: when, by which way, whether opened and done."""
    cycle = load_cycle(request, office, year)
    require(rules.may_remind(request.user, cycle, clock.today()))
    form = ReminderFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, reminders_of(cycle, wanted))
    context = {
        "assessment": cycle.assessment,
        "section": "reminders",
        "form": form,
        "page": page,
        "rows": rows_of(page.object_list, cycle, clock.now()),
        "filtered": any(wanted.values()),
    }
    return render(request, "workflow/reminders/reminder_list.html", context)


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
            changes = dict(form.cleaned_data)
            version = changes.pop("seen")
            schedule.save_schedule(office, version=version, by=request.user, **changes)
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
        "rest_days": rest_days_of(office),
        "holidays": _holidays(today),
        "known": known,
        "latest": latest_year_of(office),
    }
    return render(request, "workflow/reminders/reminder_schedule.html", context, status=status)


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
    row = get_object_or_404(office.rest_days, pk=pk)
    schedule.remove_rest_day(row, by=request.user)
    said = _("The day was taken out.")
    typed = {"day": thai.format_date(row.day), "name": row.name}
    offer_undo(request, said, reverse("workflow:rest_day_add"), **typed)
    return redirect("workflow:reminder_schedule")  # its top: the message with the button


# -- the private calendar address ----------------------------------------------------
@login_not_required
@require_safe
def calendar_feed(request, token):
    """What waits for the person whose token this is; an unknown or void one is no page."""
    feed = contact_settings.feed_of(token)
    if feed is None:
        raise Http404
    response = HttpResponse(
        feed_of(feed.user, clock.now()), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'inline; filename="esa-standards.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response

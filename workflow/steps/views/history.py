"""Everything that happened in a year: readable, filterable, exportable."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

import thai
from core.history_words import changes_of, verb_of
from core.views import page_of
from people.states import Role
from workflow.loading import load_cycle
from workflow.steps.forms import HistoryFilterForm
from workflow.steps.queries import events_of

PAGE_SIZE = 50
# A cell that begins with one of these would be a formula to some spreadsheet, wide ones too.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def _events(request, cycle, form):
    wanted = form.cleaned_data if form.is_valid() else {}
    subject, text = wanted.get("subject", ""), wanted.get("q", "")
    events = events_of(request.user, cycle, subject=subject, text=text)
    return events, bool(subject or text)


@require_GET
def history(request, office, year):
    """Who did what, from what to what, why and when; 50 a page."""
    cycle = load_cycle(request, office, year)
    form = HistoryFilterForm(request.GET)
    events, filtered = _events(request, cycle, form)
    page = page_of(request, events, PAGE_SIZE)
    for event in page.object_list:
        event.words, event.changes = verb_of(event), changes_of(event)
    context = {
        "cycle": cycle,
        "assessment": cycle.assessment,
        "section": "history",
        "form": form,
        "page": page,
        "filtered": filtered,
    }
    return render(request, "workflow/steps/history.html", context)


@require_GET
def history_export(request, office, year):
    """The same as CSV: UTF-8 with a mark so that Excel reads Thai, cells that stay text."""
    cycle = load_cycle(request, office, year)
    events, _filtered = _events(request, cycle, HistoryFilterForm(request.GET))
    writer = csv.writer(_Echo())
    rows = [_header(), *(_row(event) for event in events.iterator(chunk_size=500))]
    lines = (writer.writerow([as_text(cell) for cell in row]) for row in rows)
    response = StreamingHttpResponse(
        (part.encode() for part in ("\ufeff", *lines)), content_type="text/csv; charset=utf-8"
    )
    name = f"history-{office}-{year}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


class _Echo:
    """What csv writes to: hands each line back."""

    def write(self, line):
        return line


def _header():
    return [
        _("No."),
        _("When"),
        _("Who"),
        _("Acting for"),
        _("What"),
        _("About"),
        _("Changed"),
        _("Why"),
    ]


def _row(event):
    changes = "; ".join(f"{key}: {before} → {after}" for key, before, after in changes_of(event))
    return [
        event.number,
        thai.format_datetime(event.at),
        event.actor.full_name if event.actor else _("The program"),
        Role(event.acting_for).label if event.acting_for else "",
        verb_of(event),
        event.target_label,
        changes,
        event.why,
    ]


def as_text(cell):
    """A cell that a spreadsheet shows and never computes."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text

"""The assignment table: who answers for what in one year."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.refusals import RuleBroken, StaleEdit
from indicators import rules
from indicators.assessments import require_open
from indicators.assignments import assignments as domain
from indicators.assignments.forms import (
    AssignForm,
    AssignGroupForm,
    EndForm,
    TableFilterForm,
    TransferForm,
)
from indicators.assignments.queries import (
    Directory,
    build_table,
    earlier_year,
    row_key,
    shown,
    work_groups_of,
)
from indicators.loading import load_assessment
from people.rules import is_coordinator


@require_safe
def assignment_table(request, office, year):
    """Everything that needs a person, in one table; read by all, written by the coordinator."""
    assessment = load_assessment(request, office, year)
    directory = Directory.of(request.user, clock.today())
    table = build_table(assessment, directory.everyone)
    return _table_page(request, assessment, directory, table)


def _table_page(request, assessment, directory, table, *, status=200):
    may_assign = rules.may_assign(request.user, assessment, clock.today())
    filters = TableFilterForm(
        request.GET or None,
        groups=work_groups_of(assessment.office),
        people=directory.people,
    )
    filters.is_valid()
    wanted = getattr(filters, "cleaned_data", {})
    context = {
        "assessment": assessment,
        "section": "people",
        "table": table,
        "rows": shown(table.rows, wanted),
        "filters": filters,
        "filtered": any(wanted.values()),
        "may_assign": may_assign,
        "needs_reason": domain.order_in_force(assessment),
        "earlier": earlier_year(assessment) if may_assign else None,
        "people": directory.labels() if may_assign else [],
        **_addresses(assessment),
    }
    return render(request, "indicators/assignments/assignment_table.html", context, status=status)


@require_POST
def assign(request, office, year):
    """Name somebody for one row; answers htmx with the row's cell and the count."""
    assessment = load_assessment(request, office, year)
    _require_assigner(request, assessment)
    directory = Directory.of(request.user, clock.today())
    form = AssignForm(request.POST, directory=directory, assessment=assessment)
    if not form.is_valid():
        return _refuse_row(request, assessment, form, directory, status=422)
    asked = form.cleaned_data
    try:
        domain.assign(
            assessment,
            target=asked["target"],
            user=asked["person"],
            by=request.user,
            seen=asked["seen"] or None,
        )
    except StaleEdit as stale:
        return _refuse_row(
            request, assessment, form, directory, conflict=stale.message, status=stale.status
        )
    except RuleBroken as broken:
        form.add_error("person", broken.message)
        return _refuse_row(request, assessment, form, directory, status=422)
    if not request.htmx:
        return _to_row(assessment, asked["target"])
    table = build_table(assessment, directory.everyone)
    row = table.row(asked["target"])
    row.saved_at = clock.now()
    return _answer_row(request, assessment, table, row)


def _answer_row(request, assessment, table, row, *, status=200):
    context = {
        "assessment": assessment,
        "table": table,
        "row": row,
        "may_assign": True,
        "needs_reason": domain.order_in_force(assessment),
        **_addresses(assessment),
    }
    return render(
        request, "indicators/assignments/assignment_table.html#saved", context, status=status
    )


def _refuse_row(request, assessment, form, directory, *, conflict="", status):
    """Show the row as it stands now, with what was typed and why it was not saved."""
    target = form.cleaned_data.get("target")
    if target is None:
        raise RuleBroken(_("This row does not belong to the edition of this year."))
    table = build_table(assessment, directory.everyone)
    row = table.row(target)
    row.typed = form["person"].value() or ""
    row.errors = tuple(form.errors.get("person", ()))
    row.conflict = conflict
    if request.htmx:
        return _answer_row(request, assessment, table, row, status=status)
    return _table_page(request, assessment, directory, table, status=status)


@require_POST
def assign_group(request, office, year):
    """Name one person for a row and everything below it."""
    assessment = load_assessment(request, office, year)
    _require_assigner(request, assessment)
    directory = Directory.of(request.user, clock.today())
    form = AssignGroupForm(request.POST, directory=directory, assessment=assessment)
    valid = form.is_valid()
    target = form.cleaned_data.get("target")
    if target is None:
        raise RuleBroken(_("This row does not belong to the edition of this year."))
    if valid:
        asked = form.cleaned_data
        try:
            count = domain.assign_many(
                assessment,
                pairs=[(row, asked["person"]) for row in domain.below(assessment, target)],
                by=request.user,
                reason=asked["reason"],
                replace=asked["overwrite"],
            )
        except RuleBroken as broken:
            form.add_error("reason", broken.message)
        else:
            _say_named(request, count, asked["person"])
            return _to_row(assessment, target)
    table = build_table(assessment, directory.everyone)
    table.row(target).bulk = form
    return _table_page(request, assessment, directory, table, status=422)


def _say_named(request, count, person):
    text = ngettext(
        "%(person)s was named for %(n)s row.", "%(person)s was named for %(n)s rows.", count
    )
    messages.success(request, text % {"person": person, "n": count})


@require_POST
def assign_last_year(request, office, year):
    """Name for what is still open whoever did it in the last year before."""
    assessment = load_assessment(request, office, year)
    _require_assigner(request, assessment)
    done = domain.copy_last_year(assessment, by=request.user)
    text = _("Copied %(n)s rows from fiscal year %(year)s; %(left)s rows still have nobody.")
    messages.success(request, text % {"n": done.copied, "year": done.year, "left": done.left_open})
    return redirect(_table_url(assessment))


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_transfer(request, office, year, kind, code):
    """One row: who did it when, and handing it to somebody else with a reason."""
    assessment = load_assessment(request, office, year)
    directory = Directory.of(request.user, clock.today())
    row = _load_row(assessment, directory, kind, code)
    form = TransferForm(
        request.POST or None,
        directory=directory,
        assessment=assessment,
        initial={"seen": row.seen},
    )
    conflict = ""
    if request.method == "POST":
        _require_assigner(request, assessment)
        if form.is_valid():
            try:
                return _transfer(request, assessment, kind, code, form.cleaned_data)
            except StaleEdit as stale:
                conflict = stale.message
                row = _load_row(assessment, directory, kind, code)
                form.stand_on(row.seen)
            except RuleBroken as broken:
                form.add_error("person", broken.message)
    context = _row_context(request, assessment, row, directory)
    context |= {"form": form, "conflict": conflict}
    status = 409 if conflict else 200
    return render(
        request, "indicators/assignments/assignment_transfer.html", context, status=status
    )


def _transfer(request, assessment, kind, code, asked):
    target = domain.find_target(assessment, kind, code)
    domain.assign(
        assessment,
        target=target,
        user=asked["person"],
        by=request.user,
        reason=asked["reason"],
        seen=asked["seen"] or None,
    )
    text = _("%(person)s now answers for %(row)s.")
    messages.success(request, text % {"person": asked["person"], "row": code})
    return _to_row(assessment, target)


@require_POST
def assignment_end(request, office, year, kind, code):
    """Leave a row with nobody, with a reason."""
    assessment = load_assessment(request, office, year)
    _require_assigner(request, assessment)
    directory = Directory.of(request.user, clock.today())
    row = _load_row(assessment, directory, kind, code)
    if row.now is None:
        raise Http404
    form = EndForm(request.POST, auto_id="end_%s")
    if not form.is_valid():
        context = _row_context(request, assessment, row, directory)
        context["form"] = TransferForm(
            directory=directory, assessment=assessment, initial={"seen": row.seen}
        )
        context["end_form"] = form
        return render(
            request, "indicators/assignments/assignment_transfer.html", context, status=422
        )
    domain.end_assignment(row.now, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("Nobody answers for %(row)s now.") % {"row": row.code})
    return redirect(f"{_table_url(assessment)}#row-{row.key}")


def _row_context(request, assessment, row, directory):
    may_assign = rules.may_assign(request.user, assessment, clock.today())
    return {
        "assessment": assessment,
        "section": "people",
        "row": row,
        "may_assign": may_assign,
        "people": directory.labels() if may_assign else [],
        "end_form": EndForm(auto_id="end_%s"),
    }


# -- parts ----------------------------------------------------------------------
def _table_url(assessment):
    return reverse(
        "indicators:assignment_table", args=[assessment.office.code, assessment.fiscal_year]
    )


def _to_row(assessment, target):
    key = row_key(domain.kind_of(target), target.code)
    return redirect(f"{_table_url(assessment)}#row-{key}")


def _addresses(assessment):
    """Where every row's forms lead, found once and not once per row."""
    year = [assessment.office.code, assessment.fiscal_year]
    return {
        "assign_url": reverse("indicators:assign", args=year),
        "group_url": reverse("indicators:assign_group", args=year),
    }


def _require_assigner(request, assessment):
    if rules.may_assign(request.user, assessment, clock.today()):
        return
    if is_coordinator(request.user, assessment.office_id, clock.today()):
        require_open(assessment)  # says that the year is locked
    raise PermissionDenied


def _load_row(assessment, directory, kind, code):
    table = build_table(assessment, directory.everyone)
    row = next((row for row in table.rows if (row.kind, row.code) == (kind, code)), None)
    if row is None:
        raise Http404
    return row

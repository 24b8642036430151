"""Plans, projects and activities that support the indicators of a year."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import clock
from core.refusals import MoveRefused, StaleEdit
from indicators import rules
from indicators.assessments import require_open
from indicators.loading import load_assessment
from indicators.projects import projects as domain
from indicators.projects import queries
from indicators.projects.forms import ProjectCreateForm, ProjectFilterForm, ProjectForm


@require_safe
def project_list(request, office, year):
    """What supports which indicator, and which indicators nothing supports yet."""
    assessment = load_assessment(request, office, year)
    filters = ProjectFilterForm(request.GET or None, assessment=assessment)
    filters.is_valid()
    wanted = getattr(filters, "cleaned_data", {})
    found = queries.project_list(assessment, wanted)
    return render(
        request,
        "indicators/projects/project_list.html",
        {
            "assessment": assessment,
            "section": "people",
            "projects": found.shown,
            "total": found.total,
            "budget": found.budget,
            "without_budget": found.without_budget,
            "removed": found.removed,
            "unsupported": queries.without_project(assessment),
            "filters": filters,
            "filtered": any(wanted.values()),
            "may_manage": rules.may_manage_projects(request.user, assessment, clock.today()),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def project_create(request, office, year):
    """Add a project; the same form sent twice makes one."""
    assessment = load_assessment(request, office, year)
    _require_manager(request, assessment)
    form = ProjectCreateForm(
        request.POST or None,
        assessment=assessment,
        indicators=list(queries.indicators_of(assessment)),
        initial=_asked_indicator(request, assessment),
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if form.claim(request.user):
                project = domain.create_project(assessment, by=request.user, **form.values())
                form.remember(request.user, _list_url(assessment))
                text = _("“%(project)s” was added.")
                messages.success(request, text % {"project": project})
        return redirect(_list_url(assessment))
    return _form_page(request, assessment, form)


def _asked_indicator(request, assessment):
    """``?indicator=1.2`` on the link of an indicator's page ticks that box."""
    filters = ProjectFilterForm(request.GET or None, assessment=assessment)
    filters.is_valid()
    indicator = getattr(filters, "cleaned_data", {}).get("indicator")
    return {"indicators": [indicator.pk]} if indicator else {}


@require_http_methods(["GET", "HEAD", "POST"])
def project_edit(request, office, year, pk):
    """Change a project; an edit from an older state is refused with both texts."""
    assessment = load_assessment(request, office, year)
    posted = request.method == "POST"  # what is removed meanwhile is said beside what was typed
    rows = assessment.projects if posted else assessment.projects.kept()
    project = get_object_or_404(rows, pk=pk)
    project.assessment = assessment
    _require_manager(request, assessment)
    form = ProjectForm(
        request.POST or None,
        instance=project,
        assessment=assessment,
        indicators=list(queries.indicators_of(assessment)),
        initial={"seen": project.version, "indicators": project.indicators.all()},
    )
    theirs = None
    if posted and form.is_valid():
        try:
            domain.update_project(
                project, version=form.cleaned_data["seen"] or 0, by=request.user, **form.values()
            )
        except StaleEdit as stale:
            theirs = stale
            form.stand_on(project.version)
        except MoveRefused as removed:
            theirs = removed
        else:
            messages.success(request, _("Saved."))
            return redirect(_list_url(assessment))
    return _form_page(request, assessment, form, project=project, refusal=theirs)


def _form_page(request, assessment, form, *, project=None, refusal=None):
    context = {
        "assessment": assessment,
        "section": "people",
        "form": form,
        "project": project,
        "refusal": refusal,
    }
    status = 409 if refusal else 200
    return render(request, "indicators/projects/project_form.html", context, status=status)


@require_POST
def project_remove(request, office, year, pk):
    """Take a project off the list."""
    assessment = load_assessment(request, office, year)
    project = get_object_or_404(assessment.projects, pk=pk)
    _require_manager(request, assessment)
    domain.remove_project(project, by=request.user)
    text = _("“%(project)s” was removed. It can be restored below the list.")
    messages.success(request, text % {"project": project})
    return redirect(_list_url(assessment))


@require_POST
def project_restore(request, office, year, pk):
    """Bring a removed project back."""
    assessment = load_assessment(request, office, year)
    project = get_object_or_404(assessment.projects, pk=pk)
    _require_manager(request, assessment)
    domain.restore_project(project, by=request.user)
    messages.success(request, _("“%(project)s” is back on the list.") % {"project": project})
    return redirect(_list_url(assessment))


def _list_url(assessment):
    return reverse("indicators:project_list", args=[assessment.office.code, assessment.fiscal_year])


def _require_manager(request, assessment):
    day = clock.today()
    if rules.may_manage_projects(request.user, assessment, day):
        return
    if rules.runs_projects(request.user, assessment, day):
        require_open(assessment)  # says that the year is locked
    raise PermissionDenied

"""Plans, projects and activities that support the indicators of a year."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from indicators import rules
from indicators.domain.assessments import require_open
from indicators.models import Indicator, SupportingProject
from people import clock
from people.domain.events import record
from people.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit

FIELDS = ("kind", "title", "budget", "work_group", "performance_agreement", "annual_plan")


@transaction.atomic
def create_project(assessment, *, indicators, by, **fields) -> SupportingProject:
    """Add a project that supports at least one indicator of the year's edition."""
    _guard(assessment, by)
    _require_fit(assessment, indicators, fields.get("work_group"))
    project = SupportingProject.objects.create(
        assessment=assessment, created_at=clock.now(), created_by=by, **_known(fields)
    )
    project.indicators.set(indicators)
    _record(project, "project.create", by=by, after=_facts(project))
    return project


@transaction.atomic
def update_project(project, *, indicators, version, by, **fields) -> SupportingProject:
    """Change a project; refused with both texts when somebody saved since ``version``."""
    assessment = project.assessment
    _guard(assessment, by)
    _require_fit(assessment, indicators, fields.get("work_group"))
    project.refresh_from_db()
    before = _facts(project)
    changed = SupportingProject.objects.filter(
        pk=project.pk, version=version, removed_at__isnull=True
    ).update(version=F("version") + 1, **_known(fields))
    if not changed:
        if project.removed_at:
            raise MoveRefused(_("This project was removed meanwhile."))
        raise StaleEdit(_("Somebody changed this project meanwhile."), _theirs(project))
    project.refresh_from_db()
    project.indicators.set(indicators)
    _record(project, "project.update", by=by, before=before, after=_facts(project))
    return project


@transaction.atomic
def remove_project(project, *, by):
    """Take a project off the lists; it can be restored."""
    _guard(project.assessment, by)
    _mark(project, clock.now(), _("This project was removed already."))
    _record(project, "project.remove", by=by)


@transaction.atomic
def restore_project(project, *, by):
    """Bring a removed project back."""
    _guard(project.assessment, by)
    _mark(project, None, _("This project is on the list already."))
    _record(project, "project.restore", by=by)


def without_project(assessment) -> list[Indicator]:
    """Indicators of the year that no project supports yet; 1 query."""
    supported = assessment.projects.kept().values("indicators")
    return list(
        Indicator.objects.filter(standard__edition=assessment.edition_id)
        .exclude(pk__in=supported.filter(indicators__isnull=False))
        .order_by("standard__order", "order")
    )


# -- guards and parts -----------------------------------------------------------
def _guard(assessment, by):
    require_open(assessment)
    if not rules.may_manage_projects(by, assessment, clock.today()):
        raise NotAllowed(_("Only the coordinator and the group directors manage projects."))


def _require_fit(assessment, indicators, group):
    codes = {row.pk for row in indicators}
    own = Indicator.objects.filter(standard__edition=assessment.edition_id, pk__in=codes)
    if not codes or own.count() != len(codes):
        raise RuleBroken(_("Please choose at least one indicator of this year's standards."))
    if group is not None and group.office_id != assessment.office_id:
        raise RuleBroken(_("The work group does not belong to this office."))


def _known(fields):
    return {name: fields[name] for name in FIELDS if name in fields}


def _mark(project, at, refusal):
    rows = SupportingProject.objects.filter(pk=project.pk, removed_at__isnull=at is not None)
    if not rows.update(removed_at=at, version=F("version") + 1):
        raise MoveRefused(refusal)
    project.refresh_from_db()


def _facts(project):
    """What the history keeps."""
    facts = {name: str(getattr(project, name)) for name in FIELDS if getattr(project, name)}
    facts["indicators"] = sorted(project.indicators.values_list("code", flat=True))
    return facts


def _theirs(project):
    """What stands there now, with the labels of the form."""
    label = SupportingProject._meta.get_field
    theirs = {
        label(name).verbose_name: str(getattr(project, name))
        for name in FIELDS
        if name not in ("kind", "budget") and getattr(project, name)
    }
    theirs[label("kind").verbose_name] = project.get_kind_display()
    if project.budget is not None:
        theirs[label("budget").verbose_name] = f"{project.budget:,.2f}"
    codes = project.indicators.order_by("standard__order", "order").values_list("code", flat=True)
    theirs[label("indicators").verbose_name] = ", ".join(codes)
    return theirs


def _record(project, verb, *, by, before=None, after=None):
    record(
        project.assessment.office,
        actor=by,
        verb=verb,
        target=project,
        before=before,
        after=after,
        year=project.assessment.fiscal_year,
    )

"""Plans, projects and activities that support the indicators of a year."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import clock
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators import rules
from indicators.assessments import log_event, require_open
from indicators.models import Assessment, Indicator, SupportingProject
from people.models import User, WorkGroup

FIELDS = ("kind", "title", "budget", "work_group", "performance_agreement", "annual_plan")
_COLUMNS = (*SupportingProject._meta.fields, *SupportingProject._meta.many_to_many)


@transaction.atomic
def create_project(
    assessment: Assessment, *, indicators: Iterable[Indicator], by: User, **fields: Any
) -> SupportingProject:
    """Add a project that supports at least one indicator of the year's edition."""
    _guard(assessment, by)
    _require_fit(assessment, indicators, fields.get("work_group"))
    project = SupportingProject.objects.create(
        assessment=assessment, created_at=clock.now(), created_by=by, **_known(fields)
    )
    project.indicators.set(indicators)
    log_event(assessment, by=by, verb="project.create", target=project, after=_facts(project))
    return project


@transaction.atomic
def update_project(
    project: SupportingProject,
    *,
    indicators: Iterable[Indicator],
    version: int,
    by: User,
    **fields: Any,
) -> SupportingProject:
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
    log_event(
        assessment,
        by=by,
        verb="project.update",
        target=project,
        before=before,
        after=_facts(project),
    )
    return project


@transaction.atomic
def remove_project(project: SupportingProject, *, by: User) -> None:
    """Take a project off the lists; it can be restored."""
    _guard(project.assessment, by)
    _mark(project, clock.now(), _("This project was removed already."))
    log_event(project.assessment, by=by, verb="project.remove", target=project)


@transaction.atomic
def restore_project(project: SupportingProject, *, by: User) -> None:
    """Bring a removed project back."""
    _guard(project.assessment, by)
    _mark(project, None, _("This project is on the list already."))
    log_event(project.assessment, by=by, verb="project.restore", target=project)


# -- guards and parts -----------------------------------------------------------
def _guard(assessment: Assessment, by: User) -> None:
    require_open(assessment)
    if not rules.may_manage_projects(by, assessment, clock.today()):
        raise NotAllowed(_("Only the coordinator and the group directors manage projects."))


def _require_fit(
    assessment: Assessment, indicators: Iterable[Indicator], group: WorkGroup | None
) -> None:
    codes = {row.pk for row in indicators}
    own = Indicator.objects.filter(standard__edition=assessment.edition_id, pk__in=codes)
    if not codes or own.count() != len(codes):
        raise RuleBroken(_("Please choose at least one indicator of this year's standards."))
    if group is not None and group.office_id != assessment.office_id:
        raise RuleBroken(_("The work group does not belong to this office."))


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in FIELDS if name in fields}


def _mark(project: SupportingProject, at: datetime | None, refusal: str) -> None:
    rows = SupportingProject.objects.filter(pk=project.pk, removed_at__isnull=at is not None)
    if not rows.update(removed_at=at, version=F("version") + 1):
        raise MoveRefused(refusal)
    project.refresh_from_db()


def _facts(project: SupportingProject) -> dict[str, object]:
    """What the history keeps."""
    facts: dict[str, object] = {
        name: str(getattr(project, name)) for name in FIELDS if getattr(project, name)
    }
    facts["indicators"] = sorted(project.indicators.values_list("code", flat=True))
    return facts


def _theirs(project: SupportingProject) -> dict[str, str]:
    """What stands there now, with the labels of the form."""
    label = {field.name: str(field.verbose_name) for field in _COLUMNS}
    theirs = {
        label[name]: str(getattr(project, name))
        for name in FIELDS
        if name not in ("kind", "budget") and getattr(project, name)
    }
    theirs[label["kind"]] = project.get_kind_display()
    if project.budget is not None:
        theirs[label["budget"]] = f"{project.budget:,.2f}"
    codes = project.indicators.order_by("standard__order", "order").values_list("code", flat=True)
    theirs[label["indicators"]] = ", ".join(codes)
    return theirs

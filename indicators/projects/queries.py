"""What the pages of supporting projects read."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

import thai
from indicators.models import Assessment, Indicator, SupportingProject


@dataclass(frozen=True)
class ProjectList:
    """The year's projects: ``shown`` pass the filter, of ``total`` that were not removed."""

    shown: list[SupportingProject]
    removed: list[SupportingProject]
    total: int

    @property
    def budget(self) -> Decimal:
        """What those shown cost together, as far as it is known."""
        return sum((row.budget for row in self.shown if row.budget is not None), Decimal(0))

    @property
    def without_budget(self) -> int:
        """How many of those shown have none."""
        return sum(row.budget is None for row in self.shown)


def indicators_of(assessment: Assessment) -> QuerySet[Indicator]:
    """The indicators of the year's edition with their standards, in order; one query."""
    return (
        Indicator.objects.filter(standard__edition=assessment.edition_id)
        .select_related("standard")
        .order_by("standard__order", "order")
    )


def project_list(assessment: Assessment, wanted: Mapping[str, Any]) -> ProjectList:
    """The projects that pass ``wanted`` (what the filter form cleaned), and the rest; 2 queries."""
    everything = list(
        SupportingProject.objects.filter(assessment=assessment)
        .select_related("work_group")
        .prefetch_related(Prefetch("indicators", indicators_of(assessment)))
    )
    kept = [project for project in everything if project.removed_at is None]
    return ProjectList(
        shown=[project for project in kept if _is_wanted(project, wanted)],
        removed=[project for project in everything if project.removed_at],
        total=len(kept),
    )


def without_project(assessment: Assessment) -> list[Indicator]:
    """Indicators of the year that no project supports yet; 1 query."""
    supported = assessment.projects.kept().values("indicators")
    return list(
        Indicator.objects.filter(standard__edition=assessment.edition_id)
        .exclude(pk__in=supported.filter(indicators__isnull=False))
        .order_by("standard__order", "order")
    )


def _is_wanted(project: SupportingProject, wanted: Mapping[str, Any]) -> bool:
    text = f"{project.title} {project.annual_plan} {project.performance_agreement}"
    indicator = wanted.get("indicator")
    return thai.fold(wanted.get("q") or "") in thai.fold(text) and (
        indicator is None or indicator in project.indicators.all()
    )

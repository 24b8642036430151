"""How far the year is: per indicator, group and person."""

from dataclasses import dataclass

from django.shortcuts import render
from django.views.decorators.http import require_safe

from esa_standards import thai
from indicators.domain.progress import Part, progress_of
from people import clock
from workflow.forms.meetings import SearchForm
from workflow.models import Step
from workflow.states import StepKind
from workflow.views.loading import load_cycle


@dataclass(frozen=True)
class Row:
    """One line of a progress table."""

    part: Part
    late: int

    @property
    def name(self) -> str:
        """Code and title, or the name of a person or group."""
        return f"{self.part.code} {self.part.title}".strip()


@require_safe
def progress(request, office, year):
    """Counts of what was handed in."""
    cycle = load_cycle(request, office, year)
    day = clock.today()
    search = SearchForm(request.GET)
    read = progress_of(cycle.assessment)
    end = Step.objects.values_list("planned_end", flat=True).get(
        cycle=cycle, kind=StepKind.COMMITTEE_WORK
    )
    past = day > end
    context = {
        "assessment": cycle.assessment,
        "section": "overview",
        "search": search,
        "counts": read.counts,
        "due": end,
        "past": past,
        "standards": [
            (Row(part, _late(part, past)), _rows(part.parts, past)) for part in read.standards
        ],
        "groups": _rows(read.groups, past),
        "people": [row for row in _rows(read.people, past) if _named(row, search.words)],
    }
    return render(request, "workflow/progress.html", context)


def _late(part, past):
    return part.counts.items - part.counts.handed_in if past else 0


def _rows(parts, past):
    return [Row(part, _late(part, past)) for part in parts]


def _named(row, words):
    text = thai.fold(row.name)
    return all(word in text for word in words)

"""Content for tests: a small edition, a year of an office, a guard-free assignment.

``make_edition()`` goes through the real import, so that a test's tree is a tree the product
accepts; the same arguments give the same edition.
"""

from core import clock
from indicators.assessments import open_assessment
from indicators.catalogue.editions import import_edition
from indicators.models import Assignment
from indicators.states import Duty
from tests.factories.people import make_person

LEVELS = """
  levels:
    - {score: 5, name: ดีเยี่ยม, at_least: 4.50}
    - {score: 4, name: ดีมาก, at_least: 3.50}
    - {score: 3, name: ดี, at_least: 2.50}
    - {score: 2, name: พอใช้, at_least: 1.50}
    - {score: 1, name: ปรับปรุง, at_least: 1.00}
  default_rubric: {5: ระดับห้า, 4: ระดับสี่, 3: ระดับสาม, 2: ระดับสอง, 1: ระดับหนึ่ง}
"""


def make_edition_text(
    n_standards=1, n_indicators=2, n_considerations=2, *, code="test", title=None
):
    """YAML of a small edition whose weights differ, so that a wrong mean shows."""
    lines = ["edition:", f"  code: {code}", f"  title: {title or 'มาตรฐานทดสอบ'}", LEVELS]
    lines.append("standards:")
    for s in range(1, n_standards + 1):
        lines.append(f"  - code: '{s}'\n    title: มาตรฐานที่ {s}\n    source: public")
        lines.append(f"    weight: {10 * s}\n    indicators:")
        for i in range(1, n_indicators + 1):
            lines.append(f"      - code: '{s}.{i}'\n        title: ตัวบ่งชี้ที่ {s}.{i}")
            lines.append(f"        source: public\n        weight: {i}\n        considerations:")
            lines.extend(
                f"          - {{code: '{s}.{i}.{c}', title: ประเด็นที่ {s}.{i}.{c}, "
                f"source: draft, weight: {c}}}"
                for c in range(1, n_considerations + 1)
            )
    return "\n".join(lines)


def make_edition(n_standards=1, n_indicators=2, n_considerations=2, **head):
    """An imported edition: by default one standard, two indicators, four considerations."""
    text = make_edition_text(n_standards, n_indicators, n_considerations, **head)
    return import_edition(text)[0]


def make_assessment(office, year=2560, *, edition=None, by=None):
    """An opened year of the office with its items and reviews."""
    by = by or make_person(office)
    edition = edition or make_edition()
    return open_assessment(office, fiscal_year=year, edition=edition, by=by)


def put_in_charge(assessment, target, user, *, since=None):
    """An assignment as a plain row: no guard, no history, no notification."""
    kind = target._meta.model_name
    return Assignment.objects.create(
        assessment=assessment,
        duty=Duty.COLLECTOR if kind == "consideration" else Duty.SUPERVISOR,
        user=user,
        since=since or clock.now(),
        **{kind: target},
    )

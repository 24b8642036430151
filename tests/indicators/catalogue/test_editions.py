"""Importing an edition: nothing half written, nothing twice; vouching for it."""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from esa_standards.management.commands.prepare import EARLIER_CATALOGUES, Command
from indicators.catalogue.edition_yaml import EditionInvalid
from indicators.catalogue.editions import (
    import_edition,
    tree,
    unverify_edition,
    verify_edition,
)
from indicators.models import Consideration, Edition, Indicator, RequiredEvidence, RubricLevel
from people.states import Role
from tests.factories.crowd import all_at_once
from tests.factories.indicators import make_assessment, make_edition, make_edition_text
from tests.factories.people import make_office, make_person
from tests.indicators.catalogue.test_edition_file import GOOD

SHIPPED = Path(settings.BASE_DIR) / "indicators" / "data" / "esa-2560.yaml"


# -- storing ----------------------------------------------------------------------
@pytest.mark.django_db
def test_shipped_file_is_imported_once():
    text = SHIPPED.read_bytes()
    edition, created = import_edition(text)
    assert created
    assert len(tree(edition)) == 3
    assert Indicator.objects.count() == 14
    assert Consideration.objects.count() == 42
    assert RubricLevel.objects.count() == 42 * 5
    assert RequiredEvidence.objects.count() == 119
    assert not edition.is_verified
    assert import_edition(text) == (edition, False)
    assert Edition.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("standing", "versions"),
    [("none", [1]), ("earlier", [1, 2]), ("verified", [1]), ("own", [1]), ("shipped", [1])],
)
def test_preparing_brings_the_newer_starter_where_the_older_one_stands(standing, versions):
    if standing != "none":
        make_edition(code="esa-2560") if standing != "shipped" else import_edition(
            SHIPPED.read_bytes()
        )
    if standing in ("earlier", "verified"):
        Edition.objects.update(content_hash=min(EARLIER_CATALOGUES))
    if standing == "verified":
        Edition.objects.update(verified_at=clock.now())
    for _start in range(2):
        Command().load_catalogue()
    assert sorted(Edition.objects.values_list("version", flat=True)) == versions


@pytest.mark.django_db
def test_the_same_content_laid_out_otherwise_changes_nothing():
    edition, _created = import_edition(GOOD)
    same = GOOD.replace("weight: 30", "weight: 30.000").replace("\n", "\r\n").replace("'1'", '"1"')
    assert import_edition(b"\xef\xbb\xbf" + same.encode()) == (edition, False)


@pytest.mark.django_db
def test_a_changed_file_becomes_a_version_and_the_old_rows_stay():
    edition, _created = import_edition(GOOD)
    assessment = make_assessment(make_office(), edition=edition)
    mine = Consideration.objects.filter(indicator__standard__edition=edition)
    before = list(mine.values())
    changed, created = import_edition(GOOD.replace("title: สอง", "title: สอง (แก้ไข)"))
    assert created
    assert (changed.code, changed.version) == ("t", 2)
    assert (
        list(Consideration.objects.filter(indicator__standard__edition=edition).values()) == before
    )
    assessment.refresh_from_db()
    assert assessment.edition == edition
    assert import_edition(GOOD) == (edition, False)


@pytest.mark.django_db
def test_a_bad_file_writes_nothing():
    with pytest.raises(EditionInvalid):
        import_edition(GOOD.replace("weight: 0.125", "weight: 0"))
    assert not Edition.objects.exists()
    assert not Consideration.objects.exists()


@pytest.mark.django_db
def test_import_is_recorded_and_for_administrators_only():
    office = make_office()
    admin = make_person(office, Role.ADMIN)
    edition, _created = import_edition(GOOD, by=admin)
    assert edition.imported_by == admin
    assert Event.objects.get(verb="edition.import").after == {"code": "t", "version": 1}
    with pytest.raises(NotAllowed):
        import_edition(GOOD, by=make_person(office, Role.COORDINATOR))


@pytest.mark.django_db
def test_tree_needs_the_same_queries_for_every_size(django_assert_num_queries):
    for size in (1, 3):
        edition = make_edition(size, size, size, code=f"size-{size}")
        with django_assert_num_queries(5):
            rows = tree(edition, rubric=True)
            texts = [
                level.text
                for standard in rows
                for indicator in standard.indicators.all()
                for row in indicator.considerations.all()
                for level in row.rubric.all()
            ]
        assert len(texts) == size**3 * 5


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_importing_at_once_make_one_edition():
    done = all_at_once(import_edition, [GOOD] * 10)
    assert Edition.objects.count() == 1
    assert [created for _edition, created in done].count(True) == 1
    assert Consideration.objects.count() == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_different_files_at_once_get_versions_of_their_own():
    texts = [GOOD.replace("title: สอง", f"title: สอง {n}") for n in range(3)]
    all_at_once(import_edition, texts)
    assert sorted(Edition.objects.values_list("version", flat=True)) == [1, 2, 3]


# -- any tree ---------------------------------------------------------------------
TITLES = st.text(st.sampled_from("กขคงจที่น้ำเแ1๑ :-'\"#&*![]{}"), min_size=1, max_size=20).filter(
    lambda text: text.strip()
)
WEIGHTS = st.decimals("0.001", "9999.999", places=3)


@st.composite
def editions(draw):
    """An edition as plain data, of any shape and any weights."""

    def row(code, **below):
        source = draw(st.sampled_from(["public", "draft"]))
        weight = str(draw(WEIGHTS))
        return {"code": code, "title": draw(TITLES), "source": source, "weight": weight, **below}

    def count():
        return range(1, draw(st.integers(1, 3)) + 1)

    bounds = sorted(draw(st.sets(st.integers(101, 500), min_size=4, max_size=4)), reverse=True)
    levels = [
        {"score": score, "name": f"ระดับ {score}", "at_least": f"{Decimal(bound) / 100:.2f}"}
        for score, bound in zip((5, 4, 3, 2, 1), [*bounds, 100], strict=True)
    ]
    return {
        "edition": {
            "code": "any",
            "title": draw(TITLES),
            "levels": levels,
            "default_rubric": {score: f"เกณฑ์ {score}" for score in range(1, 6)},
        },
        "standards": [
            row(
                f"{s}",
                indicators=[
                    row(f"{s}.{i}", considerations=[row(f"{s}.{i}.{c}") for c in count()])
                    for i in count()
                ],
            )
            for s in count()
        ],
    }


def facts(rows, below):
    """Rows as they were meant, with exact weights, down the tree."""
    return [
        (
            row["code"],
            " ".join(row["title"].split()),
            row["source"],
            Decimal(row["weight"]),
            facts(row[below[0]], below[1:]) if below else [],
        )
        for row in rows
    ]


def stored(rows, below):
    """The same of what the database holds."""
    return [
        (
            row.code,
            row.title,
            row.source,
            row.weight,
            stored(getattr(row, below[0]).all(), below[1:]) if below else [],
        )
        for row in rows
    ]


@pytest.mark.django_db
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=editions())
def test_any_tree_comes_back_as_it_was_written(data):
    Edition.objects.all().delete()
    text = yaml.safe_dump(data, allow_unicode=True)
    edition, created = import_edition(text)
    assert created
    below = ("indicators", "considerations")
    assert stored(tree(edition), below) == facts(data["standards"], below)
    bounds = [str(level.at_least) for level in edition.levels.all()]
    assert bounds == [level["at_least"] for level in data["edition"]["levels"]]
    assert import_edition(text) == (edition, False)


# -- vouching ---------------------------------------------------------------------
@pytest.fixture
def admin():
    return make_person(make_office(), Role.ADMIN)


@pytest.mark.django_db
def test_verified_once_with_a_note(admin):
    edition = make_edition()
    stale = Edition.objects.get(pk=edition.pk)
    with pytest.raises(RuleBroken):
        verify_edition(edition, by=admin, note=" ")
    verify_edition(edition, by=admin, note="เทียบกับประกาศแล้ว")
    assert edition.is_verified
    assert edition.verified_by == admin
    with pytest.raises(MoveRefused):
        verify_edition(stale, by=admin, note="อีกครั้ง")
    assert Event.objects.get(verb="edition.verify").why == "เทียบกับประกาศแล้ว"


@pytest.mark.django_db
def test_confirmation_is_taken_back_with_a_reason(admin):
    edition = make_edition()
    with pytest.raises(MoveRefused):
        unverify_edition(edition, by=admin, why="ยังไม่เคยยืนยัน")
    verify_edition(edition, by=admin, note="เทียบแล้ว")
    with pytest.raises(RuleBroken):
        unverify_edition(edition, by=admin, why="")
    unverify_edition(edition, by=admin, why="พบคำผิด")
    assert not edition.is_verified
    event = Event.objects.get(verb="edition.unverify")
    assert (event.before, event.why) == ({"verified": True, "note": "เทียบแล้ว"}, "พบคำผิด")


@pytest.mark.django_db
@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.DIRECTOR])
def test_only_administrators_vouch(role):
    person = make_person(make_office(), *filter(None, [role]))
    with pytest.raises(NotAllowed):
        verify_edition(make_edition(), by=person, note="ดูแล้ว")


# -- command ----------------------------------------------------------------------
@pytest.mark.django_db
def test_command_imports_and_says_what_it_did(tmp_path, capsys):
    file = tmp_path / "t.yaml"
    file.write_text(make_edition_text())
    call_command("edition_import", str(file))
    call_command("edition_import", str(file))
    assert capsys.readouterr().out == "test version 1: imported\ntest version 1: unchanged\n"


@pytest.mark.django_db
def test_command_prints_each_mistake_with_its_line_and_fails(tmp_path, capsys):
    file = tmp_path / "t.yaml"
    file.write_text(GOOD.replace("weight: 30", "weight: 0").replace("source: public", "source: x"))
    with pytest.raises(SystemExit) as ended:
        call_command("edition_import", str(file))
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{file}:17: “source” ต้องเป็น public หรือ draft",
        f"{file}:18: “weight” ต้องมากกว่า 0",
    ]
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_command_says_when_there_is_no_file(tmp_path):
    with pytest.raises(CommandError):
        call_command("edition_import", str(tmp_path / "none.yaml"))

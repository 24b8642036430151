"""Supporting projects: adding once, changing without loss, removing and restoring."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators.assessments import lock
from indicators.models import Indicator, SupportingProject
from indicators.projects.projects import (
    create_project,
    remove_project,
    restore_project,
    update_project,
)
from indicators.projects.queries import without_project
from people.states import Role
from tests.factories.indicators import make_assessment, make_edition
from tests.factories.people import make_group, make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator(assessment):
    return Indicator.objects.get(code="1.1")


@pytest.fixture
def project(assessment, indicator, by):
    return make_project(assessment, indicator, by)


def make_project(assessment, indicator, by, **fields):
    values = {"kind": "project", "title": "โครงการพัฒนา", "budget": Decimal(120000), **fields}
    return create_project(assessment, indicators=[indicator], by=by, **values)


def url(name, assessment, *args):
    year = [assessment.office.code, assessment.fiscal_year]
    return reverse(f"indicators:{name}", args=[*year, *args])


def entry(indicator, **fields):
    return {
        "kind": "activity",
        "title": "ค่ายวิชาการ",
        "budget": "๑๒๐,๐๐๐.๕๐ บาท",
        "indicators": [indicator.pk],
        "annual_plan": "หน้า 12",
        **fields,
    }


# -- domain -------------------------------------------------------------------
def test_what_nothing_supports_yet(assessment, project, by):
    assert [row.code for row in without_project(assessment)] == ["1.2"]
    remove_project(project, by=by)
    assert [row.code for row in without_project(assessment)] == ["1.1", "1.2"]


def test_another_years_project_supports_nothing_here(assessment, project, office, by):
    later = make_assessment(office, 2561, edition=assessment.edition, by=by)
    assert len(without_project(later)) == 2


def test_history_tells_what_changed(assessment, project, indicator, by):
    update_project(
        project,
        indicators=Indicator.objects.all(),
        version=project.version,
        by=by,
        title="โครงการใหม่",
        budget=None,
    )
    event = Event.objects.get(verb="project.update")
    assert event.before["budget"] == "120000.00"
    assert event.after["indicators"] == ["1.1", "1.2"]
    assert "budget" not in event.after


def test_a_stale_edit_is_refused_with_what_stands_there(project, indicator, by):
    stale = SupportingProject.objects.get(pk=project.pk)
    update_project(project, indicators=[indicator], version=1, by=by, title="ของเขา")
    with pytest.raises(StaleEdit) as refusal:
        update_project(stale, indicators=[indicator], version=1, by=by, title="ของฉัน")
    assert "ของเขา" in refusal.value.theirs.values()
    assert "120,000.00" in refusal.value.theirs.values()
    assert SupportingProject.objects.get().title == "ของเขา"


def test_removed_and_restored_once_each(project, indicator, by):
    stale = SupportingProject.objects.get(pk=project.pk)
    with pytest.raises(MoveRefused):
        restore_project(project, by=by)
    remove_project(project, by=by)
    with pytest.raises(MoveRefused):
        remove_project(stale, by=by)
    with pytest.raises(MoveRefused, match="นำออกไปแล้ว"):
        update_project(stale, indicators=[indicator], version=1, by=by, title="x")
    restore_project(project, by=by)
    assert SupportingProject.objects.kept().get() == project
    verbs = Event.objects.filter(verb__startswith="project.").values_list("verb", flat=True)
    assert list(verbs.order_by("number")) == ["project.create", "project.remove", "project.restore"]


def test_foreign_indicators_and_groups_are_refused(assessment, indicator, by):
    make_edition(code="other")
    foreign = Indicator.objects.filter(standard__edition__code="other")
    for indicators in ([], list(foreign), [indicator, foreign[0]]):
        with pytest.raises(RuleBroken):
            create_project(assessment, indicators=indicators, by=by, kind="plan", title="x")
    with pytest.raises(RuleBroken):
        make_project(assessment, indicator, by, work_group=make_group(make_office("skn1")))


def test_a_locked_year_takes_no_project(assessment, project, indicator, by):
    lock(assessment, by=by)
    project.refresh_from_db()
    for move in (
        lambda: make_project(assessment, indicator, by),
        lambda: update_project(project, indicators=[indicator], version=1, by=by, title="x"),
        lambda: remove_project(project, by=by),
    ):
        with pytest.raises(MoveRefused):
            move()


@pytest.mark.parametrize("role", [None, Role.DIRECTOR, Role.ADMIN])
def test_only_coordinator_and_group_directors_manage(assessment, indicator, office, role):
    with pytest.raises(NotAllowed):
        make_project(assessment, indicator, make_person(office, *filter(None, [role])))
    leader = make_person(office, Role.GROUP_DIRECTOR)
    assert make_project(assessment, indicator, leader).created_by == leader


# -- pages --------------------------------------------------------------------
def test_the_same_form_twice_makes_one_project(client_for, assessment, indicator, by):
    browser = client_for(by)
    data = entry(indicator, idempotency_token="token-1")
    for _time in range(2):
        page = browser.post(url("project_create", assessment), data)
        assert page.url == url("project_list", assessment)
    made = SupportingProject.objects.get()
    assert made.budget == Decimal("120000.50")
    assert list(made.indicators.all()) == [indicator]
    assert "120,000.50" in browser.get(page.url).content.decode()


def test_the_page_of_a_project_removed_meanwhile_says_so(
    client_for, assessment, project, indicator, by
):
    """It said that there is no such page, and what was typed was gone."""
    browser, page = client_for(by), url("project_edit", assessment, project.pk)
    remove_project(project, by=by)
    answer = browser.post(page, entry(indicator, title="ชื่อใหม่", csrfmiddlewaretoken="a" * 64))
    assert answer.status_code == 409
    assert "ถูกนำออกไปแล้ว" in answer.content.decode()
    assert "ชื่อใหม่" in answer.content.decode()
    assert 'name="title" value="ชื่อใหม่"' in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12,000.-", "12000"),
        ("๑๒,๐๐๐.- บาท", "12000"),
        ("12,000 บาทถ้วน", "12000"),
        ("1 250 000.50", "1250000.50"),
        ("12000-", "12000"),
        ("1,250,000.50", "1250000.50"),
        ("-", None),
        ("", None),
    ],
)
def test_an_amount_is_read_as_budgets_write_it(
    client_for, assessment, indicator, by, typed, amount
):
    client_for(by).post(url("project_create", assessment), entry(indicator, budget=typed))
    assert SupportingProject.objects.get().budget == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("title", "", "โปรดกรอกข้อมูลในช่องนี้"),
        ("title", "ก" * 301, "300"),
        ("budget", "แสนสอง", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "NaN", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "-1", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "12 00", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "1,00", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "1,2,3", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "1.005", "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("budget", "9" * 20, "โปรดกรอกจำนวนเงินเป็นบาท"),
        ("kind", "dream", "dream"),
        ("indicators", [], "โปรดเลือกตัวบ่งชี้อย่างน้อยหนึ่งตัว"),
        ("indicators", ["999999"], "โปรดเลือกจากรายการ"),
        ("indicators", ["x"], "โปรดเลือกจากรายการ"),
    ],
)
def test_bad_input_keeps_what_was_typed(
    client_for, assessment, indicator, by, field, value, reason
):
    page = client_for(by).post(
        url("project_create", assessment), entry(indicator, **{field: value})
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "is-invalid" in text
    assert reason in text
    assert "หน้า 12" in text
    assert not SupportingProject.objects.exists()


def test_groups_of_another_office_are_no_choice(client_for, assessment, indicator, by):
    foreign = make_group(make_office("skn1"))
    data = entry(indicator, work_group=foreign.pk)
    text = client_for(by).post(url("project_create", assessment), data).content.decode()
    assert "is-invalid" in text
    assert not SupportingProject.objects.exists()


def test_editing_shows_and_saves(client_for, assessment, project, indicator, by):
    browser, path = client_for(by), url("project_edit", assessment, project.pk)
    text = browser.get(path).content.decode()
    assert 'value="120,000.00"' in text
    page = browser.post(path, entry(indicator, seen=project.version))
    assert page.status_code == 302
    project.refresh_from_db()
    assert (project.title, project.version) == ("ค่ายวิชาการ", 2)


def test_a_stale_form_shows_both_texts_and_may_be_sent_again(
    client_for, assessment, project, indicator, by
):
    update_project(project, indicators=[indicator], version=1, by=by, title="ของเขา")
    browser, path = client_for(by), url("project_edit", assessment, project.pk)
    page = browser.post(path, entry(indicator, seen=1))
    text = page.content.decode()
    assert page.status_code == 409
    assert "ของเขา" in text
    assert 'value="ค่ายวิชาการ"' in text
    assert 'name="seen" value="2"' in text
    browser.post(path, entry(indicator, seen=2))
    assert SupportingProject.objects.get().title == "ค่ายวิชาการ"


def test_removing_can_be_undone_from_the_list(client_for, assessment, project, by):
    browser = client_for(by)
    page = browser.post(url("project_remove", assessment, project.pk), follow=True)
    assert url("project_restore", assessment, project.pk) in page.content.decode()
    assert browser.get(url("project_edit", assessment, project.pk)).status_code == 404
    browser.post(url("project_restore", assessment, project.pk))
    assert SupportingProject.objects.kept().exists()


def test_the_list_is_searched_and_filtered(client_for, assessment, indicator, by):
    make_project(assessment, indicator, by, title="โครงการ ๑")
    other = Indicator.objects.get(code="1.2")
    make_project(assessment, other, by, title="แผนสำรอง", annual_plan="หน้า ๙")
    browser, path = client_for(by), url("project_list", assessment)

    def titles(**query):
        text = browser.get(path, query).content.decode()
        return [title for title in ("โครงการ ๑", "แผนสำรอง") if title in text]

    assert titles() == ["โครงการ ๑", "แผนสำรอง"]
    assert titles(q="โครงการ 1") == ["โครงการ ๑"]
    assert titles(q="หน้า 9") == ["แผนสำรอง"]
    assert titles(indicator="1.2") == ["แผนสำรอง"]
    assert titles(indicator="9.9") == ["โครงการ ๑", "แผนสำรอง"]


def test_readers_see_projects_and_gaps_but_no_buttons(client_for, office, assessment, project):
    text = client_for(make_person(office)).get(url("project_list", assessment)).content.decode()
    assert "โครงการพัฒนา" in text
    assert "ตัวบ่งชี้ที่ยังไม่มีโครงการสนับสนุน 1 ตัว" in text
    assert url("project_create", assessment) not in text
    assert url("project_remove", assessment, project.pk) not in text


def test_who_may_not_gets_403_and_strangers_404(client_for, office, assessment, project, indicator):
    reader = client_for(make_person(office))
    stranger = client_for(make_person(make_office("skn1"), Role.COORDINATOR))
    for name, args in (
        ("project_create", ()),
        ("project_edit", (project.pk,)),
        ("project_remove", (project.pk,)),
        ("project_restore", (project.pk,)),
    ):
        path = url(name, assessment, *args)
        assert reader.post(path, entry(indicator)).status_code == 403
        assert stranger.post(path, entry(indicator)).status_code == 404
    assert SupportingProject.objects.kept().count() == 1


def test_a_project_of_another_year_is_not_found_here(client_for, office, assessment, project, by):
    later = make_assessment(office, 2561, edition=assessment.edition, by=by)
    browser = client_for(by)
    assert browser.get(url("project_edit", later, project.pk)).status_code == 404
    assert browser.post(url("project_remove", later, project.pk)).status_code == 404


def test_the_list_needs_the_same_queries_for_many(client_for, assessment, indicator, by):
    browser, counts = client_for(by), []
    for more in (1, 29):
        for _time in range(more):
            make_project(assessment, indicator, by)
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("project_list", assessment))
        counts.append(len(queries))
    assert counts[0] == counts[1]

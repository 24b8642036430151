"""The assignment table: who may read it, who may fill it, what it answers."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from indicators.assessments import lock
from indicators.assignments.assignments import assign, current
from indicators.assignments.rights import set_rights
from indicators.models import Assignment, Consideration, Edition, Indicator, Standard
from indicators.templatetags import assignment_rows
from people.states import Role
from tests.factories.indicators import make_assessment, make_edition, put_in_charge
from tests.factories.people import grant, make_group, make_office, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(office):
    return make_person(office, Role.COORDINATOR, given_name="สมศรี", family_name="ประสานงาน")


@pytest.fixture
def assessment(office, coordinator):
    return make_assessment(office, by=coordinator)


@pytest.fixture
def collector(office):
    return make_person(office, prefix="นาย", given_name="เก่ง", family_name="เก็บข้อมูล")


def url(name, assessment, *args):
    return reverse(
        f"indicators:{name}", args=[assessment.office.code, assessment.fiscal_year, *args]
    )


def answer(kind, code, person, seen=0):
    return {"kind": kind, "code": code, "person": person, "seen": seen}


def holder(assessment, target):
    row = current(assessment).get((target._meta.model_name, target.pk))
    return row and row.user


# -- reading ------------------------------------------------------------------
def test_everybody_of_the_office_reads_the_table_but_gets_no_boxes(
    client_for, office, assessment, collector
):
    put_in_charge(assessment, Standard.objects.get(), collector)
    page = client_for(make_person(office)).get(url("assignment_table", assessment))
    text = page.content.decode()
    assert "นายเก่ง เก็บข้อมูล" in text
    assert "ยังไม่มีผู้รับผิดชอบ 6 จาก 7 รายการ" in text
    assert "ยังไม่ได้ตรวจยืนยัน" in text
    assert "data-person-box" not in text


def test_the_coordinator_gets_a_box_for_every_row(client_for, coordinator, assessment):
    text = client_for(coordinator).get(url("assignment_table", assessment)).content.decode()
    assert text.count("data-person-form") == 7
    assert text.count("assign-group") == 3


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("assignment_table", ()),
        ("assignment_transfer", ("consideration", "1.1.1")),
        ("project_list", ()),
    ],
)
def test_another_office_and_strangers_find_nothing(client, client_for, assessment, name, args):
    path = url(name, assessment, *args)
    other = make_person(make_office("skn1"), Role.COORDINATOR)
    assert client_for(other).get(path).status_code == 404
    assert client.get(path).status_code == 302


def test_an_unknown_row_is_not_found(client_for, coordinator, assessment):
    browser = client_for(coordinator)
    for row in (("consideration", "9.9.9"), ("edition", "1"), ("consideration", "1.1")):
        assert browser.get(url("assignment_transfer", assessment, *row)).status_code == 404


def test_the_table_needs_the_same_queries_for_many_rows(client_for, office):
    counts = []
    for size, year in ((1, 2560), (5, 2561)):
        edition = make_edition(1, size, size, code=f"size-{size}")
        user = make_person(office, Role.COORDINATOR)
        assessment = make_assessment(office, year, edition=edition, by=user)
        for row in Consideration.objects.filter(indicator__standard__edition=edition):
            put_in_charge(assessment, row, make_person(office))
        browser = client_for(user)
        browser.get(url("assignment_table", assessment))
        with CaptureQueriesContext(connection) as queries:
            browser.get(url("assignment_table", assessment))
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 11


def test_filters_show_open_rows_a_group_or_a_person(client_for, office, coordinator, assessment):
    group = make_group(office, "policy", name="กลุ่มนโยบายและแผน")
    planner = make_person(office, work_group=group)
    put_in_charge(assessment, Consideration.objects.get(code="1.1.1"), planner)
    browser, path = client_for(coordinator), url("assignment_table", assessment)

    def rows(**query):
        found = re.findall(r'<tr id="row-([^"]+)"', browser.get(path, query).content.decode())
        return found

    assert len(rows()) == 7
    assert "consideration-1-1-1" not in rows(open="on")
    assert len(rows(open="on")) == 6
    assert rows(group=group.pk) == ["consideration-1-1-1"]
    assert rows(person=planner.pk) == ["consideration-1-1-1"]
    assert rows(q="๑.๒.๑") == ["consideration-1-2-1"]
    assert len(rows(group="เอ", person="9999999")) == 7


# -- naming -------------------------------------------------------------------
def test_naming_by_typed_name_without_scripts_leads_back_to_the_row(
    client_for, coordinator, assessment, collector
):
    page = client_for(coordinator).post(
        url("assign", assessment), answer("consideration", "1.1.1", "เก่ง เก็บข้อมูล")
    )
    assert page.status_code == 302
    assert page.url.endswith("#row-consideration-1-1-1")
    assert holder(assessment, Consideration.objects.get(code="1.1.1")) == collector


def test_naming_by_htmx_answers_with_the_cell_and_the_count(
    client_for, coordinator, assessment, collector
):
    page = client_for(coordinator).post(
        url("assign", assessment),
        answer("indicator", "1.1", "นายเก่ง เก็บข้อมูล · นักวิชาการศึกษา"),
        headers={"HX-Request": "true"},
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert 'id="cell-indicator-1-1"' in text
    assert "บันทึกแล้ว เวลา" in text
    assert 'hx-swap-oob="true"' in text
    assert "ยังไม่มีผู้รับผิดชอบ 6 จาก 7 รายการ" in text
    assert "<html" not in text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "โปรดพิมพ์ชื่อ"),
        ("ไม่มีคนนี้", "ไม่พบ “ไม่มีคนนี้” ในสำนักงาน"),
        ("ซ้ำ", "พบหลายคน"),
        ("ออกไปแล้ว", "ไม่พบ"),
        ("คนอื่น", "ไม่พบ"),
    ],
)
def test_a_name_that_does_not_mean_one_person_keeps_what_was_typed(
    client_for, office, coordinator, assessment, typed, reason
):
    make_person(office, given_name="ซ้ำ", family_name="หนึ่ง")
    make_person(office, given_name="ซ้ำ", family_name="สอง")
    make_person(office, given_name="ออกไปแล้ว", is_active=False)
    make_person(make_office("skn1"), given_name="คนอื่น")
    for headers in ({}, {"HX-Request": "true"}):
        page = client_for(coordinator).post(
            url("assign", assessment), answer("consideration", "1.1.1", typed), headers=headers
        )
        text = page.content.decode()
        assert page.status_code == 422
        assert reason in text
        assert f'value="{typed}"' in text
    assert not Assignment.objects.exists()


def test_two_of_the_same_name_and_position_can_be_distinguished(
    client_for, office, coordinator, assessment
):
    twins = [make_person(office, given_name="แฝด", username=f"twin{n}") for n in (1, 2)]
    browser = client_for(coordinator)
    offered = browser.get(url("assignment_table", assessment)).context["people"]
    texts = [row["text"] for row in offered if row["text"].startswith("แฝด")]
    assert texts == [
        "แฝด · นักวิชาการศึกษา · twin1",
        "แฝด · นักวิชาการศึกษา · twin2",
    ]
    browser.post(url("assign", assessment), answer("consideration", "1.1.1", texts[1]))
    assert holder(assessment, Consideration.objects.get(code="1.1.1")) == twins[1]


def test_somebody_elses_change_meanwhile_is_shown_beside_mine(
    client_for, office, coordinator, assessment, collector
):
    target = Consideration.objects.get(code="1.1.1")
    first = make_person(office, given_name="มาก่อน")
    assign(assessment, target=target, user=first, by=coordinator)
    for headers in ({}, {"HX-Request": "true"}):
        page = client_for(coordinator).post(
            url("assign", assessment),
            answer("consideration", "1.1.1", "เก่ง เก็บข้อมูล"),
            headers=headers,
        )
        text = page.content.decode()
        assert page.status_code == 409
        assert "มีผู้อื่นกำหนดให้ มาก่อน รับผิดชอบไปแล้ว" in text
        assert "ท่านเลือก เก่ง เก็บข้อมูล" in text
        assert f'name="seen" value="{first.pk}"' in text
    assert holder(assessment, target) == first
    client_for(coordinator).post(
        url("assign", assessment),
        answer("consideration", "1.1.1", "เก่ง เก็บข้อมูล", seen=first.pk),
    )
    assert holder(assessment, target) == collector


def test_only_the_coordinator_writes(client_for, office, assessment, collector):
    paths = [
        url("assign", assessment),
        url("assign_group", assessment),
        url("assign_last_year", assessment),
        url("assignment_transfer", assessment, "consideration", "1.1.1"),
        url("assignment_end", assessment, "consideration", "1.1.1"),
    ]
    for role in (None, Role.ADMIN, Role.DIRECTOR, Role.GROUP_DIRECTOR):
        person = make_person(office, *filter(None, [role]))
        for path in paths:
            data = answer("consideration", "1.1.1", "เก่ง") | {"reason": "เหตุผล"}
            assert client_for(person).post(path, data).status_code == 403
    assert not Assignment.objects.exists()


def test_get_never_names_anybody(client_for, coordinator, assessment):
    browser = client_for(coordinator)
    for name in ("assign", "assign_group", "assign_last_year"):
        assert browser.get(url(name, assessment)).status_code == 405


def test_a_locked_year_says_so(client_for, coordinator, assessment, collector):
    lock(assessment, by=coordinator)
    browser = client_for(coordinator)
    page = browser.post(url("assign", assessment), answer("consideration", "1.1.1", "เก่ง"))
    assert page.status_code == 409
    assert "ได้รับอนุมัติแล้ว" in page.content.decode()
    assert (
        "data-person-box" not in browser.get(url("assignment_table", assessment)).content.decode()
    )


# -- many at once ---------------------------------------------------------------
def test_one_person_for_a_whole_indicator(client_for, office, coordinator, assessment, collector):
    other = make_person(office)
    put_in_charge(assessment, Consideration.objects.get(code="1.1.2"), other)
    data = {"kind": "indicator", "code": "1.1", "person": "เก่ง เก็บข้อมูล"}
    browser = client_for(coordinator)
    page = browser.post(url("assign_group", assessment), data, follow=True)
    assert "รับผิดชอบแล้ว 2 รายการ" in page.content.decode()
    assert holder(assessment, Indicator.objects.get(code="1.1")) == collector
    assert holder(assessment, Consideration.objects.get(code="1.1.2")) == other
    assert holder(assessment, Consideration.objects.get(code="1.2.1")) is None
    browser.post(url("assign_group", assessment), data | {"overwrite": "on"})
    assert holder(assessment, Consideration.objects.get(code="1.1.2")) == collector


def test_the_group_director_is_found_by_the_name_of_the_group(
    client_for, office, coordinator, assessment
):
    group = make_group(office, "plan", name="กลุ่มนโยบายและแผน")
    leader = make_person(office, work_group=group, given_name="นำ", position="ผู้อำนวยการกลุ่ม")
    grant(leader, Role.GROUP_DIRECTOR)
    page = client_for(coordinator).get(url("assignment_table", assessment))
    offered = [row for row in page.context["people"] if "นโยบาย" in row["find"]]
    assert [(row["id"], row["lead"]) for row in offered] == [(leader.pk, True)]
    data = {"kind": "standard", "code": "1", "person": "กลุ่มนโยบายและแผน"}
    client_for(coordinator).post(url("assign_group", assessment), data)
    assert Assignment.objects.current().filter(user=leader).count() == 7


def test_a_refused_group_keeps_what_was_typed(client_for, coordinator, assessment):
    data = {"kind": "indicator", "code": "1.1", "person": "ใครก็ไม่รู้"}
    page = client_for(coordinator).post(url("assign_group", assessment), data)
    assert page.status_code == 422
    assert 'value="ใครก็ไม่รู้"' in page.content.decode()


def test_same_as_last_year(client_for, office, coordinator, assessment, collector):
    edition = Edition.objects.get()
    make_assessment(office, 2561, edition=edition, by=coordinator)
    put_in_charge(assessment, Consideration.objects.get(code="1.1.1"), collector)
    path = reverse("indicators:assign_last_year", args=[office.code, 2561])
    page = client_for(coordinator).post(path, follow=True)
    assert "คัดลอกจากปีงบประมาณ พ.ศ. 2560 แล้ว 1 รายการ" in page.content.decode()
    page = client_for(coordinator).post(url("assign_last_year", assessment))
    assert page.status_code == 400
    assert "ไม่มีข้อมูลของปีก่อน" in page.content.decode()


# -- transfer ---------------------------------------------------------------------
def test_transfer_with_a_reason_keeps_the_history(client_for, office, coordinator, assessment):
    target = Consideration.objects.get(code="1.1.1")
    old, new = make_person(office, given_name="คนเก่า"), make_person(office, given_name="คนใหม่")
    assign(assessment, target=target, user=old, by=coordinator)
    browser, path = (
        client_for(coordinator),
        url("assignment_transfer", assessment, "consideration", "1.1.1"),
    )
    refused = browser.post(path, {"person": "คนใหม่", "reason": "", "seen": old.pk})
    assert refused.status_code == 200
    assert 'value="คนใหม่"' in refused.content.decode()
    page = browser.post(path, {"person": "คนใหม่", "reason": "ย้ายกลุ่ม", "seen": old.pk})
    assert page.status_code == 302
    assert holder(assessment, target) == new
    text = browser.get(path).content.decode()
    assert "คนเก่า" in text
    assert "ย้ายกลุ่ม" in text


def test_a_stale_transfer_is_refused_with_both_names(client_for, office, coordinator, assessment):
    target = Consideration.objects.get(code="1.1.1")
    first, mine = make_person(office, given_name="มาก่อน"), make_person(office, given_name="ของฉัน")
    assign(assessment, target=target, user=first, by=coordinator)
    path = url("assignment_transfer", assessment, "consideration", "1.1.1")
    page = client_for(coordinator).post(path, {"person": "ของฉัน", "reason": "เหตุ", "seen": 0})
    text = page.content.decode()
    assert page.status_code == 409
    assert "มีผู้อื่นกำหนดให้ มาก่อน รับผิดชอบไปแล้ว" in text
    assert 'value="ของฉัน"' in text
    assert f'name="seen" value="{first.pk}"' in text
    assert holder(assessment, target) != mine


def test_after_the_order_the_table_asks_for_a_transfer(
    client_for, coordinator, assessment, collector
):
    target = Consideration.objects.get(code="1.1.1")
    put_in_charge(assessment, target, collector)
    item = assessment.items.get(consideration=target)
    set_rights(assessment, scorers=[], writers={item.pk: {collector.pk}}, by=coordinator)
    browser = client_for(coordinator)
    text = browser.get(url("assignment_table", assessment)).content.decode()
    assert 'id="person-consideration-1-1-1"' not in text
    assert 'id="person-consideration-1-1-2"' in text
    page = browser.post(
        url("assign", assessment), answer("consideration", "1.1.1", "สมศรี", seen=collector.pk)
    )
    assert page.status_code == 422
    assert "โปรดระบุเหตุผลของการโอนงาน" in page.content.decode()


def test_ending_needs_a_reason(client_for, coordinator, assessment, collector):
    target = Consideration.objects.get(code="1.1.1")
    put_in_charge(assessment, target, collector)
    browser, path = (
        client_for(coordinator),
        url("assignment_end", assessment, "consideration", "1.1.1"),
    )
    assert browser.post(path, {"reason": ""}).status_code == 422
    assert browser.post(path, {"reason": "ลาศึกษาต่อ"}).status_code == 302
    assert holder(assessment, target) is None
    assert browser.post(path, {"reason": "อีกครั้ง"}).status_code == 404


# -- rows of one form ---------------------------------------------------------------
def test_rows_rendered_together_are_the_rows_rendered_one_by_one(
    client_for, office, coordinator, assessment, monkeypatch
):
    rows = list(Consideration.objects.all())
    odd = {"given_name": "<b>&slot-code-slot\"'", "position": ""}
    put_in_charge(assessment, rows[0], make_person(office, **odd))
    put_in_charge(assessment, rows[1], make_person(office, is_active=False))
    put_in_charge(assessment, rows[2], coordinator)
    assessment.assignments.filter(consideration=rows[2]).update(until=clock.now())
    pages = []
    for one_by_one in (False, True):
        if one_by_one:
            monkeypatch.setattr(assignment_rows, "_is_special", lambda row: True)
        page = client_for(coordinator).get(url("assignment_table", assessment))
        body = page.content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        pages.append(re.sub(r'(csrfmiddlewaretoken" value=")\w+', r"\1", body))
    assert pages[0] == pages[1]
    assert "&lt;b&gt;&amp;slot-code-slot" in pages[0]

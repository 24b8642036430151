"""What somebody saved meanwhile is never written over without a word, nor what was typed lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.templatetags.thai import whole
from indicators.models import Item, VerifiedScore
from people.members import update_person
from people.offices import update_group, update_office
from people.states import Role
from tests.access.world import standing
from tests.attacks.forms_found import read_page
from tests.factories.people import make_group, make_office, make_person, make_reviewer
from workflow.followup import recommendations
from workflow.followup.submissions import verify
from workflow.models import Proposal, Recommendation, Step
from workflow.papers import proposals
from workflow.steps.cycles import plan_step

pytestmark = pytest.mark.xdist_group("submitted")


@pytest.fixture(scope="module")
def submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


def open_form(client, url, action=None):
    """What a browser would send back from the page at ``url``."""
    forms, _links = read_page(client.get(url).content.decode(), url)
    wanted = [form for form in forms if form.action == (action or url)]
    data = {}
    for name, value in wanted[0].fields:
        data.setdefault(name, []).append(value)
    return data


def text_of(response):
    return response.content.decode()


# -- people ---------------------------------------------------------------------
@pytest.fixture
def office(db):
    """Another office than that of the finished year, which stands in the database for others."""
    return make_office("skn9")


@pytest.fixture
def admin(office):
    return make_person(office, Role.ADMIN, given_name="ผู้ดูแล")


def test_person_saved_by_two_administrators(client_for, office, admin):
    who = make_person(office, given_name="สมชาย", phone="042-111111")
    browser, url = client_for(admin), reverse("people:person_edit", args=[who.pk])
    data = open_form(browser, url) | {"position": ["ศึกษานิเทศก์"]}
    update_person(who, by=make_person(office, Role.ADMIN), phone="042-222222")
    refused = browser.post(url, data)
    assert refused.status_code == 200
    who.refresh_from_db()
    assert (who.phone, who.position) == ("042-222222", "นักวิชาการศึกษา")
    assert "042-222222" in text_of(refused)
    assert 'value="ศึกษานิเทศก์"' in text_of(refused)
    # Sent again it is meant.
    again = open_form_of(refused, url)
    assert browser.post(url, again).status_code == 302
    who.refresh_from_db()
    assert (who.phone, who.position) == ("042-111111", "ศึกษานิเทศก์")


def open_form_of(response, url):
    forms, _links = read_page(text_of(response), url)
    data = {}
    for name, value in next(form for form in forms if form.action == url).fields:
        data.setdefault(name, []).append(value)
    return data


def test_own_profile_while_the_administrator_corrects_it(client_for, office, admin):
    who = make_person(office, given_name="สมชาย", family_name="เดิม")
    browser, url = client_for(who), reverse("people:profile")
    data = open_form(browser, url) | {"phone": ["042-333333"]}
    update_person(who, by=admin, family_name="ใหม่")
    browser.post(url, data)
    who.refresh_from_db()
    assert (who.family_name, who.phone) == ("ใหม่", "")


def test_group_and_office_saved_by_two(client_for, office, admin):
    group = make_group(office, "g1", name="กลุ่มอำนวยการ")
    browser = client_for(admin)
    group_url, office_url = (
        reverse("people:group_edit", args=[group.pk]),
        reverse("people:office_edit"),
    )
    of_group, of_office = open_form(browser, group_url), open_form(browser, office_url)
    update_group(group, by=admin, name="กลุ่มแผน")
    update_office(office, by=admin, province="สกลนคร")
    browser.post(group_url, of_group | {"order": ["7"]})
    browser.post(office_url, of_office | {"address": ["๑ ถนนใหญ่"]})
    group.refresh_from_db()
    office.refresh_from_db()
    assert (group.name, group.order) == ("กลุ่มแผน", 0)
    assert (office.province, office.address) == ("สกลนคร", "")


def test_nothing_changed_meanwhile_nothing_is_asked(client_for, office, admin):
    who = make_person(office, given_name="สมชาย")
    browser, url = client_for(admin), reverse("people:person_edit", args=[who.pk])
    data = open_form(browser, url) | {"phone": ["042-444444"]}
    assert browser.post(url, data).status_code == 302
    who.refresh_from_db()
    assert who.phone == "042-444444"


# -- OBEC -----------------------------------------------------------------------
@pytest.fixture
def second_reviewer():
    return make_reviewer(given_name="ผู้ตรวจคนที่สอง")


def reopen_last_step(world):
    """Past the door: only to arrange a test."""
    Step.objects.filter(cycle=world.cycle, kind=6).update(state="open", done_at=None)


def test_verified_score_of_two_reviewers(db, submitted, client_for, second_reviewer):
    code = submitted.rows["item"]
    row = Item.objects.select_related("assessment__office").get(
        assessment=submitted.cycle.assessment, consideration__code=code
    )
    page = reverse(
        "workflow:submission_indicator", args=[*submitted.place, submitted.rows["indicator"]]
    )
    url = reverse("workflow:verified_score_save", args=[*submitted.place, code])
    reopen_last_step(submitted)
    browser = client_for(submitted.people["obec"])
    data = open_form(browser, page, url)
    prefix = f"i{row.pk}-"
    verify(submitted.cycle, row, level=2, reason="หลักฐานไม่ครบ", by=second_reviewer)
    data |= {f"{prefix}level": ["5"], f"{prefix}reason": ["ดีเยี่ยม"]}
    refused = browser.post(url, data)
    assert refused.status_code == 409
    assert VerifiedScore.objects.get(item=row).level == 2
    for text in (whole("หลักฐานไม่ครบ"), "ดีเยี่ยม", "ผู้ตรวจคนที่สอง"):
        assert text in text_of(refused)
    forms, _links = read_page(text_of(refused), page)
    again = dict(next(form for form in forms if form.action == url).fields)
    assert browser.post(url, again).status_code == 302
    assert VerifiedScore.objects.get(item=row).level == 5


def test_recommendation_reworded_by_two_is_refused_once_and_not_for_ever(
    db, submitted, client_for, second_reviewer
):
    reopen_last_step(submitted)
    row = Recommendation.objects.filter(answered_at__isnull=True).first() or recommendations.add(
        submitted.cycle,
        indicator=None,
        problem="",
        recommendation="ควรติดตาม",
        by=submitted.people["obec"],
    )
    url = reverse("workflow:recommendation_edit", args=[*submitted.place, row.pk])
    browser = client_for(submitted.people["obec"])
    data = open_form(browser, url) | {"recommendation": ["ถ้อยคำของฉัน"]}
    row.cycle = submitted.cycle
    recommendations.edit(
        row, indicator=None, problem="", recommendation="ถ้อยคำของเขา", by=second_reviewer
    )
    refused = browser.post(url, data)
    assert refused.status_code == 409
    assert "ถ้อยคำของเขา" in text_of(refused)
    assert browser.post(url, open_form_of(refused, url)).status_code == 302
    row.refresh_from_db()
    assert row.recommendation == "ถ้อยคำของฉัน"


# -- the year -------------------------------------------------------------------
def test_draft_proposed_while_somebody_writes_it_keeps_what_they_typed(db, submitted, client_for):
    coordinator = submitted.people["coordinator"]
    draft = proposals.start_draft(submitted.cycle, kind="announcement", by=coordinator)
    url = reverse("workflow:proposal_edit", args=[*submitted.place, "announcement"])
    browser = client_for(coordinator)
    data = open_form(browser, url) | {"text": ["ข้อความยาวที่พิมพ์ไว้"]}
    proposals.propose(Proposal.objects.get(pk=draft.pk), by=coordinator)
    refused = browser.post(url, data)
    assert refused.status_code == 409
    assert "ข้อความยาวที่พิมพ์ไว้" in text_of(refused)


def test_evidence_corrected_by_two_keeps_both_texts(db, submitted, client_for):
    evidence = submitted.rows["evidence"]
    evidence.citations.all().update(removed_at=evidence.created_at, removed_by=evidence.created_by)
    url = reverse("indicators:evidence_edit", args=[*submitted.place, evidence.pk])
    browser = client_for(submitted.people["coordinator"])
    mine, theirs = (open_form(browser, url) for _n in range(2))
    assert browser.post(url, theirs | {"title": ["ชื่อของเขา"]}).status_code == 302
    refused = browser.post(url, mine | {"title": ["ชื่อของฉัน"]})
    assert refused.status_code == 409
    assert "ชื่อของเขา" in text_of(refused)
    assert 'value="ชื่อของฉัน"' in text_of(refused)
    assert browser.post(url, open_form_of(refused, url)).status_code == 302
    evidence.refresh_from_db()
    assert evidence.title == "ชื่อของฉัน"


def test_step_planned_by_two_keeps_what_was_typed(db, submitted, client_for):
    step = Step.objects.get(cycle=submitted.cycle, kind=3)
    step.cycle = submitted.cycle
    url = reverse("workflow:step_plan", args=[*submitted.place, 3])
    browser = client_for(submitted.people["coordinator"])
    data = open_form(browser, url) | {"planned_end": ["30/03/2560"]}
    plan_step(
        step,
        planned_start=step.planned_start,
        planned_end=step.planned_end + timedelta(days=1),
        responsible=[],
        by=submitted.people["coordinator"],
    )
    refused = browser.post(url, data)
    assert refused.status_code == 409
    assert 'value="30/03/2560"' in text_of(refused)
    assert browser.post(url, open_form_of(refused, url)).status_code == 302

"""OBEC's pages and the office's follow-up, for each role."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.templatetags.thai import whole
from indicators.assessments import unlock
from indicators.models import Indicator, Item, ScoreDraft, VerifiedScore
from people.states import Role
from tests.factories import cycles as make
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.reading import read, undo
from workflow.followup import recommendations, submissions
from workflow.models import Recommendation, Step
from workflow.states import StepKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    year = make.make_year()
    year.reviewer = make_reviewer()
    make.agree_all(year)
    make.submit(year)
    return year


def url(year, name, *more):
    return reverse(f"workflow:{name}", args=[*year.address, *more])


def pages(year):
    """OBEC's reading pages."""
    return [
        reverse("workflow:submission_list"),
        url(year, "submission"),
        url(year, "submission_indicator", "1.1"),
        url(year, "recommendation_create"),
    ]


def add(year, text="ควรทำเพิ่ม"):
    return recommendations.add(
        year.cycle, indicator=None, problem="", recommendation=text, by=year.reviewer
    )


# -- who --------------------------------------------------------------------------------
def test_reviewer_reads_everything_submitted(client_for, year):
    Item.objects.filter(consideration__code="1.1.1").update(narrative="จัดอบรมครู", result="ดีขึ้น")
    client = client_for(year.reviewer)
    for address in pages(year):
        assert client.get(address).status_code == 200
    html = client.get(url(year, "submission_indicator", "1.1")).content.decode()
    assert "จัดอบรมครู" in html
    assert "ครบถ้วน" in html


def test_nobody_else_opens_obecs_pages(client_for, year):
    people = (year.coordinator, year.director, make_person(make_office("skn1"), Role.ADMIN))
    for person in people:
        for address in pages(year):
            assert client_for(person).get(address).status_code == 404


def test_stranger_is_sent_to_sign_in(client, year):
    for address in [*pages(year), url(year, "followup")]:
        assert client.get(address).status_code == 302


def test_unsubmitted_year_does_not_exist_for_obec(client_for):
    year = make.make_year()
    reviewer = make_reviewer()
    client = client_for(reviewer)
    for address in pages(year)[1:]:
        assert client.get(address).status_code == 404
    html = client.get(reverse("workflow:submission_list")).content.decode()
    assert whole(year.office.name) not in html
    assert client.get(url(year, "followup")).status_code == 404


def test_followup_is_the_offices_own(client_for, year):
    assert client_for(year.staff[0]).get(url(year, "followup")).status_code == 200
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    assert client_for(stranger).get(url(year, "followup")).status_code == 404


def test_obec_keeps_the_papers_of_a_year_that_was_taken_back(client_for, year):
    item = Item.objects.get(consideration__code="1.1.1")
    add(year, "ควรทำเพิ่ม")
    unlock(year.cycle.assessment, by=year.coordinator, why="แก้คะแนน")
    Item.objects.filter(pk=item.pk).update(narrative="ร่างใหม่ที่ยังไม่ส่ง")
    client = client_for(year.reviewer)
    html = client.get(url(year, "submission")).content.decode()
    assert "ขอถอนปีงบประมาณนี้กลับไปแก้ไข" in html
    assert "/submissions/skn2/2560/papers/sar/" in html
    assert "ควรทำเพิ่ม" in html
    listed = client.get(reverse("workflow:submission_list")).content.decode()
    assert whole(year.office.name) in listed
    data = {f"i{item.pk}-level": "3", f"i{item.pk}-reason": "หลักฐานบางส่วน"}
    for response in (
        client.get(url(year, "submission_indicator", "1.1")),
        client.post(url(year, "verified_score_save", "1.1.1"), data),
    ):
        assert response.status_code == 409
        assert "ถอน" in response.content.decode()
        assert "ร่างใหม่" not in response.content.decode()
    followup = client_for(year.coordinator).get(url(year, "followup")).content.decode()
    assert "สพฐ. ยังอ่านเอกสารที่ได้รับครั้งนั้นได้" in followup


def test_followup_says_plainly_where_it_stands(client_for):
    year = make.make_year()
    year.reviewer = make_reviewer()
    client = client_for(year.coordinator)

    def says(words):
        assert words in client.get(url(year, "followup")).content.decode()

    says("ยังไม่ได้ส่ง สพฐ. เพราะยังมีสิ่งที่ต้องทำก่อน")
    make.agree_all(year)
    make.jump_to(year.cycle, StepKind.SUMMARY)
    make.lock_with_sar(year)
    says("พร้อมส่ง สพฐ. แล้ว")
    submissions.submit_summary(year.cycle, by=year.coordinator)
    submissions.open_submission(year.cycle, by=year.reviewer)
    row = add(year)
    says("ตรวจสอบแล้ว 0 จาก 4 ประเด็น")
    for indicator in Indicator.objects.all():
        submissions.accept(year.cycle, indicator, by=year.reviewer)
    says("ต้องตอบข้อเสนอแนะอีก 1 ข้อ")
    recommendations.answer(row, text="ทำแล้ว", owner=year.staff[0], by=year.coordinator)
    says("ผู้ประสานงานปิดขั้นตอนที่ 6 ได้")
    Step.objects.filter(cycle=year.cycle, kind=StepKind.SUMMARY).update(state="done")
    says("การติดตามของปีนี้สิ้นสุดแล้ว")


# -- verifying --------------------------------------------------------------------------
def test_level_is_saved_with_its_reason(client_for, year):
    item = Item.objects.get(consideration__code="1.1.1")
    client = client_for(year.reviewer)
    data = {f"i{item.pk}-level": "3", f"i{item.pk}-reason": "หลักฐานบางส่วน"}
    response = client.post(url(year, "verified_score_save", "1.1.1"), data)
    assert response.url == f"{url(year, 'submission_indicator', '1.1')}#item-{item.pk}"
    row = VerifiedScore.objects.get()
    assert (row.level, row.reason, row.saved_by) == (3, "หลักฐานบางส่วน", year.reviewer)


def test_what_a_reviewer_types_is_a_draft_until_it_is_saved(client_for, year):
    item = Item.objects.get(consideration__code="1.1.1")
    address, prefix = url(year, "verified_score_save", "1.1.1"), f"i{item.pk}-"

    def send(client, **typed):
        data = {prefix + name: value for name, value in typed.items()}
        headers = {"X-Autosave": "1"} if "draft" in typed else {}
        return client.post(address, data, headers=headers)

    client, other = client_for(year.reviewer), client_for(make_person(year.reviewer.office, "obec"))
    assert send(client, level="", reason="ครึ่ง", seen=0, draft=0).json()["version"] == 1
    assert send(client, level="", reason="ซ้อน", seen=0, draft=0).status_code == 409
    assert not VerifiedScore.objects.exists()
    page = url(year, "submission_indicator", "1.1")
    assert "ครึ่ง</textarea>" in client.get(page).content.decode()
    assert "ครึ่ง" not in other.get(page).content.decode()
    # Taking over the office's scores looks at no draft: it stays, and is not written over either.
    client.post(url(year, "verified_score_accept", "1.1"))
    assert send(client, level="3", reason="ครึ่ง", seen=0).status_code == 409
    assert ScoreDraft.objects.get().reason == "ครึ่ง"
    assert send(client, level="3", reason="ครึ่ง", seen=1).status_code == 302
    assert not ScoreDraft.objects.exists()
    Step.objects.filter(cycle=year.cycle, kind=StepKind.SUMMARY).update(state="done")
    assert send(client, level="3", reason="ช้าไป", seen=2, draft=0).status_code == 409
    assert (
        send(client_for(year.coordinator), level="3", reason="x", seen=2, draft=0).status_code
        == 404
    )
    assert not ScoreDraft.objects.exists()


@pytest.mark.parametrize("level", ["", "0", "6", "ห้า"])
def test_no_level_is_guessed_and_the_reason_stays(client_for, year, level):
    item = Item.objects.get(consideration__code="1.1.1")
    data = {f"i{item.pk}-level": level, f"i{item.pk}-reason": "เหตุผลที่พิมพ์ไว้"}
    response = client_for(year.reviewer).post(url(year, "verified_score_save", "1.1.1"), data)
    assert response.status_code == 422
    assert "เหตุผลที่พิมพ์ไว้" in response.content.decode()
    assert not VerifiedScore.objects.exists()


def test_agreeing_in_one_click(client_for, year):
    client = client_for(year.reviewer)
    page = url(year, "submission_indicator", "1.1")
    html = client.get(page).content.decode()
    accept = url(year, "verified_score_accept", "1.1")
    # The last thing of the page, no first button, with what follows and until when.
    assert html.index("verify-form") < html.index(accept)
    assert "เลิกทำได้ภายใน 30 นาที" in read(html)
    taken = client.post(accept)
    assert VerifiedScore.objects.count() == 2
    assert accept not in client.get(page).content.decode().replace("accept/undo", "")
    taken = client.post(accept)  # the second click has nothing left to take over, nor to undo
    assert 'class="undo"' not in client.get(taken.url).content.decode()
    html = client_for(year.staff[0]).get(url(year, "followup")).content.decode()
    assert "4.00" in html
    assert "เห็นตามคะแนนที่สำนักงานเขตประเมินตนเอง" in read(html)


def test_agreeing_is_undone_from_its_message(client_for, year):
    client = client_for(year.reviewer)
    assert undo(client, client.post(url(year, "verified_score_accept", "1.1"))).status_code == 302
    assert not VerifiedScore.objects.exists()
    assert client.post(url(year, "verified_score_unaccept", "1.1")).status_code == 409


def test_office_cannot_verify(client_for, year):
    for person in (year.coordinator, year.director):
        client = client_for(person)
        assert client.post(url(year, "verified_score_unaccept", "1.1")).status_code == 404
        assert client.post(url(year, "verified_score_accept", "1.1")).status_code == 404
        assert client.post(url(year, "verified_score_save", "1.1.1")).status_code == 404


# -- findings ---------------------------------------------------------------------------
def test_finding_is_written_once(client_for, year):
    client = client_for(year.reviewer)
    data = {"recommendation": "ควรทำเพิ่ม", "idempotency_token": "a"}
    for _time in range(2):
        client.post(url(year, "recommendation_create"), data)
    assert Recommendation.objects.count() == 1
    client.post(url(year, "recommendation_create"), data | {"recommendation": "ควรทำทุกปี"})
    assert Recommendation.objects.count() == 2


def test_finding_is_changed_and_removed(client_for, year):
    row = add(year)
    client = client_for(year.reviewer)
    address = url(year, "recommendation_edit", row.pk)
    seen = recommendations.digest(row)
    client.post(address, {"recommendation": "ใหม่", "seen": seen})
    assert Recommendation.objects.get().recommendation == "ใหม่"
    assert client.post(address, {"recommendation": "ทับ", "seen": seen}).status_code == 409
    asked = client.post(url(year, "recommendation_remove", row.pk))
    assert 'name="asked"' in asked.content.decode()
    assert Recommendation.objects.exists()
    client.post(url(year, "recommendation_remove", row.pk), {"asked": "on"})
    assert not Recommendation.objects.exists()


def test_finding_of_another_year_is_not_found(client_for, year):
    other = make.make_year("skn1", edition=make_edition())
    make.submit(other)
    row = recommendations.add(
        other.cycle, indicator=None, problem="", recommendation="อื่น", by=year.reviewer
    )
    client = client_for(year.reviewer)
    assert client.get(url(year, "recommendation_edit", row.pk)).status_code == 404
    answer = client_for(year.coordinator).post(url(year, "recommendation_answer", row.pk))
    assert answer.status_code == 404


# -- the office -------------------------------------------------------------------------
def test_summary_is_submitted_by_the_coordinator_only(client_for):
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.SUMMARY)
    coordinator = client_for(year.coordinator)
    assert coordinator.post(url(year, "summary_submit")).status_code == 409
    make.lock_with_sar(year)
    assert client_for(year.director).post(url(year, "summary_submit")).status_code == 403
    seen = coordinator.get(url(year, "summary_submit")).context["panel"].seen
    answer = coordinator.post(url(year, "summary_submit"), {"gaps_seen": seen})
    assert answer.status_code == 302
    year.cycle.assessment.refresh_from_db()
    assert year.cycle.assessment.submitted_at is not None


def test_answer_is_saved_with_its_owner(client_for, year):
    row = add(year)
    data = {f"r{row.pk}-text": "จะดำเนินการ", f"r{row.pk}-owner": year.staff[0].pk}
    address = url(year, "recommendation_answer", row.pk)
    assert client_for(year.staff[0]).post(address, data).status_code == 403
    client_for(year.coordinator).post(address, data)
    row.refresh_from_db()
    assert (row.answer, row.owner) == ("จะดำเนินการ", year.staff[0])
    html = client_for(year.reviewer).get(url(year, "submission")).content.decode()
    assert "จะดำเนินการ" in read(html)


def test_owner_of_another_office_is_not_a_choice(client_for, year):
    row = add(year)
    stranger = make_person(make_office("skn1"))
    data = {f"r{row.pk}-text": "คำตอบที่พิมพ์ไว้", f"r{row.pk}-owner": stranger.pk}
    response = client_for(year.coordinator).post(url(year, "recommendation_answer", row.pk), data)
    assert response.status_code == 422
    assert "คำตอบที่พิมพ์ไว้" in response.content.decode()


def test_stale_answer_shows_both_texts(client_for, year):
    row = add(year)
    address = url(year, "recommendation_answer", row.pk)
    owner = {f"r{row.pk}-owner": year.staff[0].pk, f"r{row.pk}-seen": ""}
    client = client_for(year.coordinator)
    client.post(address, {**owner, f"r{row.pk}-text": "ของเขา"})
    response = client.post(address, {**owner, f"r{row.pk}-text": "ของฉัน"})
    assert response.status_code == 409
    assert "ของเขา" in response.content.decode()
    assert "ของฉัน" in response.content.decode()


def test_list_is_searchable(client_for, year):
    client = client_for(year.reviewer)
    address = reverse("workflow:submission_list")
    assert whole(year.office.name) in client.get(address, {"q": "๒๕๖๐"}).content.decode()
    assert whole(year.office.name) not in client.get(address, {"q": "ไม่มี"}).content.decode()


def test_many_findings_are_searched_with_either_digits(client_for, year):
    client, address = client_for(year.coordinator), url(year, "followup")
    add(year, text="ควรจัดอบรมครู 15 ครั้ง")
    assert 'type="search"' not in client.get(address).content.decode().split("<main")[1]
    for number in range(20):
        add(year, text=f"ควรพัฒนาระบบงานด้านที่ {number}")
    page = client.get(address, {"q": "๑๕ ครั้ง"}).content.decode().split("<main")[1]
    assert 'type="search"' in page
    assert "ควรจัดอบรมครู 15 ครั้ง" in page
    assert "ควรพัฒนาระบบงาน" not in page
    assert '<span class="finding-count">21</span>' in page
    empty = client.get(address, {"q": "ไม่มีคำนี้"}).content.decode()
    assert "ไม่พบข้อเสนอแนะตามคำค้น" in empty
    assert "แสดงข้อเสนอแนะทั้งหมด" in empty


# -- cost -------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["submission", "submission_indicator", "followup"])
def test_queries_do_not_grow(client_for, name):
    reviewer = make_reviewer()
    counts = []
    for code, size, findings in (("skn1", (1, 1, 1), 1), ("skn2", (2, 4, 4), 12)):
        year = make.make_year(code, edition=make_edition(*size, code=code))
        year.reviewer = reviewer
        make.agree_all(year)
        make.submit(year)
        for _n in range(findings):
            add(year)
        more = ["1.1"] if name == "submission_indicator" else []
        client = client_for(year.coordinator if name == "followup" else reviewer)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url(year, name, *more)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]

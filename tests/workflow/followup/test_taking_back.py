"""Handing the year to OBEC: asked once with the panel, and taken back until somebody opened it."""

import re

import pytest
from django.urls import reverse

from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.models import Assessment
from notifications.models import Notification
from tests.factories import cycles as make
from tests.factories.people import make_reviewer
from tests.factories.workflow import get_step, load_cycle, load_proposal
from workflow.followup import submissions
from workflow.models import Proposal
from workflow.papers import decisions, proposals
from workflow.states import StepKind
from workflow.steps.moves import reopen_step
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db
CONTENT = ("submission_indicator", "recommendation_create")


def url(name, *args):
    return reverse(f"workflow:{name}", args=["skn2", 2560, *args])


def words_of(answer):
    return re.sub(r"<[^>]*>", "", answer.content.decode())


@pytest.fixture
def ready():
    """A complete year whose SAR is approved, at step 6."""
    year = make.make_complete_year()
    decisions.approve(make.make_sar(year), by=year.director)
    make.jump_to(year.cycle, StepKind.SUMMARY)
    year.cycle = load_cycle(year.cycle.pk)
    return year


@pytest.fixture
def submitted(ready):
    submissions.submit_summary(ready.cycle, by=ready.coordinator)
    return ready


def again(year):
    return load_cycle(year.cycle.pk)


# -- the page that asks ---------------------------------------------------------------------
def test_the_page_of_the_follow_up_only_leads_to_the_asking(ready, client_for):
    client = client_for(ready.coordinator)
    assert f'href="{url("summary_submit")}"' in client.get(url("followup")).content.decode()
    page = client.get(url("summary_submit"))
    assert "ท่านขอคืนได้จนกว่าจะมีผู้เปิดอ่าน" in words_of(page)
    assert "ครบทุกข้อ" in words_of(page)
    assert again(ready).assessment.submitted_at is None, "reading writes nothing"
    answer = client.post(url("summary_submit"), {"gaps_seen": page.context["panel"].seen})
    assert answer.url == url("followup")
    assert again(ready).assessment.submitted_at is not None
    assert client.get(url("summary_submit")).url == url("followup")


@pytest.mark.parametrize("lacking", ["sar", "step_open"])
def test_what_the_page_lists_as_blocking_is_refused(ready, client_for, lacking):
    if lacking == "sar":
        Proposal.objects.filter(kind="sar").update(state="superseded")
    else:
        make.jump_to(ready.cycle, StepKind.SELF_ASSESSMENT)
    client = client_for(ready.coordinator)
    page = client.get(url("summary_submit"))
    assert [check.key for check in page.context["panel"].blocks] == [lacking]
    assert client.post(url("summary_submit"), {"gaps_seen": ""}).status_code == 409
    assert again(ready).assessment.submitted_at is None


def test_gaps_are_shown_with_the_directors_reason_and_do_not_refuse(client_for):
    year = make.make_complete_year()
    year.cycle.assessment.reviews.update(strengths="")
    decisions.approve(make.make_sar(year), by=year.director, gaps_reason="ครบกำหนดส่งแล้ว")
    make.jump_to(year.cycle, StepKind.SUMMARY)
    client = client_for(year.coordinator)
    page = client.get(url("summary_submit"))
    assert [check.key for check in page.context["panel"].gaps] == ["reviews"]
    assert "ครบกำหนดส่งแล้ว" in words_of(page)
    seen = {"gaps_seen": page.context["panel"].seen}
    assert client.post(url("summary_submit"), seen).status_code == 302


def test_what_became_incomplete_meanwhile_is_asked_about_once(ready, client_for):
    client = client_for(ready.coordinator)
    shown = client.get(url("summary_submit")).context["panel"].seen
    ready.cycle.steps.filter(kind=StepKind.BRIEFING).update(state="open")
    answer = client.post(url("summary_submit"), {"gaps_seen": shown})
    assert answer.status_code == 400
    assert "ขั้นตอนก่อนหน้ายังไม่แล้วเสร็จ 1 ขั้นตอน" in words_of(answer)
    assert again(ready).assessment.submitted_at is None
    shown = answer.context["panel"].seen
    assert client.post(url("summary_submit"), {"gaps_seen": shown}).status_code == 302


@pytest.mark.parametrize("sent", [{}, {"gaps_seen": "\x00"}, {"gaps_seen": "x" * 9}])
def test_a_form_that_is_not_ours_counts_as_having_shown_nothing(ready, client_for, sent):
    ready.cycle.steps.filter(kind=StepKind.BRIEFING).update(state="open")
    assert client_for(ready.coordinator).post(url("summary_submit"), sent).status_code == 400
    assert again(ready).assessment.submitted_at is None


# -- taking it back, opening it -------------------------------------------------------------
def test_the_coordinator_takes_back_what_nobody_opened(submitted, client_for):
    reviewer = make_reviewer()
    client = client_for(submitted.coordinator)
    assert f'action="{url("summary_take_back")}"' in client.get(url("followup")).content.decode()
    assert client.post(url("summary_take_back")).status_code == 302
    assessment = again(submitted).assessment
    assert (assessment.submitted_at, assessment.handed_over_at) == (None, None)
    assert not assessment.is_open
    news = Notification.objects.get(recipient=reviewer)
    assert (news.kind, news.url) == ("summary_taken_back", "/submissions/")
    assert Event.objects.filter(verb="assessment.take_back").count() == 1
    assert client_for(reviewer).get(url("submission")).status_code == 404
    submissions.submit_summary(again(submitted), by=submitted.coordinator)
    assert again(submitted).assessment.submitted_at is not None


def test_only_the_coordinator_takes_back_and_only_obec_opens(submitted):
    for person in (submitted.director, submitted.staff[0], make_reviewer()):
        with pytest.raises(NotAllowed):
            submissions.take_back(again(submitted), by=person)
    for person in (submitted.coordinator, submitted.director):
        with pytest.raises(NotAllowed):
            submissions.open_submission(again(submitted), by=person)
    assert again(submitted).assessment.taken_up_at is None


def test_of_taking_back_and_opening_the_first_wins(submitted):
    reviewer, late = make_reviewer(), again(submitted)
    assert submissions.open_submission(again(submitted), by=reviewer)
    with pytest.raises(MoveRefused) as refused:
        submissions.take_back(late, by=submitted.coordinator)
    assert "ขั้นตอนที่ 5" in refused.value.message
    assert Notification.objects.filter(kind="summary_taken_back").count() == 0
    news = Notification.objects.get(kind="summary_opened")
    assert news.recipient == submitted.coordinator


def test_of_opening_and_taking_back_the_first_wins(submitted):
    reviewer, late = make_reviewer(), again(submitted)
    submissions.take_back(again(submitted), by=submitted.coordinator)
    with pytest.raises(MoveRefused):
        submissions.open_submission(late, by=reviewer)
    assert again(submitted).assessment.taken_up_at is None


def test_reading_opens_nothing_and_shows_nothing_of_the_year(submitted, client_for):
    client = client_for(make_reviewer())
    page = client.get(url("submission"))
    assert page.context["package"] is None
    assert "เปิดอ่านรายงานนี้" in words_of(page)
    assert client.get(url("submission_indicator", "1.1")).status_code == 409
    assert client.get(url("recommendation_create")).status_code == 409
    assert client.get(reverse("workflow:submission_list")).status_code == 200
    assert again(submitted).assessment.taken_up_at is None
    assert client.post(url("submission_open")).url == url("submission")
    assert again(submitted).assessment.taken_up_at is not None
    assert client.get(url("submission")).context["package"] is not None
    assert client.get(url("submission_indicator", "1.1")).status_code == 200
    text = client_for(submitted.coordinator).get(url("followup")).content.decode()
    assert url("summary_take_back") not in text


def test_a_second_reviewer_opens_what_is_open(submitted, client_for):
    first, second = make_reviewer(), make_reviewer()
    for reviewer in (first, second):
        assert client_for(reviewer).post(url("submission_open")).status_code == 302
    assert again(submitted).assessment.taken_up_by == first
    assert Event.objects.filter(verb="assessment.take_up").count() == 1


def test_nobody_verifies_or_recommends_before_opening(submitted):
    reviewer, item = make_reviewer(), Assessment.objects.get().items.first()
    with pytest.raises(NotAllowed):
        submissions.verify(again(submitted), item, level=4, reason="ครบ", by=reviewer)
    submissions.open_submission(again(submitted), by=reviewer)
    submissions.verify(again(submitted), item, level=4, reason="ครบ", by=reviewer)


def test_submitting_with_a_stale_row_says_it_was_submitted(submitted):
    stale = again(submitted)
    with pytest.raises((MoveRefused, RuleBroken)):
        submissions.submit_summary(stale, by=submitted.coordinator, gaps_seen="")


# -- another SAR, once this one is with OBEC -----------------------------------------------------
def put_anew(year):
    """A later version of the SAR before the director."""
    paper = proposals.start_draft(again(year), kind="sar", by=year.coordinator)
    proposals.record_rendering(paper, sha256="d" * 64, at=clock.now())
    return proposals.propose(load_proposal(paper.pk), by=year.coordinator)


@pytest.mark.parametrize("opened", [False, True])
def test_what_is_with_obec_is_not_replaced(submitted, client_for, opened):
    if opened:
        make.take_up(submitted.cycle.assessment)
    sar = Proposal.objects.get(kind="sar")
    client = client_for(submitted.coordinator)
    page = client.get(url("proposal", "sar")).content.decode()
    assert url("proposal_draft", "sar") not in page
    assert f'href="{url("followup")}"' in page
    assert client.post(url("proposal_draft", "sar")).status_code == 409
    assert Proposal.objects.get(kind="sar") == sar
    if opened:
        step = get_step(submitted.cycle, StepKind.SELF_ASSESSMENT)
        reopen_step(step, by=submitted.coordinator, why="แก้คะแนน")
    else:
        submissions.take_back(again(submitted), by=submitted.coordinator)
    assert url("proposal_draft", "sar") in client.get(url("proposal", "sar")).content.decode()
    assert client.post(url("proposal_draft", "sar")).status_code == 302


def test_one_begun_before_is_proposed_once_the_summary_is_back(ready, client_for):
    paper = proposals.start_draft(ready.cycle, kind="sar", by=ready.coordinator)
    submissions.submit_summary(again(ready), by=ready.coordinator)
    proposals.record_rendering(paper, sha256="d" * 64, at=clock.now())
    page, button = url("proposal", "sar"), f'action="{url("proposal_propose", "sar")}"'
    client = client_for(ready.coordinator)
    answer = client.get(page)
    assert button not in answer.content.decode()
    assert answer.context["panel"] is not None
    with pytest.raises(MoveRefused):
        proposals.propose(load_proposal(paper.pk), by=ready.coordinator)
    submissions.take_back(again(ready), by=ready.coordinator)
    assert button in client.get(page).content.decode()
    assert proposals.propose(load_proposal(paper.pk), by=ready.coordinator).state == "proposed"


def test_nothing_is_submitted_while_another_sar_waits_for_its_decision(ready, client_for):
    paper = put_anew(ready)
    (todo,) = [one for one in todos_of(again(ready), clock.now()) if one.kind == "submit_summary"]
    assert todo.users == ()
    client = client_for(ready.coordinator)
    assert url("summary_submit") not in client.get(url("followup")).content.decode()
    page = client.get(url("summary_submit"))
    assert [check.key for check in page.context["panel"].blocks] == ["sar_decided"]
    with pytest.raises(MoveRefused):
        submissions.submit_summary(again(ready), by=ready.coordinator)
    decisions.endorse(load_proposal(paper.pk), by=ready.deputy)
    decisions.approve(load_proposal(paper.pk), by=ready.director)
    submissions.submit_summary(again(ready), by=ready.coordinator)
    assert again(ready).assessment.submitted_at is not None

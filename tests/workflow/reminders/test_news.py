"""News that was taken back before its message went out is not sent; what still holds is."""

import pytest

from core import clock
from indicators.assignments.assignments import assign
from indicators.models import Consideration, Item
from indicators.narratives import items
from indicators.requests import requests
from indicators.threads import threads
from notifications.models import Notification
from tests.factories import cycles as make
from tests.factories.indicators import put_in_charge
from tests.factories.people import make_reviewer
from tests.factories.workflow import load_proposal
from tests.workflow.reminders.test_revalidation import revalidated
from workflow.followup import recommendations, submissions
from workflow.models import Recommendation, Step
from workflow.papers import decisions, proposals, revoking
from workflow.states import ProposalKind
from workflow.steps.moves import reopen_step

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return make.make_complete_year()


@pytest.fixture
def item(year):
    return Item.objects.select_related("assessment__office", "consideration").first()


def newest(kind, **fields):
    return Notification.objects.filter(kind=kind, **fields).latest("pk")


def holds(notification):
    return revalidated(notification, clock.now()) is not None


@pytest.mark.parametrize("how", ["done", "withdrawn", "handed on"])
@pytest.mark.parametrize("kind", ["request_asked", "question_asked"])
def test_a_request_that_waits_no_more(year, item, how, kind):
    """A question of the time before requests has the number of its request."""
    row = requests.ask(item, text="แนบหลักฐาน", by=year.director)
    Notification.objects.filter(kind="request_asked").update(kind=kind)
    news = newest(kind)
    assert holds(news)
    if how == "done":
        requests.finish(row, text="แนบแล้ว", by=year.staff[0])
    elif how == "withdrawn":
        requests.withdraw(row, by=year.director)
    else:
        requests.hand_on(row, to=year.coordinator, seen=1, by=year.director)
    assert not holds(news)
    requests.ask(item, text="หน้าใด", by=year.director)
    assert holds(newest("request_asked"))


def test_what_was_done_is_news_until_it_is_settled(year, item):
    row = requests.ask(item, text="แนบหลักฐาน", by=year.director)
    requests.finish(row, text="แนบแล้ว", by=year.staff[0])
    news = newest("request_done")
    assert holds(news)
    requests.send_back(row, text="ยังขาดหน้า 2", seen=2, by=year.director)
    assert not holds(news)
    again = newest("request_asked")
    assert holds(again)
    requests.finish(row, text="ครบแล้ว", by=year.staff[0])
    assert not holds(again)
    requests.accept(row, seen=4, by=year.director)
    assert not holds(newest("request_done"))


def test_what_was_said_and_withdrawn(year, item):
    first, second = year.staff
    put_in_charge(item.assessment, item.consideration, first)
    said = threads.open_thread(item, text="ขอดู", by=year.coordinator, notify=[second]).comment
    called, heard = newest("mentioned"), newest("thread_comment", recipient=first)
    assert holds(called)
    assert holds(heard)
    threads.withdraw(said, by=year.coordinator)
    assert not holds(called)
    assert not holds(heard)
    threads.comment(said.thread, text="เรื่องใด", by=second)
    assert holds(heard)  # the one unread message stands for what came later, too


def test_work_that_was_handed_on(year, item):
    first, second = year.staff
    put_in_charge(item.assessment, item.consideration, first)
    target = Consideration.objects.get(pk=item.consideration_id)
    assign(item.assessment, target=target, user=second, by=year.coordinator, reason="ย้าย")
    news = newest("assignment", recipient=second)
    assert holds(news)
    assign(item.assessment, target=target, user=first, by=year.coordinator, reason="กลับ")
    assert not holds(news)
    assert holds(newest("assignment", recipient=first))


def test_a_consideration_that_was_handed_in_again(year, item):
    put_in_charge(item.assessment, item.consideration, year.staff[0])
    items.take_back(item, why="ขาดภาพถ่าย", by=year.coordinator)
    news = newest("item_returned")
    assert holds(news)
    items.hand_in(Item.objects.get(pk=item.pk), by=year.staff[0])
    assert not holds(news)
    items.take_back(Item.objects.get(pk=item.pk), why="ขาดลายมือชื่อ", by=year.coordinator)
    again = newest("item_returned", recipient=news.recipient)
    assert (holds(news), holds(again)) == (False, True)


def test_a_submission_that_was_taken_back_and_came_again(year):
    make_reviewer()
    make.submit(year, opened=False)
    came = newest("summary_submitted")
    assert holds(came)
    submissions.take_back(year.cycle, by=year.coordinator)
    back = newest("summary_taken_back")
    assert (holds(came), holds(back)) == (False, True)
    year.cycle.assessment.refresh_from_db()
    submissions.submit_summary(year.cycle, by=year.coordinator)
    assert (holds(newest("summary_submitted")), holds(back)) == (True, False)
    assert not holds(came), "it would be said twice"


def test_a_recommendation_that_was_removed_or_is_another_s(year):
    reviewer = make_reviewer()
    make.submit(year)
    texts = {"indicator": None, "problem": "ขาดข้อมูล", "recommendation": "ควรมีข้อมูล"}
    removed = recommendations.add(year.cycle, by=reviewer, **texts)
    news = newest("recommendation_added")
    assert holds(news)
    recommendations.remove(removed, by=reviewer)
    assert not holds(news)
    row = recommendations.add(year.cycle, by=reviewer, **texts)
    for owner in year.staff:
        row = Recommendation.objects.select_related("cycle__assessment__office").get(pk=row.pk)
        recommendations.answer(row, text="รับดำเนินการ", owner=owner, by=year.coordinator)
    owned = [newest("recommendation_owned", recipient=person) for person in year.staff]
    assert [holds(one) for one in owned] == [False, True]


def test_a_paper_withdrawn_and_proposed_again(year):
    paper = proposals.start_draft(year.cycle, kind="announcement", by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    proposals.withdraw(load_proposal(paper.pk), by=year.coordinator)
    news = newest("proposal_withdrawn")
    assert holds(news)
    proposals.propose(load_proposal(paper.pk), by=year.coordinator)
    assert not holds(news)
    proposals.withdraw(load_proposal(paper.pk), by=year.coordinator)
    assert (holds(news), holds(newest("proposal_withdrawn"))) == (False, True)


def test_an_order_that_was_revoked_appoints_nobody(year):
    order = year.cycle.proposals.get(kind=ProposalKind.ORDER)
    row = year.staff[0]
    news = Notification.objects.create(
        recipient=row,
        key=f"proposal:{order.pk}:appointed:{row.pk}",
        kind="appointed",
        title="…",
        created_at=clock.now(),
    )
    assert holds(news)
    order.body = {"members": [], "supervisors": [], "collectors": []}
    order.save()
    revoking.revoke(load_proposal(order.pk), by=year.director, why="ออกซ้ำ")
    assert not holds(news)


def test_a_sar_approved_again_is_not_open(year):
    decisions.approve(load_proposal(make.make_sar(year).pk), by=year.director)
    step = Step.objects.select_related("cycle__assessment__office").get(cycle=year.cycle, kind=5)
    reopen_step(step, by=year.coordinator, why="แก้คะแนน")
    news = newest("sar_reopened")
    assert holds(news)
    year.cycle.refresh_from_db()
    decisions.approve(load_proposal(make.make_sar(year).pk), by=year.director)
    assert not holds(news)

"""Questions about a consideration, and its own due date."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators.models import Question
from indicators.narratives import questions
from indicators.narratives.items import set_due, take_back
from indicators.narratives.queries import contents_of
from notifications.models import Notification
from tests.factories.content import make_content_year
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again
from tests.factories.people import make_office, make_person
from tests.factories.reading import read, undo

TEXT = "มีหลักฐานการประชุมหรือไม่"


@pytest.fixture
def year(db, blob_root):
    year = make_content_year()
    put_in_charge(year.assessment, year.item.consideration, year.collector)
    return year


@pytest.fixture
def question(year):
    return questions.ask(year.item, text=f"  {TEXT} ", by=year.member)


# -- asking and answering ---------------------------------------------------------------
def test_who_writes_is_notified_of_the_question(year, question):
    assert question.text == TEXT
    notification = Notification.objects.get(kind="question_asked")
    assert (notification.recipient, notification.body) == (year.collector, TEXT)
    assert notification.url == "/o/skn2/2560/items/1.1.1/"
    assert Event.objects.filter(verb="question.ask").count() == 1


def test_without_a_collector_the_writers_are_notified(db, blob_root):
    year = make_content_year()
    questions.ask(year.item, text=TEXT, by=year.member)
    assert Notification.objects.get(kind="question_asked").recipient == year.collector


@pytest.mark.parametrize("who", ["member", "coordinator", "director", "collector"])
def test_the_committee_and_who_leads_ask(year, who):
    assert questions.ask(year.item, text=TEXT, by=getattr(year, who)).pk


def test_other_staff_do_not_ask(year):
    with pytest.raises(NotAllowed):
        questions.ask(year.item, text=TEXT, by=year.staff)


def test_the_answer_is_given_once_and_notified(year, question):
    questions.answer(question, text="มี ตามภาคผนวก", by=year.collector)
    notification = Notification.objects.get(kind="question_answered")
    assert (notification.recipient, notification.body) == (year.member, "มี ตามภาคผนวก")
    with pytest.raises(MoveRefused, match="สมหญิง"):
        questions.answer(load_again(question), text="อีกครั้ง", by=year.coordinator)
    assert load_again(question).answer == "มี ตามภาคผนวก"


@pytest.mark.parametrize("who", ["staff", "second", "director"])
def test_only_writers_and_the_coordinator_answer(year, question, who):
    with pytest.raises(NotAllowed):
        questions.answer(question, text="ไม่ใช่ของฉัน", by=getattr(year, who))


def test_who_asked_withdraws_while_nobody_answered(year, question):
    with pytest.raises(NotAllowed):
        questions.withdraw(question, by=year.second)
    questions.withdraw(question, by=year.member)
    with pytest.raises(MoveRefused):
        questions.answer(question, text="ช้าไป", by=year.collector)
    with pytest.raises(MoveRefused):
        questions.withdraw(question, by=year.member)
    assert contents_of(year.item).questions == []


def test_a_withdrawn_question_is_put_back_once_by_who_asked(year, question):
    questions.withdraw(question, by=year.member)
    for other in (year.second, year.coordinator, year.collector):
        with pytest.raises(NotAllowed):
            questions.restore(load_again(question), by=other)
    with clock.pretend(clock.now() + UNDO_FOR + timedelta(seconds=1)), pytest.raises(MoveRefused):
        questions.restore(load_again(question), by=year.member)
    questions.restore(load_again(question), by=year.member)
    with pytest.raises(MoveRefused):
        questions.restore(load_again(question), by=year.member)
    assert questions.answer(load_again(question), text="มี", by=year.collector).answer == "มี"
    with pytest.raises(MoveRefused):
        questions.restore(load_again(question), by=year.member)
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-3:] == ["question.withdraw", "question.restore", "question.answer"]


def test_a_locked_year_gets_no_question_back(year, question):
    questions.withdraw(question, by=year.member)
    year.lock()
    with pytest.raises(MoveRefused):
        questions.restore(load_again(question), by=year.member)


def test_the_message_of_withdrawing_offers_to_undo(year, question, client_for):
    client = client_for(year.member)
    withdrawn = client.post(address("question_withdraw", question.pk))
    assert undo(client, withdrawn).status_code == 302
    assert contents_of(year.item).questions != []
    assert client.post(address("question_restore", question.pk)).status_code == 409


def test_an_answered_question_cannot_be_withdrawn(year, question):
    questions.answer(question, text="ตอบแล้ว", by=year.collector)
    with pytest.raises(MoveRefused):
        questions.withdraw(question, by=year.member)


def test_a_locked_year_is_asked_nothing(year, question):
    year.lock()
    item = load_again(year.item)
    with pytest.raises(MoveRefused):
        questions.ask(item, text=TEXT, by=year.member)


# -- the page ---------------------------------------------------------------------------
def address(name, *rest):
    return reverse(f"indicators:{name}", args=["skn2", 2560, *rest])


def test_asking_and_answering_on_the_page(year, client_for):
    asker, writer = client_for(year.member), client_for(year.collector)
    for _twice in range(2):
        asker.post(address("question_ask", "1.1.1"), {"question": TEXT, "idempotency_token": "a"})
    question = Question.objects.get()
    page = writer.get(address("item", "1.1.1")).content.decode()
    assert TEXT in read(page)
    assert "รอคำตอบ" in page
    writer.post(address("question_answer", question.pk), {"answer": "มี"})
    assert "รอคำตอบ" not in writer.get(address("item", "1.1.1")).content.decode()


def test_empty_ones_are_refused_where_they_were_typed(year, question, client_for):
    answer = client_for(year.member).post(address("question_ask", "1.1.1"), {"question": " "})
    assert answer.status_code == 400
    assert "โปรดเขียนคำถาม" in answer.content.decode()
    answer = client_for(year.collector).post(
        address("question_answer", question.pk), {"answer": " "}
    )
    assert answer.status_code == 400
    assert "โปรดเขียนคำตอบ" in answer.content.decode()


def test_another_offices_questions_do_not_exist(year, question, client_for):
    stranger = client_for(make_person(make_office("skn1"), "coordinator"))
    for name in ("question_answer", "question_withdraw", "question_restore"):
        assert stranger.post(address(name, question.pk), {"answer": "x"}).status_code == 404


def test_questions_cost_the_page_nothing_more(year, client_for, django_assert_num_queries):
    client = client_for(year.collector)
    questions.ask(year.item, text="1", by=year.member)

    def cost():
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(connection) as queries:
            client.get(address("item", "1.1.1"))
        return len(queries)

    cost()  # keeps the edition in memory
    few = cost()
    for number in range(8):
        questions.ask(year.item, text=str(number), by=year.member)
    assert cost() == few


# -- due dates --------------------------------------------------------------------------
def test_a_due_date_of_its_own(year):
    set_due(year.item, due=date(2017, 3, 1), seen=None, by=year.coordinator)
    assert load_again(year.item).due == date(2017, 3, 1)
    event = Event.objects.get(verb="item.due")
    assert (event.before, event.after) == ({"due": None}, {"due": "2017-03-01"})
    set_due(year.item, due=None, seen=date(2017, 3, 1), by=year.coordinator)
    assert load_again(year.item).due is None


def test_the_same_date_again_changes_nothing(year):
    set_due(year.item, due=None, seen=None, by=year.coordinator)
    assert not Event.objects.filter(verb="item.due").exists()


def test_somebody_elses_change_is_not_written_over(year):
    set_due(year.item, due=date(2017, 3, 1), seen=None, by=year.coordinator)
    with pytest.raises(StaleEdit):
        set_due(load_again(year.item), due=date(2017, 4, 1), seen=None, by=year.coordinator)


@pytest.mark.parametrize("day", [date(2016, 9, 30), date(2017, 10, 1)])
def test_it_lies_in_the_fiscal_year(year, day):
    with pytest.raises(RuleBroken) as refusal:
        set_due(year.item, due=day, seen=None, by=year.coordinator)
    assert refusal.value.field == "due"


def test_only_the_coordinator_sets_it(year):
    with pytest.raises(NotAllowed):
        set_due(year.item, due=date(2017, 3, 1), seen=None, by=year.collector)


def test_setting_it_on_the_page(year, client_for):
    client = client_for(year.coordinator)
    client.post(address("item_due_set", "1.1.1"), {"due": "1/3/2560", "seen": ""})
    assert load_again(year.item).due == date(2017, 3, 1)
    answer = client.post(
        address("item_due_set", "1.1.1"), {"due": "31/2/2560", "seen": "2017-03-01"}
    )
    assert answer.status_code == 400
    assert load_again(year.item).due == date(2017, 3, 1)
    answer = client.post(
        address("item_due_set", "1.1.1"), {"due": "1/10/2560", "seen": "2017-03-01"}
    )
    assert "ปีงบประมาณ" in answer.content.decode()


# -- returned work ------------------------------------------------------------------------
def test_whose_work_is_returned_learns_why(year):
    type(year.item).objects.filter(pk=year.item.pk).update(state="handed_in")
    take_back(load_again(year.item), by=year.coordinator, why="ขอผลเพิ่มเติม")
    notification = Notification.objects.get(kind="item_returned")
    assert (notification.recipient, notification.body) == (year.collector, "ขอผลเพิ่มเติม")


def test_who_takes_the_own_work_back_is_not_notified(year):
    type(year.item).objects.filter(pk=year.item.pk).update(state="handed_in")
    take_back(load_again(year.item), by=year.collector)
    assert not Notification.objects.filter(kind="item_returned").exists()


@pytest.mark.parametrize(
    "name", ["question_ask", "item_due_set", "item_autosave", "item_restore", "cite"]
)
def test_authority_is_asked_before_what_was_typed(year, client_for, name):
    """What is missing or unreadable in the form is nothing to say to who may not send it."""
    answer = client_for(year.staff).post(address(name, "1.1.1"), {"due": "no date"})
    assert answer.status_code == 403

"""Discussing: who may, what is refused, what each deed leaves behind."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators import rules
from indicators.evidence.evidence import remove_evidence
from indicators.models import Comment, Evidence, Thread
from indicators.narratives.queries import items_of
from indicators.threads import threads
from indicators.threads.queries import threads_of
from tests.factories.content import make_content_year, make_evidence
from tests.factories.crowd import together
from tests.factories.loading import load_again
from tests.factories.people import make_office, make_person


@pytest.fixture
def thread(year):
    return threads.open_thread(year.item, text=" ควรใส่ภาพใด ", by=year.staff).comment.thread


@pytest.fixture
def evidence(year):
    return make_evidence(year.office, by=year.member)


def last_of(thread):
    return thread.comments.last().pk


def open_threads(year):
    items = items_of(year.assessment, year.item.consideration.indicator)
    return sum(item.open_threads or 0 for item in items)


def verbs():
    return list(Event.objects.filter(verb__startswith="thread.").values_list("verb", flat=True))


# -- writing ----------------------------------------------------------------------------
def test_everyone_of_the_office_begins_and_comments(year, thread):
    comment = threads.comment(thread, text="ภาพประชุม", by=year.collector).comment
    assert [row.text for row in thread.comments.all()] == ["ควรใส่ภาพใด", "ภาพประชุม"]
    assert (comment.by, thread.opened_by) == (year.collector, year.staff)
    assert verbs() == ["thread.open", "thread.comment"]
    assert Event.objects.filter(verb="thread.open").get().target_id == str(year.item.pk)


def test_evidence_is_discussed_whatever_year(year, evidence):
    year.lock()
    thread = threads.open_thread(evidence, text="หน้า 3 อ่านไม่ออก", by=year.staff).comment.thread
    assert (thread.place, thread.item) == (evidence, None)


@pytest.mark.parametrize("place", ["item", "evidence"])
def test_strangers_and_those_who_left_write_nothing(year, evidence, place):
    row = {"item": year.item, "evidence": evidence}[place]
    gone = make_person(year.office, is_active=False)
    for person in (make_person(make_office("skn1")), gone, make_person(None)):
        with pytest.raises(NotAllowed):
            threads.open_thread(row, text="สวัสดี", by=person)


def test_a_locked_year_is_read_only(year, thread):
    year.lock()
    thread.item.assessment = year.assessment
    comment = thread.comments.get()
    comment.thread = thread
    for deed in (
        lambda: threads.open_thread(year.item, text="ช้าไป", by=year.staff),
        lambda: threads.comment(thread, text="ช้าไป", by=year.staff),
        lambda: threads.resolve(thread, seen=comment.pk, by=year.staff),
        lambda: threads.reopen(thread, by=year.staff),
        lambda: threads.withdraw(comment, by=year.staff),
    ):
        with pytest.raises(MoveRefused, match="อนุมัติแล้ว"):
            deed()
    assert len(threads_of(year.item)) == 1


def test_removed_evidence_is_not_discussed(year, evidence):
    thread = threads.open_thread(evidence, text="อ่านไม่ออก", by=year.staff).comment.thread
    remove_evidence(Evidence.objects.get(pk=evidence.pk), why="ซ้ำ", by=year.member)
    with pytest.raises(MoveRefused, match="นำออกแล้ว"):
        threads.comment(thread, text="ช้าไป", by=year.staff)


@pytest.mark.parametrize("text", ["", " \n ", "\u200b"])
def test_nothing_is_no_comment(year, thread, text):
    for deed in (threads.open_thread, threads.comment):
        with pytest.raises(RuleBroken):
            deed(thread if deed is threads.comment else year.item, text=text, by=year.staff)
    assert Comment.objects.count() == 1


def test_a_thread_is_about_one_thing(year, thread, evidence):
    for change in ({"evidence": evidence}, {"item": None}, {"resolved_at": clock.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Thread.objects.filter(pk=thread.pk).update(**change)


# -- withdrawing ------------------------------------------------------------------------
def test_who_wrote_it_withdraws_and_puts_back(year, thread):
    comment = threads.comment(thread, text="ผิดเรื่อง", by=year.collector).comment
    for other in (year.staff, year.coordinator):
        with pytest.raises(NotAllowed):
            threads.withdraw(comment, by=other)
    threads.withdraw(comment, by=year.collector)
    with pytest.raises(MoveRefused):
        threads.withdraw(comment, by=year.collector)
    shown = threads_of(year.item)[0].comments[1]
    assert (shown.withdrawn, shown.text) == (True, "")
    again = load_again(comment)
    threads.restore(again, by=year.collector)
    with pytest.raises(MoveRefused):
        threads.restore(again, by=year.collector)
    assert verbs()[-2:] == ["thread.withdraw", "thread.restore"]


def test_it_is_put_back_for_a_short_while_only(year, thread):
    comment = thread.comments.get()
    threads.withdraw(comment, by=year.staff)
    with clock.pretend(clock.now() + UNDO_FOR + timedelta(seconds=1)), pytest.raises(MoveRefused):
        threads.restore(load_again(comment), by=year.staff)


def test_without_a_standing_comment_there_is_no_discussion(year, thread):
    threads.withdraw(thread.comments.get(), by=year.staff)
    assert threads_of(year.item) == []
    assert open_threads(year) == 0
    threads.comment(thread, text="แต่ฉันมีความเห็น", by=year.collector)
    assert [len(one.standing) for one in threads_of(year.item)] == [1]


# -- resolving --------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["staff", "collector", "coordinator"])
def test_who_began_it_and_who_answers_for_it_resolve(year, thread, who):
    threads.resolve(thread, seen=last_of(thread), by=getattr(year, who))
    assert load_again(thread).resolved_by == getattr(year, who)
    assert open_threads(year) == 0


@pytest.mark.parametrize("who", ["member", "second", "director"])
def test_others_do_not_resolve(year, thread, who):
    with pytest.raises(NotAllowed):
        threads.resolve(thread, seen=last_of(thread), by=getattr(year, who))


def test_of_evidence_who_brought_it_resolves(year, evidence):
    thread = threads.open_thread(evidence, text="อ่านไม่ออก", by=year.staff).comment.thread
    day = clock.today()
    people = (year.staff, year.member, year.second)
    assert [rules.may_resolve(one, thread, day) for one in people] == [True, True, False]


def test_anyone_who_may_comment_reopens(year, thread):
    with pytest.raises(MoveRefused, match="เปิดอยู่แล้ว"):
        threads.reopen(thread, by=year.second)
    threads.resolve(thread, seen=last_of(thread), by=year.staff)
    with pytest.raises(MoveRefused, match=year.staff.full_name):
        threads.resolve(load_again(thread), seen=last_of(thread), by=year.coordinator)
    threads.reopen(thread, by=year.second)
    assert load_again(thread).resolved_at is None
    assert verbs() == ["thread.open", "thread.resolve", "thread.reopen"]


def test_what_came_meanwhile_is_read_before_resolving(year, thread):
    seen = last_of(thread)
    comment = threads.comment(thread, text="ยังไม่จบ", by=year.collector).comment
    with pytest.raises(MoveRefused, match="สมหญิง"):
        threads.resolve(thread, seen=seen, by=year.staff)
    threads.withdraw(comment, by=year.collector)
    threads.resolve(thread, seen=seen, by=year.staff)


def test_a_comment_opens_again_what_was_resolved(year, thread):
    threads.resolve(thread, seen=last_of(thread), by=year.staff)
    threads.comment(Thread.objects.get(pk=thread.pk), text="ยังไม่จบ", by=year.member)
    assert load_again(thread).resolved_at is None
    assert verbs()[-2:] == ["thread.reopen", "thread.comment"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_resolves_while_others_write_and_resolve(blob_root):
    year = make_content_year()
    thread = threads.open_thread(year.item, text="ควรใส่ภาพใด", by=year.staff).comment.thread
    seen = last_of(thread)
    deeds = [
        lambda row: threads.resolve(row, seen=seen, by=year.staff),
        lambda row: threads.resolve(row, seen=seen, by=year.collector),
        lambda row: threads.comment(row, text="ยังไม่จบ", by=year.member),
        lambda row: threads.withdraw(row.comments.first(), by=year.staff),
    ]
    outcomes = together(4, lambda n: deeds[n](Thread.objects.get(pk=thread.pk)))
    resolved = [one for one in outcomes[:2] if one is None]
    assert len(resolved) <= 1
    assert all(isinstance(one, MoveRefused) for one in outcomes[:2] if one is not None)
    assert not any(isinstance(one, Exception) for one in outcomes[2:])
    # Whoever wrote is heard: the discussion is open, or was opened again by it.
    assert load_again(thread).resolved_at is None
    assert Thread.objects.unresolved().count() == 1

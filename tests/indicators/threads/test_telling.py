"""Who is notified of a comment, once, and in which words."""

import pytest
from django.urls import resolve

from indicators.threads import threads
from notifications.models import Notification
from notifications.reading import mark_read
from tests.factories.content import make_evidence
from tests.factories.indicators import put_in_charge
from tests.factories.people import make_person


@pytest.fixture
def thread(year):
    return threads.open_thread(year.item, text="ควรใส่ภาพใด", by=year.staff).comment.thread


def notified(kind, **fields):
    rows = Notification.objects.filter(kind=kind, **fields).order_by("pk")
    return [row.recipient for row in rows.select_related("recipient")]


def test_who_is_mentioned_is_notified_with_the_way_to_the_comment(year, thread):
    written = threads.comment(thread, text="@สมหญิง ใจดี ดูหน้า 3", by=year.member)
    news = Notification.objects.get(kind="mentioned")
    assert (news.recipient, news.body) == (year.collector, "@สมหญิง ใจดี ดูหน้า 3")
    assert "กล่าวถึงท่าน" in news.title
    path, _hash, anchor = news.url.partition("#")
    assert resolve(path).url_name == "item"
    assert anchor == f"comment-{written.comment.pk}"
    assert [m.person for m in written.comment.mentions.all()] == [year.collector]


def test_each_reads_their_own_language(year, thread):
    reader = make_person(year.office, given_name="Ann", family_name="Lee", language="en")
    threads.comment(thread, text="@Ann Lee please look", by=year.member)
    assert "mentions you" in Notification.objects.get(recipient=reader).title


def test_nobody_is_notified_of_what_they_say(year, thread):
    threads.comment(thread, text="@สมหญิง ใจดี จดไว้", by=year.collector)
    assert not Notification.objects.filter(recipient=year.collector).exists()


def test_who_takes_part_has_one_unread_message_of_a_discussion(year, thread):
    for text in ("หนึ่ง", "สอง", "สาม"):
        threads.comment(thread, text=text, by=year.member)
    assert notified("thread_comment") == [year.staff]
    news = Notification.objects.get(kind="thread_comment")
    assert news.body == "หนึ่ง"
    mark_read(news, by=year.staff)
    threads.comment(thread, text="สี่", by=year.member)
    assert notified("thread_comment") == [year.staff] * 2


def test_who_answers_there_has_seen_it(year, thread):
    threads.comment(thread, text="@สมหญิง ใจดี หนึ่ง", by=year.member)
    threads.comment(thread, text="ทราบ", by=year.collector)
    threads.comment(thread, text="ทราบ", by=year.staff)
    assert not Notification.objects.unread().filter(recipient=year.staff).exists()
    assert not Notification.objects.unread().filter(recipient=year.collector, kind="mentioned")
    assert notified("thread_comment", read_at__isnull=True) == [year.member, year.collector]


def test_who_is_mentioned_has_one_message(year, thread):
    threads.comment(thread, text="เห็นด้วย", by=year.collector)
    threads.comment(thread, text="@สมหญิง ใจดี ขอบคุณ", by=year.staff)
    assert notified("mentioned") == [year.collector]
    assert year.collector not in notified("thread_comment")


def test_who_answers_for_it_hears_of_a_new_discussion(year):
    put_in_charge(year.assessment, year.item.consideration, year.collector)
    threads.open_thread(year.item, text="ควรใส่ภาพใด", by=year.staff)
    assert notified("thread_comment") == [year.collector]
    evidence = make_evidence(year.office, by=year.member)
    written = threads.open_thread(evidence, text="อ่านไม่ออก", by=year.staff)
    news = Notification.objects.get(recipient=year.member)
    assert news.url == f"/o/skn2/2560/evidence/{evidence.pk}/#comment-{written.comment.pk}"


def test_who_left_hears_nothing(year, thread):
    type(year.staff).objects.filter(pk=year.staff.pk).update(is_active=False)
    threads.comment(thread, text="หนึ่ง", by=year.member)
    assert notified("thread_comment") == []

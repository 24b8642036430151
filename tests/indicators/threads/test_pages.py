"""Discussions on the pages: by role and office, sent twice, refused beside the box, undone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.models import Comment, Thread
from indicators.threads import threads
from notifications.models import Notification
from tests.factories.content import make_evidence
from tests.factories.people import make_group, make_office, make_person
from tests.factories.reading import read, tight, undo

TEXT = "ควรใส่ภาพใด"


def address(name, *rest):
    return reverse(f"indicators:{name}", args=["skn2", 2560, *rest])


@pytest.fixture
def thread(year):
    return threads.open_thread(year.item, text=TEXT, by=year.staff).comment.thread


@pytest.fixture
def evidence(year):
    return make_evidence(year.office, by=year.member)


def page_of(client, name="item", *rest):
    return read(client.get(address(name, *(rest or ["1.1.1"]))).content.decode())


# -- writing ----------------------------------------------------------------------------
def test_beginning_twice_begins_once_and_leads_to_the_comment(year, client_for):
    client = client_for(year.staff)
    for _twice in range(2):
        answer = client.post(
            address("item_thread", "1.1.1"), {"text": TEXT, "idempotency_token": "a"}
        )
        assert answer.url == f"{address('item', '1.1.1')}#comment-{Comment.objects.get().pk}"
    page = page_of(client)
    assert TEXT in page
    assert "ส่งความเห็นแล้ว" in page


def test_the_same_words_in_two_discussions_are_two_comments(year, thread, client_for):
    other = threads.open_thread(year.item, text="อีกเรื่อง", by=year.staff).comment.thread
    client = client_for(year.collector)
    page = client.get(address("item", "1.1.1")).content.decode()
    for row in (thread, other):
        form = re.search(rf'action="{address("thread", row.pk)}".*?</form>', page, re.S)[0]
        token = re.search(r'name="idempotency_token" value="([^"]+)"', form)[1]
        client.post(address("thread", row.pk), {"text": "เห็นด้วย", "idempotency_token": token})
    assert Comment.objects.filter(text="เห็นด้วย").count() == 2


def test_on_evidence_it_is_the_same(year, evidence, client_for):
    client = client_for(year.staff)
    assert "ยังไม่มีใครเริ่มการพูดคุย" in page_of(client, "evidence", evidence.pk)
    answer = client.post(address("evidence_thread", evidence.pk), {"text": "อ่านไม่ออก"})
    assert answer.url.startswith(f"{address('evidence', evidence.pk)}#comment-")
    assert "อ่านไม่ออก" in page_of(client, "evidence", evidence.pk)


@pytest.mark.parametrize("text", ["", "  ", "ก" * 4001], ids=["none", "spaces", "long"])
def test_what_is_wrong_stands_beside_the_box(year, thread, client_for, text):
    client = client_for(year.staff)
    for url in (address("item_thread", "1.1.1"), address("thread", thread.pk)):
        answer = client.post(url, {"text": text})
        assert answer.status_code == 400
        assert 'aria-invalid="true"' in answer.content.decode()
        assert (text.strip() or "โปรดเขียนความเห็น") in answer.content.decode()
    assert Comment.objects.count() == 1


def test_of_one_name_twice_the_page_asks_and_then_knows(year, client_for):
    names = {"given_name": "สมศรี", "family_name": "ใจงาม"}
    for code in ("g1", "g2"):
        make_person(year.office, work_group=make_group(year.office, code), **names)
    second = year.office.people.filter(given_name="สมศรี").last()
    client = client_for(year.staff)
    sent = {"text": "@สมศรี ใจงาม ช่วยดู", "idempotency_token": "a"}
    answer = client.post(address("item_thread", "1.1.1"), sent)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "กลุ่ม g1" in page
    assert "กลุ่ม g2" in page
    assert len(re.findall('name="meant"', page)) == 2
    assert not Thread.objects.exists()
    client.post(address("item_thread", "1.1.1"), sent | {"meant": second.pk})
    assert Notification.objects.get(kind="mentioned").recipient == second
    page = tight(page_of(client))
    assert "แจ้งถึง สมศรี ใจงาม (กลุ่ม g2)" in page


def test_without_a_script_one_chooses_from_a_list(year, thread, client_for):
    client = client_for(year.staff)
    page = client.get(address("thread", thread.pk)).content.decode()
    assert f'<option value="{year.member.pk}">' in page
    client.post(address("thread", thread.pk), {"text": "ดูด้วย", "notify": year.member.pk})
    assert Notification.objects.get(kind="mentioned").recipient == year.member


@pytest.mark.parametrize("name", ["meant", "notify"])
@pytest.mark.parametrize("value", ["9" * 30, "-1", "x\x00"], ids=["huge", "none", "text"])
def test_a_person_of_nowhere_is_refused(year, client_for, name, value):
    sent = {"text": "ดูด้วย", name: value}
    answer = client_for(year.staff).post(address("item_thread", "1.1.1"), sent)
    assert answer.status_code == 400
    assert not Thread.objects.exists()


def test_what_calls_nobody_is_said(year, thread, client_for):
    client = client_for(year.staff)
    answer = client.post(address("thread", thread.pk), {"text": "@สมศักดิ์ ดูด้วย"})
    assert "#" not in answer.url  # the head of the page, where it is said
    assert "ไม่พบบุคลากรชื่อ “สมศักดิ์”" in page_of(client)


def test_the_list_of_names_holds_active_colleagues(year, client_for):
    make_person(year.office, given_name="ออกแล้ว", is_active=False)
    make_person(make_office("skn1"), given_name="ที่อื่น")
    answer = client_for(year.staff).get(address("mention_people")).json()
    names = [one["name"] for one in answer["people"]]
    assert "สมหญิง ใจดี" in names
    assert not {"ออกแล้ว", "ที่อื่น", year.staff.full_name} & set(names)


# -- the text ---------------------------------------------------------------------------
def test_text_is_text_with_links_and_lines(year, client_for):
    text = "<b>ดู</b> https://example.org/ก?a=1&b=2. และ\njavascript:alert(1) @สมหญิง ใจดี"
    threads.open_thread(year.item, text=text, by=year.staff)
    page = page_of(client_for(year.staff))
    assert "&lt;b&gt;ดู" in page
    link = 'href="https://example.org/ก?a=1&amp;b=2" rel="noopener noreferrer nofollow"'
    assert link in page
    assert "และ<br>javascript" in page
    assert '<span class="called">@สมหญิง ใจดี</span>' in page


# -- taking back, resolving -------------------------------------------------------------
def test_withdrawing_says_so_and_is_undone(year, thread, client_for):
    client = client_for(year.collector)
    said = threads.comment(thread, text="ผิดเรื่อง", by=year.collector).comment
    answer = client.post(address("comment_withdraw", said.pk))
    page = page_of(client_for(year.staff))
    assert "ผิดเรื่อง" not in page
    assert "สมหญิง ใจดี ถอนความเห็น" in page
    assert undo(client, answer).status_code == 302
    assert "ผิดเรื่อง" in page_of(client_for(year.staff))


def test_resolving_and_reopening_undo_each_other(year, thread, client_for):
    client = client_for(year.staff)
    seen = {"seen": thread.comments.last().pk}
    answer = client.post(address("thread_resolve", thread.pk), seen)
    page = page_of(client)
    assert "การพูดคุยที่ได้ข้อยุติแล้ว 1 เรื่อง" in page
    assert "หากเขียนความเห็น การพูดคุยจะเปิดอีกครั้ง" in page
    answer = undo(client, client.post(address("thread_reopen", thread.pk)))
    assert answer.status_code == 302
    assert Thread.objects.get().resolved_by == year.staff
    client_for(year.second).post(address("thread_reopen", thread.pk))
    assert Thread.objects.get().resolved_at is None


@pytest.mark.parametrize("who", ["member", "director"])
def test_who_may_not_resolve_has_no_button(year, thread, client_for, who):
    client = client_for(getattr(year, who))
    assert address("thread_resolve", thread.pk) not in page_of(client)
    assert client.post(address("thread_resolve", thread.pk)).status_code == 403


def test_a_locked_year_is_read_without_buttons(year, thread, client_for):
    year.lock()
    for name, rest in (("item", "1.1.1"), ("thread", thread.pk)):
        page = page_of(client_for(year.staff), name, rest)
        assert TEXT in page
        assert "/threads/" not in "".join(re.findall('action="[^"]*"', page))
    answer = client_for(year.staff).get(address("item_thread", "1.1.1"))
    assert answer.url == address("item", "1.1.1")


# -- elsewhere --------------------------------------------------------------------------
def test_another_office_finds_none_of_it(year, thread, evidence, client_for):
    said = thread.comments.get()
    stranger = client_for(make_person(make_office("skn1"), "coordinator"))
    reviewer = client_for(make_person(make_office("obec", kind="national"), "obec"))
    pages = [
        *[("thread", thread.pk), ("item_thread", "1.1.1"), ("evidence_thread", evidence.pk)],
        *[("thread_resolve", thread.pk), ("thread_reopen", thread.pk), ("mention_people",)],
        *[("comment_withdraw", said.pk), ("comment_restore", said.pk)],
    ]
    for client in (stranger, reviewer):
        for name, *rest in pages:
            assert client.get(address(name, *rest)).status_code in (404, 405)
            answer = client.post(address(name, *rest), {"text": "x", "seen": "1"})
            assert answer.status_code in (404, 405)
    assert Comment.objects.count() == 1


def test_the_thread_of_another_year_is_not_found_in_this_one(year, thread, client_for):
    url = reverse("indicators:thread", args=["skn2", 2561, thread.pk])
    assert client_for(year.staff).get(url).status_code == 404


def test_the_list_and_the_hand_in_say_how_many_are_open(year, thread, client_for):
    threads.open_thread(year.item, text="อีกเรื่อง", by=year.staff)
    client = client_for(year.collector)
    said = "การพูดคุยที่ยังไม่ได้ข้อยุติ 2 เรื่อง"
    assert said in page_of(client, "indicator", "1.1")
    assert said in page_of(client)
    assert said not in page_of(client, "item", "1.1.2")


def test_long_discussions_are_folded(year, thread, client_for):
    for number in range(6):
        threads.comment(thread, text=f"ข้อ {number}", by=year.member)
    page = page_of(client_for(year.staff))
    folded = re.search(r"แสดงความเห็นก่อนหน้า 4 รายการ.*?</details>", page, re.S)[0]
    assert "ข้อ 2" in folded
    assert "ข้อ 3" not in folded


def test_discussions_cost_the_pages_nothing_more(year, thread, evidence, client_for):
    client = client_for(year.collector)
    threads.open_thread(evidence, text="หนึ่ง", by=year.staff)
    places = [("item", "1.1.1"), ("evidence", evidence.pk), ("indicator", "1.1")]
    pages = [address(*place) for place in places]

    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    for url in pages:
        client.get(url)
    few = [cost(url) for url in pages]
    for place in (year.item, evidence):
        for number in range(4):
            row = threads.open_thread(place, text="@สมหญิง ใจดี", by=year.staff).comment.thread
            threads.comment(row, text=f"{number} @สมหญิง ใจดี", by=year.member)
    assert [cost(url) for url in pages] == few

"""One's own pages: profile, language, notifications."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import Event
from tests.factories.loading import load_again
from tests.factories.notifications import make_failed_mail, make_notification
from tests.factories.people import login, make_person


def test_notifications_cost_the_same_with_one_row_and_with_thirty(client, staff):
    login(client, staff)
    costs = []
    for amount in (1, 29):
        for _number in range(amount):
            make_notification(staff)
        with CaptureQueriesContext(connection) as queries:
            client.get("/notifications/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_profile_saves_ones_own_and_nothing_else(client, staff):
    data = {"given_name": "กานดา", "phone": "042", "language": "en", "email": staff.email}
    response = login(client, staff).post("/profile/", data | {"position": "ผู้อำนวยการ"})
    assert response.cookies["django_language"].value == "en"
    after = load_again(staff)
    assert (after.phone, after.language, after.position) == ("042", "en", staff.position)


def test_a_new_e_mail_needs_the_password(client, staff):
    login(client, staff)
    data = {"given_name": "กานดา", "language": "th", "email": "new@example.org"}
    assert "รหัสผ่านปัจจุบัน" in client.post("/profile/", data).content.decode()
    assert load_again(staff).email == "kanda@example.org"


@pytest.mark.parametrize(
    ("back", "leads"),
    [("/people/", "/people/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_the_language_switch_stays_on_this_site(client, staff, back, leads):
    response = login(client, staff).post("/language/", {"language": "en", "next": back})
    assert response.url == leads
    assert response.cookies["django_language"].value == "en"
    assert load_again(staff).language == "en"
    assert not Event.objects.exists()


def test_an_unknown_language_changes_nothing(client, staff):
    login(client, staff).post("/language/", {"language": "xx"})
    assert load_again(staff).language == "th"


def news(staff, title, url="/people/", **fields):
    return make_notification(staff, title=title, url=url, **fields)


def test_opening_marks_read_and_leads_there(client, staff):
    notification = news(staff, "ข่าว")
    login(client, staff)
    there = reverse("notifications:notification_open", args=[notification.pk])
    assert client.post(there).url == "/people/"
    notification.refresh_from_db()
    assert notification.read_at is not None


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:x", ""])
def test_a_notification_leads_only_into_this_site(client, staff, url):
    notification = news(staff, "x", url)
    login(client, staff)
    there = reverse("notifications:notification_open", args=[notification.pk])
    assert client.post(there).url == "/notifications/"


def test_unread_stand_first_and_the_badge_counts_them(client, staff):
    news(staff, "อ่านแล้ว", read_at="2017-01-16T00:00:00Z")
    news(staff, "ยังใหม่")
    page = login(client, staff).get("/notifications/").content.decode()
    assert page.index("ยังใหม่") < page.index("อ่านแล้ว</strong>")
    assert "การแจ้งเตือนที่ยังไม่อ่าน 1 รายการ" in page
    client.post("/notifications/read/")
    assert "การแจ้งเตือนที่ยังไม่อ่าน 0 รายการ" in client.get("/notifications/").content.decode()


def test_notifications_are_found_by_thai_words_and_any_digits(client, staff):
    notification = [news(staff, f"ครบกำหนดประเด็น 1.1.{n}") for n in (1, 2)]
    news(make_person(staff.office), "ครบกำหนดประเด็น 1.1.2 ของผู้อื่น")
    page = login(client, staff).get("/notifications/", {"q": "ประเด็น ๑.๑.๒"})
    assert list(page.context["page"]) == [notification[1]]
    empty = client.get("/notifications/", {"q": "ไม่มี"}).content.decode()
    assert "ไม่พบการแจ้งเตือนที่ค้นหา" in empty
    assert 'value="ไม่มี"' in empty


@pytest.mark.parametrize("words", ["กานดา", "KANDA@example.org", "ประเด็น ๑.๑.๑"])
def test_undelivered_mail_is_found_by_person_address_or_title(client, admin, staff, words):
    mails = [
        make_failed_mail(who, title=title)
        for who, title in ((staff, "ครบกำหนดประเด็น 1.1.1"), (admin, "ข่าวของผู้ดูแล"))
    ]
    page = login(client, admin).get("/people/undelivered/", {"q": words})
    assert list(page.context["page"]) == [mails[0]]
    empty = client.get("/people/undelivered/", {"q": "ไม่มี"}).content.decode()
    assert "ไม่พบอีเมลที่ส่งไม่ถึงตามคำค้น" in empty

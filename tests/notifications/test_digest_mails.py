"""What a mail says and when: quiet hours, digests and how they are left, calendar files."""

from datetime import UTC, datetime, time, timedelta
from email import charset, message_from_bytes
from email.policy import default

import pytest
from django.core import mail

import thai
from core import clock
from notifications import contact_settings, delivery, outbox
from notifications.mail import message_id
from notifications.models import Delivery, Notification
from notifications.quiet_hours import not_before
from notifications.states import DeliveryState
from tests.factories.people import make_person
from tests.notifications.servers import AT

pytestmark = pytest.mark.usefixtures("revalidation")


def test_a_thai_subject_survives_the_header(due_mail):
    due_mail(title="ขอเชิญประชุม\nครั้งที่ ๑ " + "มาตรฐานที่ ๑ " * 10)
    delivery.deliver_due(at=AT)
    message = mail.outbox[0].message()
    raw = message.as_bytes()
    assert raw.split(b"\n\n")[0].isascii()
    read = message_from_bytes(raw, policy=default)
    assert read["Subject"].strip().startswith("ขอเชิญประชุม ครั้งที่ ๑ มาตรฐานที่ ๑ มาตรฐานที่ ๑")
    assert "กานดา" in read.get_body(("plain",)).get_content()


CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:ประชุม\r\n ชี้แจง\r\nEND:VCALENDAR\r\n"


def test_a_calendar_text_travels_as_a_file_that_names_its_method(due_mail, monkeypatch):
    # As a library of ours does on import.
    monkeypatch.setattr(charset, "CHARSETS", {**charset.CHARSETS})
    charset.add_charset("utf-8", charset.QP, charset.QP, "utf-8")
    due_mail(calendar=CALENDAR)
    delivery.deliver_due(at=AT)
    read = message_from_bytes(mail.outbox[0].message().as_bytes(), policy=default)
    (part,) = read.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "CANCEL"
    assert part.get_param("charset") == "utf-8"
    assert part.get_filename() == "invite.ics"
    assert part.get_payload(decode=True) == CALENDAR.encode()
    assert "กานดา" in read.get_body().get_content()


def test_plain_news_carries_no_file(due_mail):
    due_mail()
    delivery.deliver_due(at=AT)
    assert mail.outbox[0].attachments == []


def test_message_ids_differ_by_key_only():
    same = [message_id(Notification(key="a", title=title)) for title in "xy"]
    assert same[0] == same[1]
    assert same[0] != message_id(Notification(key="b"))


def test_mail_waits_for_the_morning(office, staff):
    night = datetime(2017, 1, 15, 15, 30, tzinfo=UTC)  # 22.30 in Bangkok
    with clock.pretend(night):
        outbox.notify([Notification(recipient=staff, key="n", kind="news", title="ข่าว")])
        outbox.notify([Notification(recipient=staff, key="u", kind="x", title="ข่าว")], urgent=True)
    waiting, urgent = Delivery.objects.order_by("pk")
    assert waiting.not_before == datetime(2017, 1, 16, 0, 0, tzinfo=UTC)  # 07.00 in Bangkok
    assert urgent.not_before < night + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("hour", "minute", "begin", "end", "wait"),
    [
        (19, 59, time(20), time(7), 0),
        (20, 0, time(20), time(7), 660),
        (6, 59, time(20), time(7), 1),
        (7, 0, time(20), time(7), 0),
        (13, 0, time(12), time(14), 60),
        (3, 0, time(5), time(5), 0),
    ],
)
def test_quiet_hours(office, hour, minute, begin, end, wait):
    office.quiet_from, office.quiet_until = begin, end
    moment = datetime(2017, 1, 15, hour, minute, tzinfo=thai.BANGKOK)
    assert not_before(moment, office) == moment + timedelta(minutes=wait)


def test_a_digest_lists_links_and_can_be_left(due_mail, settings, staff):
    settings.SITE_URL = "https://esa.example.go.th"
    lines = [{"title": "เขียน 1.1.1", "note": "เกินกำหนด", "url": "/o/skn2/2560/items/1.1.1/"}]
    due_mail(kind="digest", title="งาน 1 เรื่อง", lines=lines, url="/todos/")
    delivery.deliver_due(at=AT)
    (sent,) = mail.outbox
    assert "https://esa.example.go.th/o/skn2/2560/items/1.1.1/" in sent.body
    ((html, kind),) = sent.alternatives
    assert kind == "text/html"
    assert 'href="https://esa.example.go.th/o/skn2/2560/items/1.1.1/"' in html
    address = sent.extra_headers["List-Unsubscribe"]
    assert address.startswith("<https://esa.example.go.th/")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.strip("<>") in sent.body


def test_a_duty_cannot_be_left(due_mail):
    due_mail()
    delivery.deliver_due(at=AT)
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_who_left_the_digests_is_notified_of_duties_all_the_same(office):
    person = make_person(office, email="p@example.org", digest_by_email=False)
    outbox.notify([Notification(recipient=person, key="d", kind="digest", title="งาน")])
    outbox.notify([Notification(recipient=person, key="n", kind="news", title="ข่าว")])
    assert [row.notification.kind for row in Delivery.objects.all()] == ["news"]


def test_a_digest_that_was_left_while_it_waited_is_not_mailed(due_mail, staff):
    digest, duty = due_mail("d", kind="digest", title="งาน"), due_mail("n")
    contact_settings.set_digest(staff, wanted=False)
    assert delivery.deliver_due(at=AT) == 1
    digest.refresh_from_db()
    duty.refresh_from_db()
    assert (digest.state, duty.state) == (DeliveryState.DROPPED, DeliveryState.SENT)


def test_text_in_a_mail_is_text(due_mail):
    due_mail(title="<b>ตัวหนา</b>", body="<script>alert(1)</script>")
    delivery.deliver_due(at=AT)
    html = mail.outbox[0].alternatives[0][0]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<script>" in mail.outbox[0].body

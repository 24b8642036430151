"""How people are reached: personal channels against a real HTTP sink, digests, calendar, badge."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core import clock
from core.refusals import MoveRefused, RuleBroken
from notifications import channels, contact_settings, delivery, outbox
from notifications.channels import address_of, problem_of
from notifications.mail import unsubscribe_token
from notifications.models import CalendarFeed, Delivery, Notification, PersonalChannel
from notifications.states import Channel, DeliveryState, Service
from people import undelivered
from people.models import User
from tests.factories.people import login, make_channel, make_person

LINES = [{"title": "เขียน 1.1.1", "note": "ครบกำหนดวันนี้", "url": "/o/skn2/2560/items/1.1.1/"}]


def notify_person(person, key="k", **fields):
    fields = {"kind": "news", "title": "งานใหม่", "url": "/todos/", **fields}
    outbox.notify([Notification(recipient=person, key=key, **fields)], urgent=True)


# -- sending --------------------------------------------------------------------------
def test_a_message_goes_to_each_channel_and_by_mail(sink, staff):
    make_channel(staff, sink.address)
    make_channel(staff, sink.address, paused_at=clock.now())
    notify_person(staff, title="งานที่รอท่าน 1 เรื่อง", lines=LINES)
    assert delivery.deliver_due() == 2
    (taken,) = sink.taken
    assert taken["title"] == "งานที่รอท่าน 1 เรื่อง"
    assert "เขียน 1.1.1 (ครบกำหนดวันนี้)" in taken["message"]
    assert "http://127.0.0.1:8000/o/skn2/2560/items/1.1.1/" in taken["message"]
    assert len(mail.outbox) == 1


def test_a_service_that_fails_is_asked_again_and_at_last_shown(sink, staff, admin):
    sink.status = 500
    channel, at = make_channel(staff, sink.address), clock.now()
    User.objects.filter(pk=staff.pk).update(email=None)
    staff.refresh_from_db()
    notify_person(staff)
    for _attempt in range(len(delivery.BACKOFF) + 1):
        delivery.deliver_due(at=at + timedelta(minutes=1))
        at += timedelta(days=1)
    assert len(sink.taken) == len(delivery.BACKOFF) + 1
    (row,) = Delivery.objects.failed()
    assert row.to == channel
    channel.refresh_from_db()
    assert channel.refused_at is not None
    page = login(Client(), staff).get(reverse("notifications:channel_list")).content.decode()
    assert "ส่งไม่ถึง" in page
    assert (
        channel.label
        in login(Client(), admin).get(reverse("people:undelivered_list")).content.decode()
    )
    sink.status = 200
    undelivered.retry(row, by=admin)
    assert delivery.deliver_due() == 1
    channel.refresh_from_db()
    assert (channel.refused_at, channel.refusal) == (None, "")


def test_a_channel_that_was_taken_away_meanwhile_gets_nothing(sink, staff):
    channel = make_channel(staff, sink.address)
    notify_person(staff)
    channels.remove_channel(channel, by=staff)
    delivery.deliver_due()
    assert sink.taken == []
    assert Delivery.objects.get(channel=Channel.PERSONAL).state == DeliveryState.DROPPED
    channel.refresh_from_db()
    assert channel.sealed_address == ""
    with pytest.raises(MoveRefused):
        channels.remove_channel(channel, by=staff)


def test_one_channel_in_trouble_holds_up_no_mail(sink, office, staff):
    sink.status = 500
    for number in range(delivery.IN_A_ROW + 2):
        make_channel(staff, sink.address, label=str(number))
    notify_person(staff)
    assert delivery.deliver_due() == 1
    assert len(sink.taken) == delivery.IN_A_ROW


def test_the_address_is_kept_sealed(staff, settings):
    settings.CHANNEL_SCHEMES = ["tgram"]
    address = address_of(Service.TELEGRAM, key="123456789:" + "a" * 35, to="4711")
    channel = channels.add_channel(staff, service=Service.TELEGRAM, label="ของฉัน", address=address)
    assert "123456789" not in channel.sealed_address
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(channels.ChannelRefused):
        channels.send(channel, "a", "b")


# -- what may be set -------------------------------------------------------------------
# One of each service that is offered, up to where its parameters begin.
ADDRESSES = (
    "line://token/U123456789?",
    "tgram://123456789:abcdefghijklmnopqrstuvwxyz123456789/123?",
    "workflows://prod-12.southeastasia.logic.azure.com:443/643e69f83c8944438d6811/KODuebWb?",
    "https://prod-12.southeastasia.logic.azure.com:443/workflows/643e69f83c8944438d6811/triggers/"
    "manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0"
    "&sig=KODuebWbDGYFr0z0eu&",
    "https://1e.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/"
    "643e/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KO&",
    "discord://1234567890/abcdefghijklmnopqrstuvwxyz?",
    "https://discord.com/api/webhooks/1234567890/abcdefghijklmnopqrstuvwxyz?",
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?",
    "https://hooks.slack.com/triggers/T1JJ3T3L2/123456/abcdef?",
    "gchat://workspace/key/token?",
    "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=k&token=t&threadKey=x&",
    "wxteams://" + "a" * 80 + "?",
    "pover://" + "u" * 30 + "@" + "t" * 30 + "?",
    "ntfys://a-topic-of-mine?",
    "https://ntfy.sh/a-topic-of-mine?",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_known_services_are_taken(address):
    assert problem_of(address.rstrip("?&")) == ""


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "https://example.org/hook",
        "json://127.0.0.1:6379/",  # another service of this machine
        "jsons://169.254.169.254/latest/",
        "ntfys://internal.example.org/topic",
        "syslog://",
        "fcm://project/?keyfile=/etc/passwd",
        "mailto://user:pass@example.org",
        "line://token/U1\r\nHost: x",
        "line://" + "a" * 2000,
        "tgram://1:",
        "tgram://bot1:a/?",
        *(
            f"{service}{parameter}"
            for service in ADDRESSES
            for parameter in (
                "template=http://127.0.0.1:6379/",
                "template=file:///etc/passwd",
                "TEMPLATE=/etc/passwd",
                "%74emplate=/etc/passwd",
                "sig=x;template=/etc/passwd",
                "attach=http://127.0.0.1:6379/",
                "rto=3600",
                "cto=3600",
                "retry=9&wait=99",
                "verify=no",
                "redirect=yes",
                "port=6379",
                "store=yes",
                ":name=x",
            )
        ),
    ],
)
def test_nobody_makes_this_server_call_what_it_should_not(address):
    assert problem_of(address)


def test_five_channels_are_enough(staff, settings):
    for number in range(channels.MOST):
        make_channel(staff, label=str(number))
    with pytest.raises(RuleBroken):
        channels.add_channel(
            staff, service=Service.LINE, label="x", address="line://token/U123456789"
        )


# -- the page --------------------------------------------------------------------------
@pytest.fixture
def page(client, staff):
    login(client, staff)
    return reverse("notifications:channel_list")


LINE = {
    "service": "line",
    "label": "ไลน์",
    "key": "token",
    "to": "U1234567890",
    "idempotency_token": "a",
}


def test_a_channel_is_added_once(client, page, staff):
    for _twice in range(2):
        assert client.post(page, LINE).status_code == 302
    channel = PersonalChannel.objects.get()
    assert (channel.user, channel.service) == (staff, Service.LINE)
    assert "ไลน์" in client.get(page).content.decode()
    assert "U1234567890" not in client.get(page).content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": ""}, "to"),
        ({"key": ""}, "key"),
        ({"service": "other"}, "address"),
        ({"service": "other", "address": "json://127.0.0.1/"}, "address"),
        ({"service": "other", "address": f"{ADDRESSES[0]}rto=99"}, "address"),
        ({"to": "U1234567890?rto=99"}, "key"),
        ({"label": ""}, "label"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client, page, changed, field):
    response = client.post(page, LINE | changed)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [field]
    assert not PersonalChannel.objects.exists()


def test_trying_pausing_resuming_removing(client, page, staff, sink):
    channel = make_channel(staff, sink.address)

    def press(name, **sent):
        client.post(reverse(f"notifications:channel_{name}", args=[channel.pk]), sent)
        return client.get(page).content.decode()

    assert "ส่งข้อความทดสอบแล้ว" in press("try")
    assert len(sink.taken) == 1
    assert "หยุดชั่วคราว" in press("pause")
    press("resume")
    sink.status = 404
    assert "ส่งข้อความไม่สำเร็จ" in press("try")
    assert channel.label in press("remove")  # asked first
    assert channel.label not in press("remove", asked="on").replace("ช่องทางส่วนตัว", "")


def test_the_digest_is_left_and_ordered_again(client, page, staff):
    client.post(reverse("notifications:digest_set"))
    staff.refresh_from_db()
    assert not staff.digest_by_email
    client.post(reverse("notifications:digest_set"), {"wanted": "on"})
    staff.refresh_from_db()
    assert staff.digest_by_email


# -- leaving by the link ------------------------------------------------------------------
def test_the_link_of_a_digest_asks_first_then_ends_them(staff):
    stranger = Client(enforce_csrf_checks=True)
    address = reverse("notifications:unsubscribe", args=[unsubscribe_token(staff)])
    assert stranger.get(address).status_code == 200
    staff.refresh_from_db()
    assert staff.digest_by_email, "looking changes nothing: mail scanners follow links"
    assert stranger.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    staff.refresh_from_db()
    assert not staff.digest_by_email


@pytest.mark.parametrize("token", ["x", "MQ:abc", ""])
def test_a_made_up_link_leads_nowhere(client, staff, token):
    whole = unsubscribe_token(staff)
    changed = whole[:-1] + ("1" if whole.endswith("0") else "0")
    address = reverse("notifications:unsubscribe", args=[token or changed])
    assert client.post(address).status_code == 404
    staff.refresh_from_db()
    assert staff.digest_by_email


# -- the calendar address ------------------------------------------------------------------
def test_a_new_address_voids_the_old_one(client, page, staff):
    client.post(reverse("notifications:feed_renew"))
    first = CalendarFeed.objects.get().token
    client.post(reverse("notifications:feed_renew"))
    assert CalendarFeed.objects.get().token == first  # asked first: it cannot be undone
    client.post(reverse("notifications:feed_renew"), {"asked": "on"})
    second = CalendarFeed.objects.get().token
    assert first != second
    assert contact_settings.feed_of(first) is None
    assert contact_settings.feed_of(second).user == staff
    assert second in client.get(page).content.decode()
    client.post(reverse("notifications:feed_revoke"))
    assert contact_settings.feed_of(second)
    client.post(reverse("notifications:feed_revoke"), {"asked": "on"})
    assert contact_settings.feed_of(second) is None


# -- the badge ----------------------------------------------------------------------------
def test_the_badge_counts_and_asks_less_and_less_often(client, staff):
    badge = reverse("notifications:notification_badge")
    login(client, staff)
    notify_person(staff)
    pauses = []
    for asked in (0, 3, 6, 50, "x"):
        html = client.get(badge, {"n": asked}).content.decode()
        pauses.append(int(html.split("delay:")[1].split("s")[0]))
        assert ">1</span>" in html
    assert pauses == [30, 60, 300, 300, 30]


def test_a_page_left_open_is_not_sent_away_by_its_badge(client):
    answer = client.get(reverse("notifications:notification_badge"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (204, b"")


def test_who_cannot_be_mailed_reads_it_on_the_first_page(client, staff):
    User.objects.filter(pk=staff.pk).update(
        email_refused_at=clock.now(), email_refusal="550 ไม่มีผู้รับ"
    )
    login(client, staff)
    assert "ส่งไม่ถึง" in client.get("/").content.decode()
    assert "550 ไม่มีผู้รับ" in client.get(reverse("notifications:channel_list")).content.decode()


def test_lines_of_a_digest_stand_in_the_application(client, staff):
    login(client, staff)
    notify_person(staff, kind="digest", lines=LINES)
    page = client.get(reverse("notifications:notification_list")).content.decode()
    assert all(line["title"] in page for line in LINES)
    notification = Notification.objects.get()
    answer = client.post(
        reverse("notifications:notification_open", args=[notification.pk]), {"line": "0"}
    )
    assert answer.url == "/o/skn2/2560/items/1.1.1/"
    notification.refresh_from_db()
    assert notification.read_at is not None


@pytest.mark.parametrize("line", ["7", "-1", "x", "9" * 30])
def test_a_line_that_is_not_there_leads_where_the_message_leads(client, staff, line):
    login(client, staff)
    notify_person(staff, kind="digest", lines=LINES)
    notification = Notification.objects.get()
    answer = client.post(
        reverse("notifications:notification_open", args=[notification.pk]), {"line": line}
    )
    assert answer.url == "/todos/"


def test_make_person_is_notified_of_nothing_by_default(office):
    person = make_person(office)
    notify_person(person)
    assert not Delivery.objects.exists()

"""The text and headers of a mail, links that leave the digests, and whom a run leaves alone."""

import pytest
from django.core import signing
from django.core.mail import BadHeaderError
from hypothesis import given
from hypothesis import strategies as st

from core.refusals import MoveRefused, RuleBroken
from notifications import channels, mail
from notifications.channels import address_of, problem_of
from notifications.delivery import IN_A_ROW, CircuitBreaker, DueDelivery
from notifications.forms import ChannelForm
from notifications.mail import (
    message_id,
    plain_text,
    unsubscribe_token,
    unsubscribing,
    write_mail,
)
from notifications.models import Notification, PersonalChannel
from notifications.states import DIGEST, Channel, DeliveryState, Service
from tests.factories.people import make_channel

LINES = [
    {"title": "เรื่อง <ก>", "note": "3 วัน", "url": "/a/"},
    {"title": "เรื่อง & ข", "note": "", "url": "/b/"},
]
INVITE = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:ประชุม\r\nEND:VCALENDAR\r\n"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://esa.example.go.th"


@pytest.fixture
def message(staff):
    def write(**fields):
        fields = {"key": "k", "kind": "news", "title": "ข่าว", "url": "/cycles/", **fields}
        return Notification(recipient=staff, **fields)

    return write


def html_of(written):
    ((html, media_type),) = [(part[0], part[1]) for part in written.alternatives]
    assert media_type == "text/html"
    return html


# -- headers and texts --------------------------------------------------------
@pytest.mark.parametrize("kind", ["news", DIGEST, "todo"])
def test_only_a_digest_can_be_left_by_one_click(message, kind):
    headers = write_mail(message(kind=kind)).extra_headers
    assert headers["Auto-Submitted"] == "auto-generated"
    assert ("List-Unsubscribe" in headers) is (kind == DIGEST)
    assert ("List-Unsubscribe-Post" in headers) is (kind == DIGEST)


def test_the_link_in_the_header_is_the_link_in_the_text(message, staff):
    written = write_mail(message(kind=DIGEST, lines=LINES))
    address = written.extra_headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://esa.example.go.th/unsubscribe/")
    assert address in written.body
    assert address in html_of(written)
    assert unsubscribing(address.rstrip("/").rpartition("/")[2]) == staff.pk


def test_every_attempt_has_the_same_number_and_every_message_its_own(message):
    assert message_id(message()) == message_id(message(title="แก้แล้ว"))
    assert message_id(message()) != message_id(message(key="k2"))
    assert message_id(message()).endswith("@esa.example.go.th>")


def test_what_people_wrote_is_escaped_in_html_and_plain_in_text(message):
    written = write_mail(message(title="<script>x</script>", body="ก & <b>ข</b>", lines=LINES))
    html = html_of(written)
    assert "<script>" not in html
    assert "<b>ข" not in html
    assert "&lt;ก&gt;" in html
    assert "เรื่อง <ก>" in written.body
    assert "&amp;" not in written.body


def test_no_title_brings_a_header_of_its_own(message):
    written = write_mail(message(title="ข่าว\r\nBcc: x@example.org"))
    assert "\n" not in written.subject
    sent = written.message()
    assert sent["Bcc"] is None
    assert sent["To"] == "kanda@example.org"


def test_a_recipient_that_brings_a_header_is_refused(message, staff):
    staff.email = "kanda@example.org\nBcc: x@example.org"
    with pytest.raises((BadHeaderError, ValueError)):
        write_mail(message()).message()


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_mail_speaks_the_language_of_who_reads_it(message, staff, language):
    staff.language = language
    body = write_mail(message(kind=DIGEST, title="x")).body
    assert ("Dear " in body) is (language == "en")
    assert ("No daily digest" in body) is (language == "en")
    assert staff.full_name in body


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/cycles/", "https://esa.example.go.th/cycles/"),
        ("", ""),
        ("https://elsewhere.example.org/", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_a_mail_leads_to_this_site_only(message, url, link):
    assert mail.link_of(message(url=url)) == link


def test_an_invitation_names_its_method_and_keeps_its_line_ends(message):
    (part,) = write_mail(message(calendar=INVITE)).attachments
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "REQUEST"
    assert part.get_payload(decode=True) == INVITE.encode()
    (part,) = write_mail(message(calendar=INVITE.replace("METHOD:REQUEST\r\n", ""))).attachments
    assert part.get_param("method") is None


def test_a_channel_reads_lines_or_the_link(message):
    assert plain_text(message(body="ก")) == "ก\nhttps://esa.example.go.th/cycles/"
    assert plain_text(message(lines=LINES)) == (
        "• เรื่อง <ก> (3 วัน)\n  https://esa.example.go.th/a/\n"
        "• เรื่อง & ข\n  https://esa.example.go.th/b/"
    )
    assert plain_text(message(url="")) == ""


# -- leaving the digests ------------------------------------------------------
@given(st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_token_changed_anywhere_opens_nothing(at, char):
    class Person:
        pk = 7

    token = unsubscribe_token(Person)
    at %= len(token) - 1  # the last letter of base64 carries bits that nobody reads
    changed = token[:at] + char + token[at + 1 :]
    assert unsubscribing(changed) == (7 if changed == token else None)


@pytest.mark.parametrize("token", ["", ":", "a:b:c", "7", "ก:ข:ค", "x" * 5000])
def test_a_token_nobody_signed_opens_nothing(token):
    assert unsubscribing(token) is None


def test_a_token_signed_for_something_else_opens_nothing():
    assert unsubscribing(signing.dumps(7)) is None
    assert unsubscribing(signing.dumps(7, salt="people.other")) is None


# -- whom a run leaves alone --------------------------------------------------
MAIL = DueDelivery(1, Channel.EMAIL, None, None)
LINE = DueDelivery(2, Channel.PERSONAL, 7, Service.LINE)
OTHER_LINE = DueDelivery(3, Channel.PERSONAL, 8, Service.LINE)
TEAMS = DueDelivery(4, Channel.PERSONAL, 9, Service.TEAMS)


def after(*outcomes, limit=100):
    breaker = CircuitBreaker(limit)
    for row, outcome in outcomes:
        breaker.count(row, outcome)
    return [breaker.allows(row) for row in (MAIL, LINE, OTHER_LINE, TEAMS)]


@pytest.mark.parametrize("times", range(6))
def test_a_mail_server_is_left_alone_after_three_refusals(times):
    allowed = after(*[(MAIL, DeliveryState.WAITING)] * times)
    assert allowed == [times < IN_A_ROW, True, True, True]


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (DeliveryState.WAITING, True),
        (DeliveryState.SENT, False),
        (DeliveryState.FAILED, False),
        (DeliveryState.DROPPED, False),
    ],
)
def test_only_a_refusal_to_be_repeated_says_something_of_the_server(outcome, counts):
    assert after(*[(MAIL, outcome)] * IN_A_ROW)[0] is not counts


def test_one_message_that_got_through_begins_the_count_anew():
    wait, sent = (MAIL, DeliveryState.WAITING), (MAIL, DeliveryState.SENT)
    assert after(wait, wait, sent, wait, wait)[0]
    assert not after(wait, wait, sent, wait, wait, wait)[0]
    assert not after(wait, wait, (MAIL, DeliveryState.DROPPED), wait)[0]


def test_a_persons_channel_rests_after_one_refusal_and_its_service_after_three():
    assert after((LINE, DeliveryState.WAITING)) == [True, False, True, True]
    refused = [
        (DueDelivery(n, Channel.PERSONAL, n, Service.LINE), DeliveryState.WAITING)
        for n in (91, 92, 93)
    ]
    assert after(*refused) == [True, False, False, True]


@pytest.mark.parametrize("outcome", list(DeliveryState))
def test_the_limit_counts_what_was_tried_of_each_kind(outcome):
    row = DueDelivery(9, Channel.PERSONAL, 99, Service.OTHER)
    assert after((row, outcome), limit=1) == [True, False, False, False]
    assert after((MAIL, outcome), limit=1) == [False, True, True, True]


# -- channels -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("service", "whole"),
    [
        (Service.LINE, "line://key/to"),
        (Service.TELEGRAM, "tgram://key/to"),
        (Service.TEAMS, "given"),
        (Service.OTHER, "given"),
    ],
)
def test_an_address_is_made_of_the_fields_of_its_service(service, whole):
    assert address_of(service, key=" key ", to="to\n", address=" given ") == whole


@given(st.text(max_size=60))
def test_no_text_at_all_breaks_the_question_whether_it_is_an_address(text):
    assert isinstance(problem_of(text), str)


@pytest.mark.parametrize("char", ["\x00", "\n", "\r", "\t", "\x1f"])
def test_no_control_character_stands_in_an_address(char):
    assert problem_of(f"line://token/U123{char}456789")


@pytest.mark.parametrize("host", ["evil.example.org", "127.0.0.1", "ntfy.sh.example.org"])
def test_a_refused_host_is_named_and_nothing_is_kept(staff, host):
    with pytest.raises(RuleBroken, match=host):
        channels.add_channel(
            staff, service=Service.OTHER, label="x", address=f"ntfys://{host}/topic"
        )
    assert not PersonalChannel.objects.exists()


@pytest.mark.parametrize(
    ("service", "given", "field"),
    [
        (Service.LINE, {"to": "U123456789"}, "key"),
        (Service.LINE, {"key": "token"}, "to"),
        (Service.TELEGRAM, {"key": "x", "to": "1"}, "key"),
        (Service.TEAMS, {"key": "x", "to": "1"}, "address"),
        (Service.OTHER, {"address": "file:///etc/passwd"}, "address"),
        ("pigeon", {"address": "x"}, "service"),
    ],
)
def test_what_is_wrong_stands_at_the_field_that_counts(service, given, field):
    form = ChannelForm({"service": service, "label": "ของฉัน", **given})
    assert list(form.errors) == [field]


@pytest.mark.parametrize("verb", ["remove_channel", "pause_channel", "resume_channel"])
def test_nobody_touches_the_channel_of_another(staff, admin, verb):
    channel = make_channel(staff, refused_at="2017-01-15T00:00:00Z", refusal="x")
    before = PersonalChannel.objects.filter(pk=channel.pk).values().get()
    try:
        getattr(channels, verb)(channel, by=admin)
    except MoveRefused:
        assert verb == "remove_channel"
    assert PersonalChannel.objects.filter(pk=channel.pk).values().get() == before


def test_a_removed_channel_keeps_its_row_and_no_address(staff):
    channel = make_channel(staff)
    channels.remove_channel(channel, by=staff)
    channel.refresh_from_db()
    assert (channel.sealed_address, channel.removed_at is None) == ("", False)
    with pytest.raises(MoveRefused):
        channels.remove_channel(channel, by=staff)


def test_the_first_refusal_is_remembered_until_a_message_gets_through(staff):
    channel = make_channel(staff)
    for why in ("first", "second " * 100):
        channels.mark_refused(channel, why)
    channel.refresh_from_db()
    assert channel.refusal == "first"
    channels.mark_reached(channel)
    channel.refresh_from_db()
    assert (channel.refused_at, channel.refusal) == (None, "")

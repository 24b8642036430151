"""What a personal channel's service is handed, against a real HTTP sink."""

import logging
from html import escape

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.google_chat import NotifyGoogleChat
from apprise.plugins.telegram import NotifyTelegram

from notifications import channels
from notifications.channels import ChannelRefused
from tests.factories.people import make_channel
from tests.notifications.waiting import time_taken


def test_who_tries_a_channel_waits_no_longer_than_promised(sink, staff, monkeypatch):
    monkeypatch.setattr(channels, "PATIENCE", 0.2)
    channel, sink.pause, begun = make_channel(staff, sink.address), 1, time_taken()
    with pytest.raises(ChannelRefused):
        channels.send(channel, "เรื่อง", "ข้อความ")
    assert time_taken() - begun < 0.9


def test_a_service_sends_this_server_nowhere_else(sink, staff):
    sink.status, sink.elsewhere = 307, f"http://{sink.at}/elsewhere"
    with pytest.raises(ChannelRefused):
        channels.send(make_channel(staff, sink.address), "เรื่อง", "ข้อความ")
    assert len(sink.taken) == 1


TEXT = "คะแนน < 3 & <b>ต่ำ</b> @everyone @HERE <!channel> http://127.0.0.1:8000/o/skn2/1.1.1/a_b/"
QUIET = TEXT.replace("@", "@\u200b").replace("<!", "<\u200b!")


def test_a_text_goes_out_as_it_is_and_calls_nobody_together(sink, staff):
    channels.send(make_channel(staff, sink.address), "@everyone <1>", TEXT)
    (taken,) = sink.taken
    assert (taken["title"], taken["message"]) == ("@\u200beveryone <1>", QUIET)


def test_telegram_reads_html_and_gets_it_escaped(sink, staff, settings, monkeypatch):
    settings.CHANNEL_SCHEMES = ["tgram"]
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{sink.at}/bot")
    address = "tgram://123456789:abcdefghijklmnopqrstuvwxyz123456789/123"
    channels.send(make_channel(staff, address), "ก < ข", TEXT)
    (taken,) = sink.taken
    assert taken["parse_mode"] == "HTML"
    assert taken["text"] == f"<b>ก &lt; ข</b>\r\n{escape(QUIET, quote=False)}"


def test_discord_pings_nobody(sink, staff, settings, monkeypatch):
    settings.CHANNEL_SCHEMES = ["discord"]
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://{sink.at}")
    address = "discord://1234567890/abcdefghijklmnopqrstuvwxyz"
    channels.send(make_channel(staff, address), "@everyone", TEXT)
    (taken,) = sink.taken
    assert taken["content"] == f"@\u200beveryone\r\n{QUIET}"


def test_a_link_survives_where_only_markdown_is_read(sink, staff, settings, monkeypatch):
    """With backslashes before its lines and dots it would lead nowhere."""
    settings.CHANNEL_SCHEMES = ["gchat"]
    monkeypatch.setattr(NotifyGoogleChat, "notify_url", f"http://{sink.at}/{{workspace}}")
    channels.send(make_channel(staff, "gchat://space/key/token"), "ข่าว", TEXT)
    (taken,) = sink.taken
    assert taken["text"] == f"ข่าว\r\n{QUIET}"


def test_an_address_with_a_secret_never_reaches_the_log(caplog):
    with caplog.at_level("DEBUG"):
        channels.problem_of("tgram://secret-of-a-person/1")
    assert "secret-of-a-person" not in caplog.text
    assert logging.getLogger("apprise").propagate is False

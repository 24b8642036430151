"""What a personal channel's service is handed, against a real HTTP sink."""

import time
from html import escape

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.google_chat import NotifyGoogleChat
from apprise.plugins.telegram import NotifyTelegram

from people.domain import personal_channels
from people.domain.personal_channels import ChannelRefused
from tests.factories.people import make_channel


def test_who_tries_a_channel_waits_no_longer_than_promised(sink, staff, monkeypatch):
    monkeypatch.setattr(personal_channels, "PATIENCE", 0.2)
    channel, sink.pause, begun = make_channel(staff, sink.address), 1, time.monotonic()
    with pytest.raises(ChannelRefused):
        personal_channels.send(channel, "เรื่อง", "ข้อความ")
    assert time.monotonic() - begun < 0.9


def test_a_service_sends_this_server_nowhere_else(sink, staff):
    sink.status, sink.elsewhere = 307, f"http://{sink.at}/elsewhere"
    with pytest.raises(ChannelRefused):
        personal_channels.send(make_channel(staff, sink.address), "เรื่อง", "ข้อความ")
    assert len(sink.taken) == 1


TEXT = "คะแนน < 3 & <b>ต่ำ</b> @everyone @HERE <!channel> http://127.0.0.1:8000/o/skn2/1.1.1/a_b/"
QUIET = TEXT.replace("@", "@\u200b").replace("<!", "<\u200b!")


def test_a_text_goes_out_as_it_is_and_calls_nobody_together(sink, staff):
    personal_channels.send(make_channel(staff, sink.address), "@everyone <1>", TEXT)
    (taken,) = sink.taken
    assert (taken["title"], taken["message"]) == ("@\u200beveryone <1>", QUIET)


def test_telegram_reads_html_and_gets_it_escaped(sink, staff, settings, monkeypatch):
    settings.CHANNEL_SCHEMES = ["tgram"]
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"http://{sink.at}/bot")
    address = "tgram://123456789:abcdefghijklmnopqrstuvwxyz123456789/123"
    personal_channels.send(make_channel(staff, address), "ก < ข", TEXT)
    (taken,) = sink.taken
    assert taken["parse_mode"] == "HTML"
    assert taken["text"] == f"<b>ก &lt; ข</b>\r\n{escape(QUIET, quote=False)}"


def test_discord_pings_nobody(sink, staff, settings, monkeypatch):
    settings.CHANNEL_SCHEMES = ["discord"]
    monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://{sink.at}")
    address = "discord://1234567890/abcdefghijklmnopqrstuvwxyz"
    personal_channels.send(make_channel(staff, address), "@everyone", TEXT)
    (taken,) = sink.taken
    assert taken["content"] == f"@\u200beveryone\r\n{QUIET}"


def test_a_link_survives_where_only_markdown_is_read(sink, staff, settings, monkeypatch):
    """With backslashes before its lines and dots it would lead nowhere."""
    settings.CHANNEL_SCHEMES = ["gchat"]
    monkeypatch.setattr(NotifyGoogleChat, "notify_url", f"http://{sink.at}/{{workspace}}")
    personal_channels.send(make_channel(staff, "gchat://space/key/token"), "ข่าว", TEXT)
    (taken,) = sink.taken
    assert taken["text"] == f"ข่าว\r\n{QUIET}"

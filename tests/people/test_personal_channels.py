"""What a personal channel's service is handed, against a real HTTP sink."""

import time

import pytest

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

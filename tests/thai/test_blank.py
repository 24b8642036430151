"""A text that shows nothing is no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thai

UNSEEN = ["", " ", "\u200b", "\u2060", "\u3164", "\u2800", "\u034f", "\ufe0f", "\u00a0", "\u3000"]
UNSEEN += ["\n\u200b\t\u3164 ", "\u00ad", "\ufeff", "\u115f\u1160", "\U000e0100", "\u2028"]


@pytest.mark.parametrize("text", UNSEEN, ids=ascii)
def test_what_shows_nothing_is_empty(text):
    cleaned = (thai.clean_text(text), thai.clean_line(text), thai.clean_entries(text))
    assert (thai.trimmed(text), *cleaned) == ("", "", "", "")


@pytest.mark.parametrize("text", ["-", "ก", "ก\u200bข", "•", "👨‍🏫", "☐", "๑", "\u0e31"])
def test_what_shows_stays_as_it_is(text):
    assert thai.trimmed(f" {text}\n") == text


def test_what_is_refused_elsewhere_is_not_hidden():
    assert thai.clean_line("\x00") == thai.clean_text(" \x00").strip() == "\x00"


@given(st.text())
def test_nothing_that_shows_is_lost(text):
    shown = [char for char in text if not thai.shows_nothing(char)]
    kept = [char for char in thai.trimmed(text) if not thai.shows_nothing(char)]
    assert kept == shown

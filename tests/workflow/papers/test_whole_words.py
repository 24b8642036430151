"""Pages for 360 px: no word of the field that a browser would cut inside a syllable stands bare."""

import re

import pytest
from django.urls import reverse

from core import clock
from indicators.models import Consideration, Indicator, Standard
from people.models import User
from tests.factories import cycles as make
from tests.factories.people import make_reviewer
from workflow.followup import recommendations
from workflow.meetings import calling
from workflow.states import MeetingKind

pytestmark = pytest.mark.django_db
WORD = "บูรณาการ"
# Where the browser draws no line that could break: the window's title, attributes, options.
NOT_DRAWN = re.compile(r"<title>.*?</title>|<option.*?</option>|<textarea.*?</textarea>", re.S)


def bare_words(html):
    """The words that stand outside of ``whole``."""
    kept = re.sub(rf'<span class="whole">(?:การ)?{WORD}</span>', "", NOT_DRAWN.sub("", html))
    text = re.sub(r"<[^>]*>", "\n", kept)
    return [line.strip() for line in text.splitlines() if WORD in line]


@pytest.fixture
def year():
    year = make.make_year()
    for model in (Standard, Indicator, Consideration):
        model.objects.update(title=f"การ{WORD}งาน")
    User.objects.update(position=f"นักวิชาการ{WORD}")
    make.agree_all(year)
    return year


def call(year):
    return calling.create_meeting(
        year.cycle,
        kind=MeetingKind.BRIEFING,
        title=f"ประชุมเชิง{WORD}",
        place=f"ห้อง{WORD}",
        starts_at=clock.now(),
        agenda=[f"การ{WORD}"],
        by=year.coordinator,
    )


def read(client, name, *args):
    return client.get(reverse(name, args=args)).content.decode()


@pytest.mark.parametrize("page", ["meeting", "meeting_room", "meeting_attendance"])
def test_pages_of_a_meeting(client_for, year, page):
    html = read(client_for(year.coordinator), f"workflow:{page}", *year.address, call(year).pk)
    assert bare_words(html) == []
    assert WORD in html


def test_committee_room(client_for, year):
    make.appoint(year, members=year.staff)
    html = read(client_for(year.coordinator), "indicators:committee_room", *year.address)
    assert bare_words(html) == []
    assert WORD in html


def test_pages_of_what_was_submitted(client_for, year):
    reviewer = make_reviewer()
    make.submit(year)
    recommendations.add(
        year.cycle,
        indicator=Indicator.objects.first(),
        problem="",
        recommendation=f"ควร{WORD}",
        by=reviewer,
    )
    client = client_for(reviewer)
    pages = [
        read(client_for(year.coordinator), "workflow:followup", *year.address),
        read(client, "workflow:submission", *year.address),
        read(client, "workflow:submission_indicator", *year.address, "1.1"),
    ]
    for html in pages:
        assert bare_words(html) == []
        assert WORD in html

"""News is worded in the recipient's language, stored papers in Thai; who clicks changes neither."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from core.models import Event
from notifications.models import Notification
from people.models import User
from tests.factories import cycles as make
from tests.factories.people import make_person
from workflow import notify
from workflow.meetings import calling
from workflow.papers.proposals import start_draft
from workflow.states import MeetingKind, ProposalKind

pytestmark = pytest.mark.django_db
NOTIFYING = {"notify.people", "notify_people"}
SOURCES = [path for app in ("workflow", "reports") for path in Path(app).rglob("*.py")]


@pytest.fixture
def year():
    return make.make_year()


@pytest.mark.parametrize("clicking", ["th", "en"])
def test_an_invitation_speaks_each_persons_language(year, clicking):
    reader = make_person(year.office)
    User.objects.filter(pk=reader.pk).update(language="en")
    thai = make_person(year.office)
    with translation.override(clicking):
        calling.create_meeting(
            year.cycle,
            kind=MeetingKind.BRIEFING,
            title="ประชุมชี้แจง",
            place="ห้อง 1",
            starts_at=year.cycle.opened_at,
            agenda=["หนึ่ง"],
            by=year.coordinator,
        )
    found = {row.recipient_id: row for row in Notification.objects.filter(kind="meeting_invited")}
    assert found[reader.pk].title.startswith("Invitation: ประชุมชี้แจง on ")
    assert found[reader.pk].body == "Place: ห้อง 1"
    assert found[thai.pk].title.startswith("ขอเชิญ")
    assert "Place" not in found[thai.pk].body


@pytest.mark.parametrize("clicking", ["th", "en"])
def test_what_a_person_wrote_stays_as_it_is(year, clicking):
    with translation.override(clicking):
        notify.people(
            [year.coordinator], key="k", kind="news", title=lambda: "ก", body="ลดลง 5% (สิบ)"
        )
    assert Notification.objects.get(kind="news").body == "ลดลง 5% (สิบ)"


@pytest.mark.parametrize("kind", MeetingKind.values)
def test_titles_and_agenda_of_meetings_are_thai_whoever_calls_them(year, kind):
    found = []
    for language in ("en", "th"):
        with translation.override(language):
            found.append((calling.usual_title(year.cycle, kind), calling.standard_agenda()))
    assert found[0] == found[1]
    assert not any(text.isascii() for text in [found[0][0], *found[0][1]])


def test_the_history_calls_things_by_their_thai_names(year):
    with translation.override("en"):
        start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    label = Event.objects.get(verb="proposal.draft").target_label
    assert label.startswith("ประกาศ")
    with translation.override("en"):
        assert label != str(year.cycle.proposals.get())


def test_every_title_that_we_word_comes_as_a_function():
    """A finished text would be in the language of who clicks."""
    eager, seen = [], 0
    for path in SOURCES:
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in NOTIFYING:
                seen += 1
                title = next(word.value for word in call.keywords if word.arg == "title")
                if not isinstance(title, (ast.Lambda, ast.Name)):
                    eager.append(f"{path}:{call.lineno}")
    assert eager == []
    assert seen >= 15

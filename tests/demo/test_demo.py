"""The demonstration: people named by position, the story's steps, the clock of the living one."""

import io
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

from demo.files import make_pdf, make_photograph, make_workbook
from demo.management.commands.demo import DAYS
from demo.story import Story
from esa_standards import thai
from indicators.models import Edition, Evidence, EvidenceFile, Item
from indicators.states import ItemState
from people import clock
from people.models import Delivery, Event, Notification, Office, User
from people.states import DeliveryState
from reports.domain.documents import path_of
from reports.models import Document
from workflow.domain.agenda_items import agenda_of
from workflow.domain.letterheads import letterhead_of
from workflow.domain.todos import TodoKind, todos_of
from workflow.models import (
    Cycle,
    LateCount,
    Meeting,
    Proposal,
    Reminder,
    ResolutionTask,
    Step,
)
from workflow.states import MeetingState, ProposalKind, StepState

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_clock(settings, tmp_path):
    settings.DEMO_CLOCK = tmp_path / "demo-clock"
    call_command("fonts_build", verbosity=0)
    return settings.DEMO_CLOCK


def _states():
    return list(Step.objects.order_by("kind").values_list("state", flat=True))


def test_step_0_makes_people_and_no_cycle(demo_clock):
    call_command("demo", "--until", "0", stdout=io.StringIO())
    office = Office.objects.get(code="skn2")
    assert office.people.count() == 25
    assert office.work_groups.count() == 10
    assert set(User.objects.exclude(office=office).values_list("username", flat=True)) == {
        "skn1-director",
        "skn1-coordinator",
        "skn1-admin",
        "skn1-staff1",
        "obec",
    }
    assert not Cycle.objects.exists()


def test_a_second_time_is_refused_and_changes_nothing(demo_clock):
    call_command("demo", "--until", "1", stdout=io.StringIO())
    before = User.objects.count(), _states()
    with pytest.raises(CommandError, match="2560"):
        call_command("demo", "--until", "3", stdout=io.StringIO())
    assert (User.objects.count(), _states()) == before


def test_what_failed_half_way_leaves_nothing_and_can_be_repeated(demo_clock, monkeypatch):
    def power_cut(story):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(Story, "appointment", power_cut)
        with pytest.raises(KeyboardInterrupt):
            call_command("demo", "--until", "4", "--living", stdout=io.StringIO())
    assert not Office.objects.exists()
    assert not Edition.objects.exists()
    assert not demo_clock.exists()
    assert clock.this_fiscal_year() != 2560
    call_command("demo", "--until", "1", stdout=io.StringIO())
    assert _states()[:2] == [StepState.DONE, StepState.OPEN]


def test_fonts_are_made_when_there_are_none(demo_clock, settings, tmp_path):
    settings.FONT_ROOT = tmp_path / "var" / "fonts"
    call_command("demo", "--until", "0", stdout=io.StringIO())
    assert make_pdf("รายงาน", "ดำเนินการแล้ว", "สพป.").startswith(b"%PDF-")


@pytest.mark.parametrize("until", [1, 2, 3])
def test_each_step_leaves_the_next_one_open_and_the_year_in_time(demo_clock, settings, until):
    call_command("demo", "--until", str(until), stdout=io.StringIO())
    waiting = [StepState.WAITING] * (5 - until)
    assert _states() == [StepState.DONE] * until + [StepState.OPEN] + waiting
    settings.CLOCK_OFFSET_DAYS = int(demo_clock.read_text())
    assert Event.objects.latest("pk").at < clock.now()
    cycle = Cycle.objects.select_related("assessment__office").get()
    late = {t.kind for t in todos_of(cycle, clock.now()) if t.days_late(clock.today())}
    assert late <= {TodoKind.ACKNOWLEDGE}  # two people of the story never read the announcement


def test_the_clock_goes_forward_through_fiscal_year_2560():
    assert list(DAYS) == sorted(DAYS)
    assert {thai.fiscal_year(day) for day in DAYS} == {2560}


def test_step_6_ends_with_a_submitted_year_and_a_sar_in_hand(demo_clock):
    call_command("demo", "--until", "6", stdout=io.StringIO())
    assert _states() == [StepState.DONE] * 6
    cycle = Cycle.objects.select_related("assessment").get()
    assert cycle.assessment.submitted_at is not None
    assert demo_clock.exists()
    sar = cycle.proposals.get(kind=ProposalKind.SAR)
    paper = Document.objects.get(sha256=sar.rendered_sha256)
    assert path_of(paper).read_bytes().startswith(b"%PDF-")
    assert not cycle.recommendations.filter(answer="").exists()
    assert not ResolutionTask.objects.filter(done_at=None).exists()
    briefing, first, second = cycle.meetings.all()
    assert (briefing.confirmed_in, first.confirmed_in, second.confirmed_in) == (None, second, None)


def test_the_living_office_stands_in_step_4_with_some_items_late(demo_clock, settings):
    call_command("demo", "--until", "4", "--living", stdout=io.StringIO())
    settings.CLOCK_OFFSET_DAYS = int(demo_clock.read_text())
    cycle = Cycle.objects.select_related("assessment__office").get()
    handed_in = Item.objects.filter(state=ItemState.HANDED_IN).count()
    late = [t for t in todos_of(cycle, clock.now()) if t.days_late(clock.today())]
    assert clock.this_fiscal_year() == 2560
    assert 0 < handed_in < Item.objects.count()
    assert len(late) >= Item.objects.count() - handed_in
    names = set(EvidenceFile.objects.values_list("name", flat=True))
    assert {name.rpartition(".")[2] for name in names} == {"pdf", "jpg", "xlsx"}
    assert Evidence.objects.filter(citations__isnull=True).count() == 0
    _assert_papers_are_kept_as_offices_do()


def _assert_papers_are_kept_as_offices_do():
    order = Proposal.objects.get(kind=ProposalKind.ORDER)
    assert (order.number, order.memo_number) == ("147", "523")
    assert "24 พฤศจิกายน 2559 มีมติเห็นชอบ" in order.body["memo"]["origin"]
    assert letterhead_of(order.cycle.assessment.office).department
    for meeting in Meeting.objects.all():
        assert meeting.state == MeetingState.HELD
        assert meeting.starts_at <= meeting.began_at < meeting.ended_at
        assert meeting.chair != meeting.note_taker != meeting.checker
        assert meeting.guests
        assert set(meeting.invitation) in ({"opening"}, {"closing"})
        away = meeting.attendance.filter(present=False)
        assert len(away) == len(away.exclude(excuse="")) == 2
        agenda = agenda_of(meeting)
        assert len(agenda) == 6
        assert any(points for _item, points in agenda)
        assert not meeting.agenda.filter(text="", points=None).exists()
    done, late, open_ = ResolutionTask.objects.order_by("due")
    assert done.result
    assert (late.done_at, open_.done_at) == (None, None)
    assert late.due < clock.today() < open_.due


def test_files_are_what_their_names_say():
    call_command("fonts_build", verbosity=0)
    assert make_pdf("รายงาน", "ดำเนินการแล้ว", "สพป.").startswith(b"%PDF-")
    assert Image.open(io.BytesIO(make_photograph("ภาพกิจกรรม"))).format == "JPEG"
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(make_workbook("ตาราง"))).namelist()


def test_accounts_are_shown_with_the_published_password(demo_clock, client):
    call_command("demo", "--until", "0", stdout=io.StringIO())
    assert User.objects.get(username="coordinator").check_password(settings.DEMO_PASSWORD)


def test_the_living_office_was_reminded_on_its_days_and_nothing_waits_to_be_mailed(demo_clock):
    call_command("demo", "--until", "4", "--living", stdout=io.StringIO())
    assert not Delivery.objects.exclude(state=DeliveryState.SENT).exists()
    assert not Delivery.objects.filter(sent_at__gt=clock.now()).exists()
    stages = set(Reminder.objects.values_list("stage", flat=True))
    assert {"new", "before14", "before7"} <= stages
    counts = LateCount.objects.filter(group=None).order_by("day")
    assert counts.count() >= 8
    assert counts.last().late > counts.first().late
    unread = Notification.objects.unread()
    assert unread.exists()
    assert unread.count() < Notification.objects.count() / 2

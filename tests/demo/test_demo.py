"""The demonstration: people named by position, the story's steps, the clock of the living one."""

import io
from functools import partial
from shutil import copytree
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from PIL import Image

import thai
from core import clock
from core.models import Event
from demo.files import make_pdf, make_photograph, make_workbook
from demo.management.commands.demo import DAYS
from demo.story import Story
from indicators.models import Edition
from people.models import Office, User
from tests.demo.founded import fonts
from workflow.models import (
    Cycle,
    Step,
)
from workflow.states import StepState
from workflow.todo import TodoKind
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_clock(settings, tmp_path):
    settings.DEMO_CLOCK = tmp_path / "demo-clock"
    fonts()
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


def test_fonts_are_made_when_there_are_none(demo_clock, settings, tmp_path, monkeypatch):
    made = partial(copytree, fonts())  # at once, instead of in six seconds
    settings.FONT_ROOT = tmp_path / "var" / "fonts"
    monkeypatch.setattr("demo.management.commands.demo.build_fonts", made)
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


def test_files_are_what_their_names_say():
    fonts()
    assert make_pdf("รายงาน", "ดำเนินการแล้ว", "สพป.").startswith(b"%PDF-")
    assert Image.open(io.BytesIO(make_photograph("ภาพกิจกรรม"))).format == "JPEG"
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(make_workbook("ตาราง"))).namelist()


def test_accounts_are_shown_with_the_published_password(demo_clock, client):
    call_command("demo", "--until", "0", stdout=io.StringIO())
    assert User.objects.get(username="coordinator").check_password(settings.DEMO_PASSWORD)

"""The demonstration in the middle of step 4, as ``demo --until 4 --living`` leaves it."""

import pytest

from core import clock
from indicators.models import Evidence, EvidenceFile, Item
from indicators.states import ItemState
from notifications.models import Delivery, Notification
from notifications.states import DeliveryState
from tests.demo.founded import borrowed
from workflow.meetings.agenda_items import agenda_of
from workflow.models import Cycle, LateCount, Meeting, Proposal, Reminder, ResolutionTask
from workflow.papers.letterheads import letterhead_of
from workflow.states import MeetingState, ProposalKind
from workflow.todos.todos import todos_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _living(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), borrowed("half", "demo.sqlite3"):
        yield


def test_the_living_office_stands_in_step_4_with_some_items_late():
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


def test_the_living_office_was_reminded_on_its_days_and_nothing_waits_to_be_mailed():
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

"""A second click says who did it and when, and never that something is simply wrong."""

import re

import pytest

from core.refusals import MoveRefused
from indicators.models import Item
from indicators.narratives.items import hand_in, save_item
from tests.factories import cycles as make
from tests.factories.workflow import make_approved, make_draft
from workflow.followup import submissions
from workflow.meetings import calling
from workflow.models import Proposal, Step
from workflow.papers import proposals
from workflow.states import MeetingKind, StepKind
from workflow.steps import moves

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return make.make_year()


def says(call, who, word):
    """The refusal names the person and the moment."""
    with pytest.raises(MoveRefused) as refused:
        call()
    said = refused.value.message
    assert word in said
    assert re.search(rf"โดย {re.escape(who.full_name)} เมื่อ \d+ \S+ \d{{4}} เวลา", said), said


def test_finished_and_opened_step(year, monkeypatch):
    monkeypatch.setattr(moves, "missing_of", lambda step, at: [])  # tested in test_gates

    def step():
        return Step.objects.select_related("cycle").get(cycle=year.cycle, kind=StepKind.AGENDA)

    moves.finish_step(step(), by=year.coordinator)
    says(lambda: moves.finish_step(step(), by=year.coordinator), year.coordinator, "แล้วเสร็จไปแล้ว")
    moves.reopen_step(step(), by=year.coordinator, why="แก้ไข")
    says(
        lambda: moves.reopen_step(step(), by=year.coordinator, why="แก้ไข"),
        year.coordinator,
        "เปิดไปแล้ว",
    )


def test_submitted_summary(year):
    make.submit(year)
    says(
        lambda: submissions.submit_summary(year.cycle, by=year.coordinator),
        year.coordinator,
        "ส่งไปแล้ว",
    )


def test_proposed_draft(cast, cycle):
    draft = make_draft(cycle, by=cast.coordinator)
    stale = Proposal.objects.get(pk=draft.pk)
    proposals.propose(draft, by=cast.coordinator)
    fresh = Proposal.objects.get(pk=draft.pk)
    save = {"subject": "ใหม่", "body": {}, "edit": stale.edit, "by": cast.coordinator}
    for late in (
        lambda: proposals.propose(stale, by=cast.coordinator),
        lambda: proposals.propose(fresh, by=cast.coordinator),
        lambda: proposals.save_draft(stale, **save),
        lambda: proposals.start_draft(cycle, kind=draft.kind, by=cast.coordinator),
    ):
        says(late, cast.coordinator, "เสนอไปแล้ว")


def test_published_announcement(cast, cycle):
    paper = make_approved(cycle, cast=cast)
    proposals.publish(paper, by=cast.coordinator)
    says(lambda: proposals.publish(paper, by=cast.director), cast.coordinator, "เผยแพร่ไปแล้ว")


def test_item_that_was_handed_in(year):
    writer = year.staff[0]
    make.appoint(year, members=[], writer=writer)
    item = Item.objects.select_related("assessment").first()
    texts = {"narrative": "ทำ", "result": "ดี", "no_evidence_reason": "ไม่มี"}
    item = save_item(item, **texts, version=item.version, by=writer)
    hand_in(item, by=writer)
    says(lambda: hand_in(item, by=writer), writer, "ส่งไปแล้ว")


def test_cancelled_meeting(year):
    meeting = calling.create_meeting(
        year.cycle,
        kind=MeetingKind.BRIEFING,
        title="ประชุม",
        place="ห้อง",
        starts_at=year.cycle.opened_at,
        agenda=["แจ้ง"],
        by=year.coordinator,
    )
    calling.cancel(meeting, why="เลื่อน", by=year.coordinator)
    says(
        lambda: calling.cancel(meeting, why="เลื่อน", by=year.coordinator),
        year.coordinator,
        "อยู่ในสถานะ",
    )

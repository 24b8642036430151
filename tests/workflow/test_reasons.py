"""Who must say why cannot say it in letters that nobody sees."""

from datetime import date

import pytest

from core.refusals import MoveRefused, RuleBroken
from indicators.assessments import unlock
from indicators.models import Item
from indicators.narratives import items
from indicators.scores import scores
from indicators.states import ItemState
from people.models import RoleGrant
from people.roles import deciding, grant_role
from people.states import Role
from tests.factories import cycles as make
from tests.factories.people import make_person
from tests.factories.workflow import load_proposal
from workflow.papers import checks, decisions, proposals, revoking
from workflow.states import ProposalKind, StepKind
from workflow.steps import moves

pytestmark = pytest.mark.django_db


def reopen(year):
    make.jump_to(year.cycle, StepKind.SUMMARY)
    step = year.cycle.steps.get(kind=StepKind.COMMITTEE_WORK)
    return lambda why: moves.reopen_step(step, by=year.coordinator, why=why)


def give_back(year):
    sar = load_proposal(make.make_sar(year).pk)
    return lambda why: decisions.return_(sar, by=year.director, opinion=why)


def approve_over_gaps(year):
    Item.objects.filter(assessment=year.cycle.assessment).update(
        narrative="", state=ItemState.WRITING
    )
    sar = load_proposal(make.make_sar(year).pk)
    return lambda why: decisions.approve(sar, by=year.director, gaps_reason=why)


def revoke(year):
    announcement = make.approve(year, ProposalKind.ANNOUNCEMENT, dated=date(2017, 1, 5))
    paper = load_proposal(announcement.pk)
    return lambda why: revoking.revoke(paper, by=year.director, why=why)


def open_the_year_again(year):
    make.lock_with_sar(year)
    return lambda why: unlock(year.cycle.assessment, by=year.director, why=why)


def decline(year):
    admin = make_person(year.office, Role.ADMIN)
    grant_role(year.staff[0], role=Role.DEPUTY, office=year.office, by=admin)
    grant = RoleGrant.objects.get(awaits_confirmation=True)
    return lambda why: deciding.decline(grant, by=year.director, why=why)


def propose_empty_texts(year):
    draft = proposals.start_draft(year.cycle, kind=ProposalKind.SAR, by=year.coordinator)

    def propose(why):
        now = load_proposal(draft.pk)
        body = now.body | dict.fromkeys(("preface", "basic_info", "conclusion", "development"), why)
        by = year.coordinator
        proposals.save_draft(now, subject="เรื่อง", body=body, edit=now.edit, by=by)
        if checks.problems_of(load_proposal(draft.pk)):  # else only its PDF is missing
            proposals.propose(load_proposal(draft.pk), by=by)

    return propose


def hand_in_nothing(year):
    item = Item.objects.filter(assessment=year.cycle.assessment).first()

    def hand_in(why):
        Item.objects.filter(pk=item.pk).update(
            narrative=why, no_evidence_reason=why, state=ItemState.WRITING, handed_in_at=None
        )
        items.hand_in(Item.objects.get(pk=item.pk), by=year.staff[0])

    return hand_in


def agree(year):
    item = Item.objects.filter(assessment=year.cycle.assessment).first()
    version = item.agreed_score.version

    def record(why):
        now = Item.objects.get(pk=item.pk)
        by = year.coordinator
        scores.agree(now, level=3, reason=why, version=version, by=by)

    return record


ACTS = [
    agree,
    approve_over_gaps,
    decline,
    give_back,
    hand_in_nothing,
    open_the_year_again,
    propose_empty_texts,
    reopen,
    revoke,
]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_reason_that_nobody_sees_is_none(act):
    try_with = act(make.make_complete_year())
    for why in ("\u200b", " \u2060\n", "\u3164\u2800"):
        with pytest.raises((RuleBroken, MoveRefused)) as refused:
            try_with(why)
        assert refused.value.message
    try_with("ตามมติที่ประชุม")

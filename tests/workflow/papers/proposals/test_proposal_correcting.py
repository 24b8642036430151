"""A wrong number or date of an approved paper becomes a new version that says what it corrects."""

from datetime import date, timedelta

import pytest

import thai
from core import clock
from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken
from notifications.models import Notification
from people.states import Role
from reports.collect import take_snapshot
from reports.documents.seals import seal_for
from reports.official import paper_of
from reports.verification.queries import verdict_of
from tests.factories.cycles import make_complete_year, make_sar
from tests.factories.people import act_for, make_person, make_reviewer
from tests.factories.workflow import (
    load_cycle,
    load_proposal,
    make_approved,
    make_cycle,
    make_draft,
    make_proposal,
    make_proposed,
)
from tests.workflow.papers.pages import days_from_today, url
from workflow.followup.submissions import open_submission, submit_summary
from workflow.models import Committee, IssuedNumber, Proposal, Step
from workflow.papers import decisions
from workflow.papers.correcting import correct, correction_words
from workflow.papers.numbering import next_number, proposed_number
from workflow.states import ProposalKind, Register, StepKind, StepState

pytestmark = pytest.mark.django_db
ORDER, ANNOUNCEMENT, SAR = ProposalKind.ORDER, ProposalKind.ANNOUNCEMENT, ProposalKind.SAR
WHY = "พิมพ์เลขสลับกัน"


@pytest.fixture
def order(assigned, cast):
    """An order approved as number 174; the register says 147."""
    proposal = make_proposed(assigned, ORDER, by=cast.coordinator)
    Proposal.objects.filter(pk=proposal.pk).update(proposed_at=clock.now() - timedelta(days=5))
    decisions.endorse(load_proposal(proposal.pk), by=cast.deputy, opinion="เห็นควร")
    decisions.approve(load_proposal(proposal.pk), by=cast.director, number="174", memo_number="523")
    return load_proposal(proposal.pk)


def be(day):
    return thai.be_year(day)


def fix(proposal, by, **changes):
    options = {"number": "147", "memo_number": proposal.memo_number, "dated": proposal.dated}
    return correct(proposal, by=by, **{**options, "why": WHY, **changes})


def rights(cycle):
    items = cycle.assessment.items.order_by("pk")
    return (
        sorted(cycle.assessment.user_permissions.values_list("user", flat=True)),
        [sorted(item.user_permissions.values_list("user", flat=True)) for item in items],
    )


def text_of(proposal, kind):
    return str(paper_of(take_snapshot(proposal.cycle, kind, proposal=proposal, at=clock.now())))


def test_the_right_number_takes_the_place_of_the_wrong_one(order, cast):
    fixed = load_proposal(fix(order, cast.director).pk)
    old, day = load_proposal(order.pk), clock.today()
    assert (old.state, old.number) == ("superseded", "174")
    assert (fixed.state, fixed.version, fixed.number) == ("approved", 2, "147")
    assert (fixed.body, fixed.subject) == (old.body, old.subject)
    assert (fixed.approved_by, fixed.signed_as) == (old.approved_by, old.signed_as)
    assert fixed.correction["fields"] == [
        {"name": "number", "old": f"174/{be(day)}", "new": f"147/{be(day)}"}
    ]
    kept = IssuedNumber.objects.filter(register="order").order_by("pk")
    assert [(row.number, row.proposal_id) for row in kept] == [("174", old.pk), ("147", fixed.pk)]
    memo = IssuedNumber.objects.get(register="memo")
    assert (memo.number, fixed.memo_number) == ("523", "523")


def test_the_papers_say_what_was_corrected(order, cast):
    fixed, year = load_proposal(fix(order, cast.director).pk), be(clock.today())
    said = f"แก้ไขเลขที่คำสั่ง จาก 174/{year} เป็น 147/{year} เนื่องจาก{WHY}"
    assert said in correction_words(fixed)
    assert thai.to_thai_digits(said) in text_of(fixed, "order")
    assert WHY not in text_of(fixed, "memo"), "its own number was right"
    assert WHY not in text_of(load_proposal(order.pk), "order")


def test_the_memo_says_its_own_correction_and_keeps_the_opinions(order, cast):
    fixed = load_proposal(fix(order, cast.director, number="174", memo_number="๕๓๒").pk)
    text = text_of(fixed, "memo")
    assert "เลขที่บันทึกข้อความ" in text
    assert "เห็นควร" in text
    assert (fixed.number, fixed.memo_number) == ("174", "532")


def test_committee_and_rights_go_on(order, cast, assigned):
    before, members = rights(assigned), set(Committee.objects.get().members.values_list("user"))
    fixed = fix(order, cast.director)
    committee = Committee.objects.get(until__isnull=True)
    assert committee.order_id == fixed.pk
    assert set(committee.members.values_list("user")) == members
    assert rights(assigned) == before


def test_the_code_of_the_old_paper_says_superseded_today(order, cast):
    seal_for(order, "order")
    code = order.seals.get(kind="order").code
    fix(order, cast.director, dated=clock.today() - timedelta(days=3))
    verdict = verdict_of(code)
    assert (verdict.standing, verdict.since) == ("superseded", clock.today())
    assert verdict.successor.startswith("147/")


def test_the_history_and_those_named_in_it_learn_of_it(order, cast):
    fixed = fix(order, cast.director)
    events = Event.objects.order_by("-pk")[:2]
    assert [event.verb for event in events] == ["proposal.correct", "proposal.supersede"]
    assert {event.why for event in events} == {WHY}
    news = Notification.objects.filter(kind="proposal_corrected")
    assert cast.staff.pk in news.values_list("recipient", flat=True)
    assert fixed.decisions.count() == 2


def test_a_number_that_was_taken_with_its_year_is_left_or_put_right(order, cast):
    year = be(clock.today())
    Proposal.objects.update(number=f"174/{year}")
    IssuedNumber.objects.filter(register="order").update(number=f"174/{year}")
    order = load_proposal(order.pk)
    left = fix(order, cast.director, number=order.number, memo_number="524")
    right = fix(load_proposal(left.pk), cast.director, number="174")
    assert (left.number, right.number) == (f"174/{year}", "174")
    assert right.correction["fields"] == [
        {"name": "number", "old": f"174/{year}/{year}", "new": f"174/{year}"}
    ]


def test_a_number_corrected_back_is_the_papers_own(order, cast):
    wrong = load_proposal(fix(order, cast.director, number="200").pk)
    again = fix(wrong, cast.director, number="174")
    assert again.number == "174"
    assert IssuedNumber.objects.filter(register="order").count() == 2


@pytest.mark.parametrize(
    ("steps", "follows"),
    [
        (["147"], "148"),  # counted from what is right, not from the slip
        (["147", "174"], "175"),  # which was none
        (["173"], "175"),  # 174 was given, and stays so
        (["147", "1470", "150"], "151"),
        (["พิเศษ 3"], "พิเศษ 4"),
    ],
)
def test_nothing_is_counted_from_a_number_that_was_wrong(order, cast, steps, follows):
    for number in steps:
        order = load_proposal(fix(order, cast.director, number=number).pk)
    office, day = order.cycle.assessment.office, order.dated
    assert proposed_number(office, day).number == follows
    assert next_number(office, day) == (follows if follows.isdecimal() else "1")
    assert proposed_number(office, day, Register.MEMO).number == "524"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"why": " "}, "why"),
        ({"number": "174"}, ""),
        ({"number": "0174 "}, ""),
        ({"number": "12/34\u202e"}, "number"),
        ({"number": "90"}, "number"),
        ({"dated": date(2016, 1, 1)}, "dated"),
        ({"dated": date(2099, 1, 1)}, "dated"),
    ],
)
def test_what_cannot_be_corrected_like_this_says_where(order, cast, changes, field):
    other = make_cycle(order.cycle.office, 2561, by=cast.coordinator)
    taken = make_proposal(other, ORDER, by=cast.coordinator)
    IssuedNumber.objects.create(
        office=other.office,
        register="order",
        year=be(clock.today()),
        number="90",
        proposal=taken,
        issued_at=clock.now(),
    )
    with pytest.raises(RuleBroken) as refused:
        fix(order, cast.director, **changes)
    assert refused.value.field == field
    assert load_proposal(order.pk).state == "approved"
    assert Proposal.objects.filter(cycle=order.cycle, kind=ORDER).count() == 1


def test_only_the_director_corrects_and_nobody_twice(order, cast):
    for person in (cast.coordinator, cast.deputy, cast.staff, make_person(order.cycle.office)):
        with pytest.raises(NotAllowed):
            fix(load_proposal(order.pk), person)
    stale = load_proposal(order.pk)
    fix(order, cast.director)
    with pytest.raises(MoveRefused):
        fix(stale, cast.director, number="150")


def test_while_a_later_version_is_underway_it_is_not_corrected(order, cast):
    make_draft(order.cycle, ORDER, by=cast.coordinator)
    with pytest.raises(MoveRefused):
        fix(order, cast.director)
    assert load_proposal(order.pk).state == "approved"


# -- the date of the others -----------------------------------------------------------------
def earlier(proposal, days=5):
    Proposal.objects.filter(pk=proposal.pk).update(proposed_at=clock.now() - timedelta(days=days))
    return load_proposal(proposal.pk)


def test_an_announcement_with_the_right_date_is_published_anew(cycle, cast):
    paper = earlier(make_approved(cycle, cast=cast))
    Proposal.objects.filter(pk=paper.pk).update(published_at=clock.now())
    right = clock.today() - timedelta(days=2)
    fixed = load_proposal(
        correct(load_proposal(paper.pk), by=cast.director, why=WHY, dated=right).pk
    )
    assert (fixed.dated, fixed.published_at, fixed.number) == (right, None, "")
    said = thai.to_thai_digits(thai.format_date(right))
    assert said in text_of(fixed, "announcement")


def test_a_sar_with_the_right_date_keeps_its_gaps_and_the_lock():
    year = make_complete_year()
    year.cycle.assessment.reviews.update(strengths="")
    sar = earlier(make_sar(year))
    decisions.approve(sar, by=year.director, gaps_reason="ครบกำหนด")
    right = clock.today() - timedelta(days=1)
    fixed = correct(load_proposal(sar.pk), by=year.director, why=WHY, dated=right)
    fixed = load_proposal(fixed.pk)
    assert (fixed.state, fixed.gaps_reason, fixed.dated) == ("approved", "ครบกำหนด", right)
    assert not fixed.cycle.assessment.is_open
    snapshot = take_snapshot(fixed.cycle, "sar", proposal=fixed, at=clock.now())
    assert WHY in snapshot.correction


@pytest.mark.parametrize("stage", ["approved", "submitted", "opened"])
def test_obec_hears_that_the_sar_it_opened_bears_another_date(stage):
    year, reviewer = make_complete_year(), make_reviewer()
    sar = earlier(make_sar(year))
    decisions.approve(sar, by=year.director)
    Step.objects.filter(cycle=year.cycle, kind=StepKind.SUMMARY).update(state=StepState.OPEN)
    if stage != "approved":
        submit_summary(load_cycle(year.cycle.pk), by=year.coordinator)
    if stage == "opened":
        open_submission(load_cycle(year.cycle.pk), by=reviewer)
    day = clock.today() - timedelta(days=1)
    correct(load_proposal(sar.pk), by=year.director, why=WHY, dated=day)
    news = Notification.objects.filter(kind="proposal_corrected", recipient=reviewer)
    assert [one.body for one in news] == ([WHY] if stage == "opened" else [])
    assert all(year.office.short_name in one.title for one in news)


@pytest.mark.parametrize("acts", [False, True])
def test_the_history_says_whether_who_corrected_acted_for_the_director(order, cast, acts):
    by, today = cast.director, clock.today()
    if acts:
        by = act_for(cast.group_director, Role.DIRECTOR, since=today, until=today).user
    fixed = fix(order, by)
    assert fixed.approved_by == cast.director
    last = Event.objects.order_by("-pk")[:2]
    assert {(event.actor, event.acting_for) for event in last} == {(by, "director" if acts else "")}


# -- the page -------------------------------------------------------------------------------
def test_the_director_corrects_on_the_page_of_the_paper(order, cast, client_for):
    client = client_for(cast.director)
    page = client.get(url(kind="order"))
    form = page.context["correct_form"]
    assert (form["number"].value(), form["memo_number"].value()) == ("174", "523")
    data = {
        "correct-version": 1,
        "correct-seen": order.edit,
        "correct-number": "147",
        "correct-memo_number": "523",
        "correct-dated": days_from_today(0),
        "correct-why": "",
    }
    refused = client.post(url("proposal_correct", "order"), data)
    assert list(refused.context["correct_form"].errors) == ["why"]
    answer = client.post(url("proposal_correct", "order"), data | {"correct-why": WHY})
    assert answer.url == url(kind="order")
    page = client.get(url(kind="order"))
    assert "147/" in page.context["correction"]
    old = client.get(url("proposal_version", "order", 1))
    assert not old.context["correction"]


def test_nobody_else_is_offered_to_correct(order, cast, client_for):
    for person in (cast.coordinator, cast.deputy, cast.staff):
        text = client_for(person).get(url(kind="order")).content.decode()
        assert url("proposal_correct", "order") not in text

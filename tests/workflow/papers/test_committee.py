"""The committee and the rights: from the approved order, and from nothing else."""

import pytest

from core.refusals import RuleBroken
from indicators import rules as content_rules
from indicators.models import AssessmentUserPermission, Consideration, Item, ItemUserPermission
from people.states import Role
from tests.factories.indicators import put_in_charge
from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_cycle,
    make_draft,
    make_proposed,
)
from workflow.models import Committee
from workflow.papers import decisions, proposals
from workflow.papers.checks import problems_of
from workflow.papers.queries import order_view
from workflow.states import CommitteePart, ProposalKind, ProposalState, Seat

pytestmark = pytest.mark.django_db
ORDER = ProposalKind.ORDER


@pytest.fixture
def cycle(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


def committee_of(cycle):
    """The one in force."""
    return Committee.objects.filter(cycle=cycle, until=None).first()


def _change_members(proposal, cast, change):
    """Save the draft with other members."""
    body = {**proposal.body, "members": change([*proposal.body["members"]])}
    proposals.save_draft(
        proposal, subject=proposal.subject, body=body, edit=proposal.edit, by=cast.coordinator
    )
    return proposal


def _row(user, part=CommitteePart.STEERING, standard=None, seat=Seat.MEMBER):
    return {"user": user.pk, "part": part, "standard": standard, "seat": seat, "order": 0}


# -- prefilling -------------------------------------------------------------------------
def test_order_is_prefilled_from_roles_and_assignments(cycle, cast):
    body = make_draft(cycle, ORDER, by=cast.coordinator).body
    rows = [(row["user"], row["part"], row["standard"], row["seat"]) for row in body["members"]]
    assert rows == [
        (cast.director.pk, "steering", None, "chair"),
        (cast.deputy.pk, "steering", None, "vice_chair"),
        (cast.group_director.pk, "steering", None, "member"),
        (cast.coordinator.pk, "steering", None, "secretary"),
        (cast.staff.pk, "working", "1", "chair"),
    ]
    assert [row["order"] for row in body["members"]] == [1, 2, 3, 4, 5]
    assert [row["indicator"] for row in body["supervisors"]] == [None, "1.1", "1.2"]
    assert [row["consideration"] for row in body["collectors"]] == [
        "1.1.1",
        "1.1.2",
        "1.2.1",
        "1.2.2",
    ]


# -- before and after approval -----------------------------------------------------------
def test_rights_begin_with_the_approval_and_not_before(cycle, cast):
    item = Item.objects.filter(assessment=cycle.assessment).first()
    proposal = make_proposed(cycle, ORDER, by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    assert committee_of(cycle) is None
    assert not content_rules.may_write_item(cast.staff, item)
    assert not content_rules.may_score(cast.staff, cycle.assessment)
    decisions.approve(proposal, by=cast.director, number="12")
    assert content_rules.may_write_item(cast.staff, item)
    assert content_rules.may_score(cast.staff, cycle.assessment)
    assert content_rules.may_score(cast.coordinator, cycle.assessment)
    assert not content_rules.may_write_item(cast.coordinator, item)


def test_committee_holds_the_seats_of_the_order(cycle, cast):
    order = make_approved(cycle, ORDER, cast=cast)
    committee = committee_of(cycle)
    assert committee.order == order
    seats = [
        (m.user, m.part, m.standard and m.standard.code, m.seat)
        for m in committee.members.select_related("user", "standard")
    ]
    assert seats[0] == (cast.director, "steering", None, "chair")
    assert seats[-1] == (cast.staff, "working", "1", "chair")
    assert order.number == "1"


def test_advisers_do_not_score(cycle, cast, office):
    adviser = make_person(office)
    draft = make_draft(cycle, ORDER, by=cast.coordinator)
    _change_members(draft, cast, lambda rows: [*rows, _row(adviser, CommitteePart.ADVISER)])
    proposals.propose(draft, by=cast.coordinator)
    decisions.endorse(draft, by=cast.deputy)
    decisions.approve(draft, by=cast.director, number="1")
    assert committee_of(cycle).members.filter(user=adviser).exists()
    assert not content_rules.may_score(adviser, cycle.assessment)


def test_supervisors_and_collectors_write_what_they_were_named_for(office, cast):
    cycle = make_cycle(office, by=cast.coordinator)
    collector, supervisor, other = (make_person(office) for _ in range(3))
    one = Consideration.objects.get(code="1.1.1")
    for row in Consideration.objects.all():
        put_in_charge(cycle.assessment, row, collector if row == one else other)
    put_in_charge(cycle.assessment, one.indicator, supervisor)
    put_in_charge(cycle.assessment, one.indicator.standard.indicators.get(code="1.2"), other)
    put_in_charge(cycle.assessment, one.indicator.standard, cast.staff)
    make_approved(cycle, ORDER, cast=cast)
    rights = {
        user: sorted(
            ItemUserPermission.objects.filter(user=user).values_list(
                "content_object__consideration__code", flat=True
            )
        )
        for user in (collector, supervisor, cast.staff)
    }
    assert rights[collector] == ["1.1.1"]
    assert rights[supervisor] == ["1.1.1", "1.1.2"]
    assert rights[cast.staff] == ["1.1.1", "1.1.2", "1.2.1", "1.2.2"]


def test_next_order_ends_the_committee_and_replaces_the_rights(cycle, cast, office):
    first = make_approved(cycle, ORDER, cast=cast)
    newcomer = make_person(office)
    draft = make_draft(cycle, ORDER, by=cast.coordinator)
    _change_members(
        draft,
        cast,
        lambda rows: [*(r for r in rows if r["user"] != cast.deputy.pk), _row(newcomer)],
    )
    proposals.propose(draft, by=cast.coordinator)
    decisions.endorse(draft, by=cast.deputy)
    decisions.approve(draft, by=cast.director, number="2")
    assert load_proposal(first.pk).state == ProposalState.SUPERSEDED
    assert Committee.objects.filter(cycle=cycle, until__isnull=True).get().order == draft
    assert Committee.objects.get(order=first).until is not None
    scorers = set(AssessmentUserPermission.objects.values_list("user", flat=True))
    assert newcomer.pk in scorers
    assert cast.deputy.pk not in scorers


def test_order_takes_the_assignments_as_they_stand_when_proposed(cycle, cast, office):
    draft = make_draft(cycle, ORDER, by=cast.coordinator)
    later = make_person(office, given_name="คนใหม่")
    assignment = cycle.assessment.assignments.get(consideration__code="1.1.1")
    assignment.user = later
    assignment.save()
    proposals.propose(draft, by=cast.coordinator)
    row = next(r for r in draft.body["collectors"] if r["consideration"] == "1.1.1")
    assert (row["user"], row["name"]) == (later.pk, later.full_name)


def test_order_keeps_the_names_as_they_were(cycle, cast):
    order = make_approved(cycle, ORDER, cast=cast)
    before = cast.director.full_name
    cast.director.given_name = "ชื่อใหม่"
    cast.director.save()
    view = order_view(load_proposal(order.pk))
    assert view.groups[0].lines[0].name == before
    assert load_proposal(order.pk).signed_as["name"] == before


# -- what keeps an order back ---------------------------------------------------------------
def _twice(rows, cast, office):
    return [*rows, _row(cast.deputy)]


def _no_chair(rows, cast, office):
    return [row for row in rows if row["seat"] != Seat.CHAIR or row["part"] != "steering"]


def _two_chairs(rows, cast, office):
    return [*rows, _row(make_person(office), seat=Seat.CHAIR)]


def _nobody(rows, cast, office):
    return [row for row in rows if row["part"] != "working"]


def _deactivated(rows, cast, office):
    return [*rows, _row(make_person(office, is_active=False))]


def _stranger(rows, cast, office):
    return [*rows, _row(make_person(make_office("skn1")))]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_twice, "มีชื่อซ้ำ"),
        (_no_chair, "ยังไม่มีประธานกรรมการ"),
        (_two_chairs, "มีประธานกรรมการมากกว่าหนึ่งคน"),
        (_nobody, "ยังไม่มีรายชื่อ"),
        (_deactivated, "ไม่ได้ปฏิบัติงานในหน่วยงานนี้แล้ว"),
        (_stranger, "ไม่ได้ปฏิบัติงานในหน่วยงานนี้แล้ว"),
    ],
)
def test_order_with_a_wrong_member_table_says_what_is_wrong(cycle, cast, office, change, words):
    draft = make_draft(cycle, ORDER, by=cast.coordinator)
    _change_members(draft, cast, lambda rows: change(rows, cast, office))
    assert [words in problem.message for problem in problems_of(draft)] == [True]
    with pytest.raises(RuleBroken) as refused:
        proposals.propose(draft, by=cast.coordinator)
    assert words in refused.value.message


def test_order_with_gaps_in_the_assignment_table_names_them(cycle, cast):
    cycle.assessment.assignments.filter(consideration__code="1.2.1").delete()
    draft = make_draft(cycle, ORDER, by=cast.coordinator)
    (problem,) = problems_of(draft)
    assert "1.2.1" in problem.message
    assert problem.field == "supervisors"


def test_second_director_does_not_chair(cycle, cast, office):
    make_person(office, Role.DIRECTOR)
    body = make_draft(cycle, ORDER, by=cast.coordinator).body
    assert [row["seat"] for row in body["members"][:2]] == ["chair", "vice_chair"]
    chairs = [
        row for row in body["members"] if row["part"] == "steering" and row["seat"] == "chair"
    ]
    assert len(chairs) == 1

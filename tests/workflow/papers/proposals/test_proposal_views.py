"""Papers through the browser: who may, reading, drafting, what the decider sees."""

import pytest
from django.urls import reverse

from people.states import Role
from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_draft,
    make_proposed,
)
from tests.workflow.papers.pages import seen, url
from workflow.models import Proposal
from workflow.papers import decisions, proposals
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db
POSTS = [
    "draft",
    "propose",
    "withdraw",
    "publish",
    "endorse",
    "approve",
    "signed_scan",
    "return",
    "revoke",
]


# -- who may ------------------------------------------------------------------------------
@pytest.mark.parametrize("act", POSTS)
def test_acts_refuse_get_and_strangers(client, client_for, cycle, cast, act):
    proposal = make_proposed(cycle, by=cast.coordinator)
    address = url(f"proposal_{act}")
    assert client_for(cast.coordinator).get(address).status_code == 405
    stranger = make_person(make_office("skn1"), Role.COORDINATOR, Role.DIRECTOR, Role.DEPUTY)
    assert client_for(stranger).post(address, seen(proposal)).status_code == 404
    assert client.post(address, seen(proposal)).status_code == 302
    assert load_proposal(proposal.pk).state == ProposalState.PROPOSED


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        ("draft", {"coordinator"}),
        ("propose", {"coordinator"}),
        ("withdraw", {"coordinator"}),
        ("endorse", {"deputy"}),
        ("approve", {"director"}),
        ("return", {"deputy", "director"}),
        ("signed_scan", {"deputy", "director"}),
        ("publish", {"coordinator", "director"}),
        ("revoke", {"director"}),
    ],
)
@pytest.mark.parametrize("role", ["director", "deputy", "coordinator", "group_director", "staff"])
def test_acts_by_role(client_for, cycle, cast, act, allowed, role):
    proposal = make_proposed(cycle, by=cast.coordinator)
    prefix = "signed-" if act == "signed_scan" else ""
    answer = client_for(getattr(cast, role)).post(
        url(f"proposal_{act}"), seen(proposal, prefix, opinion="แก้ไข")
    )
    assert (answer.status_code == 403) == (role not in allowed)


@pytest.mark.parametrize("kind", ["memo", "summary", "x"])
def test_unknown_kind_is_not_found(client_for, cycle, cast, kind):
    client = client_for(cast.coordinator)
    assert client.get(url(kind=kind)).status_code == 404
    assert client.post(url("proposal_draft", kind)).status_code == 404
    assert client.get(url("proposal_edit", kind)).status_code == 404


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "1.5"])
def test_acts_on_a_version_that_does_not_exist_are_not_found(client_for, cycle, cast, version):
    proposal = make_proposed(cycle, by=cast.coordinator)
    data = {"version": version, "seen": proposal.edit}
    assert client_for(cast.deputy).post(url("proposal_endorse"), data).status_code == 404
    assert client_for(cast.coordinator).post(url("proposal_withdraw"), data).status_code == 404


# -- pages ------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ProposalKind.values)
@pytest.mark.parametrize("role", ["director", "deputy", "coordinator", "staff"])
def test_page_of_every_kind_without_and_with_a_draft(client_for, assigned, cast, kind, role):
    client = client_for(getattr(cast, role))
    empty = client.get(url(kind=kind)).content.decode()
    assert (url("proposal_draft", kind) in empty) == (role == "coordinator")
    make_draft(assigned, kind, by=cast.coordinator)
    page = client.get(url(kind=kind)).content.decode()
    assert (url("proposal_edit", kind) in page) == (role == "coordinator")
    assert " style=" not in page


def test_page_offers_each_role_its_part(client_for, cycle, cast):
    make_proposed(cycle, by=cast.coordinator)
    offered = {
        role: {
            act
            for act in ("endorse", "approve", "withdraw", "return")
            if url(f"proposal_{act}") in client_for(getattr(cast, role)).get(url()).content.decode()
        }
        for role in ("director", "deputy", "coordinator", "staff")
    }
    assert offered == {
        "director": set(),
        "deputy": {"endorse", "return"},
        "coordinator": {"withdraw"},
        "staff": set(),
    }


def test_page_of_an_older_version_offers_nothing(client_for, cycle, cast):
    make_approved(cycle, cast=cast)
    make_approved(cycle, cast=cast)
    page = client_for(cast.coordinator).get(url("proposal_version", "announcement", 1))
    assert page.context["proposal"].version == 1
    assert not any(page.context["can"].values())
    assert client_for(cast.staff).get(url("proposal_version", "announcement", 9)).status_code == 404


def test_page_asks_the_same_for_few_and_many_people(
    client_for, assigned, cast, django_assert_max_num_queries, office
):
    client = client_for(cast.staff)

    def count():
        with django_assert_max_num_queries(100) as captured:
            assert client.get(url(kind="order")).status_code == 200
        return len(captured)

    draft = make_draft(assigned, ProposalKind.ORDER, by=cast.coordinator)
    few = count()
    more = [
        {"user": make_person(office).pk, "part": "steering", "standard": None, "seat": "member"}
        for _ in range(30)
    ]
    body = {**draft.body, "members": [*draft.body["members"], *more]}
    proposals.save_draft(draft, subject="ก", body=body, edit=0, by=cast.coordinator)
    assert count() == few


# -- drafting -------------------------------------------------------------------------------------
def test_draft_twice_leads_to_the_one_draft(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    for _ in range(2):
        assert client.post(url("proposal_draft")).url == url("proposal_edit")
    assert Proposal.objects.count() == 1


def test_edit_announcement_saves_what_was_typed(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    data = seen(draft, subject="เรื่องใหม่", reason="ด้วย", text="ข้อความ", effective="1/11/2559")
    answer = client_for(cast.coordinator).post(url("proposal_edit"), data)
    assert answer.status_code == 302
    saved = load_proposal(draft.pk)
    assert saved.subject == "เรื่องใหม่"
    assert saved.body == {"reason": "ด้วย", "text": "ข้อความ", "effective": "2016-11-01"}


def test_edit_with_a_wrong_date_keeps_what_was_typed(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    data = seen(draft, subject="เรื่องใหม่", reason="ด้วย", text="ข้อความ", effective="31/2/2560")
    answer = client_for(cast.coordinator).post(url("proposal_edit"), data)
    assert answer.status_code == 400
    assert answer.context["form"].errors["effective"]
    assert "ข้อความ" in answer.content.decode()
    assert load_proposal(draft.pk).edit == 0


def test_edit_over_somebody_else_s_shows_both_texts_and_then_may_replace(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    proposals.save_draft(
        draft,
        subject="ของเขา",
        body={**draft.body, "text": "ข้อความของเขา"},
        edit=0,
        by=cast.coordinator,
    )
    client = client_for(cast.coordinator)
    mine = {"subject": "ของฉัน", "reason": "ด้วย", "text": "ข้อความของฉัน", "effective": ""}
    answer = client.post(url("proposal_edit"), mine | {"version": 1, "seen": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ข้อความของเขา" in page
    assert "ข้อความของฉัน" in page
    assert load_proposal(draft.pk).subject == "ของเขา"
    again = mine | {"version": 1, "seen": answer.context["form"]["seen"].value()}
    assert client.post(url("proposal_edit"), again).status_code == 302
    assert load_proposal(draft.pk).subject == "ของฉัน"


def _member_data(rows):
    data = {"members-TOTAL_FORMS": len(rows), "members-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"members-{number}-{name}": value for name, value in row.items()}
    return data


def _order_data(draft, rows, **changes):
    words = {"subject": draft.subject, "reason": "ก", "power": "ข", "effective": ""}
    words |= {f"duty_{name}": "" for name in draft.body["duties"]}
    return seen(draft) | words | _member_data(rows) | changes


def test_edit_order_members_adds_removes_and_orders(client_for, assigned, cast, office):
    draft = make_draft(assigned, ProposalKind.ORDER, by=cast.coordinator)
    rows = [
        {"user": cast.staff.pk, "place": "working:1", "seat": "chair"},
        {"user": cast.deputy.pk, "place": "steering:", "seat": "member", "DELETE": "on"},
        {"user": cast.coordinator.pk, "place": "steering:", "seat": "secretary"},
        {"user": cast.director.pk, "place": "steering:", "seat": "chair"},
        {"user": "", "place": "adviser:", "seat": "member"},
    ]
    answer = client_for(cast.coordinator).post(
        url("proposal_edit", "order"), _order_data(draft, rows)
    )
    assert answer.status_code == 302
    members = load_proposal(draft.pk).body["members"]
    assert [(m["user"], m["part"], m["standard"], m["seat"], m["order"]) for m in members] == [
        (cast.director.pk, "steering", None, "chair", 1),
        (cast.coordinator.pk, "steering", None, "secretary", 2),
        (cast.staff.pk, "working", "1", "chair", 3),
    ]


def test_edit_order_takes_the_working_committees_anew(client_for, cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    assert not [row for row in draft.body["members"] if row["part"] == "working"]
    assign_all(cycle, cast.staff)
    form = client_for(cast.coordinator).get(url("proposal_edit", "order")).context["form"]
    assert form["refill"].value() is True
    rows = [{"user": cast.director.pk, "place": "steering:", "seat": "chair"}]
    client_for(cast.coordinator).post(
        url("proposal_edit", "order"), _order_data(draft, rows, refill="on")
    )
    members = load_proposal(draft.pk).body["members"]
    assert [(row["user"], row["part"]) for row in members] == [
        (cast.director.pk, "steering"),
        (cast.staff.pk, "working"),
    ]


@pytest.mark.parametrize(
    "row",
    [
        {"user": 999_999, "place": "steering:", "seat": "chair"},
        {"user": "x", "place": "steering:", "seat": "chair"},
        {"user": None, "place": "working:77", "seat": "chair"},
        {"user": None, "place": "", "seat": "chair"},
        {"user": None, "place": "steering:", "seat": "king"},
    ],
)
def test_edit_order_refuses_forged_members(client_for, assigned, cast, row):
    draft = make_draft(assigned, ProposalKind.ORDER, by=cast.coordinator)
    row = {**row, "user": row["user"] or cast.staff.pk}
    answer = client_for(cast.coordinator).post(
        url("proposal_edit", "order"), _order_data(draft, [row])
    )
    assert answer.status_code == 400
    assert load_proposal(draft.pk).edit == 0


def test_edit_order_refuses_people_of_other_offices(client_for, assigned, cast):
    draft = make_draft(assigned, ProposalKind.ORDER, by=cast.coordinator)
    stranger = make_person(make_office("skn1"))
    row = {"user": stranger.pk, "place": "steering:", "seat": "chair"}
    answer = client_for(cast.coordinator).post(
        url("proposal_edit", "order"), _order_data(draft, [row])
    )
    assert answer.status_code == 400
    assert stranger.full_name not in answer.content.decode()


def test_edit_page_of_what_is_no_draft_leads_to_the_paper(client_for, cycle, cast):
    make_proposed(cycle, by=cast.coordinator)
    assert client_for(cast.coordinator).get(url("proposal_edit")).url == url()


def test_propose_with_problems_says_them(client_for, cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    answer = client_for(cast.coordinator).post(
        url("proposal_propose", "order"), seen(draft), follow=True
    )
    assert load_proposal(draft.pk).state == ProposalState.DRAFT
    assert "ยังไม่มีรายชื่อ" in answer.content.decode()


# -- what the decider sees -----------------------------------------------------------------
@pytest.mark.parametrize("role", ["director", "deputy"])
def test_decider_is_shown_the_pages_and_what_changed(client_for, assigned, cast, role):
    first = make_proposed(assigned, ProposalKind.ORDER, by=cast.coordinator)
    decisions.return_(first, by=cast.deputy, opinion="แก้ไขหน้าที่")
    draft = make_draft(assigned, ProposalKind.ORDER, by=cast.coordinator)
    body = {**draft.body, "reason": draft.body["reason"] + " ข้อความใหม่"}
    proposals.save_draft(draft, subject=draft.subject, body=body, edit=0, by=cast.coordinator)
    proposals.propose(draft, by=cast.coordinator)
    if role == "director":
        decisions.endorse(draft, by=cast.deputy)
    page = client_for(getattr(cast, role)).get(url(kind="order")).content.decode()
    for paper in ("order", "memo"):
        pages = reverse("reports:version_paper", args=["skn2", 2560, paper, 2])
        assert f'hx-get="{pages}"' in page
        assert f'href="{pages}"' in page
    assert "<ins>" in page
    assert "ข้อความใหม่</ins>" in page


def test_everybody_is_shown_the_pages_of_an_approved_paper(client_for, cycle, cast):
    make_approved(cycle, cast=cast)
    page = client_for(cast.staff).get(url()).content.decode()
    assert reverse("reports:version_paper", args=["skn2", 2560, "announcement", 1]) in page
    assert "<details" in page
    assert "data-paper-text" in page


def test_a_draft_is_shown_as_text(client_for, cycle, cast):
    make_draft(cycle, by=cast.coordinator)
    page = client_for(cast.coordinator).get(url()).content.decode()
    assert reverse("reports:version_paper", args=["skn2", 2560, "announcement", 1]) not in page
    assert "data-paper-text" not in page

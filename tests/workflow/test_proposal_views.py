"""Papers through the browser: drafting, deciding, publishing, acknowledging."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from esa_standards import thai
from people import clock
from people.states import Role
from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_cast,
    make_cycle,
    make_draft,
    make_proposed,
)
from workflow.domain import proposals
from workflow.models import Acknowledgement, Decision, Proposal
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db
POSTS = [
    "draft",
    "propose",
    "withdraw",
    "publish",
    "endorse",
    "approve",
    "paper",
    "return",
    "revoke",
]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # noqa: E501 - one small whole file


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def cast(office):
    return make_cast(office)


@pytest.fixture
def cycle(office, cast):
    return make_cycle(office, by=cast.coordinator)


@pytest.fixture
def assigned(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


def url(name="proposal", kind="announcement", *args):
    return reverse(f"workflow:{name}", args=["skn2", 2560, kind, *args])


def seen(proposal, prefix="", **changes):
    return {f"{prefix}version": proposal.version, f"{prefix}edit": proposal.edit} | changes


def endorsed(cycle, cast, kind=ProposalKind.ANNOUNCEMENT):
    proposal = make_proposed(cycle, kind, by=cast.coordinator)
    proposals.endorse(proposal, by=cast.deputy)
    return load_proposal(proposal.pk)


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
        ("paper", {"deputy", "director"}),
        ("publish", {"coordinator", "director"}),
        ("revoke", {"director"}),
    ],
)
@pytest.mark.parametrize("role", ["director", "deputy", "coordinator", "group_director", "staff"])
def test_acts_by_role(client_for, cycle, cast, act, allowed, role):
    proposal = make_proposed(cycle, by=cast.coordinator)
    prefix = "paper-" if act == "paper" else ""
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
    data = {"version": version, "edit": proposal.edit}
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
    assert page.context["can"] == {}
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
    answer = client.post(url("proposal_edit"), mine | {"version": 1, "edit": 0})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ข้อความของเขา" in page
    assert "ข้อความของฉัน" in page
    assert load_proposal(draft.pk).subject == "ของเขา"
    again = mine | {"version": 1, "edit": answer.context["form"]["edit"].value()}
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


# -- deciding -----------------------------------------------------------------------------
def test_deputy_endorses_and_a_second_click_is_told(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    client = client_for(cast.deputy)
    data = seen(proposal, opinion="เห็นควรอนุมัติ")
    assert client.post(url("proposal_endorse"), data).status_code == 302
    again = client.post(url("proposal_endorse"), data)
    assert again.status_code == 409
    assert cast.deputy.full_name in again.content.decode()
    assert Decision.objects.get().opinion == "เห็นควรอนุมัติ"


def test_director_sees_the_next_number_and_approves(client_for, assigned, cast):
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    client = client_for(cast.director)
    form = client.get(url(kind="order")).context["approve_form"]
    assert form["number"].value() is None
    assert "1" in form["number"].help_text
    assert "1" in form["memo_number"].help_text
    day = clock.today()
    assert form["dated"].value() == f"{day.day:02}/{day.month:02}/{day.year + 543}"
    data = seen(proposal, number="12", dated=form["dated"].value(), opinion="")
    assert client.post(url("proposal_approve", "order"), data).status_code == 302
    approved = load_proposal(proposal.pk)
    assert (approved.number, approved.dated, approved.state) == ("12", day, "approved")
    assert approved.memo_number == "1"


def test_approve_without_typing_anything_takes_the_next_numbers(client_for, assigned, cast):
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    client = client_for(cast.director)
    form = client.get(url(kind="order")).context["approve_form"]
    shown = set(form.fields) - {"version", "edit"}
    data = seen(proposal, **{name: form[name].value() or "" for name in shown})
    assert client.post(url("proposal_approve", "order"), data).status_code == 302
    approved = load_proposal(proposal.pk)
    assert (approved.number, approved.memo_number) == ("1", "1")


def days_from_today(days):
    day = clock.today() + timedelta(days=days)
    return f"{day.day}/{day.month}/{day.year + 543}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "1" * 21),
        ("number", "๑\u202e๒"),
        ("memo_number", "ก" * 61),
        ("memo_number", "0"),
        ("dated", ""),
        ("dated", "1/1/2017"),
        ("dated", "yesterday"),
        ("dated", "tomorrow"),
    ],
)
def test_approve_with_wrong_input_says_it_at_the_field(client_for, assigned, cast, field, value):
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    value = {"yesterday": days_from_today(-1), "tomorrow": days_from_today(1)}.get(value, value)
    data = seen(proposal, number="ก 12", dated=days_from_today(0), opinion="เห็นชอบ")
    answer = client_for(cast.director).post(url("proposal_approve", "order"), data | {field: value})
    assert answer.status_code == 400
    assert list(answer.context["approve_form"].errors) == [field]
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED


@pytest.mark.parametrize("wrong", [{"dated": ""}, {"dated": "1/1/2580"}, {"dated": "1/1/2017"}])
def test_approve_with_wrong_input_keeps_it_on_screen(client_for, assigned, cast, wrong):
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    data = seen(proposal, number="12", dated="1/10/2560", opinion="เห็นชอบตามเสนอ") | wrong
    answer = client_for(cast.director).post(url("proposal_approve", "order"), data)
    assert answer.status_code == 400
    assert "เห็นชอบตามเสนอ" in answer.content.decode()
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED


def test_approve_too_late_reads_who_decided_and_when(client_for, cycle, cast):
    proposal = endorsed(cycle, cast)
    proposals.approve(load_proposal(proposal.pk), by=cast.director)
    day = clock.today()
    data = seen(proposal, dated=f"{day.day}/{day.month}/{day.year + 543}")
    answer = client_for(cast.director).post(url("proposal_approve"), data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "ได้รับการอนุมัติแล้วโดย" in page
    assert cast.director.full_name in page
    assert Decision.objects.filter(move="approve").count() == 1


def test_approve_before_the_deputy_is_refused_in_words(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    day = clock.today()
    data = seen(proposal, dated=f"{day.day}/{day.month}/{day.year + 543}")
    answer = client_for(cast.director).post(url("proposal_approve"), data)
    assert answer.status_code == 400
    assert load_proposal(proposal.pk).state == ProposalState.PROPOSED


@pytest.mark.parametrize("role", ["deputy", "director"])
def test_return_needs_a_reason_and_then_the_next_version_begins(client_for, cycle, cast, role):
    proposal = make_proposed(cycle, by=cast.coordinator)
    if role == "director":
        proposals.endorse(proposal, by=cast.deputy)
    client, extra = client_for(getattr(cast, role)), {"dated": ""} if role == "director" else {}
    empty = client.post(url("proposal_return"), seen(proposal, opinion=" ") | extra)
    assert empty.status_code == 400
    assert "โปรดระบุสิ่งที่ต้องแก้ไข" in empty.content.decode()
    client.post(url("proposal_return"), seen(proposal, opinion="แก้วันที่") | extra)
    page = client_for(cast.coordinator).get(url()).content.decode()
    assert "แก้วันที่" in page
    client_for(cast.coordinator).post(url("proposal_draft"))
    assert Proposal.objects.filter(state=ProposalState.DRAFT).get().version == 2


def test_withdraw_and_too_late(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    client = client_for(cast.coordinator)
    assert client.post(url("proposal_withdraw"), seen(proposal)).status_code == 302
    assert client.post(url("proposal_withdraw"), seen(proposal)).status_code == 409


def test_paper_is_entered_with_its_scan_and_downloaded_by_the_office_only(
    client, client_for, cycle, cast
):
    proposal = make_proposed(cycle, by=cast.coordinator)
    day = clock.today()
    data = seen(proposal, "paper-") | {
        "paper-dated": f"{day.day}/{day.month}/{day.year + 543}",
        "paper-opinion": "",
        "paper-scan": SimpleUploadedFile("ประกาศลงนาม.pdf", PDF, "application/pdf"),
    }
    answer = client_for(cast.deputy).post(url("proposal_paper"), data)
    assert answer.status_code == 302
    decision = Decision.objects.get(move="approve")
    assert (decision.on_paper, decision.scan_name) == (True, "ประกาศลงนาม.pdf")
    address = url("proposal_scan", "announcement", decision.pk)
    download = client_for(cast.staff).get(address)
    assert b"".join(download.streaming_content) == PDF
    assert download["Content-Disposition"].startswith("attachment")
    assert download["X-Content-Type-Options"] == "nosniff"
    stranger = make_person(make_office("skn1"), Role.DIRECTOR)
    assert client_for(stranger).get(address).status_code == 404
    assert client_for(cast.staff).get(url("proposal_scan", "order", decision.pk)).status_code == 404
    assert client.get(address).status_code == 302


def test_paper_without_or_with_a_wrong_file_says_so(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    day = clock.today()
    data = seen(proposal, "paper-") | {"paper-dated": f"{day.day}/{day.month}/{day.year + 543}"}
    wrong = SimpleUploadedFile("virus.pdf", b"MZ not a pdf", "application/pdf")
    for extra in ({}, {"paper-scan": wrong}):
        answer = client_for(cast.deputy).post(url("proposal_paper"), data | extra)
        assert answer.status_code == 400
        assert answer.context["paper_form"].errors["scan"]
    assert load_proposal(proposal.pk).state == ProposalState.PROPOSED


def test_paper_of_an_order_needs_the_number_that_stands_on_it(client_for, assigned, cast):
    proposal = make_proposed(assigned, ProposalKind.ORDER, by=cast.coordinator)
    data = seen(proposal, "paper-") | {"paper-dated": days_from_today(0)}
    client = client_for(cast.director)
    for number, status in (("", 400), ("๔๕", 302)):
        scan = SimpleUploadedFile("คำสั่ง.pdf", PDF, "application/pdf")
        extra = {"paper-number": number, "paper-scan": scan}
        answer = client.post(url("proposal_paper", "order"), data | extra)
        assert answer.status_code == status
    approved = load_proposal(proposal.pk)
    assert (approved.number, approved.memo_number) == ("45", "1")


def test_the_way_so_far_tells_what_was_signed_on_paper(client_for, assigned, cast):
    proposal = make_proposed(assigned, ProposalKind.ORDER, by=cast.coordinator)
    scan = SimpleUploadedFile("คำสั่ง.pdf", PDF, "application/pdf")
    data = seen(proposal, "paper-") | {"paper-dated": days_from_today(0)}
    client = client_for(cast.deputy)
    client.post(url("proposal_paper", "order"), data | {"paper-number": "45", "paper-scan": scan})
    decision = Decision.objects.get(move="approve")
    page = " ".join(client.get(url("proposal", "order")).text.split())
    way = page[page.index("อนุมัติโดยลงนามในกระดาษ</strong>") :]
    for text in (
        cast.director.full_name,
        f"เลขที่ 45/{clock.today().year + 543}",
        f"ลงวันที่ {thai.format_date(clock.today())}",
        f"บันทึกโดย {cast.deputy.full_name}",
        url("proposal_scan", "order", decision.pk),
    ):
        assert text in way, text


# -- revoking -------------------------------------------------------------------------------
def test_director_revokes_with_a_reason_and_the_next_version_begins(client_for, assigned, cast):
    order = make_approved(assigned, ProposalKind.ORDER, cast=cast)
    client = client_for(cast.director)
    empty = client.post(url("proposal_revoke", "order"), seen(order, why=" "))
    assert empty.status_code == 400
    assert empty.context["revoke_form"].errors["why"]
    assert client.post(url("proposal_revoke", "order"), seen(order, why="ผิด")).status_code == 302
    assert load_proposal(order.pk).state == ProposalState.REVOKED
    again = client.post(url("proposal_revoke", "order"), seen(order, why="ผิด"))
    assert again.status_code == 409
    page = client_for(cast.coordinator).get(url(kind="order"))
    assert page.context["can_start"]
    assert "ผิด" in page.content.decode()


@pytest.mark.parametrize("role", ["director", "deputy", "coordinator", "staff"])
def test_only_the_director_is_offered_to_revoke(client_for, cycle, cast, role):
    make_approved(cycle, cast=cast)
    page = client_for(getattr(cast, role)).get(url()).content.decode()
    assert (url("proposal_revoke") in page) == (role == "director")


def test_the_sar_is_never_revoked(client_for, assigned, cast):
    sar = make_draft(assigned, ProposalKind.SAR, by=cast.coordinator)
    answer = client_for(cast.director).post(url("proposal_revoke", "sar"), seen(sar, why="ผิด"))
    assert answer.status_code == 403


# -- what the decider sees -----------------------------------------------------------------
@pytest.mark.parametrize("role", ["director", "deputy"])
def test_decider_is_shown_the_pages_and_what_changed(client_for, assigned, cast, role):
    first = make_proposed(assigned, ProposalKind.ORDER, by=cast.coordinator)
    proposals.return_(first, by=cast.deputy, opinion="แก้ไขหน้าที่")
    draft = make_draft(assigned, ProposalKind.ORDER, by=cast.coordinator)
    body = {**draft.body, "reason": draft.body["reason"] + " ข้อความใหม่"}
    proposals.save_draft(draft, subject=draft.subject, body=body, edit=0, by=cast.coordinator)
    proposals.propose(draft, by=cast.coordinator)
    if role == "director":
        proposals.endorse(draft, by=cast.deputy)
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


# -- publishing and acknowledging ----------------------------------------------------------
def test_publish_then_acknowledge_in_one_click_from_where_one_is(client_for, cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    assert client_for(cast.coordinator).post(url("proposal_publish"), seen(announcement))
    staff = client_for(cast.staff)
    home = reverse("workflow:home")
    for _ in range(2):
        answer = staff.post(url("acknowledge"), headers={"referer": f"http://testserver{home}"})
        assert (answer.status_code, answer.url) == (302, f"http://testserver{home}")
    assert Acknowledgement.objects.filter(acknowledged_at__isnull=False).count() == 1
    assert staff.get(url("acknowledge")).status_code == 405


def test_acknowledge_before_publication_is_refused(client_for, cycle, cast):
    make_approved(cycle, cast=cast)
    assert client_for(cast.staff).post(url("acknowledge")).status_code == 409


def test_acknowledge_by_strangers_is_not_found(client_for, cycle, cast):
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    stranger = make_person(make_office("skn1"))
    assert client_for(stranger).post(url("acknowledge")).status_code == 404
    assert client_for(stranger).get(url("acknowledgement_list")).status_code == 404


def test_acknowledgement_list_shows_share_and_who_is_missing(client_for, cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    assert client_for(cast.staff).get(url("acknowledgement_list")).status_code == 200
    proposals.publish(announcement, by=cast.coordinator)
    proposals.acknowledge(announcement, by=cast.director)
    client = client_for(cast.staff)
    page = client.get(url("acknowledgement_list"))
    assert (page.context["share"].done, page.context["share"].total) == (1, 5)
    missing = client.get(url("acknowledgement_list"), {"status": "missing"}).context["page"]
    assert cast.director not in [row.user for row in missing.object_list]
    found = client.get(url("acknowledgement_list"), {"q": cast.deputy.given_name}).context["page"]
    assert [row.user for row in found.object_list] == [cast.deputy]


def test_acknowledgement_list_asks_the_same_for_few_and_thirty(
    client_for, cycle, cast, office, django_assert_max_num_queries
):
    client = client_for(cast.staff)
    counts = []
    for people in (0, 30):
        for _ in range(people):
            make_person(office)
        announcement = make_approved(cycle, cast=cast)
        proposals.publish(announcement, by=cast.coordinator)
        with django_assert_max_num_queries(60) as captured:
            assert client.get(url("acknowledgement_list")).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]

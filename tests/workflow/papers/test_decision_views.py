"""Deciding through the browser: opinion, approval, signed scan, return, revocation."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

import thai
from core import clock
from people.states import Role
from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    load_proposal,
    make_approved,
    make_cycle,
    make_draft,
    make_proposal,
    make_proposed,
)
from tests.workflow.papers.pages import days_from_today, endorsed, seen, url
from workflow.models import Decision, IssuedNumber, Proposal
from workflow.papers import decisions
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"  # noqa: E501 - one small whole file


# -- deciding -----------------------------------------------------------------------------
def test_deputy_endorses_and_a_second_click_says_so(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    client = client_for(cast.deputy)
    data = seen(proposal, opinion="เห็นควรอนุมัติ")
    assert client.post(url("proposal_endorse"), data).status_code == 302
    again = client.post(url("proposal_endorse"), data)
    assert again.status_code == 409
    assert cast.deputy.full_name in again.content.decode()
    assert Decision.objects.get().opinion == "เห็นควรอนุมัติ"


@pytest.mark.parametrize("typed", ["เห็นควร\nแก้ก่อน", "<b>ไม่ควร</b>", "return it, please"])
def test_what_came_too_late_is_shown_again(client_for, cycle, cast, typed):
    """It went with the page: an opinion on a paper that had been withdrawn meanwhile."""
    proposal = make_proposed(cycle, by=cast.coordinator)
    late = seen(proposal, opinion=typed, csrfmiddlewaretoken="a" * 64)
    client_for(cast.coordinator).post(url("proposal_withdraw"), seen(proposal))
    page = client_for(cast.deputy).post(url("proposal_endorse"), late)
    assert page.status_code == 409
    shown = re.search(r'<blockquote class="typed-text">(.*?)</blockquote>', page.content.decode())
    assert unescape(shown[1].replace("<br>", "\n")) == typed


def test_what_another_site_sends_is_not_shown(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    late = seen(proposal, opinion="ข้อความจากเว็บอื่น", csrfmiddlewaretoken="a" * 64)
    client_for(cast.coordinator).post(url("proposal_withdraw"), seen(proposal))
    elsewhere = {"Origin": "https://elsewhere.example"}
    page = client_for(cast.deputy).post(url("proposal_endorse"), late, headers=elsewhere)
    assert page.status_code == 409
    assert "ข้อความจากเว็บอื่น" not in page.content.decode()


def enter(cycle, cast, number, register="order", dated=None):
    """One number of the office's register, typed from its book."""
    dated = dated or clock.today()
    other = make_cycle(cycle.office, 2501 + IssuedNumber.objects.count(), by=cast.coordinator)
    order = make_proposal(other, ProposalKind.ORDER, by=cast.coordinator, state="returned")
    IssuedNumber.objects.create(
        office=cycle.office,
        register=register,
        year=dated.year + 543,
        number=number,
        proposal=order,
        typed=True,
        issued_at=clock.now(),
    )


def as_shown(client, **changes):
    """What the page sends when nothing is typed."""
    form = client.get(url(kind="order")).context["approve_form"]
    shown = set(form.fields) - {"version", "seen"}
    return {name: form[name].value() or "" for name in shown} | changes


def test_director_sees_the_next_number_large_and_confirms_it(client_for, assigned, cast):
    enter(assigned, cast, "147")
    enter(assigned, cast, "ศธ 04188/523", "memo")
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    client = client_for(cast.director)
    page = client.get(url(kind="order"))
    form, day = page.context["approve_form"], clock.today()
    assert (form["number"].value(), form["memo_number"].value()) == ("148", "ศธ 04188/524")
    assert f"147/{day.year + 543}" in form["number"].help_text
    assert "number-large" in page.content.decode()
    assert form["dated"].value() == f"{day.day:02}/{day.month:02}/{day.year + 543}"
    data = seen(proposal, **as_shown(client))
    assert client.post(url("proposal_approve", "order"), data).status_code == 302
    approved = load_proposal(proposal.pk)
    assert (approved.number, approved.memo_number) == ("148", "ศธ 04188/524")
    assert (approved.dated, approved.state) == (day, "approved")


@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
def test_a_blank_number_is_never_counted_for_the_director(client_for, assigned, cast, blank):
    """The last order was 147, of last year: nobody here knows what this year's book says."""
    enter(assigned, cast, "147", dated=clock.today() - timedelta(days=366))
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    client = client_for(cast.director)
    form = client.get(url(kind="order")).context["approve_form"]
    assert not form["number"].value()
    assert "147/" in form["number"].help_text
    data = seen(proposal, **as_shown(client, number=blank, memo_number="9"))
    answer = client.post(url("proposal_approve", "order"), data)
    assert list(answer.context["approve_form"].errors) == ["number"]
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED
    data |= {"number": "๒๑"}
    assert client.post(url("proposal_approve", "order"), data).status_code == 302
    assert load_proposal(proposal.pk).number == "21"


def test_a_number_taken_meanwhile_is_asked_about_with_the_new_one(client_for, assigned, cast):
    enter(assigned, cast, "147")
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    client = client_for(cast.director)
    data = seen(proposal, **as_shown(client, memo_number="9"))
    assert data["number"] == "148"
    enter(assigned, cast, "148")
    answer = client.post(url("proposal_approve", "order"), data)
    form = answer.context["approve_form"]
    assert list(form.errors) == ["number"]
    assert (form["number"].value(), form["number_shown"].value()) == ("149", "149")
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED
    data |= {"number": "149", "number_shown": "149"}
    assert client.post(url("proposal_approve", "order"), data).status_code == 302
    assert load_proposal(proposal.pk).number == "149"


def test_a_taken_number_that_was_typed_stays_to_be_corrected(client_for, assigned, cast):
    enter(assigned, cast, "147")
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    client = client_for(cast.director)
    data = seen(proposal, **as_shown(client, memo_number="9", number="๑๔๗"))
    form = client.post(url("proposal_approve", "order"), data).context["approve_form"]
    assert list(form.errors) == ["number"]
    assert form["number"].value() == "๑๔๗"


def test_a_number_counted_for_another_year_is_asked_about(client_for, assigned, cast):
    """On 3 January the director dates the order 30 December: another register goes on."""
    with clock.pretend(datetime(2017, 12, 29, 3, tzinfo=UTC)):
        proposal = endorsed(assigned, cast, ProposalKind.ORDER)
        enter(assigned, cast, "312")
    with clock.pretend(datetime(2018, 1, 3, 3, tzinfo=UTC)):
        enter(assigned, cast, "4")
        client = client_for(cast.director)
        data = seen(proposal, **as_shown(client, memo_number="9", dated="30/12/2560"))
        assert data["number"] == "5"
        form = client.post(url("proposal_approve", "order"), data).context["approve_form"]
        assert list(form.errors) == ["number"]
        assert form["number"].value() == "313"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "1" * 21),
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
    data = seen(proposal, number="ก 12", memo_number="7", dated=days_from_today(0))
    answer = client_for(cast.director).post(url("proposal_approve", "order"), data | {field: value})
    assert answer.status_code == 400
    assert list(answer.context["approve_form"].errors) == [field]
    assert load_proposal(proposal.pk).state == ProposalState.ENDORSED


@pytest.mark.parametrize("typed", ["๑\u202e๒", "\u200b12", "1\u00ad2 "])
def test_a_number_is_read_without_the_invisible_letters_of_a_paste(
    client_for, assigned, cast, typed
):
    proposal = endorsed(assigned, cast, ProposalKind.ORDER)
    data = seen(proposal, number=typed, memo_number="7", dated=days_from_today(0))
    answer = client_for(cast.director).post(url("proposal_approve", "order"), data)
    assert answer.status_code == 302
    assert load_proposal(proposal.pk).number == "12"


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
    decisions.approve(load_proposal(proposal.pk), by=cast.director)
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
        decisions.endorse(proposal, by=cast.deputy)
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


def test_a_signed_scan_is_entered_and_downloaded_by_the_office_only(
    client, client_for, cycle, cast
):
    proposal = make_proposed(cycle, by=cast.coordinator)
    day = clock.today()
    data = seen(proposal, "signed-") | {
        "signed-dated": f"{day.day}/{day.month}/{day.year + 543}",
        "signed-opinion": "",
        "signed-scan": SimpleUploadedFile("ประกาศลงนาม.pdf", PDF, "application/pdf"),
    }
    answer = client_for(cast.deputy).post(url("proposal_signed_scan"), data)
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


def test_a_signed_scan_without_or_with_a_wrong_file_says_so(client_for, cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    day = clock.today()
    data = seen(proposal, "signed-") | {"signed-dated": f"{day.day}/{day.month}/{day.year + 543}"}
    wrong = SimpleUploadedFile("virus.pdf", b"MZ not a pdf", "application/pdf")
    for extra in ({}, {"signed-scan": wrong}):
        answer = client_for(cast.deputy).post(url("proposal_signed_scan"), data | extra)
        assert answer.status_code == 400
        assert answer.context["signed_scan_form"].errors["scan"]
    assert load_proposal(proposal.pk).state == ProposalState.PROPOSED


def test_a_signed_scan_of_an_order_needs_the_number_that_stands_on_it(client_for, assigned, cast):
    proposal = make_proposed(assigned, ProposalKind.ORDER, by=cast.coordinator)
    data = seen(proposal, "signed-") | {"signed-dated": days_from_today(0)}
    client = client_for(cast.director)
    for number, status in (("", 400), ("๔๕", 302)):
        scan = SimpleUploadedFile("คำสั่ง.pdf", PDF, "application/pdf")
        extra = {"signed-number": number, "signed-memo_number": "1", "signed-scan": scan}
        answer = client.post(url("proposal_signed_scan", "order"), data | extra)
        assert answer.status_code == status
    approved = load_proposal(proposal.pk)
    assert (approved.number, approved.memo_number) == ("45", "1")


def test_the_way_so_far_says_what_was_signed_on_paper(client_for, assigned, cast):
    proposal = make_proposed(assigned, ProposalKind.ORDER, by=cast.coordinator)
    scan = SimpleUploadedFile("คำสั่ง.pdf", PDF, "application/pdf")
    data = seen(proposal, "signed-") | {"signed-dated": days_from_today(0)}
    client = client_for(cast.deputy)
    client.post(
        url("proposal_signed_scan", "order"),
        data | {"signed-number": "45", "signed-memo_number": "1", "signed-scan": scan},
    )
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

"""The memo that proposes an order: prefilled, written on its own page, frozen with the order."""

import pytest
from django.urls import reverse

from core import clock
from core.models import Event
from core.refusals import RuleBroken, StaleEdit
from people.states import Role
from tests.factories.people import make_office, make_person
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_draft,
)
from workflow.field_labels import MEMO_LABELS
from workflow.models import Proposal, StandingPhrase
from workflow.papers import decisions, memos, proposals
from workflow.states import ProposalKind

pytestmark = pytest.mark.django_db
TYPED = {
    "subject": "ขออนุมัติคำสั่ง",
    "to": "ผู้อำนวยการ",
    "origin": "ต้นเรื่องใหม่",
    "facts": "ข้อเท็จจริง",
    "request": "โปรดพิจารณา",
}


@pytest.fixture
def cycle(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


@pytest.fixture
def draft(cycle, cast):
    return make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)


def address():
    return reverse("workflow:memo_edit", args=["skn2", 2560])


def without_memo(draft):
    """A draft begun before there were memos."""
    body = {name: value for name, value in draft.body.items() if name != "memo"}
    Proposal.objects.filter(pk=draft.pk).update(body=body)
    return load_proposal(draft.pk)


# -- texts ------------------------------------------------------------------------------
def test_new_order_comes_with_its_memo(draft, office):
    memo = draft.body["memo"]
    assert set(memo) == set(memos.MEMO_TEXTS)
    assert all(memo.values())
    assert draft.subject in memo["subject"]
    assert office.name in memo["to"]
    assert "{" not in "".join(memo.values())


def test_memo_takes_the_office_s_own_wording(cycle, cast, office):
    StandingPhrase.objects.create(office=office, name="memo_request", text="โปรดลงนาม {year}")
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    assert draft.body["memo"]["request"] == "โปรดลงนาม 2560"


def test_other_papers_have_no_memo(cycle, cast):
    announcement = make_draft(cycle, by=cast.coordinator)
    assert "memo" not in announcement.body
    assert memos.memo_of(announcement) == {}


def test_order_of_before_there_were_memos_shows_and_freezes_the_usual_one(draft, cast):
    draft = without_memo(draft)
    usual = memos.memo_of(draft)
    assert all(usual.values())
    proposals.propose(draft, by=cast.coordinator)
    assert load_proposal(draft.pk).body["memo"] == usual


def test_next_version_keeps_the_memo_somebody_wrote(draft, cycle, cast):
    body = {**draft.body, "memo": TYPED}
    proposals.save_draft(draft, subject=draft.subject, body=body, edit=0, by=cast.coordinator)
    proposals.propose(draft, by=cast.coordinator)
    decisions.return_(draft, by=cast.deputy, opinion="แก้ไข")
    assert make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator).body["memo"] == TYPED


def test_usual_memo_follows_the_order_s_subject_and_a_written_one_does_not(draft, cast):
    assert "เรื่องใหม่" in memos.following(draft, "เรื่องใหม่")["subject"]
    draft.body["memo"] = TYPED
    assert memos.following(draft, "เรื่องใหม่") == TYPED


@pytest.mark.parametrize("name", memos.MEMO_TEXTS)
def test_order_with_an_empty_memo_text_is_not_proposed(draft, cast, name):
    body = {**draft.body, "memo": TYPED | {name: " "}}
    proposals.save_draft(draft, subject=draft.subject, body=body, edit=0, by=cast.coordinator)
    with pytest.raises(RuleBroken) as refused:
        proposals.propose(draft, by=cast.coordinator)
    assert str(MEMO_LABELS[name]) in refused.value.message


def test_memo_is_dated_on_the_day_of_proposing(draft, cycle, cast):
    assert memos.dated_on(draft) is None
    proposals.propose(draft, by=cast.coordinator)
    assert memos.dated_on(load_proposal(draft.pk)) == clock.today()


# -- its page -----------------------------------------------------------------------------
def test_memo_page_saves_the_memo_and_nothing_else(client_for, draft, cast):
    client = client_for(cast.coordinator)
    page = client.get(address())
    assert page.context["form"]["origin"].value() == draft.body["memo"]["origin"]
    answer = client.post(address(), TYPED | {"version": 1, "seen": 0})
    assert (answer.status_code, answer.url) == (
        302,
        reverse("workflow:proposal", args=["skn2", 2560, "order"]),
    )
    saved = load_proposal(draft.pk)
    assert saved.body == {**draft.body, "memo": TYPED}
    assert (saved.subject, saved.edit) == (draft.subject, 1)
    assert Event.objects.get(verb="proposal.edit").after["changed"] == ["memo"]


def test_memo_page_over_somebody_else_s_shows_both_texts_and_then_replaces(client_for, draft, cast):
    theirs = {**draft.body, "memo": TYPED | {"facts": "ข้อเท็จจริงของเขา"}}
    proposals.save_draft(draft, subject=draft.subject, body=theirs, edit=0, by=cast.coordinator)
    client = client_for(cast.coordinator)
    mine = TYPED | {"facts": "ข้อเท็จจริงของฉัน", "version": 1, "seen": 0}
    answer = client.post(address(), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "ข้อเท็จจริงของเขา" in page
    assert "ข้อเท็จจริงของฉัน" in page
    again = mine | {"seen": answer.context["form"]["seen"].value()}
    assert client.post(address(), again).status_code == 302
    assert load_proposal(draft.pk).body["memo"]["facts"] == "ข้อเท็จจริงของฉัน"


def test_saving_the_order_refuses_a_memo_saved_meanwhile(draft, cast):
    stale = load_proposal(draft.pk)
    body = {**draft.body, "memo": TYPED}
    proposals.save_draft(draft, subject=draft.subject, body=body, edit=0, by=cast.coordinator)
    with pytest.raises(StaleEdit) as refused:
        proposals.save_draft(stale, subject="ก", body=stale.body, edit=0, by=cast.coordinator)
    assert "ต้นเรื่องใหม่" in refused.value.theirs.values()


@pytest.mark.parametrize("role", ["director", "deputy", "group_director", "staff"])
def test_memo_page_is_the_coordinator_s(client_for, draft, cast, role):
    client = client_for(getattr(cast, role))
    assert client.get(address()).status_code == 403
    assert client.post(address(), TYPED | {"version": 1, "seen": 0}).status_code == 403
    assert load_proposal(draft.pk).edit == 0


def test_memo_page_is_not_found_by_strangers_and_without_an_order(client_for, cycle, cast):
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    assert client_for(stranger).get(address()).status_code == 404
    assert client_for(cast.coordinator).get(address()).status_code == 404


def test_memo_page_of_an_order_that_is_no_draft_leads_to_the_order(client_for, cycle, cast):
    order = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    client = client_for(cast.coordinator)
    assert client.get(address()).status_code == 302
    answer = client.post(address(), TYPED | {"version": order.version, "seen": order.edit})
    assert answer.status_code == 409
    assert load_proposal(order.pk).body["memo"] == order.body["memo"]

"""The draft with what is typed on its form: nothing is saved, what can't be read stays."""

import pytest
from django.http import QueryDict

from tests.factories.people import make_office, make_person
from tests.factories.workflow import assign_all, load_proposal, make_draft
from workflow.models import Proposal
from workflow.papers import proposals
from workflow.papers.forms.drafts import typed_draft
from workflow.states import ProposalKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


def posted(**fields):
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data[name] = value
    return data


def rows(*members):
    """A table of members as a browser posts it."""
    data = posted(**{"members-TOTAL_FORMS": str(len(members)), "members-INITIAL_FORMS": "0"})
    for number, (user, place, seat) in enumerate(members):
        for name, value in (("user", user), ("place", place), ("seat", seat)):
            data[f"members-{number}-{name}"] = str(value)
    return data


def test_typed_announcement_says_what_is_typed_and_saves_nothing(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    data = posted(subject="ใหม่", reason="ด้วย", text="ก\r\nข", effective="1/11/2559")
    typed = typed_draft(draft, data, kind="announcement", user=cast.coordinator)
    assert (typed.subject, typed.body["text"]) == ("ใหม่", "ก\nข")
    assert typed.body["effective"] == "2016-11-01"
    stored = Proposal.objects.get(pk=draft.pk)
    assert (stored.subject, stored.body, stored.edit) == (draft.subject, draft.body, 0)
    assert typed.cycle is draft.cycle


def test_typed_fields_that_do_not_validate_keep_what_is_stored(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    body = {**draft.body, "effective": "2016-11-01"}
    proposals.save_draft(draft, subject="เดิม", body=body, edit=0, by=cast.coordinator)
    data = posted(subject="", reason="ใ" * 20_001, text="ใหม่", effective="31/2/2560")
    typed = typed_draft(load_proposal(draft.pk), data, kind="announcement", user=cast.coordinator)
    assert typed.subject == "เดิม"
    assert typed.body == {**body, "text": "ใหม่"}


def test_typed_order_takes_the_rows_that_can_be_read(cycle, cast, office):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    stranger = make_person(make_office("skn1"))
    data = rows(
        (cast.staff.pk, "adviser:", "member"),
        (stranger.pk, "steering:", "chair"),
        ("x", "steering:", "chair"),
        (cast.director.pk, "working:99", "chair"),
    )
    data["subject"] = "คำสั่งใหม่"
    typed = typed_draft(draft, data, kind="order", user=cast.coordinator)
    assert [(row["user"], row["part"]) for row in typed.body["members"]] == [
        (cast.staff.pk, "adviser")
    ]
    assert typed.subject == "คำสั่งใหม่"
    assert len(load_proposal(draft.pk).body["members"]) > 1


def test_typed_order_without_a_table_of_members_keeps_them(cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    typed = typed_draft(draft, posted(subject="ก"), kind="order", user=cast.coordinator)
    assert typed.body["members"] == draft.body["members"]


def test_typed_memo_changes_the_memo_only(cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    data = posted(subject="ขออนุมัติ", to="เรียน", origin="ที่มา", facts="ข้อเท็จจริง", request="ขอ")
    typed = typed_draft(draft, data, kind="memo", user=cast.coordinator)
    assert typed.subject == draft.subject
    assert typed.body["memo"] == {
        "subject": "ขออนุมัติ",
        "to": "เรียน",
        "origin": "ที่มา",
        "facts": "ข้อเท็จจริง",
        "request": "ขอ",
    }
    assert {**typed.body, "memo": None} == {**draft.body, "memo": None}


@pytest.mark.parametrize("kind", ["announcement", "order", "memo"])
def test_typed_of_nothing_is_a_copy_of_the_draft(cycle, cast, kind):
    paper = ProposalKind.ANNOUNCEMENT if kind == "announcement" else ProposalKind.ORDER
    draft = make_draft(cycle, paper, by=cast.coordinator)
    typed = typed_draft(draft, QueryDict(), kind=kind, user=cast.coordinator)
    assert typed is not draft
    assert typed.subject == draft.subject

"""Drafts of papers are saved while they are typed; nobody's save is written over."""

import json

import pytest
from django.urls import reverse

from core.models import Event
from tests.factories.workflow import load_proposal, make_draft
from workflow.papers import proposals
from workflow.papers.forms.drafts import seats_of
from workflow.states import ProposalKind

pytestmark = pytest.mark.django_db
KINDS = ["announcement", "order", "sar"]


def address(kind, cycle, name="workflow:proposal_edit"):
    year = [cycle.assessment.office.code, cycle.assessment.fiscal_year]
    return reverse(name, args=year if name == "workflow:memo_edit" else [*year, kind])


def shown(client, url):
    """The form's values as its page shows them, members of an order included."""
    form = client.get(url).context["form"]
    return {f.html_name: "" if f.value() is None else f.value() for f in form}


def autosave(client, url, data, **headers):
    data = {name: value for name, value in data.items() if value is not False}
    answer = client.post(url, data, headers={"x-autosave": "1", **headers})
    return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_is_saved_while_it_is_typed(client_for, cycle, cast, kind):
    draft = make_draft(cycle, kind, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address(kind, cycle)
    members = draft.body.get("members")
    status, said = autosave(client, url, shown(client, url) | {"subject": "เรื่องที่พิมพ์ใหม่"})
    assert status == 200
    assert said["said"].startswith("บันทึกแล้ว")
    draft = load_proposal(draft.pk)
    assert (draft.subject, draft.edit) == ("เรื่องที่พิมพ์ใหม่", said["version"])
    assert draft.body.get("members") == members


@pytest.mark.parametrize("name", ["origin", "facts", "request", "to"])
def test_the_memo_is_saved_while_it_is_typed(client_for, cycle, cast, name):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("order", cycle, "workflow:memo_edit")
    assert autosave(client, url, shown(client, url) | {name: "ข้อความในบันทึก"})[0] == 200
    assert load_proposal(draft.pk).body["memo"][name] == "ข้อความในบันทึก"


def test_the_memo_follows_the_order_that_is_typed(client_for, cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("order", cycle)
    autosave(client, url, shown(client, url) | {"subject": "แต่งตั้งคณะกรรมการชุดใหม่"})
    assert "แต่งตั้งคณะกรรมการชุดใหม่" in str(load_proposal(draft.pk).body["memo"])


def test_an_older_page_is_refused_with_what_stands_there(client_for, cycle, cast):
    make_draft(cycle, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("announcement", cycle)
    page = shown(client, url)
    _status, first = autosave(client, url, page | {"text": "ข้อความของหน้าต่างแรก"})
    status, said = autosave(client, url, page | {"text": "ข้อความของหน้าต่างที่สอง"})
    assert status == 409
    assert said["theirs"]["text"] == "ข้อความของหน้าต่างแรก"
    assert said["version"] == first["version"]
    assert set(said["theirs"]) == set(page) - {"version", "seen"}


def test_a_lost_answer_is_asked_for_again(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("announcement", cycle)
    page = shown(client, url) | {"text": "ข้อความ"}
    assert autosave(client, url, page) == autosave(client, url, page)
    assert load_proposal(draft.pk).edit == 1


def test_typing_enters_the_history_once(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("announcement", cycle)
    for text in ("ก", "กข", "กขค"):
        assert autosave(client, url, shown(client, url) | {"text": text})[0] == 200
    edits = Event.objects.about(draft).filter(verb="proposal.edit")
    assert edits.count() == 1
    client.post(url, shown(client, url))  # the button is a move of its own
    assert edits.count() == 2


def test_a_paper_that_was_proposed_meanwhile_stays(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("announcement", cycle)
    page = shown(client, url)
    proposals.propose(draft, by=cast.coordinator)
    status, said = autosave(client, url, page | {"text": "สายไป"})
    assert status == 409
    assert said["message"]
    assert load_proposal(draft.pk).body["text"] != "สายไป"


@pytest.mark.parametrize(
    ("field", "text"), [("subject", ""), ("effective", "31/13/2560"), ("subject", "ก" * 301)]
)
def test_what_cannot_be_saved_is_named(client_for, cycle, cast, field, text):
    make_draft(cycle, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("announcement", cycle)
    form = client.get(url).context["form"]
    status, said = autosave(client, url, shown(client, url) | {field: text})
    assert (status, str(form.fields[field].label) in said["message"]) == (400, True)


@pytest.mark.parametrize("who", ["director", "deputy"])
def test_nobody_else_writes_the_draft(client_for, cycle, cast, who):
    make_draft(cycle, by=cast.coordinator)
    person = getattr(cast, who)
    answer = client_for(person).post(
        address("announcement", cycle), {"subject": "x"}, headers={"x-autosave": "1"}
    )
    assert answer.status_code == 403


def test_a_page_of_somebody_else_writes_nothing(client_for, cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("announcement", cycle)
    page = shown(client, url) | {"text": "ของคนก่อน"}
    status, said = autosave(client, url, page, **{"x-writer": str(cast.director.pk)})
    assert (status, "ผู้อื่น" in said["message"] or "คนอื่น" in said["message"]) == (403, True)
    assert load_proposal(draft.pk).edit == 0


# -- the seats of an order ----------------------------------------------------------------
def table(*rows, **more):
    """The table of members as the page sends it; ``rows`` are (person, part, seat)."""
    data = {"members-TOTAL_FORMS": len(rows), "members-INITIAL_FORMS": 0}
    for n, (user, place, seat) in enumerate(rows):
        data |= {f"members-{n}-user": user, f"members-{n}-place": place, f"members-{n}-seat": seat}
    return data | more


@pytest.fixture
def order(client_for, cycle, cast):
    draft = make_draft(cycle, ProposalKind.ORDER, by=cast.coordinator)
    client, url = client_for(cast.coordinator), address("order", cycle)
    page = shown(client, url) | {"refill": False}
    return draft, client, url, page


def seats(draft):
    return seats_of(load_proposal(draft.pk)).splitlines()


def test_seats_are_saved_as_they_are_chosen(order, cast):
    draft, client, url, page = order
    chair, member = (cast.director.pk, "steering:", "chair"), (cast.staff.pk, "adviser:", "member")
    status, said = autosave(client, url, page | table(chair, member))
    assert (status, said.get("unsaved")) == (200, None)
    expected = [f"{cast.staff.pk}|adviser:|member", f"{cast.director.pk}|steering:|chair"]
    assert seats(draft) == expected  # in the order of the paper
    page |= {"seen": said["version"]}
    gone = table(chair, member, ("", "adviser:", "member"), **{"members-1-DELETE": "on"})
    status, said = autosave(client, url, page | gone)
    assert seats(draft) == expected[1:]
    # Taking the committees anew is an act of the button, not of typing.
    page |= {"seen": said["version"], "refill": "on"}
    autosave(client, url, page | gone)
    assert seats(draft) == expected[1:]


def test_a_seat_that_is_not_whole_waits_and_keeps_no_word_from_being_saved(order, cast):
    draft, client, url, page = order
    before = seats(draft)
    half = table((cast.director.pk, "", "chair"))
    status, said = autosave(client, url, page | {"subject": "เรื่องใหม่"} | half)
    assert (status, said["unsaved"]) == (200, ["seats"])
    assert said["problems"] == "ยังไม่ได้บันทึกรายชื่อกรรมการ: โปรดเลือกคณะ"
    assert (load_proposal(draft.pk).subject, seats(draft)) == ("เรื่องใหม่", before)


def test_an_older_table_is_refused_with_the_seats_that_stand_there(order, cast):
    draft, client, url, page = order
    autosave(client, url, page | table((cast.director.pk, "steering:", "chair")))
    status, said = autosave(client, url, page | table((cast.staff.pk, "steering:", "chair")))
    assert (status, said["theirs"]["seats"]) == (409, f"{cast.director.pk}|steering:|chair")
    assert seats(draft) == [f"{cast.director.pk}|steering:|chair"]

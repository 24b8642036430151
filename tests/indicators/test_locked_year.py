"""Every page that changes content: a locked year refuses it in words, and nothing is written."""

import pytest
from django.urls import reverse

from indicators.evidence.evidence import add_evidence
from indicators.models import IndicatorReview, SupportingProject
from indicators.narratives import items
from indicators.requests import requests
from indicators.threads import threads
from people.states import Role
from tests.database.recorded import recorded
from tests.factories.everything import changed, everything
from tests.factories.indicators import put_in_charge
from tests.factories.loading import load_again
from tests.factories.people import make_office, make_person
from tests.factories.reading import read

REASON = "ได้รับอนุมัติแล้ว"
TEXTS = {"narrative": "เขียน", "result": "ผล", "no_evidence_reason": "ไม่มี"}
# Name of the address, what follows office and year in it, who asks, what is sent.
ACTS = [
    ("item_autosave", ["item"], "collector", TEXTS | {"version": "1"}),
    ("item_hand_in", ["item"], "collector", {}),
    ("item_take_back", ["handed_in"], "collector", {}),
    ("item_take_back", ["handed_in"], "coordinator", {"why": "แก้"}),
    ("item_restore", ["item"], "collector", {"revision": "1", "version": "1"}),
    ("item_due_set", ["item"], "coordinator", {"due": "1/3/2560", "seen": ""}),
    ("item_thread", ["item"], "staff", {"text": "เหตุใด"}),
    ("thread", ["thread"], "staff", {"text": "เพราะ"}),
    ("thread_resolve", ["thread"], "member", {"seen": "999999"}),
    ("comment_withdraw", ["comment"], "member", {}),
    ("request_ask", ["item"], "member", {"text": "แนบรายงาน"}),
    ("request_finish", ["request"], "collector", {"text": "แนบแล้ว"}),
    ("request_accept", ["request"], "member", {"seen": "1"}),
    ("request_send_back", ["request"], "member", {"text": "ยังขาด", "seen": "1"}),
    ("request_hand_on", ["request"], "member", {"seen": "1"}),
    ("request_withdraw", ["request"], "member", {}),
    ("request_restore", ["request"], "member", {}),
    ("request_unaccept", ["request"], "member", {}),
    ("review_save", ["indicator"], "coordinator", {"version": "0", "strengths": "ดี"}),
    ("cite", ["item"], "collector", {"revision": "revision"}),
    ("citation_withdraw", ["citation"], "collector", {}),
    ("evidence_edit", ["evidence"], "collector", {"title": "ใหม่", "seen": ""}),
    ("evidence_remove", ["evidence"], "collector", {"why": "ซ้ำ"}),
    ("score_save", ["item"], "member", {"level": "3", "reason": "ดี", "version": "0"}),
    ("scores_hand_in", [], "member", {}),
    ("scores_take_back", [], "member", {}),
    ("agree_save", ["item"], "coordinator", {"level": "3", "reason": "ดี", "version": "0"}),
    ("project_remove", ["project"], "coordinator", {}),
    ("project_restore", ["project"], "coordinator", {}),
]
IDS = [f"{name}-{who}" for name, _args, who, _data in ACTS]


@recorded
def make_rows(year):
    """What the addresses name: items written and handed in, evidence, a comment, a request."""
    item, other = year.items[:2]
    for row in (item, other):
        items.save_item(load_again(row), **TEXTS, version=0, by=year.collector)
    items.hand_in(load_again(other), by=year.collector)
    evidence = add_evidence(
        year.office,
        title="แผน",
        links=[("https://example.org/a", "")],
        items=[load_again(item)],
        by=year.collector,
    )
    put_in_charge(year.assessment, item.consideration, year.collector)
    said = threads.open_thread(load_again(item), text="ที่ใด", by=year.member).comment
    asked = requests.ask(load_again(item), text="แนบรายงาน", by=year.member)
    project = SupportingProject.objects.create(
        assessment=year.assessment, kind="project", title="โครงการ", created_at=asked.asked_at,
        created_by=year.coordinator,
    )  # fmt: skip
    return {
        "item": item.consideration.code,
        "handed_in": other.consideration.code,
        "indicator": IndicatorReview.objects.first().indicator.code,
        "evidence": evidence.pk,
        "revision": evidence.revisions.get().pk,
        "citation": evidence.citations.get().pk,
        "request": asked.pk,
        "project": project.pk,
        "thread": said.thread_id,
        "comment": said.pk,
    }


@pytest.fixture
def rows(year):
    return make_rows(year)


def send(client, year, rows, name, args, data):
    address = reverse(f"indicators:{name}", args=[*year.args, *(rows[arg] for arg in args)])
    return client.post(address, {key: rows.get(value, value) for key, value in data.items()})


@pytest.mark.parametrize(("name", "args", "who", "data"), ACTS, ids=IDS)
def test_a_locked_year_refuses_in_words(year, rows, client_for, name, args, who, data):
    year.lock()
    client = client_for(getattr(year, who))
    before = everything()
    answer = send(client, year, rows, name, args, data)
    assert answer.status_code == 409
    assert REASON in read(answer.content.decode())
    assert changed(before) == set()


@pytest.mark.parametrize(("name", "args", "who", "data"), ACTS, ids=IDS)
def test_in_an_open_year_the_lock_is_not_the_reason(year, rows, client_for, name, args, who, data):
    """The same requests while nothing is locked: or the test above would prove nothing."""
    answer = send(client_for(getattr(year, who)), year, rows, name, args, data)
    assert REASON not in answer.content.decode()
    assert answer.status_code not in (403, 404, 405)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DIRECTOR, Role.ADMIN])
@pytest.mark.parametrize(("name", "args", "who", "data"), ACTS[::2], ids=IDS[::2])
def test_another_office_finds_nothing_to_change(
    year, rows, client_for, name, args, who, data, role
):
    client = client_for(make_person(make_office("skn1"), role))
    before = everything()
    assert send(client, year, rows, name, args, data).status_code == 404
    assert changed(before) == set()

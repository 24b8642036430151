"""Every create form: sent twice it makes one; Back after saving, with other content, another."""

import pytest

from tests.access.world import standing
from tests.attacks.sending_twice import CASES, ELSEWHERE, create_forms, file_of, page_of
from tests.attacks.test_garbage import browser_of

pytestmark = pytest.mark.xdist_group("sent_twice")


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


def count(case):
    return case.makes._base_manager.count()


def send(client, url, data):
    response = client.post(url, data)
    assert response.status_code < 400, response.content.decode()
    return response


def test_every_create_form_is_tried():
    assert create_forms() == CASES.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_same_twice_is_one_and_other_content_is_another(db, half_way, name):
    case = CASES[name]
    client = browser_of(half_way, case.by)
    url, data = page_of(half_way, case)
    before = count(case)
    first = send(client, url, data)
    assert count(case) == before + 1
    # An answer without an address is a page of its own, as with a one-time password.
    assert send(client, url, data).get("Location") in (first.get("Location"), None)
    assert count(case) == before + 1
    send(client, url, data | case.changes)
    assert count(case) == before + 2
    send(client, url, data | case.changes)
    send(client, url, data)
    assert count(case) == before + 2


@pytest.mark.parametrize(
    "change",
    [
        {"document_date": "1/2/2560"},
        {"title": "ภาพกิจกรรม  (ต่อ)"},
        {"files": [b"two"]},
        {"files": [b"one", b"two"]},
        {"files": []},
    ],
    ids=["date", "title", "bytes", "one more", "no file"],
)
def test_evidence_of_other_files_or_facts_is_other_evidence(db, half_way, change):
    case = CASES["EvidenceForm"]
    client = browser_of(half_way, case.by)
    url, data = page_of(half_way, case)
    before = count(case)
    for sent in ({"files": [b"one"]}, {"files": [b"one"]}, {"files": [b"one"]} | change):
        files = [file_of(text) for text in sent.get("files", [])]
        send(client, url, data | sent | {"files": files})
    assert count(case) == before + 2


def test_line_ends_and_the_csrf_token_are_no_content(db, half_way):
    case = CASES["MeetingCreateForm"]
    client = browser_of(half_way, case.by)
    url, data = page_of(half_way, case)
    before = count(case)
    first = send(client, url, data | {"csrfmiddlewaretoken": "x" * 64})
    text = data["agenda"].replace("\r\n", "\n")
    second = send(client, url, data | {"agenda": text, "csrfmiddlewaretoken": "y" * 64})
    assert second["Location"] == first["Location"]
    assert count(case) == before + 1

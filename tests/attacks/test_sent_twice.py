"""Every create form: sent twice it makes one; Back after saving, with other content, another."""

import re

import pytest

from tests.access.world import standing
from tests.attacks.field_errors import THAI, said_beside
from tests.attacks.sending_twice import (
    CASES,
    ELSEWHERE,
    SUBMITTED,
    count,
    create_forms,
    file_of,
    page_of,
    send,
    try_twice,
)
from tests.attacks.test_garbage import START, browser_of, forms_of, shape_of

pytestmark = pytest.mark.xdist_group("garbage")
# What a page says of a form as a whole.
NO_FIELD = re.compile(r'class="[^"]*(?:nonfield|alert-danger)[^>]*>(.*?)</(?:ul|div)>', re.DOTALL)


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


def test_every_create_form_is_tried():
    assert create_forms() == CASES.keys() | SUBMITTED.keys() | ELSEWHERE.keys()


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_same_twice_is_one_and_other_content_is_another(db, half_way, name):
    case = CASES[name]
    try_twice(browser_of(half_way, case.by), case, *page_of(half_way, case))


@pytest.mark.parametrize("name", sorted(name for name, case in CASES.items() if case.refused))
def test_where_no_second_may_be_a_sentence_says_so_and_what_was_typed_stays(db, half_way, name):
    """Back after saving: a name, a code or a period that is taken by now, by the first one."""
    case = CASES[name]
    client = browser_of(half_way, case.by)
    url, data = page_of(half_way, case)
    send(client, url, data)
    before = count(case)
    response = client.post(url, data | case.refused)
    html = response.content.decode()
    assert (count(case), response.status_code in (200, 400, 409)) == (before, True)
    assert [text for text in case.refused.values() if text not in html] == []
    said = [said_beside(html, name) for name in data] + NO_FIELD.findall(html)
    assert THAI.search(" ".join(said)), html


def test_every_create_form_of_a_page_has_a_token(db, half_way):
    """Pages write their forms by hand; one without its token would make a new thing each time."""
    on_pages = {}
    for role in START:
        for form in forms_of(half_way, role).values():
            on_pages.setdefault(shape_of(form.action), []).append(dict(form.fields))
    bare = [
        name
        for name, case in CASES.items()
        if not any(
            fields.get("idempotency_token")
            for fields in on_pages.get(shape_of(page_of(half_way, case)[0]), [])
        )
    ]
    assert bare == []


@pytest.mark.parametrize(
    "change",
    [
        {"document_date": "1/2/2560"},
        {"title": "ภาพกิจกรรม  (ต่อ)"},
        {"files": [b"two"]},
        {"files": [b"one", b"two"], "together": "on"},
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

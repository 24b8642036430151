"""What cannot be undone is asked once, on a page made for it, and is no first button elsewhere.

The pages that ask are asked themselves in ``tests/access``; what they do, beside their subjects.
"""

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAPER = {"workflow/papers/proposal.html"}
# The act → the pages made for it: there it may be the first primary button.
ACTS = {
    "people:person_deactivate": {"people/person_deactivate.html"},
    "people:person_password": {"ask.html"},
    "people:role_end": {"people/role_end.html"},
    "people:acting_end": {"people/acting_end.html"},
    "people:role_confirm": {"people/roles/confirm.html"},
    "people:acting_confirm": {"people/roles/confirm.html"},
    "people:role_decline": {"people/roles/confirm.html"},
    "people:acting_decline": {"people/roles/confirm.html"},
    "notifications:feed_revoke": {"ask.html"},
    "indicators:item_hand_in": set(),
    "indicators:scores_hand_in": {"ask.html"},
    "workflow:meeting_confirm": {"ask.html"},
    "workflow:meeting_hold": set(),
    "workflow:meeting_cancel": set(),
    "workflow:recommendation_remove": {"ask.html"},
    "workflow:summary_submit": {"workflow/followup/followup.html"},
    "workflow:acknowledge": PAPER,
    "workflow:proposal_approve": PAPER,
    "workflow:proposal_endorse": PAPER,
    "workflow:proposal_return": PAPER,
    "workflow:proposal_publish": PAPER,
    "workflow:proposal_revoke": PAPER,
    "workflow:proposal_propose": PAPER,
}
# Never sent from a page made for something else: only a link leads to the page that asks.
ONLY_ASKED = {act for act, pages in ACTS.items() if pages and pages != PAPER} - {
    "indicators:scores_hand_in",  # can be taken back at first, so it is asked only later
    "workflow:summary_submit",
}
INCLUDE = re.compile(r"""{% include ["']([\w/.]+?)(?:#\w+)?["'][^%]*%}""")
TOKEN = re.compile(
    r"<form\b(?P<form>(?:{[{%].*?[%}]}|[^>{])*)>|(?P<end></form>)|(?P<primary>btn-primary\b)", re.S
)
NAME = re.compile(r"""url ["']([a-z]+:\w+)["']""")
SENDS = re.compile(r"""(?:\saction|formaction|hx-post)="(.*?)"(?=[\s>])""", re.S)
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def whole(name, depth=5):
    """The template with what it includes."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    if depth == 0:
        return text
    return INCLUDE.sub(
        lambda found: whole(found[1], depth - 1) if (TEMPLATES / found[1]).exists() else "", text
    )


def first_primary(text):
    """What the form of the page's first primary button may send; empty for a plain link."""
    names = set()
    for token in TOKEN.finditer(text):
        if token["form"] is not None:
            names = set(NAME.findall(token["form"]))
        elif token["end"]:
            names = set()
        else:
            return names
    return set()


def test_each_act_of_the_table_is_an_address():
    spaces = {
        f"{space}:{name}"
        for space, (_prefix, resolver) in get_resolver().namespace_dict.items()
        for name in resolver.reverse_dict
        if isinstance(name, str)
    }
    assert ACTS.keys() <= spaces
    assert {page for pages in ACTS.values() for page in pages} <= set(PAGES)


@pytest.mark.parametrize("page", [page for page in PAGES if not page.rpartition("/")[2][0] == "_"])
def test_no_page_made_for_something_else_begins_with_it(page):
    found = first_primary(whole(page)) & ACTS.keys()
    assert {act for act in found if page not in ACTS[act]} == set()


def test_only_the_page_that_asks_sends_it():
    found = []
    for page in PAGES:
        text = (TEMPLATES / page).read_text(encoding="utf-8")
        sent = {name for part in SENDS.findall(text) for name in NAME.findall(part)}
        found += [(page, act) for act in sent & ONLY_ASKED if page not in ACTS[act]]
    assert found == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<form action="{% url \'a:b\' x %}"><button class="btn btn-primary">', {"a:b"}),
        ('<form action="{% url \'a:b\' %}"></form><a class="btn btn-primary">', set()),
        (
            "<form\n  action=\"{% year_url 'a:b' %}\"\n><b class='btn-outline-primary'></form>",
            set(),
        ),
        ('<form method="post"><button class="btn btn-primary btn-sm">', set()),
    ],
)
def test_the_reader_of_templates_reads(text, names):
    assert first_primary(text) == names

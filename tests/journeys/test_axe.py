"""Every page as every role: nothing serious for axe-core, nothing sideways on a telephone.

A page is opened in the browser when a role's rendering holds a kind of element that the roles
before did not show at the same address; the rest is read without opening it.
"""

import re
from html.parser import HTMLParser

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from tests.access.table import SUBMITTED, TABLE
from tests.journeys.desk import NARROW, WIDE

pytestmark = pytest.mark.journey

ROLES = ("coordinator", "director", "deputy", "admin", "member1", "group1", "staff6")
GRAVE = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"]}
ENTRANCES = ("account_login", "account_reset_password", "account_reset_password_done")
ACCOUNT = ("account_change_password", "mfa_index", "mfa_activate_totp", "account_logout")
SEEN = {}  # address → kinds of elements that were looked at


class Kinds(HTMLParser):
    """The kinds of elements of a page: tag, classes and what makes them a control."""

    def __init__(self, html):
        super().__init__()
        self.found = set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        kept = {name: facts.get(name) for name in ("class", "type", "role", "hx-post")}
        kept["hx-post"] = re.sub(r"\d+", "", kept["hx-post"] or "")
        self.found.add((tag, *kept.values()))


def address(product, name, row):
    values = [part for arg in row.args for part in values_of(product, arg)]
    return reverse(name, args=values)


def values_of(product, arg):
    return ["skn2", 2560] if arg == "place" else product.rows.get(arg, [arg])


def pages(product, table, role):
    """``(name, path)`` of what the role may open; a locked year has no row for some of them."""
    for name, row in table.items():
        there = all(None not in values_of(product, arg) for arg in row.args)
        if there and not row.post and row.expected(role) == "ok":
            yield name, address(product, name, row)


def look(desk, addresses):
    """Open what is new; return what is wrong, one line a finding."""
    found = []
    for name, path in addresses:
        answer = desk.context.request.get(f"{desk.product.url}{path}")
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        if not (html := answer.text()).startswith("<!doctype html>"):
            continue  # a part of a page, seen with its page
        kinds = Kinds(html).found
        if kinds <= SEEN.setdefault(name, set()):
            continue
        SEEN[name] |= kinds
        desk.go(path)
        found += [f"{desk.name} {path} {finding}" for finding in examine(desk)]
    return found


def examine(desk):
    unfold = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"
    desk.page.evaluate(unfold)
    for violation in Axe().run(desk.page, options=OPTIONS).response["violations"]:
        if violation["impact"] in GRAVE:
            for node in violation["nodes"][:3]:
                where = " ".join(map(str, node["target"]))
                yield f"{violation['help']}\n    {where}\n    {node['html'][:200]}"
    desk.page.set_viewport_size(NARROW)
    if (over := desk.overhang()) > 0:
        yield f"{over} points wider than 360\n    {desk.page.evaluate(WIDEST)}"
    desk.page.set_viewport_size(WIDE)


WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && part.checkVisibility())
  .slice(0, 3).map((part) => part.outerHTML.slice(0, 120)).join("\\n    ")"""


def assert_clean(findings):
    assert not findings, "\n" + "\n".join(findings)


@pytest.mark.parametrize("role", ROLES)
def test_pages_while_the_work_goes_on(half_way, desk_at, role):
    desk = desk_at(half_way, role)
    assert_clean(look(desk, pages(half_way, TABLE, role)))


@pytest.mark.parametrize("role", ["coordinator", "director", "member1", "staff6"])
def test_pages_of_a_submitted_year(submitted, desk_at, role):
    desk = desk_at(submitted, role)
    assert_clean(look(desk, pages(submitted, TABLE | SUBMITTED, role)))


def test_pages_of_obec(submitted, desk_at):
    desk = desk_at(submitted, "obec")
    assert_clean(look(desk, pages(submitted, TABLE | SUBMITTED, "obec")))


def test_entrance_and_account(half_way, desk_at):
    stranger = desk_at(half_way, "nobody", sign_in=False)
    findings = look(stranger, [(name, reverse(name)) for name in ENTRANCES])
    member = desk_at(half_way, "member1")
    findings += look(member, [(name, reverse(name)) for name in ACCOUNT])
    assert_clean(findings)


def test_refusals(half_way, desk_at):
    """What a person meets at a wrong address or a closed door."""
    desk = desk_at(half_way, "staff6")
    assert_clean(
        look(desk, [("404", "/o/skn2/2560/items/9.9.9/"), ("403", "/o/skn2/2560/steps/4/plan/")])
    )


def test_something_grave_is_found(half_way, desk_at):
    """The eyes are open: a page that is wrong in both ways is found out."""
    stranger = desk_at(half_way, "nobody", sign_in=False)
    stranger.page.set_content(
        "<title>a</title><main><input><pre>" + "wide " * 100 + "</pre></main>"
    )
    findings = "\n".join(examine(stranger))
    assert "Form elements must have labels" in findings
    assert "wider than 360" in findings

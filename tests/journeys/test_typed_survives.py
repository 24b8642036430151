"""Every form with free text: signed out while typing, what was typed comes back.

The forms are found, not listed: whoever adds one has it tried here. Those of ``autosave.js`` are
tried in ``test_session_end``.
"""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.access.table import SUBMITTED, TABLE
from tests.journeys.product import PASSWORD

pytestmark = pytest.mark.journey
ROLES = ["coordinator", "admin", "director", "member1"]
# What the issue names, by the end of the address; each must have been among those found.
NAMED = {
    "coordinator": [
        "committee-room/N/",
        "projects/new/",
        "evidence/new/",
        "review/",
        "requests/N/done/",
        "excuse/",
    ],
    "admin": ["people/new/", "office/", "office/papers/"],
    "director": ["requests/", "profile/"],
    "member1": ["scores/N/", "profile/", "revise/"],
    "obec": ["recommendations/new/"],
}
TEXT = "textarea, input:not([type]), input[type=text], input[type=url], input[type=email]"
FILL = """([form, TEXT]) => {
  const boxes = [...form.elements].filter((box) => box.name && !box.readOnly && box.matches(TEXT));
  form.noValidate = true;
  return boxes.map((box, number) => {
    box.value = `ข้อความ “${number}” ที่พิมพ์ค้างไว้`;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    return [box.name, box.value];
  });
}"""
READ = """([form, TEXT]) => [...form.elements].filter(
  (box) => box.name && !box.readOnly && box.matches(TEXT)).map((box) => [box.name, box.value])"""
MINE = "() => Object.keys(localStorage).filter((key) => key.startsWith('typed:'))"


class Forms(HTMLParser):
    """The forms of a page that post free text: ``(address, names of its texts)``."""

    def __init__(self, here):
        super().__init__()
        self.here, self.found, self.names = here, [], None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            left = {"data-autosave", "data-person-form", "data-not-kept"} & attrs.keys()
            action = attrs.get("action") or self.here
            posts = attrs.get("method") == "post" and not action.startswith("/accounts/")
            self.names = [] if posts and not left else None
            if self.names is not None:
                self.found.append((action, self.names))
        elif self.names is not None and "name" in attrs and "readonly" not in attrs:
            plain = tag == "input" and attrs.get("type", "text") in ("text", "url", "email")
            if tag == "textarea" or (plain and attrs.get("autocomplete") != "one-time-code"):
                self.names.append(attrs["name"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.names = None


def shape(action):
    """An address with its numbers and codes as one."""
    return re.sub(r"(?<=/)[\d.]+(?=/)", "N", urlsplit(action).path)


def values(product, arg):
    """What stands in an address for one word of the table."""
    return ["skn2", 2560] if arg == "place" else product.rows.get(arg, [arg])


def forms_of(desk, product, table):
    """``{shape: (page, action)}``: one of each kind of form on the pages this person may open."""
    found = {}
    for name, row in table.items():
        if row.post or desk.name not in row.allowed:
            continue
        path = reverse(name, args=[part for arg in row.args for part in values(product, arg)])
        answer = desk.context.request.get(f"{product.url}{path}", max_redirects=0)
        if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        reader = Forms(path)
        reader.feed(answer.text())
        for action, names in reader.found:
            if names:
                found.setdefault((shape(action), len(names)), (path, action))
    return found


def form_at(desk, action):
    """The form of this action that has texts, as the page holds it."""
    return desk.page.evaluate_handle(
        """([action, TEXT]) => [...document.forms].find((form) => form.method === "post"
          && (form.getAttribute("action") || location.pathname + location.search) === action
          && [...form.elements].some((box) => box.matches(TEXT)))""",
        [action, TEXT],
    ).as_element()


def opened(desk, path):
    """Its scripts have run by then; pictures, fonts and previews may come later."""
    desk.page.goto(f"{desk.product.url}{path}", wait_until="domcontentloaded")


def type_and_lose_the_session(desk, page, action, cookies):
    """Type into every box, send it without a session, sign in again: what stands there then.

    Signing in leads back to the page, where the next of its forms may follow.
    """
    if desk.page.url != f"{desk.product.url}{page}":
        opened(desk, page)
    form = form_at(desk, action)
    assert form, (page, action)
    filled = desk.page.evaluate(FILL, [form, TEXT])
    desk.context.clear_cookies(name="sessionid")
    form_at(desk, action).evaluate("(form) => { form.requestSubmit(); }")
    desk.page.wait_for_url("**/accounts/login/**")
    assert desk.page.locator(".typed-note").count() == 0
    (led_to,) = parse_qs(urlsplit(desk.page.url).query)["next"]
    desk.context.add_cookies(cookies)
    opened(desk, led_to)
    expect(desk.page.locator(".typed-note").first).to_contain_text("นำข้อความที่พิมพ์ค้างไว้กลับมาแล้ว")
    again = form_at(desk, action)
    return filled, desk.page.evaluate(READ, [again, TEXT])


def survives(desk, product, table, tried):
    """Try each form that nobody tried on such a page yet; the addresses of all that were found."""
    cookies = desk.context.cookies()
    desk.page.on("dialog", lambda dialog: dialog.accept())
    found = forms_of(desk, product, table)
    for key, (page, action) in found.items():
        if (shape(page), key) in tried:
            continue
        tried.add((shape(page), key))
        filled, stands = type_and_lose_the_session(desk, page, action, cookies)
        assert stands == filled, (page, action)
        desk.page.evaluate("() => { localStorage.clear(); }")
    return [address for address, _number in found]


@pytest.fixture(scope="module")
def tried():
    """Forms that one of the roles tried: whoever else is given them on the same page need not."""
    return set()


@pytest.mark.parametrize("name", ROLES)
def test_text_survives_a_lost_session_on_each_form(half_way, desk_at, tried, name):
    shapes = survives(desk_at(half_way, name), half_way, TABLE, tried)
    assert [end for end in NAMED[name] if not any(one.endswith(end) for one in shapes)] == []


def test_text_of_a_reviewer_survives_too(submitted, desk_at):
    shapes = survives(desk_at(submitted, "obec"), submitted, SUBMITTED, set())
    assert [end for end in NAMED["obec"] if not any(one.endswith(end) for one in shapes)] == []


# -- whose text it is ------------------------------------------------------------------------
PROFILE = "/profile/"


def type_phone(desk, text):
    desk.go(PROFILE)
    desk.page.locator("#id_phone").fill(text)


def sign_in(desk, name):
    desk.page.get_by_label("ชื่อผู้ใช้หรืออีเมล").fill(name)
    desk.page.locator("input[type=password]").fill(PASSWORD)
    desk.page.get_by_role("button", name="เข้าสู่ระบบ").click()


def test_the_next_person_at_this_browser_finds_nothing(half_way, desk_at):
    desk = desk_at(half_way, "staff3")
    type_phone(desk, "042 000 111")
    desk.context.clear_cookies(name="sessionid")
    desk.go(PROFILE)
    sign_in(desk, "staff4")
    expect(desk.page.locator("#id_phone")).not_to_have_value("042 000 111")
    assert desk.page.locator(".typed-note").count() == 0
    desk.context.clear_cookies(name="sessionid")
    desk.go(PROFILE)
    sign_in(desk, "staff3")
    expect(desk.page.locator("#id_phone")).to_have_value("042 000 111")
    desk.press("ทิ้งข้อความนี้")
    expect(desk.page.locator("#id_phone")).not_to_have_value("042 000 111")
    assert desk.page.evaluate(MINE) == []


def test_signing_out_shows_what_is_not_saved_and_removes_it(half_way, desk_at):
    desk = desk_at(half_way, "staff3")
    type_phone(desk, "042 000 222")
    button = desk.page.locator(".site-header form[data-sign-out] button")
    button.evaluate("(button) => { button.click(); }")
    desk.page.wait_for_url("**/accounts/logout/")
    expect(desk.main.get_by_role("link", name="ข้อมูลส่วนตัว")).to_be_visible()
    desk.press("ออกจากระบบ")
    desk.page.wait_for_url("**/accounts/login/**")
    assert desk.page.evaluate(MINE) == []
    half_way.sessions.pop("staff3")


def test_what_is_saved_is_not_kept(half_way, desk_at):
    desk = desk_at(half_way, "staff4")
    type_phone(desk, "042 000 333")
    assert len(desk.page.evaluate(MINE)) == 1
    desk.press("บันทึก")
    desk.reads("บันทึกแล้ว")
    assert desk.page.evaluate(MINE) == []
    desk.go(PROFILE)
    assert desk.page.locator(".typed-note").count() == 0
    expect(desk.page.locator("#id_phone")).to_have_value("042 000 333")


def test_words_saved_meanwhile_are_not_covered_unasked(half_way, desk_at):
    desk, other = desk_at(half_way, "staff4"), desk_at(half_way, "staff4")
    type_phone(desk, "042 000 444")
    type_phone(other, "042 000 555")
    other.press("บันทึก")
    other.reads("บันทึกแล้ว")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.go(PROFILE)
    expect(desk.page.locator("#id_phone")).to_have_value("042 000 555")
    expect(desk.page.locator(".typed-note")).to_contain_text("042 000 444")
    desk.press("นำข้อความของฉันใส่ในแบบฟอร์ม")
    expect(desk.page.locator("#id_phone")).to_have_value("042 000 444")


def test_words_that_the_server_cleaned_are_not_called_somebody_else_s(half_way, desk_at):
    """A bullet of Word's in a form that was refused for another field."""
    desk = desk_at(half_way, "staff4")
    type_phone(desk, "\uf0b7 042 000 777 ต่อ\u200b 8 ")
    desk.page.locator("#id_given_name").fill("")
    desk.page.locator("#id_phone").evaluate("box => { box.form.noValidate = true; }")
    desk.press("บันทึก")
    desk.reads("โปรดกรอกข้อมูลในช่องนี้")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    for _time in range(2):  # and again when the answer is loaded again
        expect(desk.page.locator("#id_phone")).to_have_value(re.compile("^• 042 000 777 ต่อ 8 ?$"))
        assert desk.page.locator(".typed-note").count() == 0
        desk.page.reload()
        desk.reads("โปรดกรอกข้อมูลในช่องนี้")


def test_a_refused_form_that_was_left_comes_back(half_way, desk_at):
    """By a link or by another language: it stood on the page of the refusal alone."""
    desk, asked = desk_at(half_way, "staff4"), []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    type_phone(desk, "042 000 888")
    desk.page.locator("#id_given_name").fill("")
    desk.page.locator("#id_phone").evaluate("box => { box.form.noValidate = true; }")
    desk.press("บันทึก")
    desk.reads("โปรดกรอกข้อมูลในช่องนี้")
    desk.page.locator(".navbar-brand").click()
    desk.heading("งานของฉัน")
    assert asked == ["beforeunload"]
    desk.go(PROFILE)
    expect(desk.page.locator("#id_phone")).to_have_value("042 000 888")
    expect(desk.page.locator(".typed-note")).to_contain_text("ยังไม่ได้บันทึก")
    desk.press("ทิ้งข้อความนี้")
    assert desk.page.evaluate(MINE) == []


@pytest.mark.parametrize("box", ["#id_given_name", "#id_phone"])
def test_only_spaces_are_nothing_to_put_back(half_way, desk_at, box):
    """Whether the box held something before or not; an empty one is called empty."""
    desk = desk_at(half_way, "staff4")
    desk.page.on("dialog", lambda dialog: dialog.accept())
    desk.go(PROFILE)
    desk.page.locator("#id_phone").evaluate("box => { box.form.noValidate = true; }")
    desk.page.locator("#id_given_name").fill("  ")
    desk.page.locator(box).fill("   ")
    desk.press("บันทึก")
    desk.reads("โปรดกรอกข้อมูลในช่องนี้")
    expect(desk.page.locator("#id_given_name")).to_have_value("")
    assert desk.page.locator(".typed-note").count() == 0


def test_passwords_are_never_kept(half_way, desk_at):
    desk = desk_at(half_way, "staff4")
    type_phone(desk, "042 000 666")
    desk.page.locator("input[type=password]").first.fill("ความลับที่สุด")
    kept = desk.page.evaluate("() => JSON.stringify(localStorage)")
    assert ("042 000 666" in kept, "ความลับ" in kept) == (True, False)


# -- an old page, leaving ----------------------------------------------------------------------
def test_an_old_page_sent_after_a_new_sign_in_is_simply_taken(half_way, desk_at):
    desk = desk_at(half_way, "staff2")
    type_phone(desk, "042 111 000")
    desk.context.clear_cookies()
    other = desk.context.new_page()
    other.goto(f"{half_way.url}{PROFILE}")
    first, desk.page = desk.page, other
    sign_in(desk, "staff2")
    other.wait_for_url(f"**{PROFILE}")
    desk.page = first
    desk.press("บันทึก")
    desk.reads("บันทึกแล้ว")
    expect(desk.page.locator("#id_phone")).to_have_value("042 111 000")


def test_an_old_page_of_somebody_else_sends_nothing(half_way, desk_at):
    desk = desk_at(half_way, "staff2")
    type_phone(desk, "042 222 000")
    desk.context.clear_cookies()
    other = desk.context.new_page()
    other.goto(f"{half_way.url}{PROFILE}")
    first, desk.page = desk.page, other
    sign_in(desk, "staff4")
    other.wait_for_url(f"**{PROFILE}")
    desk.page = first
    desk.press("บันทึก")
    expect(desk.page.locator(".typed-note")).to_contain_text("มีผู้อื่นเข้าสู่ระบบในเครื่องนี้")
    other.reload()
    expect(other.locator("#id_phone")).not_to_have_value("042 222 000")


def test_leaving_asks_only_with_unsaved_text_and_names_it(half_way, desk_at):
    desk, asked = desk_at(half_way, "staff4"), []
    desk.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    desk.go(PROFILE)
    desk.page.locator("#id_phone").click()
    desk.go("/")
    assert asked == []
    type_phone(desk, "042 333 000")
    desk.page.locator(".navbar-brand").click()
    expect(desk.page.locator(".typed-note")).to_contain_text("โทรศัพท์")
    assert (asked, desk.path) == (["beforeunload"], PROFILE)

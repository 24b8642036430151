"""Back after saving and a duplicated tab: other words make a second object, on each create form."""

import pytest

from tests.journeys.test_back import YEAR, Tab, wait_until

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # pages kept for Back

# role, page, form, its fields (n is 1 and 2), the page that lists what was made
FORMS = {
    "project": (
        "coordinator",
        f"{YEAR}projects/new/",
        "form.project-form",
        {"title": "โครงการย้อนกลับ %n"},
        f"{YEAR}projects/",
    ),
    "group": (
        "admin",
        "/people/groups/new/",
        "main form[data-guard]",
        {"name": "กลุ่มย้อนกลับ %n", "code": "back%n", "order": "9"},
        "/people/groups/",
    ),
    "question": (
        "director",
        f"{YEAR}items/1.1.1/?again",
        "form[action$='/questions/']",
        {"question": "คำถามย้อนกลับ %n"},
        f"{YEAR}items/1.1.1/",
    ),
    "evidence": (
        "coordinator",
        f"{YEAR}evidence/new/",
        "form[data-upload]",
        {"title": "หลักฐานย้อนกลับ %n", "url": "https://www.obec.go.th/%n"},
        f"{YEAR}evidence/?q=ย้อนกลับ",
    ),
}


def filled(fields, kind, number):
    return {name: text.replace("%n", f"{kind}{number}") for name, text in fields.items()}


def both_stand(desk, page, fields, kind):
    """Both objects are on the page that lists them."""
    words = [next(iter(filled(fields, kind, number).values())) for number in (1, 2)]

    def there():
        text = desk.context.request.get(f"{desk.product.url}{page}").text()
        return [word for word in words if word in text] == words

    wait_until(there)


@pytest.mark.parametrize("name", FORMS)
def test_back_and_other_words_make_a_second_one(half_way, desk_at, name):
    role, page, form, fields, shown = FORMS[name]
    desk = desk_at(half_way, role)
    tab = Tab(desk, page)
    tab.send(form, **filled(fields, "b", 1))
    tab.back()
    tab.send(form, **filled(fields, "b", 2))
    both_stand(desk, shown, fields, "b")


@pytest.mark.parametrize("name", FORMS)
def test_a_duplicated_tab_makes_a_second_one(half_way, desk_at, name):
    """A browser may fill the second tab from what it kept: the token is the same in both."""
    role, page, form, fields, shown = FORMS[name]
    desk = desk_at(half_way, role)
    first = Tab(desk, page)
    token = f"document.querySelector(`{form}`).elements.idempotency_token"
    same = first.ask(f"{token}.value")
    desk.page = desk.context.new_page()
    second = Tab(desk, page)
    second.ask(f"{token}.value = '{same}'")
    first.send(form, **filled(fields, "t", 1))
    second.send(form, **filled(fields, "t", 2))
    both_stand(desk, shown, fields, "t")

"""Back after saving and a duplicated tab: other words make a second object, on each create form."""

import re

import pytest

from tests.journeys.back.test_back import YEAR, Tab, wait_until

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # pages kept for Back
MARKS = re.compile(r"</?span[^>]*>")  # a page marks words of the field within a typed text

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
    "request": (
        "director",
        f"{YEAR}items/1.1.1/?again",
        "form[action$='/items/1.1.1/requests/']",
        {"text": "คำขอย้อนกลับ %n"},
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

# The server does not tell Back from a duplicated tab (``tests/attacks/sending_twice.py`` tries both
# for every form): here the page that Back brings is to be sent again, one after the other.
OTHERS = {
    "coordinator": [
        (
            f"{YEAR}meetings/new/committee/",
            "form.calling",
            {"title": "ประชุมย้อนกลับ %n", "date": "1/9/2561", "time": "09.30", "place": "ห้อง 1"},
            f"{YEAR}meetings/",
        ),
        (
            f"{YEAR}evidence/{{evidence}}/revise/",
            "form[data-upload]",
            {"note": "แก้ไขย้อนกลับ %n", "url": "https://www.obec.go.th/%n"},
            f"{YEAR}evidence/{{evidence}}/",
        ),
        (
            f"{YEAR}lateness/?again",
            "form[action$='/messages/']",
            {"text": "ข้อความย้อนกลับ %n"},
            f"{YEAR}reminders/",
        ),
    ],
    "admin": [
        (
            "/people/new/",
            "main form[data-guard]",
            {
                "given_name": "ย้อนกลับ%n",
                "username": "again-%n",
                "email": "again-%n@example.org",
                "first_password": "link",
            },
            "/people/?q=ย้อนกลับ",
        ),
        (
            "/people/{person}/acting/new/",
            "main form.form-narrow",
            {
                "note": "รักษาการย้อนกลับ %n",
                "for_role": "coordinator",
                "since": "1/1/256%i",
                "until": "30/1/256%i",
            },
            "/people/{person}/",
        ),
        (
            "/people/{person}/roles/new/",
            "main form.form-narrow",
            {"since": "%i/9/2568", "until": "%i/9/2568", "role": "coordinator"},
            "/people/{person}/",
            "%i กันยายน 2568",
        ),
    ],
    "staff1": [
        (
            "/profile/channels/?again",
            "form.channel-form",
            {
                "label": "ช่องทางย้อนกลับ %n",
                "service": "telegram",
                "key": "123456789:AAExampleExampleExampleExample12345",
                "to": "1234%i",
            },
            "/profile/channels/",
        ),
    ],
}


def filled(fields, kind, number):
    values = {name: text.replace("%n", f"{kind}{number}") for name, text in fields.items()}
    return {name: text.replace("%i", str(number + 5)) for name, text in values.items()}


def both_stand(desk, page, fields, kind, shown=""):
    """Both objects are on the page that lists them, by their first text or by what is ``shown``."""
    first = shown or next(iter(fields.values()))
    words = [filled({"": first}, kind, number)[""] for number in (1, 2)]

    def there():
        text = MARKS.sub("", desk.context.request.get(f"{desk.product.url}{page}").text())
        return [word for word in words if word in text] == words

    wait_until(there)


def send_go_back_and_send(desk, page, form, fields, kind):
    tab = Tab(desk, page)
    tab.send(form, **filled(fields, kind, 1))
    tab.back()
    tab.send(form, **filled(fields, kind, 2))


@pytest.mark.parametrize("name", FORMS)
def test_back_and_other_words_make_a_second_one(half_way, desk_at, name):
    role, page, form, fields, shown = FORMS[name]
    desk = desk_at(half_way, role)
    send_go_back_and_send(desk, page, form, fields, "b")
    both_stand(desk, shown, fields, "b")


@pytest.mark.parametrize("name", FORMS)
def test_a_duplicated_tab_makes_a_second_one(half_way, desk_at, name):
    """A browser may fill the second tab from what it kept: the token is the same in both."""
    role, page, form, fields, shown = FORMS[name]
    desk = desk_at(half_way, role)
    send_from_two_tabs(desk, page, form, fields, "t")
    both_stand(desk, shown, fields, "t")


def send_from_two_tabs(desk, page, form, fields, kind, *, stays=False):
    first = Tab(desk, page)
    token = f"document.querySelector(`{form}`).elements.idempotency_token"
    same = first.ask(f"{token}.value")
    desk.page = desk.context.new_page()
    second = Tab(desk, page)
    second.ask(f"{token}.value = '{same}'")
    first.send(form, stays=stays, **filled(fields, kind, 1))
    second.send(form, stays=stays, **filled(fields, kind, 2))


@pytest.mark.parametrize("role", OTHERS)
def test_so_do_the_other_create_forms(half_way, desk_at, role):
    desk = desk_at(half_way, role)
    rows = {name: values[0] for name, values in half_way.rows.items()}
    for page, form, fields, listed, *shown in OTHERS[role]:
        send_go_back_and_send(desk, page.format(**rows), form, fields, "o")
        both_stand(desk, listed.format(**rows), fields, "o", *shown)


def test_two_tasks_of_one_agenda_item(half_way, desk_at):
    """Its form is answered on the minutes' own page: there is nothing to go back to."""
    desk = desk_at(half_way, "coordinator")
    minutes = f"{YEAR}meetings/{half_way.rows['meeting'][0]}/minutes/"
    fields = {"text": "งานย้อนกลับ %n", "due": "1/9/2561", "person": "นักจัดการงานทั่วไป"}
    send_from_two_tabs(desk, minutes, "form[id^=task-form]", fields, "t", stays=True)
    both_stand(desk, minutes, fields, "t")


def test_two_recommendations(submitted, desk_at):
    desk, page = desk_at(submitted, "obec"), "/submissions/skn2/2560/"
    fields = {"recommendation": "ควรย้อนกลับ %n"}
    form = "main form[data-guard]"
    send_go_back_and_send(desk, f"{page}recommendations/new/", form, fields, "b")
    both_stand(desk, page, fields, "b")
    send_from_two_tabs(desk, f"{page}recommendations/new/", form, fields, "t")
    both_stand(desk, page, fields, "t")


def test_two_years(named_office, desk_at):
    desk = desk_at(named_office, "coordinator")
    fields = {"fiscal_year": "256%i"}
    send_go_back_and_send(desk, "/cycles/new/", "main form.form-narrow", fields, "b")
    both_stand(desk, "/cycles/", fields, "b")

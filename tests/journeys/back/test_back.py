"""Back to a page whose form was sent: it can be sent again, and nothing of the first stays."""

import json
import time

import pytest

from tests.factories.files import make_image

pytestmark = pytest.mark.journey
WHOLE_BROWSER = True  # pages kept for Back

YEAR = "/o/skn2/2560/"
PATIENCE = 30  # seconds


def wait_until(true):
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


class Tab:
    """One tab, asked past the driver, which loses sight of a page that Back brings."""

    def __init__(self, desk, page):
        self.desk, self.url = desk, page
        desk.go(page)
        self.browser = desk.context.new_cdp_session(desk.page)
        self.ask("window.wasHere = true")

    def ask(self, script):
        answer = self.browser.send("Runtime.evaluate", {"expression": script, "awaitPromise": True})
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def send(self, form, *, stays=False, **values):
        """Fill fields of the form by their names, tick what must be ticked, and send it.

        Waits for the page that it leads to, unless the form ``stays`` on its page.
        """
        self.ask(
            f"""(() => {{
              const form = document.querySelector({json.dumps(form)});
              for (const [name, value] of Object.entries({json.dumps(values)})) {{
                const box = form.elements.namedItem(name);
                box.value = value;
                const one = box instanceof Element ? box : box[0];
                one.dispatchEvent(new Event("input", {{ bubbles: true }}));
              }}
              const ticks = [...form.querySelectorAll("[name=indicators]")];
              if (ticks.length && !ticks.some((tick) => tick.checked)) ticks[0].checked = true;
              for (const list of form.querySelectorAll("select")) {{
                if (!list.value) list.selectedIndex = list.options.length - 1;
              }}
              form.noValidate = true;
              const sends = (one) => one.matches("button:not([type=button])");
              const button = [...form.elements].find(sends);
              setTimeout(() => button.click(), 50);
            }})()"""
        )
        if not stays:
            wait_until(lambda: self.ask("location.pathname + location.search") != self.url)

    def arrives(self, path):
        """Wait for a page and what is on it: its address stands before its first element."""
        there = f"location.pathname === {json.dumps(path)} && document.readyState === 'complete'"
        wait_until(lambda: self.ask(there))

    def back(self):
        self.ask("history.back()")
        wait_until(lambda: self.ask("location.pathname + location.search") == self.url)
        wait_until(lambda: self.ask("document.readyState") == "complete")
        asleep = "document.querySelectorAll('form[data-sent], [data-rests]').length"
        wait_until(lambda: self.ask(asleep) == 0)


PROJECT = "form.project-form"


def test_the_button_works_again(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    tab = Tab(desk, f"{YEAR}projects/new/")
    tab.send(PROJECT, title="โครงการก่อนย้อนกลับ")
    tab.back()
    assert tab.ask("window.wasHere") is True, "kept, not loaded again"
    assert tab.ask(f"document.querySelector('{PROJECT} button.btn-primary').disabled") is False
    sent = []
    desk.context.on("request", lambda request: sent.append(request.method))
    tab.send(PROJECT, title="โครงการหลังย้อนกลับ")
    assert "POST" in sent


def test_another_file_is_sent_after_an_upload(half_way, desk_at):
    """Once it was not sent at all, and the progress of the first stood there."""
    desk = desk_at(half_way, "coordinator")
    tab = Tab(desk, f"{YEAR}evidence/new/")
    done = "document.querySelectorAll('.upload-row[data-state=done]').length"
    for number in range(2):
        picture = make_image("PNG", size=(40 + number, 40))
        desk.page.get_by_label("เลือกไฟล์").set_input_files(
            {"name": f"ภาพย้อน {number}.png", "mimeType": "image/png", "buffer": picture}
        )
        wait_until(lambda number=number: tab.ask(done) == number + 1)
        tab.ask("document.querySelector('.upload-row[data-state=done] a').click()")
        wait_until(lambda: tab.ask("location.pathname + location.search") != tab.url)
        tab.back()


def test_a_page_of_who_signed_out_is_not_brought_back(half_way, desk_at):
    desk = desk_at(half_way, "staff3")
    tab = Tab(desk, "/profile/")
    box = "document.querySelector('#id_phone')"
    tab.ask(
        f"{box}.value = '042 999 000'; {box}.dispatchEvent(new Event('input', {{bubbles: true}}))"
    )
    tab.ask("document.querySelector('.site-header form[data-sign-out] button').click()")
    tab.arrives("/accounts/logout/")
    tab.ask("document.querySelector('main form[data-sign-out] button').click()")
    tab.arrives("/accounts/login/")
    tab.ask("history.go(-2)")
    wait_until(lambda: "next=/profile/" in tab.ask("location.href"))
    half_way.sessions.pop("staff3", None)

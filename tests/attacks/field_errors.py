"""Each field of a form filled in wrongly, and what the page says beside it."""

import re
from html.parser import HTMLParser
from io import BytesIO

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.attacks.test_garbage import send

LONG = "y" * 120_000  # more than any field takes
NO_CHOICE = "no-such-choice"
YES = {"on", "1", "True"}  # what a box holds that is only ticked or not: nothing is wrong with it
HELP = ("_helptext", "-help")  # what is read out of a field whether it is wrong or not
ROW = re.compile(r"-(\d+)-")
THAI = re.compile("[ก-๙]")


class Controls(HTMLParser):
    """Controls of a page by name, and the texts of everything that has an id."""

    VOID = {"input", "br", "img", "meta", "link", "hr", "use", "path", "wbr", "source"}

    def __init__(self, html):
        super().__init__()
        self.controls, self.texts, self.open = {}, {}, []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("input", "select", "textarea", "fieldset", "div") and attrs.get("name"):
            self.controls.setdefault(attrs["name"], []).append(self._described(tag, attrs))
        if tag not in self.VOID:
            self.open.append((tag, attrs))
        if attrs.get("id"):
            self.texts.setdefault(attrs["id"], "")

    def _described(self, tag, attrs):
        """One of several boxes is read out with what describes their group."""
        if tag != "input" or attrs.get("type") not in ("checkbox", "radio"):
            return attrs
        groups = [around for name, around in self.open if name == "fieldset"]
        ids = [one.get("aria-describedby") or "" for one in (attrs, *groups)]
        return {**attrs, "aria-describedby": " ".join(ids)}

    def handle_data(self, data):
        for _tag, attrs in self.open:
            if attrs.get("id"):
                self.texts[attrs["id"]] += data

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass


def said_beside(html, name):
    """What the page says, beside its help, of the control that is marked as wrong."""
    page = Controls(html)
    return " ".join(
        page.texts.get(part, "").strip()
        for attrs in page.controls.get(name, [])
        if attrs.get("aria-invalid") == "true"
        for part in (attrs.get("aria-describedby") or "").split()
        if not part.endswith(HELP)
    ).strip()


def wrong_values(form):
    """``name: values`` of each field that can be filled in wrongly; of rows the first and last."""
    wrong = {name: [LONG] for name in form.typed}
    for name, kind in form.kinds.items():
        if kind != "checkbox" or not set(form.choices.get(name, [])) <= YES:
            wrong[name] = [NO_CHOICE]
    for name in form.files:
        wrong[name] = [SimpleUploadedFile("program.exe", b"MZ" + bytes(100))]
    rows = sorted(wrong, key=lambda name: [int(part) for part in ROW.findall(name)])
    first, last = {}, {}
    for name in rows:
        first.setdefault(ROW.sub("-#-", name), name)
        last[ROW.sub("-#-", name)] = name
    kept = {*first.values(), *last.values()}
    # The row that a script copies is none, and what is in it is not sent.
    return {name: wrong[name] for name in sorted(kept) if "__prefix__" not in name}


def as_it_stands(form):
    """What the browser would send of the form as it is shown."""
    base = {}
    for name, value in form.fields:
        if name not in form.buttons:
            base.setdefault(name, []).append(value)
    return base


def answer_to(client, form, wrong):
    """The page that a form with these wrong fields is answered with."""
    for name in form.files:
        wrong.get(name, [BytesIO()])[0].seek(0)
    response = send(client, form.action, as_it_stands(form) | wrong)
    if response.status_code == 413:  # strangers send no more than 64 KB
        short = {name: [value[:50_000] for value in values] for name, values in wrong.items()}
        response = send(client, form.action, as_it_stands(form) | short)
    return response.content.decode()


def silent_fields(client, form, *, but=()):
    """Fields with nothing beside them that their reader understands.

    In Thai one is wrong at a time; in English all are, but for files: those are judged when all
    else is right.
    """
    wrong = {name: values for name, values in wrong_values(form).items() if name not in but}
    alone = [{name: wrong[name]} for name in wrong]
    files = [one for one in alone if one.keys() <= set(form.files)]
    rest = {name: values for name, values in wrong.items() if name not in form.files}
    silent = []
    for language, sent in (("th", alone), ("en", [rest, *files])):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for one in filter(None, sent):
            said = answer_to(client, form, one)
            texts = {name: said_beside(said, name) for name in one}
            silent += [
                (form.action, name, language, text)
                for name, text in texts.items()
                if not text or bool(THAI.search(text)) != (language == "th")
            ]
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "th"
    return silent

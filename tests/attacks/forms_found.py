"""Forms as a browser finds them on our pages: where they lead and what they would send."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "email", "url", "number", "search", "tel"}


@dataclass
class FoundForm:
    """One form of a page; ``fields`` are (name, value) pairs as the browser would send them."""

    action: str
    method: str
    files: list = field(default_factory=list)
    fields: list = field(default_factory=list)
    choices: dict = field(default_factory=dict)
    buttons: set = field(default_factory=set)
    typed: set = field(default_factory=set)  # names of the boxes in which somebody types
    kinds: dict = field(default_factory=dict)  # of what is chosen: select, radio, checkbox

    @property
    def names(self):
        return frozenset({name for name, _value in self.fields} | {*self.choices, *self.files})


class _Reader(HTMLParser):
    def __init__(self, here):
        super().__init__()
        self.here, self.forms, self.loose, self.links = here, [], [], set()
        self.form = self.select = self.area = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "a" and attrs.get("href", "").startswith("/"):
            self.links.add(attrs["href"].partition("#")[0])
        elif tag == "form":
            self.form = FoundForm(
                action=attrs.get("action") or self.here, method=attrs.get("method", "get").lower()
            )
            self.forms.append(self.form)
        elif tag in ("button", "input", "select", "textarea"):
            self._control(tag, name, attrs)
        elif tag == "option" and self.select and self.form is not None:
            value = attrs.get("value", "")
            self.form.choices.setdefault(self.select, []).append(value)
            if "selected" in attrs:
                self.form.fields = [pair for pair in self.form.fields if pair[0] != self.select]
                self.form.fields.append((self.select, value))
        if "hx-post" in attrs:
            self.loose.append(FoundForm(action=attrs["hx-post"], method="post"))

    def _control(self, tag, name, attrs):
        if self.form is None or not name or name == "csrfmiddlewaretoken":
            return
        kind = attrs.get("type", "text")
        if tag == "button":
            self.form.buttons.add(name)
        elif "form" not in attrs and (tag == "textarea" or (tag == "input" and kind in TYPED)):
            self.form.typed.add(name)  # one with a form of its own is sent by that one
        if tag == "select" or kind in ("checkbox", "radio"):
            self.form.kinds[name] = kind if tag == "input" else tag
        if tag == "select":
            self.select = name
            self.form.fields.append((name, ""))
        elif tag == "textarea":
            self.area = [name, ""]
        elif kind == "file":
            self.form.files.append(name)
        elif kind in ("checkbox", "radio"):
            self.form.choices.setdefault(name, []).append(attrs.get("value", "on"))
            if "checked" in attrs:
                self.form.fields.append((name, attrs.get("value", "on")))
        else:
            self.form.fields.append((name, attrs.get("value") or ""))

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area and self.form is not None:
            self.form.fields.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None


def read_page(text, here):
    """``(forms that post, addresses linked)`` of a page at ``here``."""
    reader = _Reader(here)
    reader.feed(text)
    posting = [form for form in reader.forms if form.method == "post"] + reader.loose
    return posting, reader.links

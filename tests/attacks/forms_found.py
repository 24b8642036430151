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
    offered: bool = False  # whether a button sends it, which one that is switched off does not

    @property
    def names(self):
        return frozenset({name for name, _value in self.fields} | {*self.choices, *self.files})


class _Reader(HTMLParser):
    def __init__(self, here):
        super().__init__()
        self.here, self.forms, self.loose, self.links = here, [], [], set()
        self.form = self.owner = self.select = self.area = None
        self.by_id = {}

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "a" and attrs.get("href", "").startswith("/"):
            self.links.add(attrs["href"].partition("#")[0])
        elif tag == "form":
            self.form = self._by_id(attrs.get("id"))
            self.form.action = attrs.get("action") or self.here
            self.form.method = attrs.get("method", "get").lower()
            self.forms.append(self.form)
        elif tag in ("button", "input", "select", "textarea"):
            self._control(tag, name, attrs)
        elif tag == "option" and self.select and self.owner is not None:
            value = attrs.get("value", "")
            self.owner.choices.setdefault(self.select, []).append(value)
            if "selected" in attrs:
                self.owner.fields = [pair for pair in self.owner.fields if pair[0] != self.select]
                self.owner.fields.append((self.select, value))
        if "hx-post" in attrs:
            self.loose.append(FoundForm(action=attrs["hx-post"], method="post", offered=True))

    def _by_id(self, name):
        """The form of this id, before or after it is read; a new one without an id."""
        form = FoundForm(action=self.here, method="get")
        return self.by_id.setdefault(name, form) if name else form

    def _control(self, tag, name, attrs):
        """A control is of the form around it, or of the one that it names, wherever that stands."""
        form = self.owner = self._by_id(attrs["form"]) if "form" in attrs else self.form
        if form and tag == "button" and attrs.get("type", "submit") == "submit":
            form.offered |= "disabled" not in attrs
        if form is not None and name and name != "csrfmiddlewaretoken":
            self._named(form, tag, name, attrs)

    def _named(self, form, tag, name, attrs):
        kind = attrs.get("type", "text")
        if tag == "button":
            form.buttons.add(name)
        elif tag == "textarea" or (tag == "input" and kind in TYPED):
            form.typed.add(name)
        if tag == "select" or kind in ("checkbox", "radio"):
            form.kinds[name] = kind if tag == "input" else tag
        if tag == "select":
            self.select = name
            form.fields.append((name, ""))
        elif tag == "textarea":
            self.area = [name, ""]
        elif kind == "file":
            form.files.append(name)
        elif kind in ("checkbox", "radio"):
            form.choices.setdefault(name, []).append(attrs.get("value", "on"))
            if "checked" in attrs:
                form.fields.append((name, attrs.get("value", "on")))
        else:
            form.fields.append((name, attrs.get("value") or ""))

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea" and self.area and self.owner is not None:
            self.owner.fields.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None


def read_page(text, here):
    """``(forms that post, addresses linked)`` of a page at ``here``."""
    reader = _Reader(here)
    reader.feed(text)
    posting = [form for form in reader.forms if form.method == "post"] + reader.loose
    return posting, reader.links

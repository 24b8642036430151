"""The rows of the assignment table, of which most differ in a few words only."""

import re
from functools import lru_cache
from types import SimpleNamespace

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from core.templatetags.thai import whole

register = template.Library()
TEMPLATE = "indicators/assignments/_assignment_row.html"
# Stand for a row's own words while its form is rendered; nothing typed is ever searched for them.
SLOTS = ("code", "key", "title", "seen", "value", "name", "position")
SLOT = re.compile(rf"slot-({'|'.join(SLOTS)})-slot")
# Other codes would be quoted in an address.
PLAIN_CODE = re.compile(r"[0-9A-Za-z.]+", re.ASCII)
# Titles of an edition are the same on every page.
_whole = lru_cache(maxsize=2000)(whole)


@register.simple_tag(takes_context=True)
def assignment_rows(context, rows):
    """Every row by ``_assignment_row.html``, which is rendered once for all rows of one form.

    Rendering it for each of some sixty rows took longer than the rest of the page together.
    """
    shared = context.template.engine.get_template(TEMPLATE)
    forms, done = {}, []
    for row in rows:
        if _is_special(row):
            done.append(_render(shared, context, row))
            continue
        form = _form(row)
        if form not in forms:
            # Words of the template at even places, names of slots at odd ones.
            forms[form] = SLOT.split(_render(shared, context, _slotted(row)))
        done.append(_filled(forms[form], _words(row)))
    return mark_safe("".join(done))


def _is_special(row):
    """A refused POST left something in it, or its code cannot stand in an address as it is."""
    refused = row.typed is not None or row.errors or row.conflict or row.bulk or row.saved_at
    return bool(refused) or not PLAIN_CODE.fullmatch(row.code)


def _form(row):
    """Everything that the template decides by."""
    return row.kind, row.now is not None, row.is_open, len(row.ended)


def _slotted(row):
    slot = {name: f"slot-{name}-slot" for name in SLOTS}
    person = _Person(is_active=not row.is_open, position=slot["position"], name=slot["name"])
    return SimpleNamespace(
        kind=row.kind,
        target=SimpleNamespace(title=slot["title"]),
        now=SimpleNamespace(user=person) if row.now else None,
        is_open=row.is_open,
        ended=row.ended,
        **{name: slot[name] for name in ("code", "key", "seen", "value")},
    )


class _Person(SimpleNamespace):
    def __str__(self):
        return self.name


def _words(row):
    person = row.now.user if row.now else None
    return {
        "code": row.code,
        "key": row.key,
        "title": _whole(row.target.title),
        "seen": row.seen,
        "value": row.value,
        "name": person or "",
        "position": person.position if person else "",
    }


def _filled(form, words):
    escaped = {name: conditional_escape(word) for name, word in words.items()}
    return "".join(escaped[part] if place % 2 else part for place, part in enumerate(form))


def _render(shared, context, row):
    with context.push(row=row):
        return shared.render(context)

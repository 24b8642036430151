"""Template filters of the workflow pages."""

from django import template

register = template.Library()

SIGNS = {"done": "check", "late": "alert", "open": "clock"}
ARROW_ENDS = {"decision": 12, "document": 14}


@register.filter
def paragraphs(text):
    """The paragraphs of a paper: each line break starts a new one."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


@register.filter
def get(mapping, key):
    """``{{ holders|get:todo.key }}``: the value of a key, or nothing."""
    return mapping.get(key)


@register.filter
def sign_of(look):
    """The sign of ``icons.svg`` for how a step looks: done, late or open."""
    return SIGNS[look]


@register.filter
def arrow_end(shape):
    """How far down the arrow into a shape of the flow chart reaches, in its units."""
    return ARROW_ENDS.get(shape, 16)

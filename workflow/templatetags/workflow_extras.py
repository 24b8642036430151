"""Template filters of the workflow pages."""

from django import template

register = template.Library()


@register.filter
def paragraphs(text):
    """The paragraphs of a paper: each line break starts a new one."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


@register.filter
def get(mapping, key):
    """``{{ holders|get:todo.key }}``: the value of a key, or nothing."""
    return mapping.get(key)

"""Tags of our own pages; builtin in every template."""

from functools import cache
from urllib.parse import parse_qsl, urlsplit

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
@cache  # a page of rows shows the same few signs some fifty times
def icon(name, *, hidden=True):
    """A sign of ``static/site/icons.svg``: ``{% icon "upload" %}``.

    Screen readers pass over it: a word stands beside it. ``hidden=False`` where what holds the
    sign is hidden from them already.
    """
    attribute = mark_safe(' aria-hidden="true"') if hidden else ""
    return format_html(
        '<svg class="icon"{}><use href="{}#{}"></use></svg>',
        attribute,
        static("site/icons.svg"),
        name,
    )


@register.simple_tag
def badge(look, sign, text):
    """A state as a sign and a word, never colour alone: ``{% badge "done" "check" _("Done") %}``.

    ``look`` is the end of a class of ``site.css``: done, late, open, wait, or blank.
    """
    look = f" state-{look}" if look else ""
    return format_html('<span class="state{}">{}{}</span>', look, icon(sign), text)


@register.simple_tag
def options(field):
    """The options of a select that a page writes by hand: ``{% options form.group %}``."""
    chosen = str(field.value())
    rows = (
        (value, mark_safe(" selected") if str(value) == chosen else "", label)
        for value, label in field.field.choices
    )
    return format_html_join("\n", '<option value="{}"{}>{}</option>', rows)


@register.filter
def marked(pieces):
    """What a search found: ``{{ hit.title|marked }}``; everything in it is text, never markup."""
    texts = ((p.text, format_html("<mark>{}</mark>", p.text))[p.found] for p in pieces)
    return format_html_join("", "{}", ((text,) for text in texts))


@register.filter
def undo_of(message):
    """Where a message of ``core.views.offer_undo`` is undone and what is sent there, or None."""
    parts = urlsplit(message.extra_tags or "")
    if not parts.path.startswith("/"):
        return None
    return {"url": parts.path, "sent": parse_qsl(parts.query, keep_blank_values=True)}


@register.simple_tag(takes_context=True)
def year_url(context, name, *args, of=None):
    """An address within the office's year: ``{% year_url "workflow:step" step.kind %}``.

    Office and year are those of the page's ``assessment``; ``of`` names another one, or a row
    that has ``office`` and ``fiscal_year`` too. A page without either fails, as ``{% url %}``.
    """
    year = context["assessment"] if of is None else of
    return reverse(name, args=[year.office.code, year.fiscal_year, *args])

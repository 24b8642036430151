"""The text of a comment as HTML: plain text with line breaks, links and who is called."""

import re

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from core.templatetags.thai import whole

register = template.Library()
# What ends a sentence is no part of the address that stands there.
LINK = r"https?://[^\s<>\"]*[^\s<>\"'.,;:!?)\]}»”’]"


@register.filter
def comment_text(comment):
    """``{{ comment|comment_text }}``: what somebody typed, and nothing of it as markup."""
    names = sorted({m.written for m in comment.mentions if m.written}, key=len, reverse=True)
    called = "|".join(re.escape(name) for name in names)
    parts = re.compile(f"({LINK})|([@\uff20] ?(?:{called}))" if called else f"({LINK})(){{0}}")
    html, behind = [], 0
    for part in parts.finditer(comment.text):
        html.append(_plain(comment.text[behind : part.start()]))
        html.append(_link(part[0]) if part[1] else _name(part[0]))
        behind = part.end()
    return mark_safe("".join([*html, _plain(comment.text[behind:])]))


def _plain(text):
    return whole(linebreaksbr(text))


def _link(url):
    return format_html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', url, url)


def _name(text):
    return format_html('<span class="called">{}</span>', text)

"""Template filters over ``thai``; builtin in every template.

Nothing in, nothing out: ``None`` and ``""`` give ``""``, except ``score`` and ``number``, where
a missing value must be seen to be missing. Dates follow the language of the page, not its digits:
``{{ day|thai_date|digits:office }}`` turns those into the office's.
"""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

import thai
from thai.nonbreaking import WHOLE_PATTERN

register = template.Library()


def _language():
    """``en`` on an English page, ``th`` everywhere else, tasks without a language included."""
    return "en" if (get_language() or "").startswith("en") else "th"


def _is_nothing(value):
    return value is None or value == ""


NO_BREAK = "\u00a0"


def _untorn(text):
    """What belongs to the time stays beside it: เวลา, and น. behind."""
    return text.replace("เวลา ", f"เวลา{NO_BREAK}").replace(" น.", f"{NO_BREAK}น.")


@register.filter
def thai_date(value):
    """``1 ตุลาคม 2559``."""
    return "" if _is_nothing(value) else thai.format_date(value, "long", language=_language())


@register.filter
def thai_date_short(value):
    """``1 ต.ค. 2559``."""
    return "" if _is_nothing(value) else thai.format_date(value, "short", language=_language())


@register.filter
def thai_day_month(value):
    """``3 ก.ค.``: a day of this year."""
    if _is_nothing(value):
        return ""
    month = f"{value:%b}" if _language() == "en" else thai.MONTHS_SHORT[value.month - 1]
    return f"{value.day} {month}"


@register.filter
def thai_datetime(value):
    """``22 พ.ย. 2569 เวลา 09.30 น.``, in Bangkok; no line ends within the time."""
    if _is_nothing(value):
        return ""
    return _untorn(thai.format_datetime(value, language=_language()))


@register.filter
def thai_time(value):
    """``09.30 น.``, in Bangkok; no line ends in it."""
    return "" if _is_nothing(value) else _untorn(thai.format_time(value, language=_language()))


@register.filter
def official_date(value):
    """``๑ ตุลาคม พ.ศ. ๒๕๕๙``, whatever the language: the form of an official paper."""
    return "" if _is_nothing(value) else thai.format_official_date(value)


@register.simple_tag
def thai_range(begin, end, style="long"):
    """``{% thai_range step.planned_start step.planned_end "short" %}``."""
    return thai.format_range(begin or None, end or None, style, language=_language())


@register.filter
def be_year(value):
    """The year in พ.ศ. of a date, or of a year in ค.ศ."""
    return "" if _is_nothing(value) else thai.be_year(value)


@register.filter
def score(value):
    """A score with two places; one that nobody gave is never 0."""
    return _("No score yet") if _is_nothing(value) else thai.format_number(value)


@register.filter
def number(value, places=2):
    """A number with grouped thousands: ``{{ project.budget|number }}``."""
    return _("No data yet") if _is_nothing(value) else thai.format_number(value, places)


@register.filter
def thai_digits(value):
    """``2560`` → ``๒๕๖๐``."""
    return "" if _is_nothing(value) else thai.to_thai_digits(value)


@register.filter
def digits(value, setting):
    """Digits as an office wants them: ``{{ 2560|digits:office }}``.

    ``setting`` is an office, or its setting itself (``thai`` or ``arabic``); a stranger's page
    has neither and keeps Arabic digits.
    """
    if _is_nothing(value):
        return ""
    wanted = getattr(setting, "digits", setting)
    return thai.to_thai_digits(value) if wanted == "thai" else thai.to_arabic_digits(value)


TAB = '<span class="tab">\t</span>'


@register.filter
def shortened(value, letters):
    """In one line of at most so many letters, cut at a space or before a word."""
    return thai.shortened(str(value or ""), letters)


@register.filter
def whole(value):
    """Text as HTML in which official terms and words that browsers tear stay whole.

    The tabs between columns that somebody pasted stay, too.
    """
    text = WHOLE_PATTERN.sub(r'<span class="whole">\g<0></span>', conditional_escape(value or ""))
    return mark_safe(text.replace("\t", TAB))

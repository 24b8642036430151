"""Which pages of files hold some words."""

from django.db.models import QuerySet

from core.search import Words, containing
from indicators.models import TextPart


def parts_holding(words: Words, *, office: int) -> QuerySet[TextPart]:
    """The pages of the office's files that hold every word."""
    return TextPart.objects.filter(containing(words, "folded"), office=office)

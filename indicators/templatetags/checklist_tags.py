"""The checklist of a row that a template loops over."""

from django import template

from indicators.catalogue.checklists.queries import NO_CHECKLIST

register = template.Library()


@register.filter
def of_item(checklists, item):
    """The checklist of the item with this key; an empty one without rows."""
    return checklists.get(item, NO_CHECKLIST)

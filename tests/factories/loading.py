"""A row a test holds, loaded anew."""

from indicators.models import Item


def load_again(row):
    """The row as the next request would load it: nothing cached, no roles remembered."""
    if isinstance(row, Item):
        return Item.objects.select_related(
            "assessment__office", "consideration__indicator__standard"
        ).get(pk=row.pk)
    return type(row).objects.get(pk=row.pk)

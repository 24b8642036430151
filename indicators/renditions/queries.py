"""What the pages of files read beside the file itself."""

from indicators.models import Citation
from indicators.renditions.sights import FileBeside, places_of


def neighbours_of(citation: Citation) -> list[FileBeside]:
    """The files of everything that the same consideration cites; 1 query.

    Of a citation that was withdrawn only its own: the consideration no longer cites it.
    """
    if citation.removed_at is not None:
        return places_of(Citation.objects.filter(pk=citation.pk))
    return places_of(Citation.objects.kept().filter(item=citation.item_id))

"""From where a consideration may bring: the same code in the nearest earlier year of the office."""

from django.db.models import OuterRef, QuerySet, Subquery

from indicators.models import Citation, EvidenceRevision, Item


def earlier_item(item: Item) -> Item | None:
    """The consideration of the same code in the nearest earlier year that has one; 1 query.

    The edition may be another one: its title then may say something else.
    """
    rows = Item.objects.filter(
        assessment__office=item.assessment.office_id,
        assessment__fiscal_year__lt=item.assessment.fiscal_year,
        consideration__code=item.consideration.code,
    )
    return (
        rows.select_related("assessment__office", "consideration")
        .order_by("-assessment__fiscal_year")
        .first()
    )


def brought_rows(source: Item) -> QuerySet[Citation]:
    """What it cited, also of evidence removed since; ``newest`` is the revision to take."""
    newest = EvidenceRevision.objects.filter(evidence=OuterRef("evidence")).order_by("-number")
    return (
        Citation.objects.filter(item=source, removed_at__isnull=True)
        .annotate(
            newest=Subquery(newest.values("pk")[:1]),
            newest_number=Subquery(newest.values("number")[:1]),
        )
        .order_by("created_at", "pk")
    )

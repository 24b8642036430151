"""Loading rows for pages: only what the person may see, else 404."""

from django.shortcuts import get_object_or_404

from indicators.models import Assessment, Edition


def load_assessment(request, office, year):
    """One year of the person's own office."""
    return get_object_or_404(
        Assessment.objects.visible_to(request.user).select_related("office", "edition"),
        office__code=office,
        fiscal_year=year,
    )


def load_edition(request, code, version):
    """One version of an edition; the standards are open to everybody who signed in."""
    return get_object_or_404(
        Edition.objects.visible_to(request.user).select_related("verified_by", "imported_by"),
        code=code,
        version=version,
    )

"""What the office signs its papers with; who runs the server sets it."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from people import clock
from people.views.loading import own_office, require
from reports import rules
from reports.domain.signing import certificate_of


@require_GET
def certificate(request):
    """The office's certificate, and what a signature with it means."""
    office = own_office(request)
    require(rules.may_see_certificate(request.user, office.pk, clock.today()))
    context = {"office": office, "certificate": certificate_of(office)}
    return render(request, "reports/certificate.html", context)

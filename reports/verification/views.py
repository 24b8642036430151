"""The public pages on which anybody asks whether a paper is genuine. They know no sign-in.

Rendered without the request: nothing of who asks can get onto them, and they set no cookie.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_safe

from core import clock
from core.views import require
from people.loading import own_office
from reports import rules
from reports.documents.seals import grouped, read_code
from reports.documents.signing import certificate_of
from reports.verification import rate_limit
from reports.verification.forms import SealCodeForm
from reports.verification.queries import verdict_of

# connect-src none: what is dropped on the page cannot leave it.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'none'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


EXAMPLE = grouped("K7TMX34PRW")  # how a code looks; no paper's


@login_not_required
@require_safe
def verify_entry(request):
    """Where somebody types the code that stands on a paper."""
    form = SealCodeForm(request.GET or None)
    if form.is_valid():
        return redirect("reports:verify", form.cleaned_data["code"])
    return _page("reports/verification/verify_entry.html", {"form": form, "example": EXAMPLE})


@login_not_required
@require_safe
def verify(request, code):
    """What is known of the paper that bears this code."""
    if rate_limit.is_reached(request):
        response = _page("reports/verification/verify_busy.html", {}, status=429)
        response.headers["Retry-After"] = str(rate_limit.WINDOW)
        return response
    verdict = verdict_of(read_code(code))
    if verdict is None:
        rate_limit.count_miss(request)
        context = {"form": SealCodeForm(), "example": EXAMPLE}
        return _page("reports/verification/verify_unknown.html", context, status=404)
    context = {"verdict": verdict, "code": grouped(read_code(code))}
    return _page("reports/verification/verify.html", context)


def _page(template, context, *, status=200):
    response = HttpResponse(render_to_string(template, context), status=status)
    response.headers["Content-Security-Policy"] = CSP
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_GET
def certificate(request):
    """The office's certificate, and what a signature with it means."""
    office = own_office(request)
    require(rules.may_see_certificate(request.user, office.pk, clock.today()))
    context = {"office": office, "certificate": certificate_of(office)}
    return render(request, "reports/verification/certificate.html", context)

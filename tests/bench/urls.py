"""All addresses of the product, and one page with nothing in it to compare with."""

from django.shortcuts import render
from django.urls import include, path


def bare(request):
    """The frame of every page, for a signed-in person."""
    return render(request, "base.html")


urlpatterns = [path("bare/", bare, name="bare"), path("", include("esa_standards.urls"))]
handler400 = "esa_standards.errors.bad_request"
handler500 = "esa_standards.errors.server_error"

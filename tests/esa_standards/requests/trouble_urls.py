"""Views that get into every kind of trouble."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import include, path
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit

handler400 = "esa_standards.errors.bad_request"
handler500 = "esa_standards.errors.server_error"


def raising(error):
    @login_not_required
    @csrf_exempt
    def view(request):
        raise error

    return view


@login_not_required
def language(request):
    return HttpResponse(get_language())


@login_not_required
@require_POST
def form_only(request):
    return HttpResponse("taken")


urlpatterns = [
    path("broken/", raising(ValueError("นางสาวสมหญิง"))),
    path("denied/", raising(PermissionDenied())),
    path("move/", raising(MoveRefused("มีผู้อนุมัติแล้ว <b>"))),
    path("stale/", raising(StaleEdit("มีผู้แก้ไขแล้ว", theirs={"ผล": "ข้อความใหม่"}))),
    path("rule/", raising(RuleBroken("ผิดระเบียบ"))),
    path("not-allowed/", raising(NotAllowed("ไม่มีสิทธิ"))),
    path("language/", language),
    path("form-only/", form_only),
    path("", include("esa_standards.urls")),
]

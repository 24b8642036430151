"""The sign-in page, and the pages of allauth that this product does not have."""

from http import HTTPStatus

from allauth.account.views import LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people.queries import demo_accounts


class SignInView(LoginView):
    """allauth's own, with the demo accounts beside it while the demo runs."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            context["demo_password"] = settings.DEMO_PASSWORD
            context["demo_accounts"] = demo_accounts()
        return context


def no_such_page(request, **kwargs):
    """Addresses belong to a person's details; people are added by their administrator."""
    raise Http404


@login_not_required
@never_cache
@require_safe
def signed_in(request):
    """204 for somebody who is signed in, else 401: the web server in front asks before it takes
    a large body (docs/nginx.conf)."""
    known = request.user.is_authenticated
    return HttpResponse(status=HTTPStatus.NO_CONTENT if known else HTTPStatus.UNAUTHORIZED)

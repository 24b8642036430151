"""What the views of this app share: loading, refusing, paging, making once."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from people import clock, rules
from people.forms.profile import PageForm
from people.models import User

PAGE_SIZE = 30


def own_office(request):
    """The office of the person who asks; people of none (IT) have no people pages."""
    if request.user.office is None:
        raise Http404
    return request.user.office


def require(allowed):
    """Answer 403 unless a predicate said yes."""
    if not allowed:
        raise PermissionDenied


def require_manager(request):
    """The office, for its administrators only."""
    office = own_office(request)
    require(rules.may_manage_people(request.user, office.pk, clock.today()))
    return office


def load_person(request, pk):
    """A person of the same office; anybody else does not exist."""
    people = User.objects.visible_to(request.user).select_related("office", "work_group")
    return get_object_or_404(people, pk=pk)


def posted(request):
    """What a form is bound to: also a form without a single value is sent."""
    return request.POST if request.method == "POST" else None


def page_of(request, rows, size=PAGE_SIZE):
    """One page of ``rows``; a page that does not exist is the first or last one."""
    form = PageForm(request.GET)
    number = form.cleaned_data["page"] if form.is_valid() else None
    return Paginator(rows, size).get_page(number or 1)


def once_only(request, form, make, fallback):
    """Redirect to where ``make`` leads; the same form sent twice leads there without making."""
    with transaction.atomic():
        if not form.first_time(request.user):
            return redirect(form.earlier_result(request.user) or fallback)
        url = make()
        form.remember(request.user, url)
    return redirect(url)

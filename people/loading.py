"""Loading rows for pages: only what the person may see, else 404."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from core import clock
from core.views import require
from people import rules
from people.models import Acting, RoleGrant, User


def own_office(request):
    """The office of the person who asks; people of none (IT) have no people pages."""
    if request.user.office is None:
        raise Http404
    return request.user.office


def require_manager(request):
    """The office, for its administrators only."""
    office = own_office(request)
    require(rules.may_manage_people(request.user, office.pk, clock.today()))
    return office


def load_person(request, pk):
    """A person of the same office; anybody else does not exist."""
    people = User.objects.visible_to(request.user).select_related("office", "work_group")
    return get_object_or_404(people, pk=pk)


def load_grant(request, pk):
    """A role in the same office."""
    grants = RoleGrant.objects.visible_to(request.user).select_related("user", "office")
    return get_object_or_404(grants, pk=pk)


def load_acting(request, pk):
    """An acting period in the same office."""
    periods = Acting.objects.visible_to(request.user).select_related("user", "office")
    return get_object_or_404(periods, pk=pk)


def load_confirmable(request, model, pk):
    """A role or period of the same office; for the country's administrators of any office."""
    rows = model.objects.select_related("user", "office", "granted_by", "confirmed_by")
    if not rules.is_country_admin(request.user, clock.today()):
        rows = rows.visible_to(request.user)
    return get_object_or_404(rows, pk=pk)

"""Work groups, the office's settings, mail that could not be delivered."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.refusals import RuleBroken
from core.views import idempotent, page_of, posted
from notifications.models import Delivery
from people import offices, queries, rules, undelivered
from people.forms.offices import GroupCreateForm, GroupForm, OfficeForm
from people.forms.profile import UndeliveredFilterForm
from people.loading import own_office, require_manager


@require_GET
def group_list(request):
    """The work groups, each with how many people it has."""
    office = own_office(request)
    context = {
        "office": office,
        "groups": queries.groups_of(office),
        "may_manage": rules.may_manage_people(request.user, office.pk, clock.today()),
    }
    return render(request, "people/group_list.html", context)


@require_http_methods(["GET", "POST"])
def group_create(request):
    """Add a work group."""
    office, here = require_manager(request), reverse("people:group_list")
    form = GroupCreateForm(posted(request), office=office)
    if form.is_valid():

        def make():
            offices.add_group(office, by=request.user, **form.facts())
            messages.success(request, _("The work group was added."))
            return here

        try:
            return idempotent(request, form, make, here)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
    elif url := form.sent_before(request.user):
        return redirect(url)
    return render(request, "people/group_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def group_edit(request, pk):
    """Change a work group."""
    office = own_office(request)
    group = get_object_or_404(office.work_groups, pk=pk)
    require_manager(request)
    form = GroupForm(posted(request), instance=group, office=office)
    if form.is_valid():
        try:
            offices.update_group(group, by=request.user, **form.facts())
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:group_list")
    return render(request, "people/group_form.html", {"form": form, "group": group})


@require_http_methods(["GET", "POST"])
def office_edit(request):
    """The office's name, address and habits."""
    office = require_manager(request)
    form = OfficeForm(posted(request), instance=office)
    if form.is_valid():
        offices.update_office(office, by=request.user, **form.facts())
        messages.success(request, _("Saved."))
        return redirect("people:office_edit")
    return render(request, "people/office_form.html", {"form": form, "office": office})


@require_GET
def undelivered_list(request):
    """Mail that was given up after many attempts."""
    require_manager(request)
    form = UndeliveredFilterForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    failed = queries.undelivered_found(request.user, words)
    context = {"page": page_of(request, failed), "form": form, "filtered": bool(words)}
    return render(request, "people/undelivered_list.html", context)


@require_POST
def undelivered_retry(request, pk):
    """Try a mail again."""
    mail = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    require_manager(request)
    undelivered.retry(mail, by=request.user)
    messages.success(request, _("The mail is sent again within a minute."))
    return redirect("people:undelivered_list")

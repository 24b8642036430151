"""Roles and acting periods."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.refusals import RuleBroken
from core.views import idempotent, posted, require
from people import roles, rules
from people.forms.members import ActingForm, OfficeReasonForm, RoleForm
from people.loading import load_acting, load_grant, load_person, require_manager


@require_http_methods(["GET", "POST"])
def role_grant(request, pk):
    """Give a person of the office a role."""
    said = _("The role was given.")
    return _give(request, pk, RoleForm, roles.grant_role, "people/role_form.html", said)


@require_http_methods(["GET", "POST"])
def role_end(request, pk):
    """End a role with this request."""
    grant = load_grant(request, pk)
    require(rules.may_end_role(request.user, grant, clock.today()))
    form = OfficeReasonForm(posted(request))
    if form.is_valid():
        try:
            roles.end_role(grant, by=request.user, why=form.cleaned_data["why"])
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The role has ended."))
            return redirect("people:person", pk=grant.user_id)
    return render(request, "people/role_end.html", {"form": form, "grant": grant})


@require_http_methods(["GET", "POST"])
def acting_create(request, pk):
    """Let a person act for a role for a period."""
    said = _("The acting period is set.")
    return _give(request, pk, ActingForm, roles.appoint_acting, "people/acting_form.html", said)


def _give(request, pk, form_class, verb, template, said):
    """Fill ``form_class`` for a person of the manager's office, and call ``verb`` with it once."""
    who = load_person(request, pk)
    office = require_manager(request)
    require(rules.may_grant(request.user, who, clock.today()))
    here = reverse("people:person", args=[who.pk])
    form = form_class(posted(request), office=office, initial={"since": clock.today()})
    if form.is_valid():

        def make():
            given = verb(who, office=office, by=request.user, **form.facts())
            messages.success(request, said)
            if given.awaits_confirmation:
                messages.info(request, _("It gives no power until a second person confirms it."))
            return here

        try:
            return idempotent(request, form, make, here)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
    return render(request, template, {"form": form, "who": who})


@require_http_methods(["GET", "POST"])
def acting_end(request, pk):
    """End an acting period with this request."""
    acting = load_acting(request, pk)
    require_manager(request)
    form = OfficeReasonForm(posted(request))
    if form.is_valid():
        roles.end_acting(acting, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, _("The acting period has ended."))
        return redirect("people:person", pk=acting.user_id)
    return render(request, "people/acting_end.html", {"form": form, "acting": acting})

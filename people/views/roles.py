"""Roles and acting periods."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people import clock, rules
from people.domain import roles
from people.forms.members import ActingForm, ReasonForm, RoleForm
from people.models import Acting, RoleGrant
from people.refusals import RuleBroken
from people.views.loading import load_person, once_only, posted, require, require_manager


@require_http_methods(["GET", "POST"])
def role_grant(request, pk):
    """Give a person of the office a role."""
    who = load_person(request, pk)
    office = require_manager(request)
    here = reverse("people:person", args=[who.pk])
    form = RoleForm(posted(request), office=office, initial={"since": clock.today()})
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("role", "since", "until")}

        def make():
            roles.grant_role(who, office=office, by=request.user, **facts)
            messages.success(request, _("The role was given."))
            return here

        try:
            return once_only(request, form, make, here)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
    return render(request, "people/role_form.html", {"form": form, "who": who})


@require_http_methods(["GET", "POST"])
def role_end(request, pk):
    """End a role with this request."""
    grants = RoleGrant.objects.visible_to(request.user).select_related("user", "office")
    grant = get_object_or_404(grants, pk=pk)
    require(rules.may_end_role(request.user, grant, clock.today()))
    form = ReasonForm(posted(request))
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
    who = load_person(request, pk)
    office = require_manager(request)
    here = reverse("people:person", args=[who.pk])
    form = ActingForm(posted(request), office=office, initial={"since": clock.today()})
    if form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("for_role", "since", "until", "note")}

        def make():
            roles.appoint_acting(who, office=office, by=request.user, **facts)
            messages.success(request, _("The acting period is set."))
            return here

        try:
            return once_only(request, form, make, here)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
    return render(request, "people/acting_form.html", {"form": form, "who": who})


@require_http_methods(["GET", "POST"])
def acting_end(request, pk):
    """End an acting period with this request."""
    periods = Acting.objects.visible_to(request.user).select_related("user", "office")
    acting = get_object_or_404(periods, pk=pk)
    require_manager(request)
    form = ReasonForm(posted(request))
    if form.is_valid():
        roles.end_acting(acting, by=request.user, why=form.cleaned_data["why"])
        messages.success(request, _("The acting period has ended."))
        return redirect("people:person", pk=acting.user_id)
    return render(request, "people/acting_end.html", {"form": form, "acting": acting})

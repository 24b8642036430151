"""The list of people, a person's page, adding and changing."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.refusals import RuleBroken
from core.views import Asking, ask, page_of, posted, require, was_asked
from people import members, queries, rules
from people.forms.members import (
    NewPasswordForm,
    OfficeReasonForm,
    PersonCreateForm,
    PersonFilterForm,
    PersonForm,
)
from people.loading import load_person, own_office, require_manager
from people.roles.queries import waiting_of
from people.sign_in import second_factor


@require_GET
def person_list(request):
    """People of the office, as a Thai dictionary sorts them."""
    office, day = own_office(request), clock.today()
    form = PersonFilterForm(request.GET, office=office)
    form.is_valid()
    wanted = form.cleaned_data
    context = {
        "form": form,
        "page": page_of(request, queries.people_found(request.user, office, wanted, day)),
        "filtered": any(wanted.get(name) for name in ("q", "group", "status")),
        "may_manage": rules.may_manage_people(request.user, office.pk, day),
        "office": office,
    }
    return render(request, "people/person_list.html", context)


@require_GET
def person(request, pk):
    """One person: details, roles, acting periods, history."""
    who, day = load_person(request, pk), clock.today()
    waiting = waiting_of(request.user, who, day)
    context = {
        "who": who,
        "day": day,
        "grants": queries.grant_rows(request.user, who, waiting, day),
        "acting": queries.acting_rows(request.user, who, waiting, day),
        "may_grant": rules.may_grant(request.user, who, day),
        "may_manage": rules.may_manage_people(request.user, who.office_id, day),
        "may_deactivate": rules.may_deactivate(request.user, who, day),
        "may_hand_over": rules.may_hand_over(request.user, who),
        "may_give_password": rules.may_give_password(request.user, who, day),
        "may_reset_second_factor": rules.may_reset_second_factor(request.user, who, day)
        and second_factor.has_second_factor(who),
        "is_self": rules.may_edit_profile(request.user, who),
        "history": queries.history_of(request.user, who),
    }
    return render(request, "people/person.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def person_create(request):
    """Add a person; a one-time password is on the answer's page and nowhere else."""
    office = require_manager(request)
    form = PersonCreateForm(posted(request), office=office)
    if form.is_valid():
        try:
            return _create(request, office, form)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
    elif url := form.sent_before(request.user):
        return _sent_again(request, form, url)
    return render(request, "people/person_form.html", {"form": form, "office": office})


def _sent_again(request, form, url):
    """Where the first submission led; to its one-time password when that was just now."""
    who = form.shown_just_now(request.user, url)
    if who is None:
        return redirect(url.partition("#")[0] or "people:person_list")
    context = {"who": who, "password": form.one_time_password()}
    return render(request, "people/person_password.html", context)


@transaction.atomic
def _create(request, office, form):
    if not form.claim(request.user):
        return _sent_again(request, form, form.earlier_result(request.user))
    by_hand = form.cleaned_data["first_password"] == form.PASSWORD
    password = form.one_time_password() if by_hand else None
    who = members.add_person(office, by=request.user, password=password, **form.facts())
    url = reverse("people:person", args=[who.pk])
    form.remember(request.user, form.shown_at(who) if by_hand else url)
    if by_hand:
        return render(request, "people/person_password.html", {"who": who, "password": password})
    members.invite(who, by=request.user)
    messages.success(request, _("The person was added; the link is on its way."))
    return redirect(url)


@require_http_methods(["GET", "POST"])
def person_edit(request, pk):
    """Change a person's details."""
    who = load_person(request, pk)
    office = require_manager(request)
    form = PersonForm(posted(request), instance=who, office=office, by=request.user)
    if form.is_valid():
        changes = {name: form.cleaned_data[name] for name in members.FIELDS}
        try:
            members.update_person(who, by=request.user, **changes)
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:person", pk=who.pk)
    return render(request, "people/person_form.html", {"form": form, "who": who, "office": office})


@require_http_methods(["GET", "POST"])
def person_deactivate(request, pk):
    """Ask once more, saying what the person still holds, then deactivate."""
    who = load_person(request, pk)
    require_manager(request)
    day = clock.today()
    require(rules.may_deactivate(request.user, who, day))
    form = OfficeReasonForm(posted(request))
    if form.is_valid():
        try:
            members.deactivate_person(who, by=request.user, why=form.cleaned_data["why"])
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Deactivated: sign-in and roles have ended."))
            return redirect("people:person", pk=who.pk)
    context = {
        "form": form,
        "who": who,
        "grants": queries.roles_now(who, day),
        "acting": queries.acting_now(who, day),
    }
    return render(request, "people/person_deactivate.html", context)


@require_POST
def person_reactivate(request, pk):
    """Let a person in again; roles and password are given anew."""
    who = load_person(request, pk)
    require_manager(request)
    members.reactivate_person(who, by=request.user)
    messages.success(request, _("Active again. Now give a password, and the roles they have."))
    return redirect("people:person", pk=who.pk)


@never_cache
@require_http_methods(["GET", "POST"])
def person_password(request, pk):
    """Ask once, then show a new one-time password, this once."""
    who = load_person(request, pk)
    require_manager(request)
    require(rules.may_give_password(request.user, who, clock.today()))
    if not was_asked(request):
        return ask(request, _new_password(who))
    form = NewPasswordForm(request.POST)
    require(form.is_valid())
    with transaction.atomic():
        if not form.claim(request.user):
            return _sent_again(request, form, form.earlier_result(request.user))
        password = form.one_time_password()
        members.new_password(who, by=request.user, password=password)
        form.remember(request.user, form.shown_at(who))
    return render(request, "people/person_password.html", {"who": who, "password": password})


def _new_password(who):
    question = _("Give %(name)s a new one-time password?")
    return Asking(
        question=question % {"name": who.full_name},
        follows=[
            _("The present password stops working at once."),
            _("The person is signed out everywhere."),
            _("The new password is shown to you this once, to hand over."),
        ],
        button=_("Show a new one-time password"),
        back=reverse("people:person", args=[who.pk]),
        sent={"idempotency_token": NewPasswordForm()["idempotency_token"].initial},
    )


@require_POST
def person_invite(request, pk):
    """Mail a link to choose a password."""
    who = load_person(request, pk)
    require_manager(request)
    members.invite(who, by=request.user)
    messages.success(request, _("The link is on its way."))
    return redirect("people:person", pk=who.pk)

"""The page on which a second person confirms or declines a role."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import clock
from core.forms import ReasonForm
from core.refusals import RuleBroken
from core.views import posted, require
from people import rules
from people.loading import load_confirmable
from people.models import Acting, RoleGrant
from people.roles import deciding, queries


@require_http_methods(["GET", "POST"])
def role_confirm(request, pk):
    """Who was given which role by whom, and the one click that lets it hold."""
    return _confirm(request, RoleGrant, pk)


@require_http_methods(["GET", "POST"])
def acting_confirm(request, pk):
    """The same of an acting period."""
    return _confirm(request, Acting, pk)


@require_http_methods(["GET", "POST"])
def role_decline(request, pk):
    """The same page with the reason asked for."""
    return _decline(request, RoleGrant, pk)


@require_http_methods(["GET", "POST"])
def acting_decline(request, pk):
    """The same of an acting period."""
    return _decline(request, Acting, pk)


def _confirm(request, model, pk):
    row = _load(request, model, pk)
    if request.method == "POST":
        deciding.confirm(row, by=request.user)
        messages.success(request, _("Confirmed: the role holds."))
        return _after(request, row)
    return _page(request, row, ReasonForm(), declines=False)


def _decline(request, model, pk):
    row = _load(request, model, pk)
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            deciding.decline(row, by=request.user, why=form.cleaned_data["why"])
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(
                request, _("Declined: the role has ended; all concerned are notified.")
            )
            return _after(request, row)
    return _page(request, row, form, declines=True)


def _load(request, model, pk):
    """Of the own office for who decides or administers there; of another one, for the country's
    administrators, what waits for them or what they confirmed."""
    row, user, day = load_confirmable(request, model, pk), request.user, clock.today()
    if row.office_id == user.office_id:
        require(rules.may_see_confirmations(user, row.office_id, day))
    elif row.confirmed_by != user:
        waiting = queries.one_waiting(user, row, day)
        if waiting is None or not waiting.may_confirm:
            raise Http404
    return row


def _page(request, row, form, *, declines):
    context = {
        "row": row,
        "who": row.user,
        "waiting": queries.one_waiting(request.user, row, clock.today()),
        "form": form,
        "declines": declines,
        "is_role": isinstance(row, RoleGrant),
        "of_own_office": row.office_id == request.user.office_id,
    }
    return render(request, "people/roles/confirm.html", context)


def _after(request, row):
    if row.office_id == request.user.office_id:
        return redirect("people:person", pk=row.user_id)
    return redirect("workflow:home")

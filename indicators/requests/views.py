"""Pages of requests: all of a year, asking, and one with its words and what can be done."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.refusals import RuleBroken
from core.views import offer_undo, page_of, posted
from indicators import rules
from indicators.loading import (
    item_url,
    load_assessment,
    load_cited_evidence,
    load_item,
    load_item_request,
)
from indicators.requests import requests as domain
from indicators.requests.forms import (
    RequestAskForm,
    RequestFilterForm,
    RequestFinishForm,
    RequestHandOnForm,
    RequestSettleForm,
    put_acts,
)
from indicators.requests.queries import people_in, request_rows, with_words


def again_at(row):
    """The item's page at this request."""
    return f"{item_url(row.item)}#request-{row.pk}"


# -- reading ----------------------------------------------------------------------------
@require_GET
def request_list(request, office, year):
    """The requests of a year: mine to do, made by me, all."""
    assessment = load_assessment(request, office, year)
    form = RequestFilterForm(request.GET, people=people_in(assessment))
    chosen = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, request_rows(request.user, assessment, chosen))
    for row in page:
        row.is_late = row.is_late_on(clock.today())
    context = {
        "assessment": assessment,
        "section": "indicators",
        "form": form,
        "page": page,
        "filtered": any(chosen.values()),
    }
    return render(request, "indicators/requests/request_list.html", context)


@require_GET
def request_page(request, office, year, pk):
    """One request with the words exchanged."""
    return page_with(request, load_item_request(request, office, year, pk))


def page_with(request, row, *, refused=None, status=200):
    """The page; ``refused`` is a form that was sent, with what is wrong in it."""
    day = clock.today()
    row = with_words(row)
    works = rules.may_return_item(request.user, row.item, day)
    put_acts(row, request.user, day, works=works, refused=refused)
    hand_on = None
    if row.may_hand_on:
        standing = {"seen": row.version, "asked_of": row.asked_of_id}
        hand_on = RequestHandOnForm(row=row, initial=standing)
        if isinstance(refused, RequestHandOnForm):
            hand_on = refused
    context = {
        "assessment": row.item.assessment,
        "section": "indicators",
        "row": row,
        "item": row.item,
        "consideration": row.item.consideration,
        "hand_on_form": hand_on,
    }
    return render(request, "indicators/requests/request.html", context, status=status)


# -- asking -----------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def request_ask(request, office, year, code):
    """Ask about an item, or by ``?evidence=`` about a piece it cites; sent twice it is one."""
    item = load_item(request, office, year, code)
    domain.require_asker(item.assessment, by=request.user)
    evidence = load_cited_evidence(item, request.GET.get("evidence", ""))
    form = RequestAskForm(posted(request), item=item, evidence=evidence)
    if request.method == "POST" and (form.is_valid() or form.sent_before(request.user)):
        try:
            return _asked(request, item, evidence, form)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
    context = {
        "assessment": item.assessment,
        "section": "indicators",
        "item": item,
        "consideration": item.consideration,
        "evidence": evidence,
        "form": form,
    }
    status = 400 if form.is_bound else 200
    return render(request, "indicators/requests/request_ask.html", context, status=status)


def _asked(request, item, evidence, form):
    with transaction.atomic():
        if not form.claim(request.user):
            return redirect(form.earlier_result(request.user) or item_url(item))
        given = {name: form.cleaned_data[name] for name in ("text", "asked_of", "due_on")}
        row = domain.ask(item, **given, evidence=evidence, by=request.user)
        form.remember(request.user, again_at(row))
    messages.success(request, _("Your request was sent. You are notified when it is done."))
    return redirect(again_at(row))


# -- what is done with it -----------------------------------------------------------------
@require_POST
def request_finish(request, office, year, pk):
    """Report it done."""
    row = load_item_request(request, office, year, pk)
    domain.require_doer(row, by=request.user)
    form = RequestFinishForm(request.POST, auto_id=f"finish-{row.pk}-%s")
    if not form.is_valid():
        return page_with(request, row, refused=form, status=400)
    domain.finish(row, text=form.cleaned_data["text"], by=request.user)
    messages.success(request, _("Reported done. Who made the request is notified."))
    return redirect(again_at(row))


def _settling(request, office, year, pk):
    """The request and the form of who decides on it."""
    row = load_item_request(request, office, year, pk)
    domain.require_settler(row, by=request.user)
    return row, RequestSettleForm(request.POST, auto_id=f"settle-{row.pk}-%s")


@require_POST
def request_accept(request, office, year, pk):
    """Accept what was done."""
    row, form = _settling(request, office, year, pk)
    if not form.is_valid():
        return page_with(request, row, refused=form, status=400)
    domain.accept(row, **form.cleaned_data, by=request.user)
    url = reverse("indicators:request_unaccept", args=[office, year, pk])
    offer_undo(request, _("The request is settled."), url)
    return redirect(item_url(row.item))  # its top: the message with the button


@require_POST
def request_unaccept(request, office, year, pk):
    """Undo that it was accepted."""
    row = load_item_request(request, office, year, pk)
    domain.unaccept(row, by=request.user)
    messages.success(request, _("The request waits to be accepted again."))
    return redirect(again_at(row))


@require_POST
def request_send_back(request, office, year, pk):
    """Say what is still missing."""
    row, form = _settling(request, office, year, pk)
    if form.is_valid():
        try:
            domain.send_back(row, **form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("Sent back. Whoever is to do it is notified."))
            return redirect(again_at(row))
    return page_with(request, row, refused=form, status=400)


@require_POST
def request_hand_on(request, office, year, pk):
    """Ask somebody else instead."""
    row = load_item_request(request, office, year, pk)
    domain.require_settler(row, by=request.user)
    form = RequestHandOnForm(request.POST, row=row)
    if form.is_valid():
        given = form.cleaned_data
        try:
            domain.hand_on(
                row, to=given["asked_of"], text=given["text"], seen=given["seen"], by=request.user
            )
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("Handed on. Whoever is to do it is notified."))
            return redirect(again_at(row))
    return page_with(request, row, refused=form, status=400)


@require_POST
def request_withdraw(request, office, year, pk):
    """Take one's own request back."""
    row = load_item_request(request, office, year, pk)
    domain.withdraw(row, by=request.user)
    url = reverse("indicators:request_restore", args=[office, year, pk])
    offer_undo(request, _("The request was withdrawn."), url)
    return redirect(item_url(row.item))  # its top: the message with the button


@require_POST
def request_restore(request, office, year, pk):
    """Undo that one's own request was withdrawn."""
    row = load_item_request(request, office, year, pk)
    domain.restore(row, by=request.user)
    messages.success(request, _("The request is there again."))
    return redirect(again_at(row))

"""What is typed into the checklist of a consideration; what is wrong stands there, at its box."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.refusals import RuleBroken
from core.views import offer_undo
from indicators.catalogue.checklists import checklists
from indicators.catalogue.checklists.forms import NotHereForm, RequiredPieceForm
from indicators.loading import item_url, load_assessment, load_checklist_row, load_item
from indicators.narratives.views.items import item_form, item_page


@require_POST
def checklist_add(request, office, year, code):
    """The office asks for one more piece; a second click finds it on the list."""
    item = load_item(request, office, year, code)
    checklists.require_keeper(item, by=request.user)
    form = RequiredPieceForm(request.POST)
    if form.is_valid():
        try:
            row, made = checklists.add_row(item, **form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            said = _("“%(title)s” is on the list already.")
            if made:
                said = _("“%(title)s” is required here now.")
            messages.success(request, said % {"title": row.title})
            return redirect(f"{item_url(item)}#required-{row.pk}")
    return item_page(request, item, item_form(item), refused=form, status=400)


@require_POST
def checklist_excuse(request, office, year, pk):
    """The piece does not apply here, because …"""
    row = load_checklist_row(load_assessment(request, office, year), pk)
    checklists.require_keeper(row.item, by=request.user)
    form = NotHereForm(request.POST, row=row)
    if form.is_valid():
        try:
            checklists.excuse(row, **form.cleaned_data, by=request.user)
        except RuleBroken as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            offer_undo(
                request,
                _("“%(title)s” counts as not applying here.") % {"title": row.title},
                reverse("indicators:checklist_expect", args=[office, year, pk]),
            )
            return redirect(f"{item_url(row.item)}#required-{row.pk}")
    item = load_item(request, office, year, row.item.consideration.code)
    return item_page(request, item, item_form(item), refused=form, status=400)

"""Buttons of the checklist of a consideration, and ticking what its citations show.

What is typed there is taken by ``narratives.views.checklist``, which shows the page again.
"""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.refusals import RuleBroken
from core.views import offer_undo
from indicators.catalogue.checklists import checklists, ticks
from indicators.catalogue.checklists.forms import TickForm
from indicators.loading import item_url, load_assessment, load_checklist_row, load_citation


def _back(row):
    """To the row, where the message of what was done stands as well (``site.js``)."""
    return redirect(f"{item_url(row.item)}#required-{row.pk}")


@require_POST
def checklist_remove(request, office, year, pk):
    """Take the office's own piece off the list."""
    row = load_checklist_row(load_assessment(request, office, year), pk)
    checklists.remove_row(row, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” is not required here any more.") % {"title": row.title},
        reverse("indicators:checklist_restore", args=[office, year, pk]),
    )
    return redirect(f"{item_url(row.item)}#checklist")  # the row is gone


@require_POST
def checklist_restore(request, office, year, pk):
    """Undo that a piece was taken off the list."""
    row = load_checklist_row(load_assessment(request, office, year), pk)
    checklists.restore_row(row, by=request.user)
    messages.success(request, _("“%(title)s” is required here again.") % {"title": row.title})
    return _back(row)


@require_POST
def checklist_expect(request, office, year, pk):
    """The piece applies after all."""
    row = load_checklist_row(load_assessment(request, office, year), pk)
    checklists.expect(row, by=request.user)
    messages.success(request, _("“%(title)s” is required here again.") % {"title": row.title})
    return _back(row)


def _ticked(request, office, year, pk):
    """The citation, and the row of the same consideration that the form names."""
    assessment = load_assessment(request, office, year)
    citation = load_citation(assessment, pk)
    form = TickForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(
            _("Choose which required piece of evidence “%(title)s” is.")
            % {"title": citation.evidence.title}
        )
    return citation, load_checklist_row(assessment, form.cleaned_data["row"], item=citation.item)


@require_POST
def checklist_tick(request, office, year, pk):
    """This citation is the piece; a second click changes nothing."""
    citation, row = _ticked(request, office, year, pk)
    ticks.tick(row, citation, by=request.user)
    messages.success(
        request,
        _("“%(title)s” is the required “%(piece)s”.")
        % {"title": citation.evidence.title, "piece": row.title},
    )
    return _back(row)


@require_POST
def checklist_untick(request, office, year, pk):
    """This citation is something else."""
    citation, row = _ticked(request, office, year, pk)
    ticks.untick(row, citation, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” is not the required “%(piece)s” any more; it stays cited.")
        % {"title": citation.evidence.title, "piece": row.title},
        reverse("indicators:checklist_tick", args=[office, year, pk]),
        row=row.pk,
    )
    return _back(row)

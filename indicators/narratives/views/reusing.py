"""Bringing evidence from an earlier year, and saying that it holds for this one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.views import offer_undo, require_valid
from indicators.loading import item_url, load_assessment, load_citation, load_item
from indicators.narratives.reuse import reusing
from indicators.narratives.reuse.forms import BringForm, UndoBringForm


@require_POST
def bring(request, office, year, code):
    """Cite chosen evidence of the earlier year, to be re-verified."""
    row = load_item(request, office, year, code)
    chosen = require_valid(BringForm(request.POST))["citations"]
    done = reusing.bring(row, chosen, by=request.user)
    count = len(done.made)
    said = ngettext(
        "%(n)s piece of evidence was brought and is still to be re-verified.",
        "%(n)s pieces of evidence were brought and are still to be re-verified.",
        count,
    )
    offer_undo(
        request,
        said % {"n": count},
        reverse("indicators:bring_undo", args=[office, year, code]),
        made=".".join(str(citation.pk) for citation in done.made),
    )
    for title, why in done.left_out:
        messages.warning(request, f"“{title}”: {why}")
    return redirect(item_url(row))  # its top: the message with the button


@require_POST
def bring_undo(request, office, year, code):
    """Take back what was just brought."""
    row = load_item(request, office, year, code)
    made = require_valid(UndoBringForm(request.POST))["made"]
    count = reusing.undo_bringing(row, made, by=request.user)
    said = ngettext(
        "%(n)s piece of evidence is no longer cited here.",
        "%(n)s pieces of evidence are no longer cited here.",
        count,
    )
    messages.success(request, said % {"n": count})
    return redirect(item_url(row))


@require_POST
def citation_verify(request, office, year, pk):
    """What was brought holds for this year, too."""
    citation = load_citation(load_assessment(request, office, year), pk)
    reusing.verify(citation, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” is re-verified for this year.") % {"title": citation.evidence.title},
        reverse("indicators:citation_unverify", args=[office, year, pk]),
    )
    return redirect(item_url(citation.item))


@require_POST
def citation_unverify(request, office, year, pk):
    """Undo a re-verifying."""
    citation = load_citation(load_assessment(request, office, year), pk)
    reusing.unverify(citation, by=request.user)
    messages.success(
        request, _("“%(title)s” is to be re-verified again.") % {"title": citation.evidence.title}
    )
    return redirect(f"{item_url(citation.item)}#evidence")

"""Pieces of evidence that belong together: made one, and made several again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from core.refusals import RuleBroken
from core.views import offer_undo, require_valid
from indicators.evidence import bringing
from indicators.evidence.forms import JoinForm, SeparateForm
from indicators.evidence.views.evidence import evidence_url
from indicators.loading import item_url, load_assessment, load_evidence, load_item, load_pieces


@require_POST
def evidence_join(request, office, year):
    """Make one piece of evidence of several; the message offers to undo it."""
    assessment = load_assessment(request, office, year)
    form = JoinForm(request.POST, user=request.user)
    if not form.is_valid():
        return join_page(request, assessment, form)
    said = form.cleaned_data
    pieces = said["pieces"]
    try:
        joined = bringing.join_evidence(pieces, title=said["title"], by=request.user)
    except RuleBroken as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return join_page(request, assessment, form)
    offer_undo(
        request,
        _("“%(title)s” is one piece of evidence now.") % {"title": joined.title},
        reverse("indicators:evidence_separate", args=[office, year, joined.pk]),
        pieces=".".join(str(piece.pk) for piece in pieces),
        item=said["item"],
    )
    there = _back(request, assessment, said["item"]) or evidence_url(assessment, joined)
    return HttpResponseClientRedirect(there) if request.htmx else redirect(there)


def join_page(request, assessment, form):
    """What was refused, with its ticks and title: the box in its place, or a page of its own."""
    year = (assessment.office.code, assessment.fiscal_year)
    code = form.cleaned_data.get("item")
    item = load_item(request, *year, code) if code else None
    context = {
        "assessment": assessment,
        "section": "indicators" if item else "evidence",
        "item": item,
        "join": form,
        "offered": form.rows,
    }
    template = "_evidence_join" if request.htmx else "evidence_join"
    return render(request, f"indicators/evidence/{template}.html", context, status=400)


@require_POST
def evidence_separate(request, office, year, pk):
    """Undo a joining."""
    assessment, joined = load_assessment(request, office, year), load_evidence(request, pk)
    said = require_valid(SeparateForm(request.POST))
    pieces = load_pieces(request, said["pieces"])
    bringing.separate_evidence(joined, pieces, by=request.user)
    messages.success(request, _("They are separate pieces of evidence again."))
    return redirect(
        _back(request, assessment, said["item"])
        or reverse("indicators:evidence_list", args=[office, year])
    )


def _back(request, assessment, code):
    """The consideration from whose page it was asked, if any."""
    if not code:
        return ""
    year = (assessment.office.code, assessment.fiscal_year)
    return item_url(load_item(request, *year, code))  # its top: the message with the button

"""Using the texts of an earlier year, and confirming them."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.views import offer_undo
from indicators.loading import item_url, load_item
from indicators.narratives import earlier_texts


@require_POST
def draft_use(request, office, year, code):
    """Copy the earlier year's texts into the empty boxes."""
    row = load_item(request, office, year, code)
    earlier = earlier_texts.use_as_draft(row, by=request.user)
    offer_undo(
        request,
        _("The text of fiscal year %(year)s is in the empty box, to be re-checked.")
        % {"year": earlier},
        item_url(row, "draft_undo"),
    )
    return redirect(item_url(row))


@require_POST
def draft_undo(request, office, year, code):
    """Empty the boxes again."""
    row = load_item(request, office, year, code)
    earlier_texts.undo_draft(row, by=request.user)
    messages.success(request, _("The box is empty again; the copy stays in the history of texts."))
    return redirect(item_url(row))


@require_POST
def draft_confirm(request, office, year, code):
    """The copied text holds as it stands."""
    row = load_item(request, office, year, code)
    earlier_texts.confirm_texts(row, by=request.user)
    messages.success(request, _("The text is confirmed for this year."))
    return redirect(f"{item_url(row)}#texts")

"""Messages that are held after a restore."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from core.refusals import MoveRefused
from core.views import page_of
from people import queries, undelivered
from people.forms.held import DropForm
from people.loading import require_manager


@require_GET
def held_list(request):
    """What waits since the site was restored, and the two ways on."""
    office = require_manager(request)
    hold, waiting = queries.held_messages(request.user, office)
    context = {
        "hold": hold,
        "page": page_of(request, waiting),
        "form": DropForm(initial={"until": queries.last_of(waiting)}),
    }
    return render(request, "people/held_list.html", context)


@require_POST
def held_release(request):
    """Send what waits."""
    undelivered.release(require_manager(request), by=request.user)
    messages.success(request, _("The held messages are sent within a minute."))
    return redirect("people:held_list")


@require_POST
def held_drop(request):
    """Drop what stood on the page."""
    office = require_manager(request)
    form = DropForm(request.POST)
    if not form.is_valid():  # without the number of the last one, dropping would be releasing
        raise MoveRefused(_("Nothing was dropped or sent. Please look at the list again."))
    number = undelivered.drop(office, by=request.user, until=form.cleaned_data["until"])
    words = ngettext(
        "%(n)d message was dropped. New messages go out again.",
        "%(n)d messages were dropped. New messages go out again.",
        number,
    )
    messages.success(request, words % {"n": number})
    return redirect("people:held_list")

"""Pages of discussions: beginning, commenting, withdrawing, resolving."""

from django.contrib import messages
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.views import offer_undo, posted, require_valid
from indicators import rules
from indicators.loading import (
    load_assessment,
    load_comment,
    load_evidence,
    load_item,
    load_thread,
)
from indicators.threads import threads
from indicators.threads.forms import CommentForm, LastSeenForm, ThreadForm
from indicators.threads.mentions import WhoIsMeant
from indicators.threads.places import comment_url, require_discusser, url_of
from indicators.threads.queries import office_people, thread_shown
from indicators.threads.views.section import furnish


# -- writing --------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def item_thread(request, office, year, code):
    """Begin a discussion about a consideration."""
    item = load_item(request, office, year, code)
    return _begin(request, item.assessment, item)


@require_http_methods(["GET", "POST"])
def evidence_thread(request, office, year, pk):
    """Begin a discussion about a piece of evidence."""
    return _begin(request, load_assessment(request, office, year), load_evidence(request, pk))


def _begin(request, assessment, place):
    if request.method == "POST":
        require_discusser(place, by=request.user)
    elif not rules.may_discuss(request.user, place):
        return redirect(url_of(place, assessment))  # where it is said that nothing changes
    form = ThreadForm(posted(request), user=request.user)

    def page(status=200):
        context = _frame(assessment, place) | {"form": form}
        return render(request, "indicators/threads/thread_new.html", context, status=status)

    def write(**said):
        return threads.open_thread(place, by=request.user, **said)

    return _sent(request, assessment, form, write, page, url_of(place, assessment))


@require_http_methods(["GET", "POST"])
def thread(request, office, year, pk):
    """One discussion as a whole; POST adds a comment."""
    assessment = load_assessment(request, office, year)
    row = load_thread(request, assessment, pk)
    if request.method == "POST":
        require_discusser(row.place, by=request.user)
    form = CommentForm(posted(request), user=request.user)

    def page(status=200):
        shown = thread_shown(row)
        if rules.may_discuss(request.user, row.place):
            leads = rules.leads_discussions(request.user, row.place, clock.today())
            furnish(shown, user=request.user, leads=leads)
            shown.form = form
        context = _frame(assessment, row.place) | {"thread": shown, "form": form}
        return render(request, "indicators/threads/thread.html", context, status=status)

    def write(**said):
        return threads.comment(row, by=request.user, **said)

    return _sent(request, assessment, form, write, page, url_of(row.place, assessment))


def _frame(assessment, place):
    """What both pages need to say where they are."""
    is_item = hasattr(place, "consideration")
    return {
        "assessment": assessment,
        "section": "indicators" if is_item else "evidence",
        "place": place,
        "item": place if is_item else None,
        "place_url": url_of(place, assessment),
    }


def _sent(request, assessment, form, write, page, fallback):
    """Write what the form says once, and lead to it; show ``page`` again with what is wrong."""
    if request.method == "GET":
        return page()
    if not form.is_valid():
        return page(400)
    said = {name: form.cleaned_data[name] for name in ("text", "meant")}
    if person := form.cleaned_data["notify"]:
        said["notify"] = [person]
    try:
        with transaction.atomic():
            if not form.claim(request.user):
                return redirect(form.earlier_result(request.user) or fallback)
            written = write(**said)
            url = comment_url(written.comment, assessment)
            form.remember(request.user, url)
    except WhoIsMeant as refusal:
        form.ask_who(refusal)
        return page(400)
    _say_called(request, written.called)
    if written.called.gone or written.called.unknown:  # said at the head of the page
        return redirect(url.partition("#")[0])
    return redirect(url)


def _say_called(request, called):
    """Who was notified, and which names notified nobody."""
    if called.people:
        names = ", ".join(person.full_name for person in called.people)
        messages.success(
            request, _("Your comment was sent. Notified: %(names)s") % {"names": names}
        )
    else:
        messages.success(request, _("Your comment was sent."))
    for name in called.gone:
        said = _("“%(name)s” does not work here any more and was not notified.")
        messages.warning(request, said % {"name": name})
    for name in called.unknown:
        said = _("Nobody here is called “%(name)s”: nobody was notified by this name.")
        messages.warning(request, said % {"name": name})


@never_cache
@require_GET
def mention_people(request, office, year):
    """Whom a comment may call, for the list that opens behind an ``@``."""
    load_assessment(request, office, year)
    people = {"people": office_people(request.user)}
    return JsonResponse(people, json_dumps_params={"ensure_ascii": False})  # half as many bytes


# -- taking back ----------------------------------------------------------------
@require_POST
def comment_withdraw(request, office, year, pk):
    """Take one's own comment back."""
    assessment = load_assessment(request, office, year)
    row = load_comment(request, assessment, pk)
    threads.withdraw(row, by=request.user)
    back = reverse("indicators:comment_restore", args=[office, year, pk])
    offer_undo(request, _("The comment was withdrawn."), back)
    return redirect(url_of(row.thread.place, assessment))  # its top: the message with the button


@require_POST
def comment_restore(request, office, year, pk):
    """Undo that one's own comment was withdrawn."""
    assessment = load_assessment(request, office, year)
    row = load_comment(request, assessment, pk)
    threads.restore(row, by=request.user)
    messages.success(request, _("The comment is there again."))
    return redirect(comment_url(row, assessment))


# -- resolving ------------------------------------------------------------------
@require_POST
def thread_resolve(request, office, year, pk):
    """Mark a discussion as resolved."""
    assessment = load_assessment(request, office, year)
    row = load_thread(request, assessment, pk)
    threads.require_resolver(row, by=request.user)
    seen = require_valid(LastSeenForm(request.POST))["seen"]
    threads.resolve(row, seen=seen, by=request.user)
    back = reverse("indicators:thread_reopen", args=[office, year, pk])
    offer_undo(request, _("The discussion is resolved."), back)
    return redirect(url_of(row.place, assessment))


@require_POST
def thread_reopen(request, office, year, pk):
    """Go on discussing; whoever may resolve it can undo that."""
    assessment = load_assessment(request, office, year)
    row = load_thread(request, assessment, pk)
    threads.reopen(row, by=request.user)
    said = _("The discussion is open again.")
    if rules.may_resolve(request.user, row, clock.today()):
        back = reverse("indicators:thread_resolve", args=[office, year, pk])
        offer_undo(request, said, back, seen=thread_shown(row).last)
    else:
        messages.success(request, said)
    return redirect(url_of(row.place, assessment))

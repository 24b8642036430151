"""The inbox: putting in from anywhere, and sorting within a year."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import clock
from core.forms import ReasonForm
from core.views import offer_undo, page_before, page_of, require_valid
from indicators.evidence.forms import keep_token
from indicators.evidence.pictures.thumbnails import show_thumbnails
from indicators.evidence.tus.queries import zone_at
from indicators.evidence.views.evidence import keep_files, say_refused
from indicators.loading import (
    load_assessment,
    load_inbox_entry,
    load_item,
    load_own_office,
)
from indicators.narratives.inbox import putting, sorting
from indicators.narratives.inbox.codes import known_codes
from indicators.narratives.inbox.forms import AddressForm, CiteEntryForm, InboxForm, SortFilterForm
from indicators.narratives.inbox.queries import (
    PAGE,
    entries_to_sort,
    newest_assessment,
    put_by,
    sort_rows,
    sorter_of,
)
from indicators.states import UploadPurpose


@require_http_methods(["GET", "POST"])
def inbox(request, office):
    """Throw files in, and see what became of those of before."""
    row = load_own_office(request, office)
    if request.method == "GET":
        asked = AddressForm(request.GET)
        code = asked.cleaned_data["for_code"] if asked.is_valid() else ""
        form = InboxForm(user=request.user, initial={"for_code": code})
        return inbox_page(request, row, form)
    form = InboxForm(request.POST, request.FILES, user=request.user)
    valid = form.is_valid()
    files = form.cleaned_data.get("files") or []
    kept, refused = keep_files(form, files, office=row, by=request.user)
    if valid and kept:
        return put_in(request, row, form, kept, refused)
    if valid and not refused:
        form.add_error("files", _("Choose at least one file."))
    return inbox_page(request, row, form, kept=kept, refused=refused, status=400)


def put_in(request, office, form, kept, refused):
    """Put each file in once, say what was refused, lead back."""
    url = reverse("indicators:inbox", args=[office.code])
    facts = {name: form.cleaned_data[name] for name in ("for_code", "note", "event_on")}
    with transaction.atomic():
        if not form.claim(request.user):
            return redirect(url)
        done = [
            putting.put(office, name=name, blob=blob, by=request.user, **facts)
            for name, blob in kept
        ]
        form.remember(request.user, url)
    say_refused(request, refused)
    for row in done:
        said = _("“%(title)s” lies in the inbox.")
        if row.already:
            said = _("“%(title)s” lay in the inbox already.")
        messages.success(request, said % {"title": row.entry.evidence.title})
    say_unknown(request, facts["for_code"])
    return redirect(url)


def say_unknown(request, code):
    """Whether no year of the office has the code: next year's may, or somebody typed it wrong."""
    newest = newest_assessment(request.user)
    if code and newest and code not in dict(known_codes(newest.edition)):
        said = _("Fiscal year %(year)s has no %(code)s: the coordinator passes it on.")
        messages.warning(request, said % {"year": newest.fiscal_year, "code": code})


def inbox_page(request, office, form, *, kept=(), refused=(), status=200):
    """The form, and what the person put in."""
    newest = newest_assessment(request.user)
    page = page_of(request, put_by(request.user), PAGE)
    show_thumbnails([entry.evidence for entry in page.object_list])
    endpoint = reverse("indicators:inbox_upload_begin", args=[office.code])
    context = {
        "office": office,
        "assessment": newest,
        "codes": known_codes(newest.edition) if newest else [],
        "form": form,
        "zone": zone_at(endpoint, user=request.user, purpose=UploadPurpose.FORM),
        "kept": kept,
        "kept_token": keep_token(request.user, kept) if kept else "",
        "refused": refused,
        "page": page,
    }
    return render(request, "indicators/inbox/inbox.html", context, status=status)


# -- sorting ------------------------------------------------------------------------
@require_GET
def inbox_sort(request, office, year, code=""):
    """What waits in the inbox this year, for one code or for all."""
    assessment = load_assessment(request, office, year)
    form = SortFilterForm(request.GET)
    done = form.is_valid() and form.cleaned_data["show"] == "sorted"
    page = page_of(request, entries_to_sort(assessment, code, done=done), PAGE)
    sorter = sorter_of(assessment, request.user, clock.today())
    context = {
        "assessment": assessment,
        "office": assessment.office,
        "section": "evidence",
        "code": code,
        "title": dict(known_codes(assessment.edition)).get(code, ""),
        "codes": known_codes(assessment.edition),
        "done": done,
        "page": page,
        "rows": sort_rows(page.object_list, sorter, assessment),
        "writes": bool(sorter.places),
    }
    return render(request, "indicators/inbox/inbox_sort.html", context)


@require_POST
def inbox_cite(request, office, year, pk):
    """Cite an entry in a consideration of this year."""
    assessment, entry = (
        load_assessment(request, office, year),
        load_inbox_entry(request, office, pk),
    )
    said = require_valid(CiteEntryForm(request.POST, edition=assessment.edition))
    item = load_item(request, office, year, said["for_code"])
    sorting.cite_from(entry, item, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” is cited in %(code)s.")
        % {"title": entry.evidence.title, "code": item.consideration.code},
        reverse("indicators:inbox_unsort", args=[office, pk]),
    )
    return redirect(page_before(request))


@require_POST
def inbox_address(request, office, pk):
    """Pass an entry on to another indicator or consideration."""
    entry = load_inbox_entry(request, office, pk)
    code = require_valid(AddressForm(request.POST))["for_code"]
    before = sorting.address(entry, code, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” was passed on.") % {"title": entry.evidence.title},
        reverse("indicators:inbox_address", args=[office, pk]),
        for_code=before,
    )
    say_unknown(request, code)
    return redirect(page_before(request))


@require_POST
def inbox_set_aside(request, office, pk):
    """It is not needed, for a reason."""
    entry = load_inbox_entry(request, office, pk)
    why = require_valid(ReasonForm(request.POST))["why"]
    sorting.set_aside(entry, why=why, by=request.user)
    offer_undo(
        request,
        _("“%(title)s” was set aside; it stays among the office’s evidence.")
        % {"title": entry.evidence.title},
        reverse("indicators:inbox_unsort", args=[office, pk]),
    )
    return redirect(page_before(request))


@require_POST
def inbox_unsort(request, office, pk):
    """Put an entry back into the inbox."""
    entry = load_inbox_entry(request, office, pk)
    sorting.unsort(entry, by=request.user)
    messages.success(
        request, _("“%(title)s” lies in the inbox again.") % {"title": entry.evidence.title}
    )
    return redirect(page_before(request))

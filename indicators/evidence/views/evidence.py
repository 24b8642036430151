"""Pages of evidence: bringing, finding, correcting, revising, citing."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import thai
from core import clock
from core.forms import ReasonForm
from core.refusals import MoveRefused, RuleBroken, StaleEdit
from core.views import require_valid
from indicators import rules
from indicators.catalogue.checklists.ticks import tick_evidence
from indicators.evidence import evidence as domain
from indicators.evidence.blobs import FileRefused, store
from indicators.evidence.bringing import Brought, bring_file, title_from
from indicators.evidence.citations import require_citer
from indicators.evidence.forms import (
    EvidenceEditForm,
    EvidenceFilterForm,
    EvidenceForm,
    ForItemForm,
    ReviseForm,
    keep_token,
)
from indicators.evidence.pictures.thumbnails import show_thumbnails
from indicators.evidence.queries import (
    by_year,
    citations_of,
    evidence_rows,
    items_to_cite_in,
    last_revision,
    parts_of,
    revisions_of,
    warnings_of,
)
from indicators.evidence.tus.queries import upload_zone
from indicators.loading import (
    item_url,
    load_assessment,
    load_checklist_row,
    load_evidence,
    load_item,
)
from indicators.requests.queries import items_to_ask, requests_about
from indicators.states import UploadPurpose
from indicators.threads.views.section import discussions_of

PAGE = 30
DATES = ("document_date", "covers_from", "covers_to")


def load_managed(request, office, year, pk):
    """The year's frame and evidence to be changed: who may only read it is refused."""
    assessment, row = load_assessment(request, office, year), load_evidence(request, pk)
    if not rules.may_manage_evidence(request.user, row, clock.today()):
        raise PermissionDenied
    return assessment, row


def evidence_url(assessment, evidence):
    """The address of a piece of evidence within a year."""
    return reverse(
        "indicators:evidence", args=[assessment.office.code, assessment.fiscal_year, evidence.pk]
    )


# -- finding --------------------------------------------------------------------
@require_GET
def evidence_list(request, office, year):
    """The office's evidence, and which considerations of this year cite it."""
    assessment = load_assessment(request, office, year)
    form = EvidenceFilterForm(request.GET, edition=assessment.edition)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = Paginator(evidence_rows(request.user, assessment, chosen), PAGE).get_page(
        request.GET.get("page")
    )
    show_thumbnails(page.object_list)
    context = {
        "assessment": assessment,
        "section": "evidence",
        "form": form,
        "page": page,
        "filtered": any(chosen.values()),
        "may_add": rules.may_add_evidence(request.user, assessment.office),
    }
    return render(request, "indicators/evidence/evidence_list.html", context)


@require_GET
def evidence(request, office, year, pk):
    """One piece of evidence: its files, where it is cited, its older revisions."""
    assessment, row = load_assessment(request, office, year), load_evidence(request, pk)
    revisions, stays = revisions_of(row), domain.why_not_corrected(row)
    may_manage = rules.may_manage_evidence(request.user, row, clock.today())
    citations = list(citations_of(row))
    context = {
        "assessment": assessment,
        "section": "evidence",
        "evidence": row,
        "revision": revisions[0],
        "older": revisions[1:],
        "citing_years": by_year(citations),
        "places": items_to_cite_in(request.user, assessment, row),
        "outside": warnings_of(row, citations, assessment),
        "may_manage": may_manage,
        "parts": parts_of(row),
        "discussions": discussions_of(row, user=request.user, leads=may_manage),
        "requests": requests_about(row, assessment),
        "asks_in": items_to_ask(request.user, row, citations, assessment),
        "stays": stays,
        "stays_here": stays or domain.why_handed_in(row),
    }
    if row.removed_at and not may_manage:
        context |= {"revision": None, "older": []}
    return render(request, "indicators/evidence/evidence.html", context)


# -- bringing -------------------------------------------------------------------
def keep_files(form, files, *, office, by):
    """Store each file: ``(what is kept, why others are refused)``; one refusal loses no other."""
    kept, refused = list(form.stored), []
    for file in files:
        name = thai.clean_label(file.name)
        try:
            blob = store(file, office=office, by=by)
        except FileRefused as refusal:
            refused.append((name, refusal.message))
        else:
            kept.append((name, blob))
    return kept, refused


def title_of(form, kept):
    """What was typed, else the name of the first file or link."""
    if title := form.cleaned_data.get("title"):
        return title
    if kept:
        return title_from(*kept[0])
    for url, label in form.links:
        return label or urlsplit(url).netloc
    return ""


def citing_item(request, office, year):
    """The item for which evidence is brought, if any; ``wanted`` is the row of its checklist."""
    form = ForItemForm(request.POST if request.method == "POST" else request.GET)
    code = form.cleaned_data["item"] if form.is_valid() else ""
    if not code:
        return None
    item, row = load_item(request, office, year, code), form.cleaned_data["row"]
    item.wanted = load_checklist_row(item.assessment, row, item=item) if row else None
    return item


@require_http_methods(["GET", "POST"])
def evidence_create(request, office, year):
    """Bring evidence, for one consideration or for the office's shelf."""
    assessment = load_assessment(request, office, year)
    item = citing_item(request, office, year)
    if request.method == "GET":
        return create_page(request, assessment, item, EvidenceForm(user=request.user))
    if item is not None:
        require_citer(item, by=request.user)
    form = EvidenceForm(request.POST, request.FILES, user=request.user)
    form.full_clean()
    kept, refused = keep_files(
        form, form.cleaned_data.get("files") or [], office=assessment.office, by=request.user
    )
    form.require_contents(kept, refused)
    if form.is_valid() and (kept or form.links):
        try:
            return made(request, assessment, item, form, kept, refused)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return create_page(request, assessment, item, form, kept=kept, refused=refused, status=400)


def made(request, assessment, item, form, kept, refused):
    """Make the evidence once, say what was refused, lead back."""
    with transaction.atomic():
        if not form.claim(request.user):
            return redirect(form.earlier_result(request.user) or item_or_list(assessment))
        rows = bring(form, kept, office=assessment.office, item=item, by=request.user)
        for row in rows if item else ():
            tick_evidence(item.wanted, row.evidence, by=request.user)
        if item:
            url = f"{item_url(item)}#evidence"
        else:
            one = len(rows) == 1
            url = evidence_url(assessment, rows[0].evidence) if one else item_or_list(assessment)
        form.remember(request.user, url)
    say_refused(request, refused)
    for row in rows:
        said = _("Already here: “%(title)s”.") if row.already else _("“%(title)s” was added.")
        messages.success(request, said % {"title": row.evidence.title})
        say_outside(request, row.evidence, [], assessment)
    return redirect(url)


def bring(form, kept, *, office, item, by):
    """Each file a piece of evidence of its own; one of all if they belong together or stand alone.

    A title, dates or a link are said of the one piece.
    """
    dates = {name: form.cleaned_data[name] for name in DATES}
    several = len(kept) > 1 and not form.cleaned_data["together"]
    described = form.cleaned_data["title"] or form.links or any(dates.values())
    if kept and not described and (several or len(kept) == 1):
        return [bring_file(name, blob, office=office, item=item, by=by) for name, blob in kept]
    pieces = [[file] for file in kept] if several else [kept]
    made = []
    for number, files in enumerate(pieces):
        row = domain.add_evidence(
            office,
            title=title_of(form, files),
            files=files,
            links=form.links if not number else [],
            items=[item] if item else [],
            by=by,
            **dates,
        )
        made.append(Brought(row, already=False))
    return made


def item_or_list(assessment):
    """Where a second click leads when the first one's end is not known."""
    return reverse(
        "indicators:evidence_list", args=[assessment.office.code, assessment.fiscal_year]
    )


def say_refused(request, refused):
    """One message per refused file."""
    for name, reason in refused:
        messages.warning(
            request,
            _("“%(name)s” was not taken in: %(reason)s") % {"name": name, "reason": reason},
        )


def say_outside(request, row, citations, assessment):
    """Warn of dates outside the fiscal year; what was saved is saved."""
    for why in warnings_of(row, citations, assessment):
        messages.warning(request, why)


def create_page(request, assessment, item, form, *, kept=(), refused=(), status=200):
    """The form; after a refusal with what was typed and the files that are safe already."""
    context = {
        "assessment": assessment,
        "section": "indicators" if item else "evidence",
        "item": item,
        "form": form,
        "zone": upload_zone(
            assessment, user=request.user, item=item, row=item.wanted if item else None
        ),
        "kept": kept,
        "kept_token": keep_token(request.user, kept) if kept else "",
        "refused": refused,
        "may_add": rules.may_add_evidence(request.user, assessment.office),
    }
    return render(request, "indicators/evidence/evidence_form.html", context, status=status)


# -- changing -------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def evidence_edit(request, office, year, pk):
    """Correct title and dates."""
    assessment, row = load_managed(request, office, year, pk)
    if request.method == "GET" and (why := domain.why_not_corrected(row)):
        raise MoveRefused(why)
    status = 200
    facts = ("title", *DATES)
    if request.method == "GET":
        initial = {name: getattr(row, name) for name in facts}
        initial["seen"] = _changed(row)
        form = EvidenceEditForm(initial=initial)
    else:
        form = EvidenceEditForm(request.POST)
        if form.is_valid():
            fields = {name: form.cleaned_data[name] for name in facts}
            try:
                seen = parse_datetime(form.cleaned_data["seen"])
            except ValueError:
                seen = None
            try:
                domain.edit_evidence(row, **fields, seen=seen, by=request.user)
            except StaleEdit as stale:
                row.refresh_from_db()
                theirs = form.give_again(stale, seen=_changed(row))
                form.add_error(None, [f"{their.label}: {their.text}" for their in theirs])
                status = stale.status
            else:
                messages.success(request, _("The evidence was corrected."))
                row.refresh_from_db()
                say_outside(request, row, citations_of(row), assessment)
                return redirect(evidence_url(assessment, row))
    context = {"assessment": assessment, "section": "evidence", "evidence": row, "form": form}
    if form.errors and status == 200:
        status = 400
    return render(request, "indicators/evidence/evidence_edit.html", context, status=status)


def _changed(row):
    """When the evidence was last corrected, as the hidden field of its form keeps it."""
    return row.changed_at.isoformat() if row.changed_at else ""


@require_http_methods(["GET", "POST"])
def evidence_revise(request, office, year, pk):
    """Bring a new revision; the older ones stay."""
    assessment, row = load_managed(request, office, year, pk)
    revision = last_revision(row)
    if request.method == "GET":
        form = ReviseForm(user=request.user, revision=revision)
        return revise_page(request, assessment, row, revision, form)
    form = ReviseForm(request.POST, request.FILES, user=request.user, revision=revision)
    form.full_clean()
    kept, refused = keep_files(
        form, form.cleaned_data.get("files") or [], office=assessment.office, by=request.user
    )
    stays = [form.cleaned_data.get(name) for name in ("keep_files", "keep_links")]
    form.require_contents(kept, refused, *stays)
    if form.is_valid() and not (refused and not kept):
        try:
            return revised(request, assessment, row, form, kept, refused)
        except RuleBroken as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return revise_page(
        request, assessment, row, revision, form, kept=kept, refused=refused, status=400
    )


def revised(request, assessment, row, form, kept, refused):
    """Make the revision once."""
    url = evidence_url(assessment, row)
    with transaction.atomic():
        if form.claim(request.user):
            domain.revise(
                row,
                files=kept,
                links=form.links,
                keep_files=form.cleaned_data["keep_files"],
                keep_links=form.cleaned_data["keep_links"],
                note=form.cleaned_data["note"],
                by=request.user,
            )
            form.remember(request.user, url)
            messages.success(request, _("The new revision stands; the older ones are kept."))
    say_refused(request, refused)
    return redirect(url)


def revise_page(request, assessment, row, revision, form, *, kept=(), refused=(), status=200):
    """The form of a new revision."""
    context = {
        "assessment": assessment,
        "section": "evidence",
        "evidence": row,
        "revision": revision,
        "form": form,
        "chosen_files": form.data.getlist("keep_files") if form.is_bound else [],
        "chosen_links": form.data.getlist("keep_links") if form.is_bound else None,
        "zone": upload_zone(assessment, user=request.user, purpose=UploadPurpose.FORM),
        "kept": kept,
        "kept_token": keep_token(request.user, kept) if kept else "",
        "refused": refused,
    }
    return render(request, "indicators/evidence/evidence_revise.html", context, status=status)


@require_POST
def evidence_remove(request, office, year, pk):
    """Soft delete with a reason; the page it leads to offers to undo."""
    assessment, row = load_assessment(request, office, year), load_evidence(request, pk)
    why = require_valid(ReasonForm(request.POST))["why"]
    domain.remove_evidence(row, by=request.user, why=why)
    messages.success(request, _("The evidence was removed. It can be restored on this page."))
    return redirect(evidence_url(assessment, row))


@require_POST
def evidence_restore(request, office, year, pk):
    """Undo a removal."""
    assessment, row = load_assessment(request, office, year), load_evidence(request, pk)
    domain.restore_evidence(row, by=request.user)
    messages.success(request, _("The evidence is back."))
    return redirect(evidence_url(assessment, row))

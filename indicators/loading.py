"""Loading rows for pages: only what the person may see, else 404."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from core import clock
from indicators import rules
from indicators.models import (
    Assessment,
    ChecklistRow,
    Citation,
    Comment,
    Edition,
    Evidence,
    EvidenceFile,
    EvidenceRevision,
    InboxEntry,
    Item,
    ItemRequest,
    Thread,
    Upload,
)
from people.states import OfficeKind


def load_assessment(request, office, year):
    """One year of the person's own office."""
    assessment = get_object_or_404(
        Assessment.objects.visible_to(request.user).select_related("office", "edition"),
        office__code=office,
        fiscal_year=year,
    )
    request.user.office = assessment.office  # the same row, which the page's frame need not read
    return assessment


def load_own_office(request, code):
    """The person's own office; pages without a year belong to it. Its people only."""
    office = request.user.office
    if office is None or office.code != code or office.kind == OfficeKind.NATIONAL:
        raise Http404
    return office


def load_edition(request, code, version):
    """One version of an edition; the standards are open to everybody who signed in."""
    return get_object_or_404(
        Edition.objects.visible_to(request.user).select_related("verified_by", "imported_by"),
        code=code,
        version=version,
    )


def load_item(request, office, year, code):
    """One consideration of the person's own office."""
    item = get_object_or_404(
        Item.objects.visible_to(request.user).select_related(
            "assessment__office",
            "assessment__edition",
            "consideration__indicator",
            "agreed_score",
        ),
        assessment__office__code=office,
        assessment__fiscal_year=year,
        consideration__code=code,
    )
    request.user.office = item.assessment.office  # as above
    return item


def load_review(assessment, code):
    """The review of one indicator, and the indicator with it: each has one from the beginning."""
    rows = assessment.reviews.select_related("indicator__standard", "saved_by")
    return get_object_or_404(rows, indicator__code=code)


def load_item_request(request, office, year, pk):
    """A request about a consideration of the person's own office."""
    row = get_object_or_404(
        ItemRequest.objects.visible_to(request.user).select_related(
            "asked_by",
            "asked_of",
            "evidence__office",
            "item__assessment__office",
            "item__assessment__edition",
            "item__consideration__indicator__standard",
        ),
        pk=pk,
        item__assessment__office__code=office,
        item__assessment__fiscal_year=year,
    )
    request.user.office = row.item.assessment.office  # as above
    return row


def load_cited_evidence(item, pk):
    """The piece of evidence with this number that the item cites; None without a number."""
    if not pk:
        return None
    cited = item.citations.kept().filter(evidence__removed_at__isnull=True)
    found = {str(row.evidence_id): row.evidence for row in cited.select_related("evidence")}
    if pk not in found:
        raise Http404
    return found[pk]


def load_evidence(request, pk):
    """A piece of evidence of the person's own office, of whichever year."""
    return get_object_or_404(
        Evidence.objects.visible_to(request.user).select_related(
            "office", "created_by", "removed_by"
        ),
        pk=pk,
    )


def load_pieces(request, pks):
    """Those of these pieces of evidence that are of the person's own office."""
    rows = Evidence.objects.visible_to(request.user).filter(pk__in=pks)
    return list(rows.select_related("office").order_by("pk"))


PLACE = ("item__assessment__office", "item__consideration__indicator", "evidence__office")


def load_thread(request, assessment, pk):
    """A discussion about an item of this year or about evidence of the office."""
    found = Thread.objects.visible_to(request.user).select_related(*PLACE, "opened_by")
    return get_object_or_404(_about(found, assessment), pk=pk)


def load_comment(request, assessment, pk):
    """A comment in such a discussion, also one that was withdrawn."""
    place = [f"thread__{name}" for name in PLACE]
    found = Comment.objects.visible_to(request.user).select_related(*place, "by")
    return get_object_or_404(_about(found, assessment, "thread__"), pk=pk)


def _about(found, assessment, prefix=""):
    """Those of this year; of evidence all, as it is the office's and no year's."""
    return found.filter(
        Q(**{f"{prefix}item__assessment": assessment}) | Q(**{f"{prefix}evidence__isnull": False})
    )


def load_revision(request, pk):
    """One revision of evidence of the person's own office."""
    return get_object_or_404(
        EvidenceRevision.objects.select_related("evidence__office"),
        evidence__in=Evidence.objects.visible_to(request.user),
        pk=pk,
    )


def load_citation(assessment, pk):
    """What a consideration of this year cites, or cited."""
    return get_object_or_404(
        Citation.objects.select_related(
            "item__assessment__office", "item__consideration", "evidence__office"
        ),
        item__assessment=assessment,
        pk=pk,
    )


def load_checklist_row(assessment, pk, *, item=None):
    """A required piece of evidence of this year, or of this item; also one that was removed."""
    rows = ChecklistRow.objects.select_related(
        "item__assessment__office", "item__assessment__edition", "item__consideration"
    )
    only = {} if item is None else {"item": item}
    return get_object_or_404(rows, item__assessment=assessment, pk=pk, **only)


def load_handover(assessment, pk):
    """A ZIP of this year's evidence."""
    row = get_object_or_404(assessment.handovers.select_related("created_by"), pk=pk)
    row.assessment = assessment
    return row


def load_file(request, pk):
    """A file of evidence that the person may see; of removed evidence the office's managers only.

    OBEC's reviewers see what was submitted and opened, whatever the office did with it since.
    """
    row = get_object_or_404(
        EvidenceFile.objects.visible_to(request.user).select_related(
            "blob__office", "revision__evidence__office", "revision__created_by"
        ),
        pk=pk,
    )
    evidence = row.revision.evidence
    if (
        evidence.removed_at
        and evidence.office_id == request.user.office_id
        and not rules.may_manage_evidence(request.user, evidence, clock.today())
    ):
        raise Http404
    return row


def load_upload(request, office, token):
    """An upload that the person began for their own office."""
    return get_object_or_404(
        Upload.objects.visible_to(request.user).select_related("office", "user", "evidence"),
        office__code=office,
        token=token,
    )


def load_inbox_entry(request, office, pk):
    """What lies, or lay, in the inbox of the person's own office."""
    rows = InboxEntry.objects.visible_to(request.user).select_related("office", "evidence")
    return get_object_or_404(rows, office__code=office, pk=pk)


def load_cited(assessment, revision, pk):
    """The citation of this revision in this year, also one that was withdrawn; None without."""
    if not pk:
        return None
    rows = Citation.objects.select_related("item__consideration", "item__assessment")
    return rows.filter(item__assessment=assessment, revision=revision, pk=pk).first()


def item_url(item, name="item"):
    """The address of an item's page, or of one of its acts."""
    year = item.assessment
    return reverse(
        f"indicators:{name}", args=[year.office.code, year.fiscal_year, item.consideration.code]
    )

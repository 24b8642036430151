"""What becomes of files that came in: each its own piece of evidence, or several one piece."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.moves import require_undoable
from core.refusals import MoveRefused, RuleBroken
from indicators.assessments import hold
from indicators.catalogue.checklists.ticks import carry
from indicators.evidence.blobs import label_for
from indicators.evidence.citations import point_to, require_kept
from indicators.evidence.evidence import (
    add_evidence,
    remove_evidence,
    require_manager,
    restore_evidence,
)
from indicators.models import (
    Assessment,
    Blob,
    ChecklistTick,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceRevision,
    Item,
    ItemRequest,
    Thread,
)
from indicators.models.evidence import CitationQuerySet
from indicators.states import AssessmentState
from people.models import Office, User


@dataclass(frozen=True)
class Brought:
    """What a file is now. ``already``: the office had these bytes as evidence before."""

    evidence: Evidence
    already: bool


def title_from(name: str, blob: Blob) -> str:
    """What a piece of evidence is called after its file: the whole name without the ending."""
    return label_for(name, blob.media_type).rpartition(".")[0]


@transaction.atomic
def bring_file(
    name: str,
    blob: Blob,
    *,
    office: Office,
    item: Item | None = None,
    document_date: date | None = None,
    by: User,
) -> Brought:
    """Make a stored file a piece of evidence and cite it in ``item``.

    ``document_date`` is that of a new piece. Bytes that the office has as evidence already are
    cited from there and stored no second time.
    """
    if item is not None:
        hold(item.assessment)  # the year first, as whoever cites or revises locks them
    standing = _standing(blob)
    if standing and _stays(standing.evidence):
        if item is not None and not _cited(item, standing.evidence):
            point_to(item, standing, by=by)
        return Brought(standing.evidence, already=True)
    made = add_evidence(
        office,
        title=title_from(name, blob),
        files=[(name, blob)],
        document_date=document_date,
        items=[item] if item else [],
        by=by,
    )
    return Brought(made, already=False)


def _stays(evidence: Evidence) -> bool:
    """Whether it is there still; its row is locked, so that nobody removes it meanwhile."""
    try:
        require_kept(evidence)
    except MoveRefused:
        return False
    return True


def _cited(item: Item, evidence: Evidence) -> bool:
    """Whether the item cites it, in whichever revision and with whatever pages."""
    return Citation.objects.kept().filter(item=item, evidence=evidence).exists()


def _standing(blob: Blob) -> EvidenceRevision | None:
    """The newest revision, of evidence that was not removed, which is these bytes alone."""
    # A blob is of one office, so these are that office's.
    files = EvidenceFile.objects.filter(blob=blob, revision__evidence__removed_at__isnull=True)
    for file in files.select_related("revision__evidence__office").order_by("-pk")[:20]:
        revision = file.revision
        newest = revision.evidence.revisions.order_by("-number").values_list("pk", flat=True)[:1]
        if revision.pk in newest and revision.files.count() + revision.links.count() == 1:
            return revision
    return None


# -- these belong together ------------------------------------------------------
class Joinable(NamedTuple):
    """A piece of evidence that is offered for joining, and whether it is ticked."""

    pk: int
    title: str
    ticked: bool


@transaction.atomic
def join_evidence(pieces: Sequence[Evidence], *, title: str, by: User) -> Evidence:
    """Make one piece of evidence of several: their files and links in the order given.

    It is cited wherever they were, and what it is cited for it shows, as they did
    (``checklists/ticks.py``). What was asked and said about them is about it from now on.

    The pieces are removed, not lost: ``separate_evidence`` brings them back for a short while.
    """
    if len(pieces) < 2:
        raise RuleBroken(_("Choose at least two that belong together."), "pieces")
    _hold_years(pieces)
    # Locked in one order, whichever they were chosen in.
    found = {piece.pk: _managed(piece, by) for piece in sorted(pieces, key=lambda one: one.pk)}
    newest = [found[piece.pk] for piece in pieces]
    cited = Citation.objects.kept().filter(evidence__in=pieces)
    items = Item.objects.filter(citations__in=cited).select_related("assessment__office")
    joined = add_evidence(
        pieces[0].office,
        title=title,
        files=[(file.name, file.blob) for row in newest for file in row.files.all()],
        links=[(link.url, link.label) for row in newest for link in row.links.all()],
        items=items.distinct(),
        by=by,
        **{name: _shared(pieces, name) for name in ("document_date", "covers_from", "covers_to")},
    )
    _stay_to_verify(joined, cited)
    ticks = ChecklistTick.objects.filter(citation__in=cited).select_related("row")
    carry(ticks, {one.item_id: one for one in joined.citations.all()}, by=by)
    for piece in pieces:
        remove_evidence(piece, by=by, why=_("Joined into “%(title)s”.") % {"title": joined.title})
    _take_along(pieces, joined)
    return joined


def _hold_years(pieces: Iterable[Evidence]) -> None:
    """Lock the years that cite or ask about the pieces, in one order for everybody."""
    cited = Citation.objects.filter(evidence__in=pieces).values("item__assessment")
    asked = ItemRequest.objects.filter(evidence__in=pieces).values("item__assessment")
    years = Assessment.objects.filter(Q(pk__in=cited) | Q(pk__in=asked))
    list(years.select_for_update(no_key=True).order_by("pk"))


def _take_along(pieces: Sequence[Evidence], joined: Evidence) -> None:
    """Discussions and requests go to the joined piece; each keeps what it was about at first."""
    Evidence.objects.filter(pk__in=[piece.pk for piece in pieces]).update(joined_into=joined)
    for rows in (_requests_about(pieces), Thread.objects.filter(evidence__in=pieces)):
        rows.filter(first_evidence=None).update(first_evidence=F("evidence"))
        rows.update(evidence=joined)


def _requests_about(pieces: Iterable[Evidence]) -> QuerySet[ItemRequest]:
    """Of the years that are open: a locked one keeps its requests as they stand."""
    open_years = Assessment.objects.filter(state=AssessmentState.OPEN)
    return ItemRequest.objects.filter(evidence__in=pieces, item__assessment__in=open_years)


def _stay_to_verify(joined: Evidence, cited: CitationQuerySet) -> None:
    """Joining re-verifies nothing: where one piece still had to be, the joined one has to be."""
    for item, source in cited.to_verify().order_by("-pk").values_list("item", "brought_from"):
        joined.citations.filter(item=item).update(brought_from=source)


def _managed(piece: Evidence, by: User) -> EvidenceRevision:
    """The newest revision of a piece that is there and that ``by`` may change."""
    require_manager(piece, by)
    require_kept(piece)
    rows = piece.revisions.order_by("-number").prefetch_related("files__blob", "links")
    return rows[:1].get()


def _shared(pieces: Iterable[Evidence], name: str) -> Any:
    """What all of them say; nothing when they differ."""
    said = {getattr(piece, name) for piece in pieces}
    return said.pop() if len(said) == 1 else None


@transaction.atomic
def separate_evidence(joined: Evidence, pieces: Sequence[Evidence], *, by: User) -> None:
    """Undo ``join_evidence``: the pieces stand again, the joined one is removed.

    Each has again what was asked and said about it; what came since is about one that is cited
    there, or about the first.
    """
    require_undoable(joined.created_at, now=clock.now())
    _hold_years([joined])
    if len(pieces) < 2 or _contents([joined]) != _contents(pieces):
        raise MoveRefused(_("These were not joined."))
    remove_evidence(joined, by=by, why=_("Separated again."))
    homes = _homes(joined, pieces)
    for piece in pieces:
        restore_evidence(piece, by=by)
    _give_back(joined, pieces, homes)


def _homes(joined: Evidence, pieces: Sequence[Evidence]) -> dict[int, int]:
    """Of each piece that went into ``joined``, through others too, the one of ``pieces``."""
    homes = {piece.pk: piece.pk for piece in pieces}
    new = dict(homes)
    while new:
        inside = Evidence.objects.filter(joined_into__in=new).exclude(pk__in=homes)
        new = {pk: new[into] for pk, into in inside.values_list("pk", "joined_into") if into}
        homes |= new
    return homes


def _give_back(joined: Evidence, pieces: Sequence[Evidence], homes: Mapping[int, int]) -> None:
    """Discussions and requests go to where they came from."""
    for row in Thread.objects.filter(evidence=joined):
        _put(row, homes.get(row.first_evidence_id or 0) or pieces[0].pk)
    for asked in _requests_about([joined]):
        cited = Citation.objects.kept().filter(item=asked.item_id, evidence__in=pieces)
        there = cited.order_by("pk").values_list("evidence", flat=True).first()
        _put(asked, homes.get(asked.first_evidence_id or 0) or there or pieces[0].pk)


def _put(row: Thread | ItemRequest, piece: int) -> None:
    first = None if row.first_evidence_id == piece else row.first_evidence_id
    type(row)._default_manager.filter(pk=row.pk).update(evidence=piece, first_evidence=first)


def _contents(pieces: Sequence[Evidence]) -> set[int | str]:
    """The files and links in the newest revision of each."""
    found: set[int | str] = set()
    for piece in pieces:
        newest = piece.revisions.order_by("-number")[:1].get()
        found |= set(newest.files.values_list("blob", flat=True))
        found |= set(newest.links.values_list("url", flat=True))
    return found

"""From a queued row of the register to a file with its hash: claims, leases, the child's work.

A worker claims a row by a conditional UPDATE with a lease, shows its progress, and registers the
file that lies on disk already. Whoever dies leaves a lease that runs out, and the next sweep
begins that paper again from the same snapshot.
"""

import hashlib
import logging
import secrets
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from core import clock
from core.files import BEGUN, settle, time_there
from core.files.no_room import NoRoom, is_no_room
from core.files.pieces import digests_of
from core.files.stores import StoreAway
from core.files.temporary import temporary_folder
from core.leases import Lease, LeaseLost, holder
from indicators.assessments import log_event
from people.models import User
from reports.collect import blob_files, take_snapshot, with_readable_photographs
from reports.documents.files import path_of
from reports.documents.pages import draw_ahead
from reports.documents.seals import seal_for
from reports.documents.signing import sign
from reports.models import Document
from reports.render.child import docx_in_child, render_in_child
from reports.render.failures import RenderFailed
from reports.render.html import to_html
from reports.render.results import Rendered, Written
from reports.snapshot import SarSnapshot, Snapshot, from_json, to_json
from reports.states import DocumentFormat, DocumentKind, DocumentState
from workflow.models import Proposal
from workflow.papers.proposals import record_rendering
from workflow.states import ProposalState

log = logging.getLogger(__name__)

ATTEMPTS = 3  # a machine may die twice under one paper; a third time it is the paper
SIGNING = 98  # percent
LEFTOVER_AGE = 3600  # seconds after which a half-written file belongs to nobody alive
UNDERWAY = (DocumentState.QUEUED, DocumentState.RENDERING)
DECIDED = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)
# Leases run by the machine's own time: the clock of the demonstration may be set back, they may
# not. A lease is longer than the renderer stays silent between two of its progress lines.
CLAIM: Lease[Document] = Lease(
    waiting=DocumentState.QUEUED,
    working=DocumentState.RENDERING,
    length=lambda: timedelta(seconds=settings.RENDER_LEASE_SECONDS),
)


# -- claims -----------------------------------------------------------------------
def render_queue(*, worker: str = "", limit: int = 20) -> int:
    """Render what waits or was left behind by a dead worker; returns how many got ready."""
    _sweep_leftovers()
    done = 0
    for _number in range(limit):
        document = _claim(_free(), worker)
        if document is None:
            break
        done += _render(document) is not None
    return done


def render_now(document: Document, *, worker: str = "") -> Rendered | Written | None:
    """Render this one document here; what was rendered, or None when another worker has it."""
    claimed = _claim(_free().filter(pk=document.pk), worker)
    return _render(claimed) if claimed else None


def _free() -> QuerySet[Document]:
    """What nobody renders: waiting, or claimed by somebody who is silent for too long."""
    return Document.objects.filter(CLAIM.free(timezone.now()))


def _claim(free: QuerySet[Document], worker: str) -> Document | None:
    """Claim the oldest; None when nothing waits."""
    return CLAIM.claim(
        free.order_by("requested_at", "pk"),
        Document.objects.select_related("cycle__assessment__office", "proposal", "meeting"),
        at=timezone.now(),
        claimed_by=holder(worker),
        attempts=F("attempts") + 1,
        progress=1,
    )


def _beat(document: Document, percent: int) -> None:
    """Show progress and hold the lease; stops the renderer when another worker took over."""
    CLAIM.renew(document, at=timezone.now(), progress=percent)


# -- the work -----------------------------------------------------------------------
def _render(document: Document) -> Rendered | Written | None:
    """One paper from snapshot to register; None when it did not get ready."""
    if document.attempts > ATTEMPTS:
        _fail(document, "its worker died each time")
        return None
    try:
        return _rendered(document)
    except LeaseLost:
        return None
    except StoreAway:  # of its photographs; tried again when the lease has run out
        CLAIM.held(document).update(attempts=0)
    except (OSError, NoRoom) as trouble:
        if not is_no_room(trouble):
            raise
        _fail(document, "there is no room on the disk")
    except RenderFailed as failure:
        _fail(document, str(failure))
    return None


def _rendered(document: Document) -> Rendered | Written | None:
    folder = path_of(document).parent
    folder.mkdir(parents=True, exist_ok=True)
    scratch = temporary_folder() / f"{BEGUN}{secrets.token_hex(8)}.{document.format}"
    try:
        scratch.touch(exist_ok=False)
        rendered = MAKERS[document.format](document, scratch)
        with scratch.open("rb") as file:
            written = digests_of(file)
        if written.sha256 != rendered.sha256:
            raise RenderFailed("what lies on the disk is not what was rendered")
        settle(scratch, folder / f"{rendered.sha256}.{document.format}")
        if not _register(document, rendered, written.pieces):
            return None
    finally:
        scratch.unlink(missing_ok=True)
    draw_ahead(document)
    return rendered


def _pdf(document: Document, scratch: Path) -> Rendered:
    snapshot = with_readable_photographs(document.cycle, _frozen(document))
    rendered = render_in_child(
        to_html(snapshot),
        scratch,
        fonts=settings.FONT_ROOT,
        base_files=blob_files(document.cycle, snapshot),
        progress=partial(_beat, document),
    )
    if not (document.final and document.proposal_id):
        return rendered
    _beat(document, SIGNING)
    sign(scratch, document.cycle.office)
    with scratch.open("rb") as file:  # what is registered is what was signed
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return replace(rendered, size=scratch.stat().st_size, sha256=sha256)


def _docx(document: Document, scratch: Path) -> Written:
    snapshot = _frozen(document)
    return docx_in_child(
        document.kind,
        document.snapshot or {},
        scratch,
        pictures=blob_files(document.cycle, snapshot),
    )


MAKERS: dict[str, Callable[[Document, Path], Rendered | Written]] = {
    DocumentFormat.PDF: _pdf,
    DocumentFormat.DOCX: _docx,
}


# -- the snapshot ---------------------------------------------------------------------
def _frozen(document: Document) -> Snapshot:
    """The document's snapshot: taken once, kept, so that a second try renders the same."""
    if document.snapshot is None:
        document.snapshot, document.final = _said_already(document) or _said_now(document)
        kept = CLAIM.held(document).update(snapshot=document.snapshot, final=document.final)
        if not kept:
            raise LeaseLost
    return from_json(document.kind, document.snapshot)


def _said_already(document: Document) -> tuple[dict[str, Any], bool] | None:
    """What the frozen PDF of the same paper says: its DOCX says the same. None without one."""
    if document.proposal is None or document.format == DocumentFormat.PDF:
        return None
    frozen = final_of(document.proposal, document.kind, DocumentFormat.PDF)
    return (frozen.snapshot, True) if frozen and frozen.snapshot else None


def _said_now(document: Document) -> tuple[dict[str, Any], bool]:
    """The snapshot and whether it is final. Read again when somebody decided meanwhile."""
    while True:
        state = _state_of(document)
        approved = state in DECIDED
        snapshot = take_snapshot(
            document.cycle,
            document.kind,
            proposal=document.proposal,
            meeting=document.meeting,
            at=clock.now(),
            seal=seal_for(document.proposal, document.kind)
            if document.proposal and approved
            else None,
        )
        if _state_of(document) == state:
            break
    final = approved if state else not getattr(snapshot, "draft", False)
    return to_json(snapshot), final


def _state_of(document: Document) -> str:
    """The proposal's state as it is now; empty for a paper of no proposal."""
    if document.proposal is None:
        return ""
    document.proposal.refresh_from_db(fields=["state"])
    return document.proposal.state


def final_of(proposal: Proposal, kind: str, format_: str) -> Document | None:
    """The ready file of an approved paper that was made first; None while there is none."""
    ready = Document.objects.filter(
        proposal=proposal, kind=kind, format=format_, final=True, state=DocumentState.READY
    )
    return ready.select_related("cycle__assessment__office").order_by("pk").first()


# -- the register ---------------------------------------------------------------------
@transaction.atomic
def _register(document: Document, rendered: Rendered | Written, pieces: str) -> bool:
    """Ready: hash, size and pages in the register; a draft SAR's hash also on its proposal."""
    ready = {
        "progress": 100,
        "sha256": rendered.sha256,
        "size": rendered.size,
        "pieces": pieces,
        "damaged_at": None,
        "pages": rendered.pages,
        "ready_at": clock.now(),
    }
    if not CLAIM.let_go(document, DocumentState.READY, **ready):
        return False
    for name, value in {"state": DocumentState.READY, "lease_until": None, **ready}.items():
        setattr(document, name, value)
    if document.kind == DocumentKind.SAR:
        _record_on_proposal(document, rendered.sha256)
    after = {"sha256": rendered.sha256, "pages": rendered.pages}
    log_document(document, "document.ready", after=after)
    return True


def _record_on_proposal(document: Document, sha256: str) -> None:
    """The director approves these very bytes, and what was written when they were begun."""
    if document.proposal is not None and not document.final:
        snapshot = _frozen(document)
        if isinstance(snapshot, SarSnapshot):
            record_rendering(document.proposal, sha256=sha256, at=snapshot.generated_at)


@transaction.atomic
def _fail(document: Document, reason: str) -> None:
    """Shown to people as failed with a reference; the reason goes to the log only."""
    reference = uuid.uuid4().hex[:8]
    if CLAIM.let_go(document, DocumentState.FAILED, error_reference=reference):
        log.error("document %s failed [%s]: %s", document.pk, reference, reason)
        log_document(document, "document.fail", after={"reference": reference})


def log_document(
    document: Document,
    verb: str,
    *,
    actor: User | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """One line of the office's history."""
    log_event(document.cycle.assessment, by=actor, verb=verb, target=document, after=after)


def _sweep_leftovers() -> None:
    """Remove what killed workers of earlier versions left half-written beside the papers."""
    if not settings.DOCUMENT_ROOT.is_dir():
        return
    now = time_there(settings.DOCUMENT_ROOT)
    for scratch in settings.DOCUMENT_ROOT.glob(f"*/{BEGUN}*"):
        try:
            if now - scratch.stat().st_mtime > LEFTOVER_AGE:
                scratch.unlink()
        except FileNotFoundError:  # its owner was faster
            continue

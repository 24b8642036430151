"""From a queued row of the register to a file with its hash: claims, leases, the child's work.

A worker claims a row by a conditional UPDATE with a lease, shows its progress, and registers the
file that lies on disk already. Whoever dies leaves a lease that runs out, and the next sweep
begins that paper again from the same snapshot.
"""

import hashlib
import logging
import os
import tempfile
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from people import clock
from people.domain.events import record
from reports.collect import blob_files, take_snapshot, with_readable_photographs
from reports.domain.files import path_of, settle
from reports.domain.pages import draw_ahead
from reports.domain.seals import seal_for
from reports.domain.signing import sign
from reports.models import Document
from reports.paper.child import Written, docx_in_child, render_in_child
from reports.paper.failures import RenderFailed
from reports.render import to_html
from reports.snapshot import from_json, to_json
from reports.states import DocumentFormat, DocumentKind, DocumentState
from workflow.domain.proposals import record_rendering
from workflow.states import ProposalState

log = logging.getLogger(__name__)

ATTEMPTS = 3  # a machine may die twice under one paper; a third time it is the paper
SIGNING = 98  # percent
LEFTOVER_AGE = 3600  # seconds after which a half-written file belongs to nobody alive
UNDERWAY = (DocumentState.QUEUED, DocumentState.RENDERING)
DECIDED = (ProposalState.APPROVED, ProposalState.SUPERSEDED, ProposalState.REVOKED)


class ClaimLost(Exception):
    """Another worker took the document over because our lease ran out."""


# -- claims -----------------------------------------------------------------------
def render_queue(*, worker="", limit=20):
    """Render what waits or was left behind by a dead worker; returns how many got ready."""
    _sweep_leftovers()
    done = 0
    for _number in range(limit):
        document = _claim(_free(), worker)
        if document is None:
            break
        done += _render(document) is not None
    return done


def render_now(document, *, worker=""):
    """Render this one document here; what was rendered, or None when another worker has it."""
    claimed = _claim(_free().filter(pk=document.pk), worker)
    return _render(claimed) if claimed else None


def _lease():
    """Longer than the renderer stays silent between two of its progress lines.

    By the machine's own time: the clock of the demonstration may be set back, a lease may not.
    """
    return timezone.now() + timedelta(seconds=settings.RENDER_LEASE_SECONDS)


def _free():
    """What nobody renders: waiting, or claimed by somebody who is silent for too long."""
    return Document.objects.filter(
        Q(state=DocumentState.QUEUED)
        | Q(state=DocumentState.RENDERING, lease_until__lt=timezone.now())
    )


def _claim(free, worker):
    """Take the oldest by conditional UPDATE with a lease; None when nothing waits."""
    token = f"{worker or os.getpid()}:{uuid.uuid4().hex}"[-40:]
    for pk in free.order_by("requested_at", "pk").values_list("pk", flat=True):
        taken = free.filter(pk=pk).update(
            state=DocumentState.RENDERING,
            claimed_by=token,
            lease_until=_lease(),
            attempts=F("attempts") + 1,
            progress=1,
        )
        if taken:
            rows = Document.objects.select_related(
                "cycle__assessment__office", "proposal", "meeting"
            )
            return rows.get(pk=pk)
    return None


def _mine(document):
    """The row, as long as our claim holds."""
    return Document.objects.filter(
        pk=document.pk, state=DocumentState.RENDERING, claimed_by=document.claimed_by
    )


def _beat(document, percent):
    """Show progress and hold the lease; stops the renderer when another worker took over."""
    if not _mine(document).update(progress=percent, lease_until=_lease()):
        raise ClaimLost


# -- the work -----------------------------------------------------------------------
def _render(document):
    """One paper from snapshot to register; None when it did not get ready."""
    if document.attempts > ATTEMPTS:
        _fail(document, "its worker died each time")
        return None
    folder = path_of(document).parent
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", suffix=f".{document.format}", dir=folder)
    os.close(handle)
    scratch = Path(name)
    try:
        rendered = MAKERS[document.format](document, scratch)
        settle(scratch, folder / f"{rendered.sha256}.{document.format}")
        if not _register(document, rendered):
            return None
    except ClaimLost:
        return None
    except RenderFailed as failure:
        _fail(document, str(failure))
        return None
    finally:
        scratch.unlink(missing_ok=True)
    draw_ahead(document)
    return rendered


def _pdf(document, scratch):
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


def _docx(document, scratch) -> Written:
    snapshot = _frozen(document)
    return docx_in_child(
        document.kind,
        document.snapshot,
        scratch,
        pictures=blob_files(document.cycle, snapshot),
    )


MAKERS = {DocumentFormat.PDF: _pdf, DocumentFormat.DOCX: _docx}


# -- the snapshot ---------------------------------------------------------------------
def _frozen(document):
    """The document's snapshot: taken once, kept, so that a second try renders the same."""
    if document.snapshot is None:
        document.snapshot, document.final = _said_already(document) or _said_now(document)
        if not _mine(document).update(snapshot=document.snapshot, final=document.final):
            raise ClaimLost
    return from_json(document.kind, document.snapshot)


def _said_already(document):
    """What the frozen PDF of the same paper says: its DOCX says the same. None without one."""
    if document.proposal_id is None or document.format == DocumentFormat.PDF:
        return None
    frozen = final_of(document.proposal, document.kind, DocumentFormat.PDF)
    return (frozen.snapshot, True) if frozen and frozen.snapshot else None


def _said_now(document):
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
            seal=seal_for(document.proposal, document.kind) if approved else None,
        )
        if _state_of(document) == state:
            break
    final = approved if state else not getattr(snapshot, "draft", False)
    return to_json(snapshot), final


def _state_of(document):
    """The proposal's state as it is now; empty for a paper of no proposal."""
    if document.proposal_id is None:
        return ""
    document.proposal.refresh_from_db(fields=["state"])
    return document.proposal.state


def final_of(proposal, kind, format_):
    """The ready file of an approved paper that was made first; None while there is none."""
    ready = Document.objects.filter(
        proposal=proposal, kind=kind, format=format_, final=True, state=DocumentState.READY
    )
    return ready.select_related("cycle__assessment__office").order_by("pk").first()


# -- the register ---------------------------------------------------------------------
@transaction.atomic
def _register(document, rendered):
    """Ready: hash, size and pages in the register; a draft SAR's hash also on its proposal."""
    ready = {
        "state": DocumentState.READY,
        "progress": 100,
        "sha256": rendered.sha256,
        "size": rendered.size,
        "pages": rendered.pages,
        "lease_until": None,
        "ready_at": clock.now(),
    }
    if not _mine(document).update(**ready):
        return False
    for name, value in ready.items():
        setattr(document, name, value)
    if document.kind == DocumentKind.SAR:
        _tell_proposal(document, rendered.sha256)
    after = {"sha256": rendered.sha256, "pages": rendered.pages}
    tell(document, "document.ready", after=after)
    return True


def _tell_proposal(document, sha256):
    """The director approves these very bytes, and what was written when they were begun."""
    if document.proposal is not None and not document.final:
        taken_at = from_json(document.kind, document.snapshot).generated_at
        record_rendering(document.proposal, sha256=sha256, at=taken_at)


@transaction.atomic
def _fail(document, reason):
    """Shown to people as failed with a reference; the reason goes to the log only."""
    reference = uuid.uuid4().hex[:8]
    failed = {"state": DocumentState.FAILED, "lease_until": None, "error_reference": reference}
    if _mine(document).update(**failed):
        log.error("document %s failed [%s]: %s", document.pk, reference, reason)
        tell(document, "document.fail", after={"reference": reference})


def tell(document, verb, *, actor=None, after=None):
    """One line of the office's history."""
    cycle = document.cycle
    record(
        cycle.office, actor=actor, verb=verb, target=document, after=after, year=cycle.fiscal_year
    )


def _sweep_leftovers():
    """Remove what killed workers left half-written."""
    for scratch in settings.DOCUMENT_ROOT.glob("*/.new-*"):
        try:
            if time.time() - scratch.stat().st_mtime > LEFTOVER_AGE:
                scratch.unlink()
        except FileNotFoundError:  # its owner was faster
            continue

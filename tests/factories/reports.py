"""A year with content, and documents of the register, as plain rows: nothing of the way there."""

import hashlib
from datetime import UTC, date, datetime
from io import BytesIO

from django.conf import settings

from core import clock
from core.files.pieces import digests_of
from indicators.evidence.blobs import path_of
from indicators.models import (
    AgreedScore,
    Blob,
    Citation,
    Evidence,
    EvidenceFile,
    EvidenceLink,
    EvidenceRevision,
    Item,
)
from reports.collect import take_snapshot
from reports.models import Document
from reports.states import DocumentKind, DocumentState

AT = datetime(2017, 8, 15, 3, 30, tzinfo=UTC)
PDF = b"%PDF-1.7\n% a test\n%%EOF\n"


def make_blob(office, data, media_type="image/jpeg"):
    """A blob with its bytes on disk; the same bytes give the same row."""
    digests = digests_of(BytesIO(data))
    sha256, values = (
        digests.sha256,
        {"size": len(data), "pieces": digests.pieces, "crc32": digests.crc32},
    )
    values |= {"media_type": media_type, "created_at": AT}
    blob = Blob.objects.get_or_create(office=office, sha256=sha256, defaults=values)[0]
    path = path_of(blob)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return blob


def make_revision(office, *, title, by, blobs=(), link=""):
    """The first revision of a new piece of evidence."""
    evidence = Evidence.objects.create(
        office=office,
        title=title,
        document_date=date(2016, 11, 3),
        created_at=AT,
        created_by=by,
    )
    revision = EvidenceRevision.objects.create(
        evidence=evidence, number=1, created_at=AT, created_by=by
    )
    for number, blob in enumerate(blobs):
        name = f"{title} {number + 1}.jpg"
        EvidenceFile.objects.create(revision=revision, blob=blob, name=name, order=number)
    if link:
        EvidenceLink.objects.create(revision=revision, url=link)
    return revision


def cite(item, revision, *, by, pages=""):
    """The item cites the revision."""
    return Citation.objects.create(
        item=item,
        evidence=revision.evidence,
        revision=revision,
        pages=pages,
        created_at=AT,
        created_by=by,
    )


def get_item(cycle, code):
    """The item of one consideration."""
    return Item.objects.get(assessment=cycle.assessment, consideration__code=code)


def write(item, **texts):
    """Texts of an item, past the door."""
    Item.objects.filter(pk=item.pk).update(saved_at=AT, **texts)


def agree(item, level, *, by, reason="มีร่องรอยครบถ้วน"):
    """The committee's score."""
    return AgreedScore.objects.create(
        item=item, level=level, reason=reason, saved_at=AT, saved_by=by
    )


def make_document(cycle, kind=DocumentKind.FLOWCHART, *, state=DocumentState.QUEUED, **fields):
    """A row of the register; a ready one has a file on disk."""
    fields.setdefault("requested_at", clock.now())
    fields.setdefault("number", cycle.documents.filter(kind=kind).count() + 1)
    if state == DocumentState.READY:
        # Every document its own bytes: the same hash would be the same file.
        data = PDF + f"%{cycle.pk} {kind} {fields['number']}".encode()
        fields.setdefault("sha256", hashlib.sha256(data).hexdigest())
        fields.setdefault("size", len(data))
        fields.setdefault("pages", 3)
        fields.setdefault("progress", 100)
        fields.setdefault("ready_at", clock.now())
        folder = settings.DOCUMENT_ROOT / cycle.office.code
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{fields['sha256']}.pdf").write_bytes(data)
    return Document.objects.create(cycle=cycle, kind=kind, state=state, **fields)


def make_snapshot(cycle, kind=DocumentKind.SAR, **of):
    """The paper's snapshot, taken at ``AT``."""
    return take_snapshot(cycle, kind, at=AT, **of)

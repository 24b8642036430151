"""Where the register's files lie, what they are called, and how their bytes leave."""

import logging
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

import thai
from core import clock
from core.files.pieces import CheckedFile, Digests, digests_of
from core.refusals import Refused
from indicators.evidence.stored.damage import notify_administrators
from reports.models import Document
from reports.states import DocumentFormat, DocumentKind, DocumentState

log = logging.getLogger(__name__)

MEDIA_TYPES = {
    DocumentFormat.PDF: "application/pdf",
    DocumentFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LONGEST_TITLE = 60  # letters of a meeting's title in a file's name


def path_of(document: Document) -> Path:
    """Where a ready document's bytes lie."""
    folder: Path = Path(settings.DOCUMENT_ROOT) / document.cycle.office.code
    return folder / f"{document.sha256}.{document.format}"


class PaperDamaged(Refused):
    """The paper's bytes are not those that were registered."""

    status = 410


def open_whole(document: Document) -> BinaryIO | None:
    """The file of a ready document; None when it is gone or not as long as registered.

    Each piece is compared with its digest before any of it is read; reading may raise
    ``PaperDamaged``, and the alarm is raised by then.
    """
    if document.damaged_at is not None:
        return None
    try:
        file = path_of(document).open("rb")
    except OSError as trouble:
        log.error("document %s has no file: %s", document.pk, trouble)
        report_damage(document)
        return None
    whole = os.fstat(file.fileno()).st_size == document.size
    if not (whole and (document.pieces or _add_pieces(document, file))):
        log.error("document %s is not what was registered", document.pk)
        file.close()
        report_damage(document)
        return None
    checked = CheckedFile(
        file, size=document.size, pieces=document.pieces, damaged=lambda: _damaged(document)
    )
    return cast(BinaryIO, checked)


def _add_pieces(document: Document, file: BinaryIO) -> bool:
    found = digests_of(file)
    if found.sha256 != document.sha256:
        return False
    document.pieces = found.pieces
    Document.objects.filter(pk=document.pk).update(pieces=found.pieces)
    return True


def _damaged(document: Document) -> PaperDamaged:
    report_damage(document)
    return PaperDamaged(_("This paper can't be opened: its bytes are missing or damaged."))


@transaction.atomic
def report_damage(document: Document, *, at: datetime | None = None) -> None:
    """Mark the paper, so that it is served no more, and notify the administrators once."""
    at = at or clock.now()
    rows = Document.objects.filter(pk=document.pk, damaged_at__isnull=True)
    if rows.update(damaged_at=at):
        document.damaged_at = at
        log.error("document %s is missing or damaged", document.pk)
        key = f"document:{document.pk}:{at.isoformat()}"
        notify_administrators(document.cycle.office, key, file_name_of(document))


def check_papers(*, at: datetime | None = None, only_damaged: bool = False) -> int:
    """Hash every ready paper anew; returns how many are damaged.

    One that was put back is served again, and one without digests of pieces gets them.
    """
    rows = Document.objects.filter(state=DocumentState.READY).defer("snapshot").order_by("pk")
    if only_damaged:
        rows = rows.filter(damaged_at__isnull=False)
    wrong = 0
    for document in rows.select_related("cycle__assessment__office", "meeting").iterator():
        found = _digests(path_of(document))
        if found is None or found.sha256 != document.sha256:
            wrong += 1
            report_damage(document, at=at)
        elif document.damaged_at is not None or document.pieces != found.pieces:
            Document.objects.filter(pk=document.pk).update(damaged_at=None, pieces=found.pieces)
    return wrong


def _digests(path: Path) -> Digests | None:
    try:
        with path.open("rb") as file:
            return digests_of(file)
    except OSError:
        return None


def file_name_of(document: Document) -> str:
    """The name a person saves the file under: Thai, like the paper."""
    with translation.override("th"):
        words = [
            str(DocumentKind(document.kind).label),
            document.cycle.office.short_name,
            str(document.cycle.fiscal_year),
            document.meeting.title[:LONGEST_TITLE] if document.meeting else "",
            _("no. %(number)s") % {"number": document.number},
            "" if document.final else _("(draft)"),
        ]
    return thai.safe_filename(" ".join(filter(None, words)) + f".{document.format}")

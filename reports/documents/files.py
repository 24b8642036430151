"""Where the register's files lie, what they are called, and how their bytes leave."""

import logging
import os
from io import BufferedReader
from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

import thai
from reports.models import Document
from reports.states import DocumentFormat, DocumentKind

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


def open_whole(document: Document) -> BufferedReader | None:
    """The file of a ready document; None when it is gone or not as long as registered."""
    try:
        file = path_of(document).open("rb")
    except OSError as trouble:
        log.error("document %s has no file: %s", document.pk, trouble)
        return None
    if os.fstat(file.fileno()).st_size != document.size:
        log.error("document %s is not as long as registered", document.pk)
        file.close()
        return None
    return file


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

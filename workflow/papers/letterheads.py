"""What an office's papers carry besides their text: emblem and the lines around signatures.

``Letterhead.version`` counts saves. Whoever saves says which count they saw; what changed since
is never written over, and the same form sent twice changes nothing the second time.
"""

from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from core import clock
from core.history import log_event
from core.refusals import NotAllowed, StaleEdit
from indicators.evidence.blobs import FileRefused, open_blob, require_received, store
from indicators.evidence.pictures.previews import preview_of
from indicators.models import Blob
from people.models import Office, User
from people.roles import as_now
from workflow import rules
from workflow.models import Letterhead

LINES = ("department", "director_position", "deputy_position")
EMBLEM_BYTES = 5 * 1024 * 1024
EMBLEM_PIXELS = 25_000_000
EMBLEM_SHORTEST = 150  # pixels: 1.5 cm at 250 dots an inch
PICTURES = ("image/png", "image/jpeg", "image/webp")
LONGEST_START = 12


def letterhead_of(office: Office) -> Letterhead:
    """The office's letterhead; an unsaved empty one when it has none yet."""
    row = Letterhead.objects.filter(office=office).select_related("emblem").first()
    return row or Letterhead(office=office)


def require_editor(by: User, office: Office) -> None:
    """Refuse who may not change what the office's papers carry."""
    if not rules.may_edit_letterhead(by, office.pk, clock.today()):
        raise NotAllowed(_("Only the coordinator or an administrator changes the office's papers."))


def save_lines(office: Office, *, version: int, by: User, **lines: str) -> Letterhead:
    """Change the department line of memos and the lines under signatures."""
    if unknown := set(lines) - set(LINES):
        raise ValueError(f"not changed here: {sorted(unknown)}")
    return _save(office, {name: text.strip() for name, text in lines.items()}, version, by)


def set_emblem(office: Office, file: "File[bytes]", *, version: int, by: User) -> Letterhead:
    """Take in a picture as the office's emblem; raises ``FileRefused`` for anything else.

    Call it outside a transaction, as ``blobs.store`` asks.
    """
    require_editor(by, office)
    _require_picture(file)
    blob = store(file, office=office, by=by)
    _require_printable(blob)
    return _save(office, {"emblem": blob}, version, by)


def remove_emblem(office: Office, *, version: int, by: User) -> Letterhead:
    """Leave the emblem's place blank again."""
    return _save(office, {"emblem": None}, version, by)


@transaction.atomic
def _save(office: Office, changes: dict[str, Any], version: int, by: User) -> Letterhead:
    by = as_now(by)
    require_editor(by, office)
    Letterhead.objects.bulk_create([Letterhead(office=office)], ignore_conflicts=True)
    stored = Letterhead.objects.select_related("emblem").get(office=office)
    changed = [name for name, value in changes.items() if getattr(stored, name) != value]
    if not changed:
        return stored
    before = _said(stored, changed)
    saved = Letterhead.objects.filter(pk=stored.pk, version=version).update(
        version=version + 1, **changes
    )
    if not saved:
        raise _stale(office, changed)
    stored = letterhead_of(office)
    log_event(
        office,
        actor=by,
        verb="letterhead.change",
        target=stored,
        before=before,
        after=_said(stored, changed),
    )
    return stored


def _said(row: Letterhead, names: Iterable[str]) -> dict[str, Any]:
    """What the history keeps: an emblem by the first characters of its hash."""
    return {
        name: (value.sha256[:LONGEST_START] if isinstance(value, Blob) else value)
        for name in names
        for value in [getattr(row, name)]
    }


def _stale(office: Office, changed: Iterable[str]) -> StaleEdit:
    """The refusal, with the lines that stand there now."""
    now = letterhead_of(office)
    return StaleEdit(
        _("Somebody changed this meanwhile. Yours was not saved yet."),
        {name: getattr(now, name) for name in changed if name in LINES},
    )


# -- the picture --------------------------------------------------------------------
def _not_a_picture() -> FileRefused:
    return FileRefused(_("The emblem must be a picture: a PNG, JPEG or WebP file."))


def _require_picture(file: "File[bytes]") -> None:
    """Refuse by size and first bytes, before anything is kept; ``store`` looks closer."""
    if (getattr(file, "size", None) or 0) > EMBLEM_BYTES:
        raise FileRefused(
            _("The emblem is larger than %(limit)d MB. Make the picture smaller.")
            % {"limit": EMBLEM_BYTES // (1024 * 1024)}
        )
    require_received(file)
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if not head:
        raise FileRefused(_("The file is empty."))
    webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    if not (webp or head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))):
        raise _not_a_picture()


def _require_printable(blob: Blob) -> None:
    """Refuse what the renderer could not print well; the sweeper takes the unused blob away."""
    if blob.media_type not in PICTURES:
        raise _not_a_picture()
    with open_blob(blob) as source, Image.open(source) as image:
        width, height = image.size
    size = {"width": width, "height": height}
    if width * height > EMBLEM_PIXELS:
        raise FileRefused(
            _("The picture is too large (%(width)s × %(height)s points). Make it smaller.") % size
        )
    if min(width, height) < EMBLEM_SHORTEST:
        raise FileRefused(
            _(
                "The picture is too small to print clearly (%(width)s × %(height)s points). "
                "Each side needs at least %(least)s points."
            )
            % {**size, "least": EMBLEM_SHORTEST}
        )
    if preview_of(blob) is None:
        raise FileRefused(_("The file is damaged or was not copied completely."))

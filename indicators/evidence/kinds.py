"""The kinds of files: what each is called, which endings fit it, and which the site takes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.evidence.inspection import ODF, OOXML


@dataclass(frozen=True)
class Kind:
    """Media types that people know under one name."""

    key: str  # what EVIDENCE_KINDS_OFF calls it
    label: str | Promise
    types: Mapping[str, tuple[str, ...]]  # endings of each type, the proper one first


KINDS = (
    Kind("pdf", "PDF", {"application/pdf": (".pdf",)}),
    Kind(
        "pictures",
        gettext_lazy("pictures"),
        {
            "image/jpeg": (".jpg", ".jpeg", ".jfif"),
            "image/png": (".png",),
            "image/webp": (".webp",),
            "image/heic": (".heic", ".heif"),
            "image/tiff": (".tif", ".tiff"),
        },
    ),
    Kind(
        "office",
        "Word, Excel, PowerPoint",
        {
            f"{OOXML}wordprocessingml.document": (".docx",),
            f"{OOXML}spreadsheetml.sheet": (".xlsx",),
            f"{OOXML}presentationml.presentation": (".pptx", ".ppsx"),
        },
    ),
    Kind(
        "old-office",
        gettext_lazy("older Word, Excel, PowerPoint"),
        {
            "application/msword": (".doc",),
            "application/vnd.ms-excel": (".xls",),
            "application/vnd.ms-powerpoint": (".ppt", ".pps"),
        },
    ),
    Kind(
        "opendocument",
        "LibreOffice",
        {
            f"{ODF}text": (".odt",),
            f"{ODF}spreadsheet": (".ods",),
            f"{ODF}presentation": (".odp",),
            f"{ODF}graphics": (".odg",),
        },
    ),
    Kind("text", gettext_lazy("plain text"), {"text/plain": (".txt", ".csv")}),
    Kind(
        "video",
        gettext_lazy("video"),
        {
            # One family: telephones give each other's endings to films and to sound.
            "video/mp4": (".mp4", ".m4v", ".mov", ".m4a", ".3gp", ".3g2"),
            "video/quicktime": (".mov", ".mp4", ".m4v"),
            "video/3gpp": (".3gp", ".3g2", ".mp4"),
        },
    ),
    Kind(
        "sound",
        gettext_lazy("sound"),
        {"audio/mp4": (".m4a", ".mp4", ".3gp", ".3g2"), "audio/mpeg": (".mp3",)},
    ),
    Kind("zip", "ZIP", {"application/zip": (".zip",)}),
    Kind("rar", "RAR", {"application/vnd.rar": (".rar",)}),
    Kind("7z", "7z", {"application/x-7z-compressed": (".7z",)}),
)
KEYS = tuple(kind.key for kind in KINDS)
# Extensions that may stand at the end of a label of each type, the proper one first.
EXTENSIONS = {media_type: group for kind in KINDS for media_type, group in kind.types.items()}
KNOWN_EXTENSIONS = {extension for group in EXTENSIONS.values() for extension in group}
OLD_OFFICE_TYPES = {
    ".doc": f"{OOXML}wordprocessingml.document",
    ".xls": f"{OOXML}spreadsheetml.sheet",
    ".ppt": f"{OOXML}presentationml.presentation",
}


def kinds_taken() -> list[tuple[str | Promise, list[str]]]:
    """What this site takes: each kind by its name, with its endings; each ending once."""
    owner = {group[0]: kind for kind in KINDS for group in kind.types.values()}
    for kind in KINDS:
        for group in kind.types.values():
            for ending in group:
                owner.setdefault(ending, kind)
    return [
        (kind.label, [ending for ending, of in owner.items() if of is kind])
        for kind in KINDS
        if kind.key not in settings.EVIDENCE_KINDS_OFF
    ]


def accepted() -> str:
    """The endings that this site takes, as a browser's file dialog wants them."""
    return ",".join(sorted({ending for _label, endings in kinds_taken() for ending in endings}))


def reason_against(media_type: str) -> str:
    """Why this site does not take a file of this type; "" when it does."""
    kind = next(kind for kind in KINDS if media_type in kind.types)
    if kind.key not in settings.EVIDENCE_KINDS_OFF:
        return ""
    taken = ", ".join(str(label) for label, _endings in kinds_taken())
    return _("This site does not take files of the kind “%(kind)s”. It takes: %(taken)s.") % {
        "kind": kind.label,
        "taken": taken,
    }

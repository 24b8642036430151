"""The kinds of files: what each is called, which endings fit it, and what the site does with it.

``EVIDENCE_KINDS`` says so, a kind an entry: ``pictures:50,video:1024:download,rar:off``.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from indicators.evidence.inspection import ODF, OOXML


@dataclass(frozen=True)
class Kind:
    """Media types that people know under one name."""

    key: str  # what EVIDENCE_KINDS calls it
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


KIND_OF = {media_type: kind for kind in KINDS for media_type in kind.types}
MEGABYTE = 1024 * 1024
OFF, DOWNLOAD = "off", "download"


# -- what the site does with each ---------------------------------------------------------
@dataclass(frozen=True)
class KindPolicy:
    """Whether a kind is taken, how many bytes at most, and whether pages show it."""

    taken: bool = True
    largest: int | None = None  # None: as large as any file may be
    shown: bool = True


@dataclass(frozen=True)
class TakenKind:
    """A kind beside the field: its name, its endings, and its limit where it has one of its own."""

    label: str | Promise
    endings: tuple[str, ...]
    limit: str = ""
    shown: bool = True

    @property
    def said(self) -> str:
        """The name, and what holds for this kind alone."""
        limit = self.limit.replace(" ", "\u00a0")  # no line ends within a size
        alone = [_("at most %(limit)s") % {"limit": limit}] if limit else []
        alone += [] if self.shown else [_("only to be downloaded")]
        return f"{self.label} ({', '.join(alone)})" if alone else str(self.label)


class PolicyWrong(ValueError):
    """An entry of the setting that says nothing; the words are for who runs the server."""


def read_policy(entry: str) -> tuple[str, KindPolicy]:
    """``video:1024:download`` as the kind's key and what is done with it."""
    key, *words = (part.strip().lower() for part in entry.split(":"))
    if key not in KEYS:
        raise PolicyWrong(f"“{entry}” begins with no kind; known are {', '.join(KEYS)}")
    sizes = [int(word) for word in words if word.isascii() and word.isdecimal()]
    signs = {word for word in words if word in (OFF, DOWNLOAD)}
    if not words or len(sizes) + len(signs) != len(words) or len(sizes) > 1:
        raise PolicyWrong(f"“{entry}” needs a number of MB, “{OFF}” or “{DOWNLOAD}” at its end")
    if OFF in signs and len(words) > 1:
        raise PolicyWrong(f"“{entry}” says more of a kind that is off")
    largest = sizes[0] * MEGABYTE if sizes else None
    if largest is not None and not 0 < largest <= settings.UPLOAD_MAX_BYTES:
        raise PolicyWrong(f"“{entry}” is not between 1 and UPLOAD_MAX_MB")
    return key, KindPolicy(OFF not in signs, largest, DOWNLOAD not in signs)


def wrong_policies(entries: Iterable[str]) -> list[str]:
    """What is wrong with the setting, an entry a sentence."""
    wrong, seen = [], set()
    for entry in entries:
        try:
            key, _policy = read_policy(entry)
        except PolicyWrong as error:
            wrong.append(str(error))
            continue
        if key in seen:
            wrong.append(f"“{key}” is there twice")
        seen.add(key)
    if not wrong and all(key in seen and not policy_of(key).taken for key in KEYS):
        wrong.append("no kind is left that is taken")
    return wrong


@lru_cache(maxsize=8)
def _policies(entries: tuple[str, ...], _largest: int) -> dict[str, KindPolicy]:
    """What is wrong is left out: the system check says so and stops the start."""
    known = {}
    for entry in entries:
        with suppress(PolicyWrong):
            key, policy = read_policy(entry)
            known[key] = policy
    return known


def policy_of(key: str) -> KindPolicy:
    """What this site does with the kind of that key."""
    known = _policies(tuple(settings.EVIDENCE_KINDS), settings.UPLOAD_MAX_BYTES)
    return known.get(key, KindPolicy())


def is_shown(media_type: str) -> bool:
    """Whether pages show such files; else they are only downloaded."""
    return media_type not in KIND_OF or policy_of(KIND_OF[media_type].key).shown


def largest_of(kind: Kind) -> int:
    """How many bytes a file of that kind may have."""
    return policy_of(kind.key).largest or int(settings.UPLOAD_MAX_BYTES)


def size_words(size: int) -> str:
    """A limit as people say it: ``2 GB``."""
    whole, rest = divmod(size // MEGABYTE, 1024)
    return f"{whole} GB" if whole and not rest else f"{size // MEGABYTE} MB"


def kinds_taken() -> list[TakenKind]:
    """What this site takes: each kind by its name, with its endings; each ending once."""
    owner = {group[0]: kind for kind in KINDS for group in kind.types.values()}
    for kind in KINDS:
        for group in kind.types.values():
            for ending in group:
                owner.setdefault(ending, kind)
    return [
        TakenKind(
            kind.label,
            tuple(ending for ending, of in owner.items() if of is kind),
            size_words(largest_of(kind)) if policy_of(kind.key).largest else "",
            policy_of(kind.key).shown,
        )
        for kind in KINDS
        if policy_of(kind.key).taken
    ]


def accepted() -> str:
    """The endings that this site takes, as a browser's file dialog wants them."""
    return ",".join(sorted({ending for kind in kinds_taken() for ending in kind.endings}))


def limits() -> dict[str, tuple[int, str]]:
    """Endings with a limit of their own: how many bytes, and the sentence beyond."""
    endings = {ending for group in EXTENSIONS.values() for ending in group}
    kinds = {ending: _roomiest(ending) for ending in sorted(endings)}
    return {
        ending: (largest_of(kind), too_large(kind))
        for ending, kind in kinds.items()
        if kind is not None and largest_of(kind) < settings.UPLOAD_MAX_BYTES
    }


def _roomiest(ending: str) -> Kind | None:
    """Of the kinds that bear the ending and are taken, the one that may be largest.

    Film and sound share some: which of them it is only the content says.
    """
    kinds = [kind for kind in _bearing(ending) if policy_of(kind.key).taken]
    return max(kinds, key=largest_of, default=None)


def _bearing(ending: str) -> list[Kind]:
    return [kind for kind in KINDS if any(ending in group for group in kind.types.values())]


def too_large(kind: Kind) -> str:
    """The sentence at a file that is larger than its kind may be."""
    limit = size_words(largest_of(kind))
    if policy_of(kind.key).largest is None:
        return _("The file is larger than %(limit)s.") % {"limit": limit}
    said = {"kind": kind.label, "limit": limit}
    return _("Files of the kind “%(kind)s” may have at most %(limit)s.") % said


def reason_against_name(ending: str, size: int) -> str:
    """Why no file that is called so is taken, before its content is known; "" when one may be."""
    bearing = _bearing(ending)
    if not bearing:
        return ""
    kind = _roomiest(ending)
    if kind is None:
        return _not_taken(bearing[0])
    return too_large(kind) if size > largest_of(kind) else ""


def reason_against(media_type: str, size: int) -> str:
    """Why this site does not take a file of this type and size; "" when it does."""
    kind = KIND_OF[media_type]
    if not policy_of(kind.key).taken:
        return _not_taken(kind)
    return too_large(kind) if size > largest_of(kind) else ""


def _not_taken(kind: Kind) -> str:
    taken = ", ".join(str(taken.label) for taken in kinds_taken())
    return _("This site does not take files of the kind “%(kind)s”. It takes: %(taken)s.") % {
        "kind": kind.label,
        "taken": taken,
    }

"""Hashing every stored file anew, and what came of it: for the weekly check and for who asks."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

import thai
from core import clock
from core.files import write_whole
from indicators.evidence.stored.sweep import damaged_of
from indicators.models import Blob, Citation

log = logging.getLogger(__name__)
REPORT = "file-check.txt"  # in the data folder: what the last check of all files found


@dataclass(frozen=True)
class Damaged:
    """A file that is not what was stored: whose it is, what it is called, what depends on it."""

    office: str
    sha256: str
    names: tuple[str, ...]  # none when it is no evidence, but a scan or a letterhead
    cited: tuple[str, ...]  # considerations, each with its year

    def __str__(self) -> str:
        names = ", ".join(f"“{name}”" for name in self.names) or "no evidence: a scan or letterhead"
        cited = f"cited in {', '.join(self.cited)}" if self.cited else "not cited"
        return f"{self.office}: {self.sha256}: {names}; {cited}"


@dataclass
class Report:
    """What a check of files found."""

    at: datetime
    files: int = 0
    size: int = 0
    damaged: list[Damaged] = field(default_factory=list)

    def __str__(self) -> str:
        counted = f"{self.files} files ({self.size / 1024**2:.1f} MB)"
        lines = [f"{counted} hashed on {self.at:%Y-%m-%d %H:%M} UTC: {len(self.damaged)} damaged"]
        return "\n".join([*lines, *map(str, self.damaged)])


def verify_files(blobs: QuerySet[Blob] | None = None) -> Report:
    """Hash the files, mark what is damaged, notify whom it concerns, and say what was found."""
    rows = Blob.objects.all() if blobs is None else blobs
    report = Report(at=clock.now())
    for blob, whole in damaged_of(rows, at=report.at):
        report.files += 1
        report.size += blob.size
        if not whole:
            report.damaged.append(described(blob))
    return report


def verify_all() -> Report:
    """The weekly check: its report is kept in the data folder."""
    report = verify_files()
    write_whole(report_path(), f"{report}\n".encode(), mode=0o640)
    # Without names: they may be of people, and logs go elsewhere.
    log.info("%d files were hashed, %d are damaged.", report.files, len(report.damaged))
    return report


def report_path() -> Path:
    """Where the report of the last check of all files lies."""
    return Path(settings.DATA_DIR) / REPORT


def described(blob: Blob) -> Damaged:
    """What people know the file by."""
    names = blob.files.order_by("pk").values_list("name", flat=True)
    citations = Citation.objects.kept().filter(revision__files__blob=blob)
    places = citations.values_list(
        "item__assessment__fiscal_year", "item__consideration__code"
    ).order_by("item__assessment__fiscal_year", "item__consideration__code")
    return Damaged(
        office=blob.office.code,
        sha256=blob.sha256,
        names=_once(thai.safe_filename(name) for name in names),
        cited=_once(f"{code} of {year}" for year, code in places),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))

"""What comes out of a rendering process, besides the file that it wrote."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rendered:
    pages: int
    size: int
    sha256: str
    seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Drawn:
    """Pictures of pages: how many the paper has, and what they cost."""

    pages: int
    seconds: float


@dataclass(frozen=True)
class Written:
    """A DOCX; only a layout program knows how many pages it has."""

    size: int
    sha256: str
    pages: int = 0

"""HTML to PDF, with a fetcher that serves what belongs to the document and nothing else."""

import hashlib
import logging
import mimetypes
import mmap
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.logger import LOGGER, PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.render import justify, svg, whole
from reports.render.failures import RenderFailed
from reports.render.font import use_fonts

ASSETS = Path(__file__).resolve().parents[2] / "static" / "reports" / "render"

RESERVE = 16 * 1024 * 1024  # bytes of address space, never touched

Progress = Callable[[int], None]  # percent, never going back


@dataclass(frozen=True)
class PdfResult:
    data: bytes
    pages: int
    sha256: str
    seconds: float
    peak_mb: float
    warnings: tuple[str, ...]  # WeasyPrint's, about CSS or links: none of them spoils a page


def to_pdf(
    html: str,
    *,
    fonts: Path,
    base_files: Mapping[str, Path | bytes] | None = None,
    variant: str = "pdf/a-3u",
    whole_words: str = "",
    progress: Progress | None = None,
) -> PdfResult:
    """The PDF of `html`, archive quality; the same input gives the same bytes.

    `asset:<name>` in the HTML is one of our packaged style sheets, `blob:<key>` one of
    `base_files`. Anything else, an error in WeasyPrint's log, or a letter that no face has raises
    RenderFailed: WeasyPrint itself would go on and silently leave something out. `whole_words` is
    a pattern of what no line may break inside.
    """
    started = time.perf_counter()
    svg.install()
    justify.install()
    whole.install(whole_words)
    reserve = mmap.mmap(-1, RESERVE)
    with tempfile.TemporaryDirectory(prefix="paper-") as scratch, _heard(progress) as heard:
        use_fonts(fonts, Path(scratch))
        try:
            source = HTML(string=html, base_url="asset:", url_fetcher=Fetcher(base_files or {}))
            document = source.render(font_config=FontConfiguration(), pdf_variant=variant)
            data = _write(document, variant)
        except FatalURLFetchingError as refusal:  # a BaseException: nothing else would stop it
            raise RenderFailed(f"{refusal}: {refusal.__cause__}") from refusal
        except MemoryError:  # with nothing left, CPython 3.11 leaves a `with` in an endless loop
            reserve.close()
            raise
    reserve.close()
    if heard.fatal:
        raise RenderFailed("; ".join(heard.fatal[:3]))
    return PdfResult(
        data=data,
        pages=len(document.pages),
        sha256=hashlib.sha256(data).hexdigest(),
        seconds=time.perf_counter() - started,
        peak_mb=peak_mb(),
        warnings=tuple(heard.warnings),
    )


def _write(document: Document, variant: str) -> bytes:
    with warnings.catch_warnings():  # WeasyPrint 70 leaves its colour profile's file open
        warnings.simplefilter("ignore", ResourceWarning)
        return document.write_pdf(pdf_variant=variant)


def peak_mb() -> float:
    """The most memory this process ever held.

    From /proc and not from getrusage: that one remembers the size of the parent across exec.
    """
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


class Fetcher(URLFetcher):
    """Serves packaged assets and the document's own files; every other address is refused."""

    def __init__(self, files: Mapping[str, Path | bytes]):
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._files = files

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        scheme, _, name = url.partition(":")
        if scheme == "asset" and Path(name).name == name and (ASSETS / name).is_file():
            body, kind = (ASSETS / name).read_bytes(), mimetypes.guess_type(name)[0]
        elif scheme == "blob" and name in self._files:
            body, kind = _bytes(self._files[name]), "application/octet-stream"
        else:
            raise PermissionError("not a file of this document")
        return URLFetcherResponse(url, body, {"Content-Type": kind})


def _bytes(source: Path | bytes) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes()


class _Ear(logging.Handler):
    """Sorts what WeasyPrint says into what spoils a paper and what does not."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.fatal: list[str] = []
        self.warnings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        spoils = record.levelno >= logging.ERROR or text.startswith(".notdef")
        heap = self.fatal if spoils else self.warnings
        if text not in heap:
            heap.append(text)


class _Steps(logging.Handler):
    """Turns WeasyPrint's progress lines into a percentage that only grows."""

    def __init__(self, progress: Progress):
        super().__init__(logging.INFO)
        self.progress, self.percent, self.page, self.round = progress, 0, 0, 0

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if "Page" in text:
            self.page += 1
        percent = next((p for step, p in STEPS.items() if text.startswith(step)), self.percent)
        if text.startswith("Step 5"):  # nobody knows how many pages come: creep up to the next step
            percent = 15 + round(65 * self.page / (self.page + 40))
        if percent > self.percent:
            self.percent = percent
            self.progress(percent)


STEPS = {"Step 1": 2, "Step 2": 5, "Step 3": 8, "Step 4": 12, "Step 6": 85, "Step 7": 95}


@contextmanager
def _heard(progress: Progress | None) -> Iterator[_Ear]:
    ear = _Ear()
    steps = _Steps(progress) if progress else None
    LOGGER.addHandler(ear)
    if steps:
        PROGRESS_LOGGER.addHandler(steps)
        PROGRESS_LOGGER.setLevel(logging.INFO)
    try:
        yield ear
    finally:
        LOGGER.removeHandler(ear)
        if steps:
            PROGRESS_LOGGER.removeHandler(steps)
            PROGRESS_LOGGER.setLevel(logging.NOTSET)

"""Renders in a process of its own: limited in time and memory, and thrown away afterwards.

The worker stays small whatever a report costs, and a report that runs wild takes nothing with it.
A plain subprocess, because a prefork worker may not start multiprocessing children. The child
knows neither settings nor database nor secrets: what it needs comes in as one JSON line.
"""

import gc
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .failures import RenderFailed
from .pages import draw_pages

ROOT = Path(__file__).resolve().parents[2]
MEMORY_MB = 1500


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


def render_in_child(
    html: str,
    out_path: Path,
    *,
    fonts: Path,
    base_files: Mapping[str, Path] | None = None,
    timeout_s: float = 300,
    memory_mb: int = MEMORY_MB,
    progress: Callable[[int], None] | None = None,
) -> Rendered:
    """Write the PDF of `html` to `out_path`, whole or not at all; RenderFailed says why not.

    `memory_mb` limits address space, which is more than what is really used. `progress` gets
    percents; whatever it raises ends the child, so a task that lost its claim can stop here.
    """
    job = _paper(html, fonts, base_files) | {"job": "pdf", "out_path": str(out_path)}
    return Rendered(**_in_child(job, timeout_s, memory_mb, progress))


def preview_in_child(
    html: str,
    folder: Path,
    *,
    fonts: Path,
    base_files: Mapping[str, Path] | None = None,
    limit: int,
    timeout_s: float = 60,
    progress: Callable[[int], None] | None = None,
) -> Drawn:
    """Draw the first `limit` pages of `html` into `folder`; the PDF itself is not kept."""
    job = _paper(html, fonts, base_files) | {"job": "preview", "folder": str(folder)}
    return Drawn(**_in_child(job | {"limit": limit}, timeout_s, MEMORY_MB, progress))


def draw_in_child(pdf: Path, folder: Path, *, limit: int, timeout_s: float = 60) -> Drawn:
    """Draw the first `limit` pages of a PDF that lies on disk into `folder`."""
    job = {"job": "draw", "pdf": str(pdf), "folder": str(folder), "limit": limit}
    return Drawn(**_in_child(job, timeout_s, MEMORY_MB, None))


def docx_in_child(
    kind: str,
    snapshot: dict[str, Any],
    out_path: Path,
    *,
    pictures: Mapping[str, Path] | None = None,
    timeout_s: float = 120,
) -> Written:
    """Write the DOCX of an official paper; `snapshot` is the plain data of its JSON."""
    job = {"job": "docx", "kind": kind, "snapshot": snapshot, "out_path": str(out_path)}
    job["pictures"] = _texts(pictures)
    return Written(**_in_child(job, timeout_s, MEMORY_MB, None))


def _paper(html: str, fonts: Path, base_files: Mapping[str, Path] | None) -> dict[str, Any]:
    from esa_standards.thai.words import WHOLE_PATTERN  # noqa: PLC0415 - the child loads no Django

    return {
        "html": html,
        "fonts": str(fonts),
        "base_files": _texts(base_files),
        "whole_words": WHOLE_PATTERN.pattern,
    }


def _texts(files: Mapping[str, Path] | None) -> dict[str, str]:
    return {key: str(path) for key, path in (files or {}).items()}


def _in_child(
    job: dict[str, Any],
    timeout_s: float,
    memory_mb: int,
    progress: Callable[[int], None] | None,
) -> dict[str, Any]:
    """What the child answered; RenderFailed when it could not, or said nothing."""
    job |= {"timeout_s": timeout_s, "memory_mb": memory_mb}
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [sys.executable, "-m", "reports.paper.child"],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as child,
    ):
        clock = threading.Timer(timeout_s, child.kill)
        clock.start()
        try:
            answer = _converse(child, job, progress)
        finally:
            clock.cancel()
            child.kill()
        if answer is None:
            raise RenderFailed(_why_silent(child.wait(), errors, memory_mb))
    if "error" in answer:
        raise RenderFailed(answer["error"])
    return answer


def _environment() -> dict[str, str]:
    """No secrets, and nothing that could make two runs differ."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "TMPDIR": tempfile.gettempdir(),
    }


def _converse(
    child: subprocess.Popen, job: dict[str, Any], progress: Callable[[int], None] | None
) -> dict[str, Any] | None:
    """Hand over the job, pass progress on, return the last word; None if there was none."""
    try:
        with child.stdin as channel:
            channel.write(json.dumps(job).encode())
    except BrokenPipeError:  # it died before it listened
        return None
    for line in child.stdout:
        message = json.loads(line)
        if "percent" not in message:
            return message
        if progress:
            progress(message["percent"])
    return None


def _why_silent(code: int, errors: Any, memory_mb: int) -> str:
    errors.seek(0)
    tail = errors.read()[-2000:].decode(errors="replace").strip()
    if -code in (signal.SIGKILL, signal.SIGXCPU, signal.SIGSEGV, signal.SIGABRT) and not tail:
        return "rendering took too long or too much memory and was ended"
    if "MemoryError" in tail:  # it had not even enough left to say so itself
        return _needed_more(memory_mb)
    return f"rendering ended with code {code}: {tail}"


def _needed_more(memory_mb: int) -> str:
    return f"rendering needed more than {memory_mb} MB"


# -- the child's side ----------------------------------------------------------------


def main() -> None:
    job = json.load(sys.stdin)
    gc.disable()  # a third of the time; the process ends before garbage matters
    megabyte = 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (job["memory_mb"] * megabyte,) * 2)
    seconds = int(job["timeout_s"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        answer = asdict(JOBS[job["job"]](job))
    except RenderFailed as failure:
        answer = {"error": str(failure)}
    except MemoryError:
        answer = {"error": _needed_more(job["memory_mb"])}
    _say(answer)
    os._exit(0)  # taking the objects apart one by one would cost seconds


def _pdf(job: dict[str, Any]) -> Rendered:
    from .pdf import peak_mb  # noqa: PLC0415 - the parent must not load WeasyPrint

    result = _to_pdf(job)
    _write_whole(Path(job["out_path"]), result.data)
    return Rendered(
        result.pages, len(result.data), result.sha256, round(result.seconds, 3), peak_mb()
    )


def _to_pdf(job: dict[str, Any]) -> Any:
    from .pdf import to_pdf  # noqa: PLC0415 - the parent must not load WeasyPrint

    return to_pdf(
        job["html"],
        fonts=Path(job["fonts"]),
        base_files={key: Path(path) for key, path in job["base_files"].items()},
        progress=lambda percent: _say({"percent": percent}),
        whole_words=job["whole_words"],
    )


def _preview(job: dict[str, Any]) -> Drawn:
    return _drawn(job, lambda: _to_pdf(job).data)


def _draw(job: dict[str, Any]) -> Drawn:
    return _drawn(job, lambda: Path(job["pdf"]))


def _drawn(job: dict[str, Any], source: Callable[[], bytes | Path]) -> Drawn:
    started = time.perf_counter()
    drawn = draw_pages(source(), Path(job["folder"]), limit=job["limit"])
    return Drawn(drawn.total, round(time.perf_counter() - started, 3))


def _docx(job: dict[str, Any]) -> Written:
    from reports.docx import to_docx  # noqa: PLC0415 - the parent need not load it
    from reports.official import paper_of  # noqa: PLC0415 - likewise
    from reports.snapshot import from_json  # noqa: PLC0415 - likewise

    paper = paper_of(from_json(job["kind"], job["snapshot"]))
    data = to_docx(paper, {key: Path(path) for key, path in job["pictures"].items()})
    _write_whole(Path(job["out_path"]), data)
    return Written(len(data), hashlib.sha256(data).hexdigest())


JOBS = {"pdf": _pdf, "preview": _preview, "draw": _draw, "docx": _docx}


def _write_whole(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    with scratch.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

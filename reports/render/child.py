"""Renders in a process of its own: limited in time and memory, and thrown away afterwards.

The worker stays small whatever a report costs, and a report that runs wild takes nothing with it.
The child (`jobs`) knows neither settings nor database nor secrets: what it needs comes in as one
JSON line.
"""

import json
import signal
import tempfile
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reports.render import renderer
from reports.render.failures import RenderFailed, needed_more
from reports.render.results import Drawn, Rendered, Written
from thai.nonbreaking import WHOLE_PATTERN

MEMORY_MB = 1500


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
        tempfile.TemporaryDirectory(prefix="paper-") as scratch,
        tempfile.TemporaryFile() as errors,
        renderer.start(errors) as child,
    ):
        job["scratch"] = scratch
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


def _converse(
    child: renderer.Child, job: dict[str, Any], progress: Callable[[int], None] | None
) -> dict[str, Any] | None:
    """Hand over the job, pass progress on, return the last word; None if there was none."""
    if child.stdin is None or child.stdout is None:
        raise RenderFailed("the renderer was started without pipes")
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
        return needed_more(memory_mb)
    return f"rendering ended with code {code}: {tail}"

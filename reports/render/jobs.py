"""One paper in a process of its own: a job comes in as one JSON line, answers go out as lines.

The process knows neither settings nor database nor secrets, and is thrown away afterwards. It is
forked by `fork_server` or started afresh; `renderer` decides, and nothing here depends on it.
"""

import gc
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.files import write_whole
from reports.render.draw import draw_pages
from reports.render.failures import RenderFailed, needed_more
from reports.render.pdf import PdfResult, peak_mb, to_pdf
from reports.render.results import Drawn, Rendered, Written


def main() -> None:
    """Do the job on standard input within its limits, and end the process."""
    job = json.load(sys.stdin)
    gc.disable()  # a third of the time; the process ends before garbage matters
    tempfile.tempdir = job["scratch"]  # whoever started us empties it, however we end
    megabyte = 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (job["memory_mb"] * megabyte,) * 2)
    seconds = int(job["timeout_s"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    try:
        answer = asdict(JOBS[job["job"]](job))
    except RenderFailed as failure:
        answer = {"error": str(failure)}
    except MemoryError:
        answer = {"error": needed_more(job["memory_mb"])}
    _say(answer)
    os._exit(0)  # taking the objects apart one by one would cost seconds


def _pdf(job: dict[str, Any]) -> Rendered:
    result = _to_pdf(job)
    write_whole(Path(job["out_path"]), result.data)
    return Rendered(
        result.pages, len(result.data), result.sha256, round(result.seconds, 3), peak_mb()
    )


def _to_pdf(job: dict[str, Any]) -> PdfResult:
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
    from reports.docx import docx_of  # noqa: PLC0415 - it loads Django's templates, a PDF does not

    pictures = {key: Path(path) for key, path in job["pictures"].items()}
    data = docx_of(job["kind"], job["snapshot"], pictures)
    write_whole(Path(job["out_path"]), data)
    return Written(len(data), hashlib.sha256(data).hexdigest())


JOBS: dict[str, Callable[[dict[str, Any]], Rendered | Drawn | Written]] = {
    "pdf": _pdf,
    "preview": _preview,
    "draw": _draw,
    "docx": _docx,
}


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

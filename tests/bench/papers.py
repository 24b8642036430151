"""The SAR and the official papers of the demonstration's whole year, each rendered anew."""

import statistics
import time

from django.conf import settings

from core import clock
from reports.collect import blob_files, take_snapshot
from reports.render.child import render_in_child
from reports.render.html import to_html
from tests.bench.worlds import demo_world

ROUNDS = 3


def measure(*, small):
    """The SAR's pages, milliseconds a page and MB; of each paper kind, pages and seconds."""
    cycle, rounds = demo_world().cycle, 1 if small else ROUNDS
    return {"sar": measure_sar(cycle, rounds), "papers": list(measure_papers(cycle, rounds))}


def measure_sar(cycle, rounds):
    """The register holds the approved SAR already and would hand that file out."""
    sar = cycle.proposals.filter(kind="sar").latest("version")
    measured = [time_paper(cycle, "sar", {"proposal": sar}) for _ in range(rounds)]
    pages = measured[0][0].pages
    milliseconds = 1000 * statistics.median(done.seconds for done, _seconds in measured)
    memory = max(done.peak_mb for done, _seconds in measured)
    return {"pages": pages, "ms a page": milliseconds / pages, "MB": memory}


def measure_papers(cycle, rounds):
    """Each official paper, by a cold renderer."""
    order = cycle.proposals.filter(kind="order").latest("version")
    announcement = cycle.proposals.filter(kind="announcement").latest("version")
    meeting = cycle.meetings.filter(kind="committee").latest("starts_at")
    wanted = (
        ("announcement", {"proposal": announcement}),
        ("order", {"proposal": order}),
        ("memo", {"proposal": order}),
        ("invitation", {"meeting": meeting}),
        ("minutes", {"meeting": meeting}),
    )
    for kind, of in wanted:
        measured = [time_paper(cycle, kind, of) for _ in range(rounds)]
        seconds = statistics.median(seconds for _done, seconds in measured)
        yield {"kind": kind, "pages": measured[0][0].pages, "s": seconds}


def time_paper(cycle, kind, of):
    """What was rendered and seconds from reading the database to the file, in a new process."""
    begun = time.perf_counter()
    snapshot = take_snapshot(cycle, kind, at=clock.now(), **of)
    done = render_in_child(
        to_html(snapshot),
        settings.DATA_DIR / "bench" / f"{kind}.pdf",
        fonts=settings.FONT_ROOT,
        base_files=blob_files(cycle, snapshot),
    )
    return done, time.perf_counter() - begun

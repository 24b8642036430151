"""The warm renderer: one import for many papers, and no promise of a fresh process broken."""

import contextlib
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from reports.render import child, fork_server, renderer
from reports.render.failures import RenderFailed
from reports.render.html import to_html
from reports.snapshot import to_json
from tests.factories.official import make_example
from tests.reports.render.processes import LIMITS, LONG, SHORT, SOME, gone, until


@pytest.fixture(scope="module")
def shared():
    made = renderer.Renderer()
    yield made
    made.end()


@pytest.fixture
def warm(shared, monkeypatch):
    """A renderer of this module's own; whoever ends its server leaves the next a new one."""
    monkeypatch.setattr(renderer, "_renderer", shared)
    return shared


@pytest.fixture
def unstarted(monkeypatch):
    """A renderer without a server yet."""
    made = renderer.Renderer()
    monkeypatch.setattr(renderer, "_renderer", made)
    yield made
    made.end()


@pytest.fixture
def paper(fonts, tmp_path):
    """``paper(html)``: what came of it."""

    def render(html=SHORT, **options):
        return child.render_in_child(html, tmp_path / "paper.pdf", fonts=fonts, **options)

    return render


@pytest.fixture
def cold(monkeypatch):
    """From here on every paper gets a fresh process."""
    return lambda: monkeypatch.setattr(renderer, "start", renderer.fresh)


def server_of(warm) -> psutil.Process:
    return psutil.Process(warm._server.process.pid)


# -- warm ------------------------------------------------------------------------------


def imports_of(start, fonts, tmp_path, errors_name) -> str:
    """The modules that a process imports for one paper, as Python reports them."""
    job = child._paper(SHORT, fonts, None) | {"job": "pdf", "out_path": str(tmp_path / "p.pdf")}
    job |= {"timeout_s": 60, "memory_mb": 1500, "scratch": str(tmp_path)}
    path = tmp_path / errors_name
    with path.open("wb") as errors, start(errors) as process:
        assert child._converse(process, job, None)["pages"] == 1
    return path.read_text()


def test_the_second_paper_imports_nothing_of_weasyprint(unstarted, fonts, tmp_path, monkeypatch):
    plain = renderer.environment()
    monkeypatch.setattr(renderer, "environment", lambda: plain | {"PYTHONPROFILEIMPORTTIME": "1"})
    imports_of(renderer.start, fonts, tmp_path, "first")
    server = server_of(unstarted).pid
    assert "weasyprint" not in imports_of(renderer.start, fonts, tmp_path, "second")
    assert server_of(unstarted).pid == server
    assert "weasyprint" in imports_of(renderer.fresh, fonts, tmp_path, "cold")


@pytest.mark.parametrize("kind", ["announcement", "order"])
def test_bytes_are_those_of_a_fresh_process(warm, paper, cold, kind):
    html = to_html(make_example(kind))
    first, second = paper(html).sha256, paper(html).sha256
    cold()
    assert first == second == paper(html).sha256


def test_word_files_are_those_of_a_fresh_process(warm, cold, tmp_path):
    snapshot = to_json(make_example("announcement"))

    def written():
        return child.docx_in_child("announcement", snapshot, tmp_path / "paper.docx").sha256

    first = written()
    assert server_of(warm).is_running()
    cold()
    assert written() == first


def test_two_threads_render_at_once_from_one_server(warm, fonts, tmp_path):
    together, seen = threading.Barrier(2, timeout=60), []

    def render(number):
        met = []

        def meet(_percent):
            if not met:
                met.append(together.wait())
                seen.append(len(server_of(warm).children()))
                together.wait()

        return child.render_in_child(
            SHORT, tmp_path / f"{number}.pdf", fonts=fonts, progress=meet
        ).sha256

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(render, range(2)))) == 1
    assert seen == [2, 2]


# -- limits and leaks ---------------------------------------------------------------------


def sockets_of(process):
    """Its open sockets; a file that it closes while we look is none."""
    found = []
    for number in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found += [name for name in [os.readlink(number)] if "socket:" in name]
    return found


def test_a_forked_child_has_its_limits_and_nothing_of_others(warm, paper):
    found = {}

    def look(_percent):
        if found:
            return
        server = server_of(warm)
        (forked,) = server.children()
        forked.suspend()  # so that it does not end while we look
        found.update(
            memory=forked.rlimit(psutil.RLIMIT_AS),
            time=forked.rlimit(psutil.RLIMIT_CPU),
            server=server.rlimit(psutil.RLIMIT_AS),
            environment={*server.environ(), *forked.environ()},
            sockets=sockets_of(forked),
        )
        forked.resume()

    paper(SOME, timeout_s=40, memory_mb=700, progress=look)
    assert found["memory"] == (700 * 1024**2,) * 2
    assert found["time"] == (41, 41)
    assert found["server"] == psutil.Process().rlimit(psutil.RLIMIT_AS)
    assert found["environment"] <= {*renderer.environment(), "FONTCONFIG_FILE"}
    assert not found["sockets"]


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_what_runs_wild_is_ended_and_the_next_one_renders(warm, paper, limit):
    paper()
    server = server_of(warm)
    with pytest.raises(RenderFailed, match=r"too long|too much|more than"):
        paper(LONG, **limit)
    assert not server.children()
    assert paper().pages == 1
    assert server_of(warm) == server


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_a_fresh_process_has_the_same_limits(paper, cold, limit):
    cold()
    with pytest.raises(RenderFailed, match=r"too long|too much|more than"):
        paper(LONG, **limit)


def test_a_paper_that_is_stopped_leaves_no_scratch_behind(warm, paper, tmp_path, monkeypatch):
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))

    def stop(_percent):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        paper(progress=stop)
    assert not list((tmp_path / "scratch").iterdir())


def test_an_error_is_reported_alike(warm, fonts, cold, tmp_path):
    def said():
        with pytest.raises(RenderFailed) as failure:
            child.render_in_child(SHORT, tmp_path / "p.pdf", fonts=tmp_path)
        return str(failure.value).splitlines()

    forked = said()
    cold()
    fresh = said()
    assert (forked[0], forked[-1]) == (fresh[0], fresh[-1])
    assert "fonts_build" in fresh[-1]


def test_the_server_loads_neither_settings_nor_database():
    asked = (
        "import sys, reports.render.fork_server\n"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'celery')]\n"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=settings.BASE_DIR)


# -- crashes ---------------------------------------------------------------------------


def test_a_paper_that_crashes_does_not_harm_the_next(warm, paper):
    def crash(_percent):
        for forked in server_of(warm).children():
            forked.send_signal(signal.SIGSEGV)

    with pytest.raises(RenderFailed, match="ended"):
        paper(LONG, progress=crash)
    server = server_of(warm)
    assert paper().pages == 1
    assert server_of(warm) == server


def test_a_dead_server_takes_its_child_along_and_is_replaced(warm, paper):
    seen = []

    def crash(_percent):
        server = server_of(warm)
        seen.extend(forked.pid for forked in server.children())
        server.kill()

    with pytest.raises(RenderFailed, match="ended"):
        paper(LONG, progress=crash)
    until(lambda: gone(seen[0]))
    dead = warm._server
    assert paper().pages == 1
    assert warm._server is not dead


def test_without_a_server_papers_are_rendered_all_the_same(unstarted, paper, monkeypatch, caplog):
    python, asked = renderer._python, []

    def broken(module, *arguments, **files):
        asked.append(module)
        if module.endswith("fork_server"):
            arguments, files = (), files | {"stderr": subprocess.DEVNULL}
            module = "reports.render.there_is_no_such"
        return python(module, *arguments, **files)

    monkeypatch.setattr(renderer, "_python", broken)
    with caplog.at_level(logging.WARNING):
        assert paper().pages == paper().pages == 1
    assert asked == ["reports.render.fork_server", *["reports.render.jobs"] * 2]
    assert [record.name for record in caplog.records] == ["reports.render.renderer"]


# -- renewal -----------------------------------------------------------------------------


def test_after_many_papers_a_new_server_takes_over(unstarted, paper, monkeypatch):
    monkeypatch.setattr(renderer, "PAPERS", 2)
    seen = []
    for _number in range(3):
        paper()
        seen.append(server_of(unstarted).pid)
    assert seen[0] == seen[1] != seen[2]
    until(lambda: gone(seen[0]))


def test_changed_code_is_seen_by_the_next_paper(unstarted, paper, tmp_path, monkeypatch):
    for name in ("reports", "core", "thai", "static/reports"):
        shutil.copytree(settings.BASE_DIR / name, tmp_path / "code" / name)
    monkeypatch.setattr(renderer, "ROOT", tmp_path / "code")
    before, first = paper().sha256, server_of(unstarted).pid
    changed = tmp_path / "code" / "reports" / "render" / "pdf.py"
    changed.write_text(changed.read_text().replace('"pdf/a-3u"', '"pdf/a-2u"'))
    assert paper().sha256 != before
    assert server_of(unstarted).pid != first


def test_rebuilt_fonts_are_seen_by_the_next_paper(warm, fonts, cold, tmp_path):
    mine = shutil.copytree(fonts, tmp_path / "fonts")

    def rendered():
        return child.render_in_child(SHORT, tmp_path / "paper.pdf", fonts=mine).sha256

    before, server = rendered(), server_of(warm)
    shutil.copy(fonts / "Paper-Bold.ttf", mine / "Paper-Regular.ttf")
    after = rendered()
    assert server_of(warm) == server
    cold()
    assert before != after == rendered()


def test_a_server_that_grew_takes_no_more(monkeypatch):
    monkeypatch.setattr(fork_server, "GROWTH", 0)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        socket.send_fds(ours, [b"fork"], [0, 1, 2, ours.fileno()])
        fork_server.ForkServer(theirs, 9).serve()
        assert ours.recv(16) == b""


def test_an_idle_server_ends(monkeypatch):
    monkeypatch.setattr(fork_server, "IDLE_SECONDS", 0.01)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        assert fork_server.ForkServer(theirs, 9).serve() is None

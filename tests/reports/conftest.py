"""Fixtures of the papers: fonts once a session, PDFs once each, and how to read them back."""

import fcntl
import hashlib
import pickle
import re
import subprocess
from functools import lru_cache

import pytest
from django.conf import settings

from reports.render.child import render_in_child
from reports.render.html import to_html
from tests.demo.founded import fonts
from tests.factories import papers
from tests.factories.one_cycle import cast, cycle, office, opened  # noqa: F401 - fixtures


@pytest.fixture(scope="session", name="fonts")
def fonts_fixture():
    return fonts()


@pytest.fixture(scope="session")
def render(fonts, tmp_path_factory):
    """``render(snapshot)`` → the PDF's path, and what the child reported.

    The same paper is rendered once a run for all tests that only read it, whichever worker they
    run in; with options always anew.
    """
    store = settings.RUN_ROOT / "papers"
    store.mkdir(exist_ok=True)

    def render_snapshot(snapshot, **options):
        html = to_html(snapshot)
        if options:
            path = tmp_path_factory.mktemp("paper") / "paper.pdf"
            return path, render_in_child(html, path, fonts=fonts, **options)
        path = store / f"{hashlib.sha256(html.encode()).hexdigest()}.pdf"
        reported = path.with_suffix(".pickle")
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not reported.exists():
                reported.write_bytes(pickle.dumps(render_in_child(html, path, fonts=fonts)))
        return path, pickle.loads(reported.read_bytes())  # noqa: S301 - our own

    return render_snapshot


@pytest.fixture(scope="session")
def sar_pdf(render):
    return render(papers.make_sar())[0]


@pytest.fixture(scope="session")
def order_pdf(render):
    return render(papers.make_order())[0]


@pytest.fixture(scope="session")
def words_of():
    """``words_of(pdf)``: the text as pdftotext reads it, layout and line breaks put away.

    Spaces go too: where a line ends, nobody can see whether a space stood there.
    """

    @lru_cache(maxsize=8)
    def pages_of(path, changed_at):
        text = subprocess.run(
            ["pdftotext", path, "-"], check=True, capture_output=True, text=True
        ).stdout
        return text.split("\f")[:-1]  # each page ends with one

    def read(path, *, first=1, last=None, keep_lines=False):
        pages = pages_of(path, path.stat().st_mtime_ns)
        text = "".join(f"{page}\f" for page in pages[first - 1 : last])
        return text if keep_lines else re.sub(r"\s+", "", text)

    return read

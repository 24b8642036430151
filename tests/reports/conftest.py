"""Fixtures of the papers: fonts once a session, PDFs once each, and how to read them back."""

import re
import subprocess

import pytest
from django.conf import settings

from reports.paper.child import render_in_child
from reports.paper.font import build_fonts
from reports.render import to_html
from tests.factories import papers


@pytest.fixture(scope="session")
def fonts():
    build_fonts(settings.FONT_ROOT)
    return settings.FONT_ROOT


@pytest.fixture(scope="session")
def render(fonts, tmp_path_factory):
    """``render(snapshot)`` → the PDF's path, and what the child reported."""

    def render_snapshot(snapshot, **options):
        path = tmp_path_factory.mktemp("paper") / "paper.pdf"
        return path, render_in_child(to_html(snapshot), path, fonts=fonts, **options)

    return render_snapshot


@pytest.fixture(scope="session")
def sar_pdf(render):
    return render(papers.sar())[0]


@pytest.fixture(scope="session")
def order_pdf(render):
    return render(papers.order())[0]


@pytest.fixture(scope="session")
def words_of():
    """``words_of(pdf)``: the text as pdftotext reads it, layout and line breaks put away.

    Spaces go too: where a line ends, nobody can tell whether a space stood there.
    """

    def read(path, *, first=1, last=None, keep_lines=False):
        pages = ["-f", str(first), "-l", str(last)] if last else ["-f", str(first)]
        text = subprocess.run(
            ["pdftotext", *pages, path, "-"], check=True, capture_output=True, text=True
        ).stdout
        return text if keep_lines else re.sub(r"\s+", "", text)

    return read

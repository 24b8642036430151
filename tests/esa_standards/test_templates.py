"""Templates stay readable: short lines, fragments worth a file, one way to write what recurs."""

import re

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
LONGEST, USUAL = 140, 110  # characters of any line; of nine lines in ten
SHORTEST = 6  # lines of a fragment's file: less is a partial of its page
# Elements whose style sheet shows line breaks: one of the template's own would be seen.
KEEPS_BREAKS = r'class="[^"]*\b(?:excerpt|theirs)\b[^"]*"[^>]*>'


def pages():
    return sorted(TEMPLATES.rglob("*.html"))


def name_of(path):
    return str(path.relative_to(TEMPLATES))


@pytest.fixture(scope="module")
def lines():
    """``(template, number, text)`` of every line of every template."""
    return [
        (name_of(path), number, text)
        for path in pages()
        for number, text in enumerate(path.read_text().splitlines(), start=1)
    ]


def found(pattern):
    """Where a pattern stands in the templates: their names, once for each place."""
    return [name_of(path) for path in pages() for _ in re.finditer(pattern, path.read_text())]


def test_no_line_is_too_long_to_read(lines):
    assert [(name, number) for name, number, text in lines if len(text) > LONGEST] == []


def test_nine_lines_in_ten_are_short(lines):
    lengths = sorted(len(text) for _, _, text in lines)
    assert lengths[len(lengths) * 9 // 10] <= USUAL


def test_a_fragment_with_a_file_of_its_own_is_worth_it():
    small = [
        name_of(path)
        for path in TEMPLATES.rglob("_*.html")
        if len(path.read_text().splitlines()) < SHORTEST
    ]
    assert small == []


def test_no_box_cuts_what_is_pasted():
    assert found(r"\bmaxlength\b") == []


# Attributes hold template tags, and those hold quotes and > signs.
FORM = re.compile(r'<form\b(?:\{%.*?%\}|\{\{.*?\}\}|"[^"]*"|[^>"])*>(.*?)</form>', re.DOTALL)
BOX = re.compile(
    r'crispy|<textarea|<select|<input(?![^>]*type="(?:hidden|submit|checkbox|radio)")', re.DOTALL
)


def test_what_is_wrong_is_said_by_our_pages_and_not_by_the_browsers_bubbles():
    """A bubble speaks the browser's language, is gone at once, and says one thing at a time."""
    bubbling = {
        name_of(path)
        for path in pages()
        for form in FORM.finditer(path.read_text())
        if 'method="post"' in (head := form[0].removesuffix(f"{form[1]}</form>"))
        and BOX.search(form[1])
        and "novalidate" not in head
    }
    assert bubbling == set()


def test_signs_are_written_by_their_tag():
    assert found(r'<svg class="icon') == []


def test_addresses_of_the_year_are_written_by_their_tag():
    assert found(r"\{% url [^%]*\bassessment\.office\.code\b") == []


def test_text_whose_line_breaks_show_touches_its_tags():
    assert found(KEEPS_BREAKS)
    assert found(KEEPS_BREAKS + r"(?!\{\{|\{% translate)") == []

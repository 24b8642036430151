"""Pages as people read them."""

import re

WHOLE = re.compile('<span class="whole">(.*?)</span>')
BETWEEN = re.compile(r"\s+(?=[<>])|(?<=>)\s+")


def read(html):
    """The page without the marks that keep words whole, so that a sentence is found in it."""
    return WHOLE.sub(r"\1", html)


def tight(html):
    """The page without the white space around tags and attributes, which browsers do not show."""
    return re.sub(r"\s+", " ", BETWEEN.sub("", html))

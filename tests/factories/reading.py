"""Pages as people read them."""

import re
from html import unescape

WHOLE = re.compile('<span class="whole">(.*?)</span>')
BETWEEN = re.compile(r"\s+(?=[<>])|(?<=>)\s+")


def read(html):
    """The page without what keeps words and times whole, so that a sentence is found in it."""
    return WHOLE.sub(r"\1", html).replace("\u00a0", " ")


def tight(html):
    """The page without the white space around tags and attributes, which browsers do not show."""
    return re.sub(r"\s+", " ", BETWEEN.sub("", html))


def undo(client, answer):
    """Press the button by which a message on the page that an act leads to undoes it."""
    page = client.get(answer.url).content.decode()
    form = re.search(r'<form class="undo" method="post" action="([^"]+)".*?</form>', page, re.S)
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', form[0])
    sent = {name: unescape(value) for name, value in fields if name != "csrfmiddlewaretoken"}
    return client.post(form[1], sent)

"""From the bytes of a YAML file to plain nodes, with everything refused that could bite.

Loading values would build objects, unfold references and lose lines; here only nodes are made.
"""

from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.refusals import RuleBroken

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 12
MAX_ERRORS = 100

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YAML_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {
    _YAML_TAG + name
    for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value")
}
# What the parser says, and what that means to whoever wrote the file.
_REASONS = (
    (
        "unexpected end of stream",
        gettext_lazy("The quotation mark that begins here is never closed."),
    ),
    (
        "cannot start any token",
        gettext_lazy(
            "A line must not begin with a tab or with one of the signs @ ` %; indent with spaces "
            "and put such a text in quotation marks."
        ),
    ),
    (
        "mapping values are not allowed",
        gettext_lazy(
            "A colon stands where none may be: check the indentation, or put a text that "
            "contains “: ” in quotation marks."
        ),
    ),
    (
        "could not find expected ':'",
        gettext_lazy("A colon is missing after the name of a heading."),
    ),
    ("flow mapping", gettext_lazy("A comma or the closing bracket } is missing.")),
    ("flow sequence", gettext_lazy("A comma or the closing bracket ] is missing.")),
    ("block mapping", gettext_lazy("This line is not indented like those it belongs to.")),
    ("block collection", gettext_lazy("This line is not indented like those it belongs to.")),
    (
        "escape character",
        gettext_lazy("A backslash in double quotation marks must be written twice."),
    ),
)


class EditionInvalid(RuleBroken):
    """The file has mistakes: ``errors`` is a list of (line from 1, readable reason)."""

    def __init__(self, errors: list[tuple[int, str]]) -> None:
        self.errors = sorted(errors)[:MAX_ERRORS]
        line, reason = self.errors[0]
        super().__init__(_("Line %(line)s: %(reason)s") % {"line": line, "reason": reason})


def decode(source: str | bytes) -> str:
    raw = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        raise EditionInvalid([(1, _("The file is larger than 1 MB."))])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EditionInvalid(
            [(line, _("The text is not UTF-8; save the file as UTF-8."))]
        ) from None


def compose(text: str) -> yaml.Node:
    """The root node. References are refused, because a few lines of them unfold to gigabytes."""
    try:
        _refuse_traps(text)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise EditionInvalid([(line, _("The line holds a character that YAML forbids."))]) from None
    except yaml.MarkedYAMLError as error:
        raise EditionInvalid([_unreadable(error)]) from None
    if root is None:
        raise EditionInvalid([(1, _("The file is empty."))])
    if errors := [
        (line_of(n), _("The tag %(tag)s is not allowed.") % {"tag": n.tag}) for n in _odd(root)
    ]:
        raise EditionInvalid(errors)
    return root


def _unreadable(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """Line and reason in the reader's language; the parser's own words are English for experts.

    A quote that is never closed is noticed at the end of the file; the line is where it begins.
    """
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if "unexpected end of stream" in said:
        mark = error.context_mark or mark
    reason = next(
        (reason for words, reason in _REASONS if words in said),
        _("This cannot be read as YAML; check indentation, colons and quotes."),
    )
    return mark.line + 1 if mark else 1, str(reason)


def _refuse_traps(text: str) -> None:
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise EditionInvalid([(line_of(event), _("References (*name) are not allowed."))])
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > MAX_DEPTH:
            raise EditionInvalid([(line_of(event), _("The file is nested too deeply."))])
        if documents > 1:
            raise EditionInvalid([(line_of(event), _("The file holds more than one document."))])


def _odd(node: yaml.Node) -> Iterator[yaml.Node]:
    """Nodes with a tag that would make something else than text, lists and mappings."""
    if node.tag not in _PLAIN_TAGS:
        yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _odd(key)
            yield from _odd(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _odd(value)


def line_of(thing: Any) -> int:
    return int(thing.start_mark.line) + 1

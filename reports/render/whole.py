"""Words that a line of a paper never breaks inside, though libthai would: ผู้|อำนวย|การ.

The library's own breaks are kept and only those inside the given words forbidden, by an
attribute of Pango. An element around the word would not do: at its edges WeasyPrint asks for a
break with two letters of context, finds none, and whole sentences stick together. This touches
internals of WeasyPrint 70: a test watches them.
"""

import re
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, pango

DECLARED = "PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);"
_original = line_break.Layout.set_text


_words = re.compile("(?!)")  # none until they are installed


def install(words: str) -> None:
    """Make layouts keep what this pattern finds whole. Twice is harmless."""
    global _words
    _words = re.compile(words or "(?!)")
    if line_break.Layout.set_text is _original:
        ffi.cdef(DECLARED)
        line_break.Layout.set_text = set_text


def set_text(self: Any, text: str, justify: bool = False) -> None:
    """The text as before, and no break inside a word that stays whole."""
    _original(self, text, justify)
    words = list(_words.finditer(self.text))
    if not words:
        return
    attributes = pango.pango_layout_get_attributes(self.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for word in words:
        whole = pango.pango_attr_allow_breaks_new(False)
        whole.start_index = len(self.text[: word.start()].encode())
        whole.end_index = whole.start_index + len(word[0].encode())
        pango.pango_attr_list_insert(attributes, whole)  # change() would join neighbours
    pango.pango_layout_set_attributes(self.layout, attributes)

"""Where a Thai word begins, which no letter says: by the dictionary of libthai.

Pango, which sets our papers, brings libthai along. Where it is missing no place is known, and
texts are cut between letters as a reader counts them.
"""

import ctypes
from collections.abc import Callable
from functools import cache
from threading import Lock

from thai.nonbreaking import WHOLE_PATTERN

_LIBRARY = "libthai.so.0"
_one_at_a_time = Lock()

Breaks = Callable[[bytes], list[int]]


@cache
def _breaks() -> Breaks:
    """Asks libthai where words of a text in TIS-620 begin; one byte is one letter there."""
    try:
        library = ctypes.CDLL(_LIBRARY)
        library.th_brk_new.restype = ctypes.c_void_p
        library.th_brk_new.argtypes = [ctypes.c_char_p]
        library.th_brk_find_breaks.argtypes = [
            ctypes.c_void_p,
            ctypes.c_char_p,
            ctypes.POINTER(ctypes.c_int),
            ctypes.c_size_t,
        ]
        dictionary = library.th_brk_new(None)
    except (OSError, AttributeError):
        dictionary = None
    if not dictionary:
        return lambda text: []

    def find(text: bytes) -> list[int]:
        places = (ctypes.c_int * len(text))()
        with _one_at_a_time:
            count = library.th_brk_find_breaks(dictionary, text, places, len(text))
        return list(places[:count])

    return find


def word_begins(text: str) -> list[int]:
    """The places where a word begins, without the first, and none inside an official term."""
    text = text.replace("\0", " ")
    inside = {
        place
        for term in WHOLE_PATTERN.finditer(text)
        for place in range(term.start() + 1, term.end())
    }
    return [place for place in _breaks()(text.encode("tis-620", "replace")) if place not in inside]

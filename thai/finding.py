"""Finding what was typed in a text, and showing the place with what was found marked.

Compared is always the folded text (``thai.text.fold``), shown is the text itself: ``ส านักงาน`` of
an old PDF is found by ``สำนักงาน``, and what is marked is what stands there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from thai.text import LEADING_VOWELS, canonical_spelling, clusters, fold

# Letters before and after what was found; a whole text that is no longer is shown whole.
BEFORE, AFTER = 50, 130
SHORT = 2  # letters up to which a word alone is looked for at the beginning of words

_MARKS = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4d"
_GAP = "[ \u00a0\u2000-\u200a\u202f]"
# The least that folds by itself: a cluster with what an old PDF tore off it.
_UNIT = regex.compile(
    rf"(?:เเ|\X)(?:(?:{_GAP}+[{_MARKS}\u0e33\u0e32]|(?<=\u0e4d[\u0e48-\u0e4b]?)\u0e32)\p{{M}}*)*"
)
_FOLLOWING = "ะาๅๆฯ"  # no line begins with one


@dataclass(frozen=True)
class Piece:
    """A part of a text, and whether it is what was looked for."""

    text: str
    found: bool = False


@dataclass(frozen=True)
class Words:
    """What was typed into a box for searching, folded and taken apart at its spaces."""

    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, typed: str) -> "Words":
        """What ``typed`` asks for; each word once."""
        return cls(tuple(dict.fromkeys(fold(typed).split())))

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def is_short(self) -> bool:
        """Whether nothing but one or two letters was typed: words that begin so are meant."""
        return len(self.words) == 1 and len(self.words[0]) <= SHORT

    def in_folded(self, text: str) -> bool:
        """Whether a folded text holds every word."""
        if self.is_short:
            word = self.words[0]
            return text.startswith(word) or f" {word}" in text
        return bool(self.words) and all(word in text for word in self.words)

    def among(self, texts: Iterable[str]) -> bool:
        """Whether ``texts`` hold every word together, whichever of them which."""
        return self.in_folded(" ".join(filter(None, map(folded, texts))))

    def marked(self, text: str) -> list[Piece]:
        """The whole text, with what was found."""
        shown = canonical_spelling(text)
        return list(_pieces(shown, self._spans(shown)))

    def snippet(self, text: str) -> list[Piece]:
        """The text around the first place where most of the words stand; [] without one.

        It begins and ends between whole clusters, an ellipsis says where something was left out.
        """
        shown = " ".join(canonical_spelling(text).split())
        spans = self._spans(shown)
        if not spans:
            return []
        begin, end = _window(shown, _best(spans))
        inside = [(max(a, begin), min(b, end)) for a, b in spans if a < end and b > begin]
        cut = shown[begin:end]
        pieces = list(_pieces(cut, [(a - begin, b - begin) for a, b in inside]))
        if begin:
            pieces.insert(0, Piece("… "))
        if end < len(shown):
            pieces.append(Piece(" …"))
        return pieces

    def _spans(self, shown: str) -> list[tuple[int, int]]:
        """Where the words stand in ``shown``, whole clusters, without overlaps, in order."""
        text, places = aligned(shown)
        found = [
            (places[start][0], places[start + len(word) - 1][1])
            for word in self.words
            for start in self._starts(text, word)
        ]
        joined: list[tuple[int, int]] = []
        for begin, end in sorted(found):
            if joined and begin < joined[-1][1]:
                begin, end = joined[-1][0], max(end, joined.pop()[1])
            joined.append((begin, end))
        return joined

    def _starts(self, text: str, word: str) -> Iterator[int]:
        at = text.find(word)
        while at >= 0:
            if not self.is_short or at == 0 or text[at - 1] == " ":
                yield at
            at = text.find(word, at + len(word))


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """``fold``, remembered: a year's narratives are the same at the next search."""
    return fold(text)


@lru_cache(maxsize=8192)
def _fold_unit(unit: str) -> str:
    return fold(unit)


def aligned(shown: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and of each of its letters where the cluster begins and ends that it is of.

    Nothing is aligned, and so nothing marked, of a text that folds otherwise than part by part.
    """
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    gap = False
    for unit in _UNIT.finditer(shown):
        part = _fold_unit(unit.group())
        if not part:
            gap = gap or unit.group().isspace()
            continue
        if gap and letters:
            letters.append(" ")
            places.append(unit.span())
        gap = unit.group()[-1:].isspace()
        letters.append(part)
        places.extend([unit.span()] * len(part))
    text = "".join(letters)
    return (text, places) if text == folded(shown) else ("", [])


def _best(spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The first of the places around which most of the others stand."""
    return max(spans, key=lambda one: sum(one[0] <= a < one[0] + AFTER for a, _b in spans))


def _window(shown: str, span: tuple[int, int]) -> tuple[int, int]:
    """What is shown around ``span``: whole clusters, if possible whole words between spaces."""
    begin, end = span
    before, after = clusters(shown[:begin]), clusters(shown[end:])
    head = _cut(before, BEFORE, from_end=True)
    tail = _cut(after, max(AFTER - (end - begin), BEFORE))
    return begin - len(head), end + len(tail)


def _cut(parts: list[str], letters: int, *, from_end: bool = False) -> str:
    """At most ``letters`` clusters, ending at a space in the last third if there is one."""
    if len(parts) <= letters:
        return "".join(parts)
    kept = parts[-letters:] if from_end else parts[:letters]
    third = len(kept) // 3
    if from_end:
        spaces = [at for at, part in enumerate(kept[:third]) if part == " "]
        kept = kept[spaces[0] + 1 :] if spaces else kept
        return "".join(kept).lstrip(_FOLLOWING)
    spaces = [at for at, part in enumerate(kept) if part == " " and at >= len(kept) - third]
    kept = kept[: spaces[-1]] if spaces else kept
    return "".join(kept).rstrip(LEADING_VOWELS)


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for begin, end in spans:
        if text[at:begin]:
            yield Piece(text[at:begin])
        yield Piece(text[begin:end], found=True)
        at = end
    if text[at:]:
        yield Piece(text[at:])

"""Thai text that is cut, searched, labelled and broken into lines without coming to harm."""

import re
import unicodedata
from collections.abc import Iterable

import regex

from thai.breaking import word_begins
from thai.numbers import unify_digits

WORD_JOINER = "\u2060"
LEADING_VOWELS = "เแโใไ"

_CLUSTER = regex.compile(r"\X")

# Marks stand here as code points, because in an editor they would sit on the quotes.
_TONES = "\u0e48-\u0e4b"
_UPPER_LOWER_VOWELS = "\u0e31\u0e34-\u0e39"
_NIKHAHIT, _AA, _AM = "\u0e4d", "\u0e32", "\u0e33"
_TONE_BEFORE_AM = re.compile(f"([{_TONES}]){_NIKHAHIT}{_AA}")
_AM_APART = re.compile(f"{_NIKHAHIT}([{_TONES}]?){_AA}")
_AM_BEFORE_TONE = re.compile(f"{_AM}([{_TONES}])")
_TONE_BEFORE_VOWEL = re.compile(f"([{_TONES}\u0e4c])([{_UPPER_LOWER_VOWELS}])")
# Old PDFs give ำ as " า", and a space before marks: ส านักงาน, น ้า, ท ี ่. No word begins with one.
_GAP = "[ \u00a0\u2000-\u200a\u202f]+"
_MARKS = f"{_UPPER_LOWER_VOWELS}{_TONES}\u0e3a\u0e47\u0e4c\u0e4d"
_MARK_AFTER_GAP = re.compile(f"(?<=[ก-ฮ{_MARKS}]){_GAP}(?=[{_MARKS}{_AM}])")
_AM_AFTER_GAP = re.compile(f"([ก-ฮ]){_NIKHAHIT}?([{_TONES}]?){_NIKHAHIT}?{_GAP}{_AA}")
# "ค ่า" is torn ค่า or torn ค่ำ, as "น ้า" is น้า or น้ำ: no rule tells, so one finds the other.
_AM_UNDER_TONE = re.compile(f"([{_TONES}]){_AM}")
_JOINER = "\u200d"
_UNSAFE_IN_FILENAMES = re.compile(r'[/\\:*?"<>|⁄∕／＼]')
# Where a word surely begins: behind a space, and words that no other word ends in.
_WORD_BEGINS = re.compile(" |และ|เพื่อ|โดย|สำหรับ|ระหว่าง|ซึ่ง")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_WINDOWS_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE
)


# -- grapheme clusters --------------------------------------------------------
def clusters(text: str) -> list[str]:
    """Split into grapheme clusters: what a reader calls one letter, marks and all.

    Extended clusters of Unicode Standard Annex 29, which give ำ to the letter before it. Joining
    the parts gives the text back.
    """
    found: list[str] = _CLUSTER.findall(text)
    return found


# -- one spelling for what looks alike ----------------------------------------
def canonical_spelling(text: str) -> str:
    """Put invisible characters away and Thai marks in the order of the Thai keyboard standard.

    ``นํ้า``, ``น้ํา`` and ``นำ้`` all look like ``น้ำ``, ``ท่ี`` like ``ที่``, and ``เเ`` like
    ``แ``: phones and PDFs bring all of them (WTT 2.0 / TIS 1566 names the proper order).
    """
    for char in set(text):
        if not char.isascii() and unicodedata.category(char) in ("Cf", "Cs"):
            text = text.replace(char, "")
    text = unicodedata.normalize("NFC", text).replace("เเ", "แ")
    for spelled_apart in (_TONE_BEFORE_AM, _AM_APART, _AM_BEFORE_TONE):
        text = spelled_apart.sub(rf"\1{_AM}", text)
    return _TONE_BEFORE_VOWEL.sub(r"\2\1", text)


def _fold_once(text: str) -> str:
    text = canonical_spelling(_MARK_AFTER_GAP.sub("", canonical_spelling(text)))
    text = unicodedata.normalize("NFD", _AM_AFTER_GAP.sub(rf"\1\2{_AM}", text)).casefold()
    text = _AM_UNDER_TONE.sub(rf"\1{_AA}", canonical_spelling(text))
    return " ".join(unify_digits(text).split())


def fold(text: str) -> str:
    """Return the form two texts share when a reader would call them the same; for search.

    NFC, one kind of digit, no case, one spelling of each Thai cluster, no invisible characters,
    single spaces, and none where an old PDF tore a word (ส านักงาน). Tone marks stay: มา, ม้า
    and หมา are different words; only น้ำ and น้า are one, because torn they look alike. Fold the
    needle and the haystack, then look for one in the other;
    no tokenising, because Thai has no spaces to do it by.
    """
    folded = _fold_once(text)
    while folded != text:  # one spelling repaired can bring another into sight
        text, folded = folded, _fold_once(folded)
    return folded


# -- labels and file names ----------------------------------------------------
def is_noncharacter(char: str) -> bool:
    """A code point that is no letter and never will be."""
    code = ord(char)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def joins_pictures(text: str, place: int) -> bool:
    """Whether the joiner there is needed: in a picture made of several (👨‍🏫), not in words."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    return bool(
        text[place] == _JOINER
        and before
        and after
        and ord(before) > 0x2000
        and unicodedata.category(before) in ("So", "Sk", "Mn", "Me")
        and unicodedata.category(after) == "So"
    )


def clean_label(text: str) -> str:
    """Make a name from outside fit to be shown: NFC, one line, nothing invisible.

    Control characters, bidi overrides (``gpj.exe`` turned round), zero-width characters, lone
    surrogates and noncharacters go; white space becomes single spaces. Thai vowels and tone
    marks all stay, unlike in Django's ``get_valid_filename``, which drops them, and so does what
    joins several pictures to one (👨‍👩‍👧).
    """
    kept = (
        " " if char.isspace() else char
        for place, char in enumerate(text)
        if char.isspace()
        or not (unicodedata.category(char) in ("Cc", "Cf", "Cs") or is_noncharacter(char))
        or joins_pictures(text, place)
    )
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _fitting(text: str, letters: int, octets: int | None) -> str:
    """The longest head of whole clusters that fits; no leading vowel is left without its letter."""
    head = ""
    for cluster in clusters(text):
        longer = head + cluster
        if len(longer) > letters or (octets is not None and len(longer.encode()) > octets):
            return head.rstrip(LEADING_VOWELS)
        head = longer
    return head


def shortened(text: str, letters: int, octets: int | None = None) -> str:
    """The text in one line of at most ``letters`` letters, with … where it was cut.

    It is cut at the last space, or before a word that joins others; where the first third has
    neither, before another word, and between whole clusters where no word is known. ``octets``
    is what it may have in UTF-8 besides: names on a disk are counted so.
    """
    line = " ".join(text.split())
    if len(line) <= letters and (octets is None or len(line.encode()) <= octets):
        return line
    room = None if octets is None else octets - len("…".encode())
    head = _fitting(line, letters - 1, room)
    begins = [found.start() for found in _WORD_BEGINS.finditer(line)]
    for places in (begins, word_begins(line)):
        ends = [place for place in places if place <= len(head)]
        if ends and ends[-1] >= (len(head) + 1) // 3:
            return f"{line[: ends[-1]].rstrip()}…"
    return f"{head.rstrip()}…"


LONGEST_NAME = 290


def safe_filename(
    text: str,
    default: str = "file",
    *,
    max_letters: int = LONGEST_NAME,
    max_bytes: int | None = None,
) -> str:
    """Make a file name for people; ``default`` when nothing is left.

    No separator of any system, no leading dot, no Windows device, at most 290 letters. Only where
    a name becomes that of a file on a disk, such as a ZIP's entry, it is cut to ``max_letters``, or
    by ``max_bytes`` to what Linux holds (255 bytes, which is 85 Thai letters): between clusters,
    extension kept. It is a label: where bytes are stored is never derived from it.
    """
    name = _UNSAFE_IN_FILENAMES.sub("-", clean_label(text)).strip(" .")
    if _WINDOWS_DEVICES.match(name):
        name = f"_{name}"
    extension = found.group() if (found := _EXTENSION.search(name)) else ""
    stem = name[: len(name) - len(extension)]
    room = None if max_bytes is None else max_bytes - len(extension)
    stem = _fitting(stem, min(max_letters, LONGEST_NAME) - len(extension), room).rstrip(" .")
    if stem:
        return f"{stem}{extension}"
    whole = f"{default}{extension}"
    return whole if max_bytes is None or len(whole.encode()) <= max_bytes else default


# -- lines --------------------------------------------------------------------
def keep_together(text: str, words: Iterable[str]) -> str:
    """Join the clusters of each of ``words`` in ``text`` by U+2060, so that no line breaks in it.

    libthai breaks between dictionary words, and so inside compounds and proper names. The longest
    word wins where several begin. For rendering only: stored and searched text stays free of
    joiners (``fold`` and ``clean_label`` take them out).
    """
    longest_first = sorted(filter(None, set(words)), key=lambda word: (-len(word), word))
    if not longest_first:
        return text
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return pattern.sub(lambda found: WORD_JOINER.join(clusters(found.group())), text)

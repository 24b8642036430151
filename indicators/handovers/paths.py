"""Where each file lies in the ZIP: folders by code and title, files under their own names.

Names are NFC and fit for Windows. A whole path has about 200 letters at most, because Windows adds
the folder in which it is unpacked and stops at 260. No name has more than the 255 bytes that Linux
holds (85 Thai letters). What is longer is cut before a word, ends in ``…``, and a file keeps what
stands behind its dot; the lists beside the files say its whole name.
"""

import re
from collections.abc import Iterable

import thai
from indicators.handovers.contents import HandedContents, HandedEvidence, HandedItem

LONGEST_PATH = 200  # letters
LONGEST_NAME = 125  # of a file: 120 and what stands behind the dot
LONGEST_FOLDER = 60
SHORTEST_FOLDER = 16
MOST_BYTES = 255  # of a name, in UTF-8
LINK = ".url"
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")


class ZipFolder:
    """Gives each name once, as a disk sees it that knows no capitals."""

    def __init__(self, path: str = "") -> None:
        self.path = f"{path}/" if path else ""
        self._taken: set[str] = set()

    def file(self, name: str) -> str:
        """The path of a file of this name."""
        return self._place(*_apart(name), LONGEST_NAME)

    def folder(self, name: str, letters: int) -> "ZipFolder":
        """A folder in this one."""
        return ZipFolder(self._place(name, "", letters))

    def _place(self, stem: str, tail: str, letters: int) -> str:
        """With a number where the name is there already."""
        number, mark = 1, ""
        while True:
            name = _fitting(stem, f"{mark}{tail}", letters)
            if name.casefold() not in self._taken:
                self._taken.add(name.casefold())
                return f"{self.path}{name}"
            number += 1
            mark = f" ({number})"


def _apart(name: str) -> tuple[str, str]:
    found = EXTENSION.search(name)
    tail = found.group() if found else ""
    return name.removesuffix(tail), tail


def _fitting(stem: str, tail: str, letters: int) -> str:
    """The name with all of ``tail``, of at most so many letters and of what a disk holds."""
    safe = thai.safe_filename(stem, "-")
    return f"{thai.shortened(safe, letters - len(tail), MOST_BYTES - len(tail.encode()))}{tail}"


def give_paths(contents: HandedContents, taken: Iterable[str] = ()) -> None:
    """Give every file and link its place. ``taken`` are names in the uppermost folder."""
    part, top = contents.part, ZipFolder()
    for name in taken:
        top.file(name)
    levels = 1 if part.indicator else 2 if part.standard else 3
    letters = min(LONGEST_FOLDER, (LONGEST_PATH - _longest(contents)) // levels - 1)
    for standard in contents.standards:
        above = top
        if levels == 3:
            above = top.folder(f"{standard.code} {standard.title}", letters)
        for indicator in standard.indicators:
            folder = above
            if levels > 1:
                folder = above.folder(f"{indicator.code} {indicator.title}", letters)
            for item in indicator.items:
                if item.evidence:
                    _fill(item, folder.folder(f"{item.code} {item.title}", letters))


def _longest(contents: HandedContents) -> int:
    """Letters of the longest name of a file, with the shortest folder that it may need."""
    longest = 0
    for piece in contents.evidence:
        folder = SHORTEST_FOLDER + 1 if _needs_folder(piece) else 0
        longest = max(longest, *(_letters(file.name) + folder for file in piece.files), 0)
    return min(longest, LONGEST_NAME)


def _letters(name: str) -> int:
    return len(_fitting(*_apart(name), LONGEST_NAME))


def _needs_folder(piece: HandedEvidence) -> bool:
    """What belongs together lies in a folder with its title."""
    return len(piece.files) + len(piece.links) > 1


def _fill(item: HandedItem, folder: ZipFolder) -> None:
    for piece in item.evidence:
        place = _folder_of(piece, folder)
        for file in piece.files:
            if file.whole:
                file.path = place.file(file.name)
        for link in piece.links:
            link.path = place.file(f"{link.label or piece.title}{LINK}")


def _folder_of(piece: HandedEvidence, folder: ZipFolder) -> ZipFolder:
    if not _needs_folder(piece):
        return folder
    longest = max((_letters(file.name) for file in piece.files), default=len(piece.title))
    room = LONGEST_PATH - len(folder.path) - min(longest, LONGEST_NAME) - 1
    letters = min(LONGEST_FOLDER, max(SHORTEST_FOLDER, room))
    return folder.folder(piece.title, letters)

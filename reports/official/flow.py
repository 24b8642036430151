"""Blocks as a page sets them: what kind each is, and what must not part from what follows it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.blocks import Block, Numbered, OfficialPaper, Pair, SignaturePlace, Table, Text

WHOLE_LINE = 90  # letters that are more than one line of text
KEPT_LINES = 2  # of text on the page of a signature


@dataclass(frozen=True)
class Placed:
    """One block; ``kept`` ones stay on the page on which the next one begins."""

    block: Block
    kind: str
    kept: bool = False


def placed(paper: OfficialPaper) -> tuple[Placed, ...]:
    """The blocks in order, with two lines of text held to each signature."""
    kept = {n for place in _signatures(paper) for n in _around(paper.blocks, place)}
    return tuple(
        Placed(block, type(block).__name__.lower(), number in kept)
        for number, block in enumerate(paper.blocks)
    )


def _signatures(paper: OfficialPaper) -> Iterator[int]:
    for number, block in enumerate(paper.blocks):
        if isinstance(block, (SignaturePlace, Pair)):
            yield number


def _around(blocks: tuple[Block, ...], place: int) -> Iterator[int]:
    """What is held to the signature at ``place``, and whether it holds a line that follows it."""
    yield from _before(blocks, place)
    if place + 1 < len(blocks) and isinstance(blocks[place + 1], Text):
        yield place


def _before(blocks: tuple[Block, ...], place: int) -> Iterator[int]:
    """Numbers of the blocks that go with the signature at ``place``."""
    lines = 0
    for number in range(place - 1, -1, -1):
        lines += _lines(blocks[number])
        yield number
        if lines >= KEPT_LINES:
            return


def _lines(block: Block) -> int:
    """Lines of text that are sure to stand at the end of a block; the day counts for none."""
    if isinstance(block, Text):
        if block.align == "centre":
            return 0
        return KEPT_LINES if len(block.lead + block.text) > WHOLE_LINE else 1
    if isinstance(block, (Numbered, Table)):
        return min(KEPT_LINES, len(block.items if isinstance(block, Numbered) else block.rows))
    return 0

"""An official paper as a row of blocks: what both its PDF and its DOCX are made of.

`reports.official` turns a snapshot into blocks; `render` and `docx` turn blocks into a page. So
the two files say the same, paragraph by paragraph. Texts are final: digits are of the office's
kind, nothing is escaped, a text never holds a line break. Sizes are millimetres on A4.
"""

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "centre", "right"]


@dataclass(frozen=True, kw_only=True)
class Emblem:
    """The Garuda: large and centred (30 mm) or small at the left (15 mm). "" keeps its place."""

    sha256: str = ""
    size: Literal["large", "small"] = "large"


@dataclass(frozen=True, kw_only=True)
class Title:
    """A centred line of the head; the memo's heading stands beside its small emblem."""

    text: str
    bold: bool = True
    level: int = 0  # 1 makes it the document's title for outlines and screen readers


@dataclass(frozen=True, kw_only=True)
class RuledLine:
    """The short line under the head of orders, announcements and minutes."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """`ส่วนราชการ …` or `เรื่อง …`: a bold label, then its words."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Fields:
    """Fields that share one line (ที่ … วันที่ …)."""

    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading inside the paper: ระเบียบวาระที่ ๑ …, or the title of a group of an order."""

    text: str
    level: int = 2


@dataclass(frozen=True, kw_only=True)
class Text:
    """A paragraph. `indent` is that of its first line: 25 mm in official papers, 0 for none."""

    text: str
    indent: int = 25
    align: Literal["justify", "left", "centre", "right"] = "justify"
    bold: bool = False
    lead: str = ""  # bold words at its beginning: มติที่ประชุม


@dataclass(frozen=True, kw_only=True)
class Numbered:
    """A list numbered 1) 2) 3) from 1, in the paper's digits; a real list in the DOCX."""

    items: tuple[str, ...]
    thai: bool = True


@dataclass(frozen=True, kw_only=True)
class Names:
    """A cell with people's names, one a line; a name is never broken inside a word."""

    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table; `kind` picks its shade."""

    cells: tuple[str | Names, ...]
    kind: Literal["plain", "strong", "medium"] = "plain"


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table. With a `head` it has lines and repeats its head on each page; without one it is
    a list of people set in columns. `widths` in mm; 0 shares what is left."""

    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    head: tuple[str, ...] = ()
    align: tuple[Align, ...] = ()  # per column; () is all left


@dataclass(frozen=True, kw_only=True)
class SignaturePlace:
    """Room for the pen, then (name), position, รักษาราชการแทน …, and what the person is here.

    `words` stand above the pen: the deputy's opinion, the director's decision; the first of
    them is a heading. Kept together with at least two lines of what comes before it.
    """

    lines: tuple[str, ...]  # "(นายสมชาย ใจดี)", "ผู้อำนวยการ…", "รักษาราชการแทน …"
    words: tuple[str, ...] = ()
    where: Literal["right", "left", "full"] = "right"


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two signature places side by side: note taker and checker."""

    left: SignaturePlace
    right: SignaturePlace


@dataclass(frozen=True, kw_only=True)
class PageBreak:
    """What follows begins on a page of its own."""


@dataclass(frozen=True, kw_only=True)
class SealMark:
    """QR code and short code of an approved paper, small, at the foot of the first page.

    The first block of the paper that has one; a foot's place in the row says nothing.
    """

    code: str
    url: str
    history: str = ""  # the head of the office's history at approval


Block = (
    Emblem
    | Title
    | RuledLine
    | Field
    | Fields
    | Heading
    | Text
    | Numbered
    | Table
    | SignaturePlace
    | Pair
    | PageBreak
    | SealMark
)


@dataclass(frozen=True, kw_only=True)
class OfficialPaper:
    """A whole paper: its name in the file's properties, and its blocks in order."""

    title: str
    office: str
    blocks: tuple[Block, ...]
    draft: bool
    thai: bool = True  # digits of page numbers and lists

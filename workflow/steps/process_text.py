"""The office's own process text: the six rows of its flow chart and the procedure behind them.

The file is the office's document, word for word. Its line ends came over as spaces inside words;
those are joined for reading. Where it names the office and year it was written for, the reader
gets the office and year of the cycle.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

SOURCE = Path(__file__).parents[1] / "data" / "process-and-procedure.txt"
Shape = Literal["start", "process", "decision", "document", "end"]

# The file's shapes were pictures and are lost; these follow what each step does.
SHAPES: dict[int, tuple[Shape, tuple[str, ...]]] = {
    1: ("start", ("กำหนดเป็น", "วาระร่วม")),
    2: ("process", ("ประชุมชี้แจง", "การดำเนินงาน")),
    3: ("decision", ("เสนอแต่งตั้ง", "คณะกรรมการ")),
    4: ("process", ("ประชุมคณะกรรมการ", "จัดทำมาตรฐาน")),
    5: ("document", ("ประเมินตนเอง", "จัดทำรายงาน (SAR)")),
    6: ("end", ("สรุปผล", "รองรับการติดตาม")),
}
# Which paragraphs of the procedure describe how a step of the chart is done: the two count apart.
PROCEDURE_OF_STEP = {1: (1,), 2: (3, 2), 3: (2,), 4: (4,), 5: (5,), 6: (6,)}

_ROW = re.compile(r"^([1-6])\.\t+([^\t\n]+)\t([^\t\n]+)$", re.MULTILINE)
_NUMBERED = re.compile(r"^([1-6])\. ")
_OFFICE = re.compile(r"สำนักงานเขตพื้นที่การศึกษา ?ประถมศึกษาสกลนคร (?:เขต )?[๒2]")
_YEAR = "ปีงบประมาณ พ.ศ. 2560"
_BROKEN_WORDS = {
    "พื้นที่ การศึกษา": "พื้นที่การศึกษา",
    "เขต พื้นที่": "เขตพื้นที่",
    "สำนักงาน เขตพื้นที่": "สำนักงานเขตพื้นที่",
    "ทุก กลุ่ม": "ทุกกลุ่ม",
    "การ ดำเนินงาน": "การดำเนินงาน",
    "ให้ ประสบผลสำเร็จ": "ให้ประสบผลสำเร็จ",
    "สามารถ ดำเนินการ": "สามารถดำเนินการ",
    "คำ รับรอง": "คำรับรอง",
    "เพื่อ รับทราบ": "เพื่อรับทราบ",
    "ได้ อย่างมี": "ได้อย่างมี",
    "ให้ สำนักงาน": "ให้สำนักงาน",
    "บริหาร จัดการ": "บริหารจัดการ",
    "สรุประเด็น": "สรุปประเด็น",
    "รายตัวตัวบ่งชี้": "รายตัวบ่งชี้",
}


@dataclass(frozen=True)
class ChartRow:
    """One row of ผังกระบวนการ: ขั้นตอน and ผู้รับผิดชอบ as the document names them."""

    number: int
    shape: Shape
    label: tuple[str, ...]
    text: str
    responsible: tuple[str, ...]


@dataclass(frozen=True)
class Procedure:
    """One number of ขั้นตอนการปฏิบัติงาน."""

    number: int
    title: str
    paragraphs: tuple[str, ...]


def _joined(text: str) -> str:
    text = " ".join(text.split())
    for broken, whole in _BROKEN_WORDS.items():
        text = text.replace(broken, whole)
    return text


def _people(text: str) -> tuple[str, ...]:
    """Split at spaces, but รอง belongs to what follows it."""
    return tuple(
        name.replace("รอง_", "รอง ") for name in text.strip().replace("รอง ", "รอง_").split()
    )


@cache
def chart_rows() -> tuple[ChartRow, ...]:
    """The six rows of the flow chart."""
    text = SOURCE.read_text(encoding="utf-8")
    return tuple(
        ChartRow(int(number), *SHAPES[int(number)], _joined(words), _people(people))
        for number, words, people in _ROW.findall(text)
    )


@cache
def procedures() -> tuple[Procedure, ...]:
    """The six numbers of the procedure, title first."""
    text = SOURCE.read_text(encoding="utf-8").split("ขั้นตอนการปฏิบัติงาน", 1)[1]
    found: list[tuple[int, list[str]]] = []
    for block in filter(None, (block.strip() for block in text.split("\n\n"))):
        if numbered := _NUMBERED.match(block):
            found.append((int(numbered[1]), [_joined(block[numbered.end() :])]))
        else:
            found[-1][1].append(_joined(block))
    return tuple(Procedure(number, texts[0], tuple(texts[1:])) for number, texts in found)


def _for(text: str, office_name: str, fiscal_year: int) -> str:
    return _OFFICE.sub(office_name, text).replace(_YEAR, f"ปีงบประมาณ พ.ศ. {fiscal_year}")


def procedure_of(kind: int, *, office_name: str, fiscal_year: int) -> tuple[Procedure, ...]:
    """How a step of the chart is done, in the words for this office and year."""
    by_number = {procedure.number: procedure for procedure in procedures()}
    return tuple(
        Procedure(
            found.number,
            _for(found.title, office_name, fiscal_year),
            tuple(_for(text, office_name, fiscal_year) for text in found.paragraphs),
        )
        for found in (by_number[number] for number in PROCEDURE_OF_STEP[kind])
    )

"""Standards of a SAR as a paper gets them, from the starter catalogue to each evidence line."""

from copy import deepcopy
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml

from reports.snapshot import ArithmeticLine as Line
from reports.snapshot import (
    ConsiderationCard,
    EvidenceLine,
    IndexedEvidence,
    IndicatorCard,
    Person,
    Project,
    StandardCard,
)

CATALOGUE = Path(__file__).parents[2] / "indicators" / "data" / "esa-2560.yaml"
LEVEL_NAMES = {5: "ดีเยี่ยม", 4: "ดีมาก", 3: "ดี", 2: "พอใช้", 1: "ปรับปรุง"}
NARRATIVES = (
    "สำนักงานเขตพื้นที่การศึกษาได้ดำเนินการวิเคราะห์สภาพแวดล้อมทั้งภายในและภายนอก โดยเปิดโอกาสให้ผู้มีส่วน"
    "เกี่ยวข้องทุกภาคส่วนเข้ามามีส่วนร่วมในการกำหนดวิสัยทัศน์ พันธกิจ เป้าประสงค์ และกลยุทธ์ของหน่วยงาน "
    "จัดทำแผนพัฒนาการศึกษาขั้นพื้นฐานและแผนปฏิบัติการประจำปีงบประมาณ พ.ศ. 2560 ที่สอดคล้องกับนโยบายของ"
    "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน",
    "มีการแต่งตั้งคณะทำงานรับผิดชอบอย่างชัดเจน ประชุมชี้แจงสร้างความเข้าใจแก่บุคลากรทุกกลุ่มงาน "
    "จัดทำปฏิทินการปฏิบัติงาน และกำกับ ติดตามผลการดำเนินงานทุกไตรมาส พบว่าโครงการร้อยละ 96.50 "
    "ดำเนินการแล้วเสร็จตามระยะเวลาที่กำหนด ส่วนโครงการที่ล่าช้าได้ปรับแผนและรายงานผู้บังคับบัญชาทราบแล้ว",
    "ได้นำผลการนิเทศ ติดตาม และประเมินผลมาใช้ปรับปรุงพัฒนางานอย่างต่อเนื่อง เกิดน้ำใจและความร่วมมือของ"
    "เครือข่ายสถานศึกษา ชุมชน และองค์กรปกครองส่วนท้องถิ่น ทำให้การดำเนินงานบรรลุผลสำเร็จตามเป้าหมายที่ตั้งไว้ "
    "และได้เผยแพร่ผลงานผ่านเว็บไซต์ของสำนักงานเขตพื้นที่การศึกษา",
)
RESULTS = (
    "สถานศึกษาในสังกัดร้อยละ 98.21 ได้รับการพัฒนาตามเป้าหมาย และมีผลการประเมินอยู่ในระดับดีขึ้นไป",
    "บุคลากรในสำนักงานได้รับการพัฒนาครบทุกคน ผลการประเมินความพึงพอใจอยู่ในระดับมากที่สุด (ค่าเฉลี่ย 4.62)",
)
REASONS = (
    "มีการดำเนินงานครบถ้วนเป็นระบบ ผลลัพธ์เป็นไปตามเป้าหมาย และนำผลไปปรับปรุงการดำเนินงาน",
    "มีการดำเนินงานตามแผนครบทุกขั้นตอน แต่ร่องรอยการนำผลไปใช้ยังไม่ครบทุกกลุ่มงาน",
)
EVIDENCE = (
    ("คำสั่งแต่งตั้งคณะทำงานจัดทำแผนปฏิบัติการประจำปี", ("คำสั่งแต่งตั้งคณะทำงาน.pdf",)),
    ("รายงานผลการดำเนินงานตามแผนปฏิบัติการ", ("รายงานผลการดำเนินงาน.pdf", "ตารางสรุปผล.xlsx")),
    ("ภาพถ่ายการประชุมเชิงปฏิบัติการ", ("https://www.example.go.th/news/2560/118",)),
)
UNSCORED = "2.3.2"  # the one consideration without a score
WITHOUT_EVIDENCE = "3.5.1"


def read_catalogue() -> dict:
    """The catalogue as a test may change it: a copy of its own."""
    return deepcopy(_parsed())


@cache
def _parsed():
    return yaml.safe_load(CATALOGUE.read_text())


def read_standards() -> list[dict]:
    return read_catalogue()["standards"]


def make_paper_person(number: int) -> Person:
    return Person(name=f"นางสาวบุคลากร คนที่{number}", position="นักวิชาการศึกษาชำนาญการ")


def make_standard(number: int, data: dict) -> StandardCard:
    indicators = tuple(_indicator(n, i) for n, i in enumerate(data["indicators"]))
    unscored = sum(i.unscored for i in indicators)
    return StandardCard(
        code=data["code"],
        title=data["title"],
        weight=Decimal(data["weight"]),
        score=None if unscored else Decimal("4.17"),
        level_name="" if unscored else "ดีมาก",
        unscored=unscored,
        supervisors=(make_paper_person(number),),
        indicators=indicators,
    )


def _indicator(number: int, data: dict) -> IndicatorCard:
    considerations = tuple(_consideration(n, c) for n, c in enumerate(data["considerations"]))
    levels = [c.level for c in considerations]
    unscored = levels.count(None)
    mean = None if unscored else (Decimal(sum(levels)) / len(levels)).quantize(Decimal("0.01"))
    return IndicatorCard(
        code=data["code"],
        title=data["title"],
        weight=Decimal(1),
        score=mean,
        level_name="" if mean is None else ("ดีมาก" if mean >= Decimal("3.5") else "ดี"),
        unscored=unscored,
        supervisors=(make_paper_person(number + 10),),
        considerations=considerations,
        strengths="มีระบบการกำกับ ติดตามที่เข้มแข็ง และบุคลากรทุกกลุ่มมีส่วนร่วมในการดำเนินงานอย่างทั่วถึง",
        to_improve="ควรพัฒนาระบบสารสนเทศให้เชื่อมโยงข้อมูลระหว่างกลุ่มงาน เพื่อลดภาระการจัดเก็บข้อมูลซ้ำซ้อน",
        problems="งบประมาณและบุคลากรมีจำกัด ไม่เพียงพอต่อภารกิจที่เพิ่มขึ้น",
        measures="บูรณาการโครงการที่มีเป้าหมายเดียวกัน และใช้เทคโนโลยีสนับสนุนการปฏิบัติงาน",
        projects=(
            Project(
                name="โครงการพัฒนาคุณภาพการบริหารจัดการสำนักงานเขตพื้นที่การศึกษา",
                kind="โครงการ",
                budget=Decimal("245800"),
                agreement="ตัวชี้วัดที่ 1.2",
                plan="แผนปฏิบัติการฯ หน้า 45",
            ),
        ),
    )


def _consideration(number: int, data: dict) -> ConsiderationCard:
    code, bare = data["code"], data["code"] == WITHOUT_EVIDENCE
    level = None if code == UNSCORED else (4, 5, 3, 4)[number % 4]
    evidence = tuple(
        EvidenceLine(
            title=title,
            code=f"{code}-{n + 1}",
            document_date=date(2016, 11, 3 + n),
            names=names,
            pages="3-5" if n == 1 else "",
        )
        for n, (title, names) in enumerate(EVIDENCE)
    )
    return ConsiderationCard(
        code=code,
        title=data["title"],
        weight=Decimal(1),
        narrative="\n".join((NARRATIVES[number % 3], NARRATIVES[(number + 1) % 3])),
        result=RESULTS[number % 2],
        level=level,
        level_name=LEVEL_NAMES.get(level, ""),
        reason="" if level is None else f"{REASONS[number % 2]} ตามประเด็นที่ {code}",
        evidence=() if bare else evidence,
        no_evidence_reason="อยู่ระหว่างรวบรวมจากสถานศึกษา" if bare else "",
        collectors=(make_paper_person(number + 20), make_paper_person(number + 21)),
    )


def make_arithmetic(standards) -> tuple[Line, ...]:
    lines = []
    for standard in standards:
        for i in standard.indicators:
            terms = " + ".join(f"{c.level} × {c.weight}" for c in i.considerations if c.level)
            working = f"({terms}) ÷ {len(i.considerations)}"
            lines.append(Line(code=i.code, title=i.title, working=working, score=i.score))
        lines.append(
            Line(code=standard.code, title=standard.title, working="", score=standard.score)
        )
    return tuple(lines)


def make_index(standards) -> tuple[IndexedEvidence, ...]:
    return tuple(
        IndexedEvidence(
            code=line.code,
            title=line.title,
            document_date=line.document_date,
            names=line.names,
            cited_by=(c.code,),
        )
        for s in standards
        for i in s.indicators
        for c in i.considerations
        for line in c.evidence
    )

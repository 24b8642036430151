"""Snapshots as papers get them, built from the starter catalogue: no database, no chance."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import yaml

from reports.snapshot import (
    AnnexLine,
    AnnouncementSnapshot,
    CommitteeGroup,
    Consideration,
    EditionCard,
    EvidenceLine,
    FlowchartSnapshot,
    FlowchartStep,
    IndexedEvidence,
    Indicator,
    Level,
    MeetingNote,
    Member,
    OfficeCard,
    OrderCard,
    OrderSnapshot,
    Person,
    Photograph,
    Project,
    SarSnapshot,
    Signature,
    Standard,
    SummaryIndicator,
    SummarySnapshot,
    SummaryStandard,
)
from reports.snapshot import ArithmeticLine as Line

CATALOGUE = Path(__file__).parents[2] / "indicators" / "data" / "esa-2560.yaml"
LEVEL_NAMES = {5: "ดีเยี่ยม", 4: "ดีมาก", 3: "ดี", 2: "พอใช้", 1: "ปรับปรุง"}
OFFICE = OfficeCard(
    name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
    short_name="สพป.สกลนคร เขต 2",
    address="ถนนนิตโย ตำบลพันนา อำเภอสว่างแดนดิน จังหวัดสกลนคร 47110",
    province="สกลนคร",
)
DIRECTOR = Signature(
    name="นายผู้อำนวยการ ทดสอบ",
    position="ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
)
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
LONG_TEXTS = 3


def edition() -> EditionCard:
    data = _catalogue()["edition"]
    levels = tuple(
        Level(score=lv["score"], name=lv["name"], at_least=Decimal(str(lv["at_least"])))
        for lv in data["levels"]
    )
    return EditionCard(
        code=data["code"], title=data["title"], verified=False, note=data["note"], levels=levels
    )


def sar(**changes) -> SarSnapshot:
    """A SAR with everything, save one score and one consideration's evidence."""
    standards = tuple(_standard(number, data) for number, data in enumerate(_standards()))
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "edition": edition(),
        "generated_at": datetime(2017, 9, 15, 3, 30, tzinfo=UTC),
        "draft": False,
        "approved_on": date(2017, 9, 20),
        "director": DIRECTOR,
        "basic_info": "\n".join(NARRATIVES[:2]),
        "conclusion": NARRATIVES[2],
        "standards": standards,
        "unscored": 1,
        "arithmetic": _arithmetic(standards),
        "committee": groups()[:2],
        "order": OrderCard(
            number="215/2559",
            subject="แต่งตั้งคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
            signed_on=date(2016, 12, 1),
        ),
        "meetings": _meetings(),
        "evidence_index": _index(standards),
    }
    return SarSnapshot(**values | changes)


def photographs(count: int) -> tuple[Photograph, ...]:
    return tuple(
        Photograph(sha256=f"photo-{n % 4}", caption=f"การประชุมเชิงปฏิบัติการ ครั้งที่ {n + 1}")
        for n in range(count)
    )


def announcement(**changes) -> AnnouncementSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "subject": "กำหนดมาตรฐานสำนักงานเขตพื้นที่การศึกษาเป็นวาระร่วม ประจำปีงบประมาณ พ.ศ. 2560",
        "body": "\n".join(NARRATIVES),
        "signed_on": date(2016, 10, 10),
        "signature": DIRECTOR,
        "draft": False,
    }
    return AnnouncementSnapshot(**values | changes)


def order(**changes) -> OrderSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "number": "215",
        "year": 2559,
        "subject": "แต่งตั้งคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. 2560",
        "reason": NARRATIVES[0],
        "power": "อาศัยอำนาจตามความในมาตรา 37 แห่งพระราชบัญญัติระเบียบบริหารราชการกระทรวงศึกษาธิการ "
        "พ.ศ. 2546 และที่แก้ไขเพิ่มเติม จึงแต่งตั้งคณะกรรมการดำเนินงาน ดังต่อไปนี้",
        "groups": groups(),
        "effective": "ตั้งแต่บัดนี้เป็นต้นไป",
        "signed_on": date(2016, 12, 1),
        "signature": Signature(
            name="นายรอง รักษาการ",
            position="รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา",
            acting_for="ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
        ),
        "draft": False,
        "annex": _annex(),
    }
    return OrderSnapshot(**values | changes)


def summary(**changes) -> SummarySnapshot:
    standards = tuple(
        SummaryStandard(
            code=s.code,
            title=s.title,
            weight=s.weight,
            score=s.score,
            level_name=s.level_name,
            indicators=tuple(
                SummaryIndicator(
                    code=i.code,
                    title=i.title,
                    score=i.score,
                    level_name=i.level_name,
                    strengths=i.strengths,
                    to_improve=i.to_improve,
                )
                for i in s.indicators
            ),
        )
        for s in sar().standards
    )
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "edition": edition(),
        "standards": standards,
        "score": None,
        "level_name": "",
        "unscored": 1,
        "draft": False,
        "director": DIRECTOR,
        "submitted_on": date(2017, 9, 25),
    }
    return SummarySnapshot(**values | changes)


def flowchart(**changes) -> FlowchartSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "title": "ผังกระบวนการสนับสนุนงานมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
        "as_of": date(2017, 3, 15),
        "steps": _steps(),
    }
    return FlowchartSnapshot(**values | changes)


# -- parts ---------------------------------------------------------------------------


def _catalogue() -> dict:
    return yaml.safe_load(CATALOGUE.read_text())


def _standards() -> list[dict]:
    return _catalogue()["standards"]


def _person(number: int) -> Person:
    return Person(name=f"นางสาวบุคลากร คนที่{number}", position="นักวิชาการศึกษาชำนาญการ")


def _standard(number: int, data: dict) -> Standard:
    indicators = tuple(_indicator(n, i) for n, i in enumerate(data["indicators"]))
    unscored = sum(i.unscored for i in indicators)
    return Standard(
        code=data["code"],
        title=data["title"],
        weight=Decimal(data["weight"]),
        score=None if unscored else Decimal("4.17"),
        level_name="" if unscored else "ดีมาก",
        unscored=unscored,
        supervisors=(_person(number),),
        indicators=indicators,
    )


def _indicator(number: int, data: dict) -> Indicator:
    considerations = tuple(_consideration(n, c) for n, c in enumerate(data["considerations"]))
    levels = [c.level for c in considerations]
    unscored = levels.count(None)
    mean = None if unscored else (Decimal(sum(levels)) / len(levels)).quantize(Decimal("0.01"))
    return Indicator(
        code=data["code"],
        title=data["title"],
        weight=Decimal(1),
        score=mean,
        level_name="" if mean is None else ("ดีมาก" if mean >= Decimal("3.5") else "ดี"),
        unscored=unscored,
        supervisors=(_person(number + 10),),
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


def _consideration(number: int, data: dict) -> Consideration:
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
    return Consideration(
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
        collectors=(_person(number + 20), _person(number + 21)),
    )


def _arithmetic(standards) -> tuple[Line, ...]:
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


def groups() -> tuple[CommitteeGroup, ...]:
    position = "ผู้อำนวยการกลุ่มนิเทศ ติดตาม และประเมินผลการจัดการศึกษา"
    first = (
        Member(name="นายผู้อำนวยการ ทดสอบ", position="ผอ.สพป.สกลนคร เขต 2", role="ประธานกรรมการ"),
        Member(name="นายรอง รักษาการ", position="รอง ผอ.สพป.สกลนคร เขต 2", role="รองประธานกรรมการ"),
        *(Member(name=_person(n).name, position=position, role="กรรมการ") for n in range(8)),
        Member(
            name="นางสาวประสาน งานดี", position="นักจัดการงานทั่วไปชำนาญการ", role="กรรมการและเลขานุการ"
        ),
    )
    duties = (
        "ให้คำปรึกษา แนะนำ และอำนวยความสะดวกในการดำเนินงานให้เป็นไปด้วยความเรียบร้อย",
        "กำกับ ติดตาม และเร่งรัดการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษาให้บรรลุผลสำเร็จ",
    )
    titles = ["คณะกรรมการที่ปรึกษา", "คณะกรรมการอำนวยการ"]
    titles += [f"คณะกรรมการดำเนินงาน มาตรฐานที่ {s['code']} {s['title']}" for s in _standards()]
    return tuple(CommitteeGroup(title=title, members=first, duties=duties) for title in titles)


def _annex() -> tuple[AnnexLine, ...]:
    lines = []
    for s in _standards():
        lines.append(
            AnnexLine(kind="standard", code=s["code"], title=s["title"], people=(_person(1),))
        )
        for i in s["indicators"]:
            lines.append(
                AnnexLine(kind="indicator", code=i["code"], title=i["title"], people=(_person(2),))
            )
            lines.extend(
                AnnexLine(
                    kind="consideration",
                    code=c["code"],
                    title=c["title"],
                    people=() if c["code"] == UNSCORED else (_person(n + 3), _person(n + 4)),
                )
                for n, c in enumerate(i["considerations"])
            )
    return tuple(lines)


def _meetings() -> tuple[MeetingNote, ...]:
    return (
        MeetingNote(
            title="ประชุมชี้แจงการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
            held_on=date(2016, 11, 15),
            place="ห้องประชุมสำนักงานเขตพื้นที่การศึกษา",
            present=48,
            absent=3,
            summary="\n".join(NARRATIVES[1:]),
        ),
        MeetingNote(title="ประชุมคณะกรรมการ ครั้งที่ 1/2560", held_on=date(2017, 1, 20)),
    )


def _index(standards) -> tuple[IndexedEvidence, ...]:
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


def _steps() -> tuple[FlowchartStep, ...]:
    labels = (
        ("start", "กำหนดเป็นวาระร่วม", "done"),
        ("process", "ประชุมชี้แจง", "done"),
        ("decision", "แต่งตั้งคณะกรรมการ", "done"),
        ("process", "ประชุมคณะกรรมการ จัดทำมาตรฐาน", "open"),
        ("document", "ประเมินตนเอง จัดทำรายงาน SAR", "waiting"),
        ("end", "สรุปผลเพื่อรองรับการติดตาม", "waiting"),
    )
    return tuple(
        FlowchartStep(
            number=n + 1,
            shape=shape,
            label=label,
            begin=date(2016 + (n > 1), (10, 11, 1, 2, 5, 8)[n], 1),
            end=date(2016 + (n > 1), (10, 12, 1, 4, 7, 9)[n], 30),
            description=NARRATIVES[n % 3],
            responsible=("นักจัดการงานทั่วไป", "คณะกรรมการ"),
            state=state,
            late=n == 3,
            done_on=date(2016, 10, 28) if state == "done" else None,
        )
        for n, (shape, label, state) in enumerate(labels)
    )

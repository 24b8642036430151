"""Snapshots as papers get them, built from the starter catalogue: no database, no chance."""

from datetime import UTC, date, datetime
from decimal import Decimal

from reports.snapshot import (
    AnnexLine,
    AnnouncementSnapshot,
    CommitteeGroup,
    EditionCard,
    FlowchartSnapshot,
    FlowchartStep,
    LevelCard,
    MeetingNote,
    Member,
    OfficeCard,
    OrderCard,
    OrderSnapshot,
    Photograph,
    SarSnapshot,
    SignatureCard,
    SummaryIndicator,
    SummarySnapshot,
    SummaryStandard,
)
from tests.factories.standards import (
    NARRATIVES,
    UNSCORED,
    make_arithmetic,
    make_index,
    make_paper_person,
    make_standard,
    read_catalogue,
    read_standards,
)

OFFICE = OfficeCard(
    name="สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
    short_name="สพป.สกลนคร เขต 2",
    address="ถนนนิตโย ตำบลพันนา อำเภอสว่างแดนดิน จังหวัดสกลนคร 47110",
    province="สกลนคร",
)
DIRECTOR = SignatureCard(
    name="นายผู้อำนวยการ ทดสอบ",
    position="ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
)


def make_edition_card() -> EditionCard:
    data = read_catalogue()["edition"]
    levels = tuple(
        LevelCard(score=lv["score"], name=lv["name"], at_least=Decimal(str(lv["at_least"])))
        for lv in data["levels"]
    )
    return EditionCard(
        code=data["code"], title=data["title"], verified=False, note=data["note"], levels=levels
    )


def make_sar(**changes) -> SarSnapshot:
    """A SAR with everything, save one score and one consideration's evidence."""
    standards = tuple(make_standard(number, data) for number, data in enumerate(read_standards()))
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "edition": make_edition_card(),
        "generated_at": datetime(2017, 9, 15, 3, 30, tzinfo=UTC),
        "draft": False,
        "approved_on": date(2017, 9, 20),
        "director": DIRECTOR,
        "basic_info": "\n".join(NARRATIVES[:2]),
        "conclusion": NARRATIVES[2],
        "standards": standards,
        "unscored": 1,
        "arithmetic": make_arithmetic(standards),
        "committee": make_groups()[:2],
        "order": OrderCard(
            number="215/2559",
            subject="แต่งตั้งคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
            signed_on=date(2016, 12, 1),
        ),
        "meetings": _meetings(),
        "evidence_index": make_index(standards),
    }
    return SarSnapshot(**values | changes)


def make_photographs(count: int) -> tuple[Photograph, ...]:
    return tuple(
        Photograph(sha256=f"photo-{n % 4}", caption=f"การประชุมเชิงปฏิบัติการ ครั้งที่ {n + 1}")
        for n in range(count)
    )


def make_announcement(**changes) -> AnnouncementSnapshot:
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


def make_order(**changes) -> OrderSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "number": "215",
        "year": 2559,
        "subject": "แต่งตั้งคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. 2560",
        "reason": NARRATIVES[0],
        "power": "อาศัยอำนาจตามความในมาตรา 37 แห่งพระราชบัญญัติระเบียบบริหารราชการกระทรวงศึกษาธิการ "
        "พ.ศ. 2546 และที่แก้ไขเพิ่มเติม จึงแต่งตั้งคณะกรรมการดำเนินงาน ดังต่อไปนี้",
        "groups": make_groups(),
        "effective": "ตั้งแต่บัดนี้เป็นต้นไป",
        "signed_on": date(2016, 12, 1),
        "signature": SignatureCard(
            name="นายรอง รักษาการ",
            position="รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา",
            acting_for="ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
        ),
        "draft": False,
        "annex": _annex(),
    }
    return OrderSnapshot(**values | changes)


def make_summary(**changes) -> SummarySnapshot:
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
        for s in make_sar().standards
    )
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "edition": make_edition_card(),
        "standards": standards,
        "score": None,
        "level_name": "",
        "unscored": 1,
        "draft": False,
        "director": DIRECTOR,
        "submitted_on": date(2017, 9, 25),
    }
    return SummarySnapshot(**values | changes)


def make_flowchart(**changes) -> FlowchartSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "title": "ผังกระบวนการสนับสนุนงานมาตรฐานสำนักงานเขตพื้นที่การศึกษา",
        "as_of": date(2017, 3, 15),
        "steps": _steps(),
    }
    return FlowchartSnapshot(**values | changes)


# -- parts ---------------------------------------------------------------------------


def make_groups() -> tuple[CommitteeGroup, ...]:
    position = "ผู้อำนวยการกลุ่มนิเทศ ติดตาม และประเมินผลการจัดการศึกษา"
    first = (
        Member(name="นายผู้อำนวยการ ทดสอบ", position="ผอ.สพป.สกลนคร เขต 2", role="ประธานกรรมการ"),
        Member(name="นายรอง รักษาการ", position="รอง ผอ.สพป.สกลนคร เขต 2", role="รองประธานกรรมการ"),
        *(
            Member(name=make_paper_person(n).name, position=position, role="กรรมการ")
            for n in range(8)
        ),
        Member(
            name="นางสาวประสาน งานดี", position="นักจัดการงานทั่วไปชำนาญการ", role="กรรมการและเลขานุการ"
        ),
    )
    duties = (
        "ให้คำปรึกษา แนะนำ และอำนวยความสะดวกในการดำเนินงานให้เป็นไปด้วยความเรียบร้อย",
        "กำกับ ติดตาม และเร่งรัดการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษาให้บรรลุผลสำเร็จ",
    )
    titles = ["คณะกรรมการที่ปรึกษา", "คณะกรรมการอำนวยการ"]
    titles += [f"คณะกรรมการดำเนินงาน มาตรฐานที่ {s['code']} {s['title']}" for s in read_standards()]
    return tuple(CommitteeGroup(title=title, members=first, duties=duties) for title in titles)


def _annex() -> tuple[AnnexLine, ...]:
    lines = []
    for s in read_standards():
        lines.append(
            AnnexLine(
                kind="standard", code=s["code"], title=s["title"], people=(make_paper_person(1),)
            )
        )
        for i in s["indicators"]:
            lines.append(
                AnnexLine(
                    kind="indicator",
                    code=i["code"],
                    title=i["title"],
                    people=(make_paper_person(2),),
                )
            )
            lines.extend(
                AnnexLine(
                    kind="consideration",
                    code=c["code"],
                    title=c["title"],
                    people=()
                    if c["code"] == UNSCORED
                    else (make_paper_person(n + 3), make_paper_person(n + 4)),
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

"""Snapshots of memo, invitation and minutes as papers get them: no database, no chance."""

from datetime import UTC, date, datetime

from reports.snapshot import (
    AgendaPoint,
    AgendaTask,
    Attendant,
    InvitationSnapshot,
    MemoSnapshot,
    MinutesSnapshot,
    Opinion,
    Person,
    SealCard,
    SignatureCard,
)
from tests.factories import papers
from tests.factories.papers import DIRECTOR, NARRATIVES, OFFICE

SEAL = SealCard(code="K7QX2M9T", url="https://esa.example.go.th/verify/K7QX2M9T")
PROPOSER = SignatureCard(name="นางสาวประสาน งานดี", position="นักจัดการงานทั่วไปชำนาญการ")
DEPUTY = SignatureCard(name="นายรอง รักษาการ", position="รองผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา")
MEETING = "ประชุมคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ครั้งที่ 1/2560"
STARTS = datetime(2017, 1, 20, 2, 30, tzinfo=UTC)
ITEMS = (
    "ประธานแจ้งให้ที่ประชุมทราบ",
    "รับรองรายงานการประชุมครั้งที่ผ่านมา",
    "เรื่องสืบเนื่อง",
    "เรื่องเสนอเพื่อทราบ",
    "เรื่องเสนอเพื่อพิจารณา",
    "เรื่องอื่น ๆ",
)


def make_memo(**changes) -> MemoSnapshot:
    subject = "แต่งตั้งคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ประจำปีงบประมาณ พ.ศ. 2560"
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "department": "สพป.สกลนคร เขต 2 กลุ่มอำนวยการ โทร. 0 4272 1234",
        "number": "7",
        "year": 2559,
        "dated": date(2016, 11, 28),
        "subject": f"ขออนุมัติ{subject}",
        "to": DIRECTOR.position,
        "origin": NARRATIVES[0],
        "facts": NARRATIVES[1],
        "request": "จึงเรียนมาเพื่อโปรดพิจารณา หากเห็นชอบโปรดอนุมัติและลงนามในคำสั่งที่เสนอมาพร้อมนี้",
        "signature": PROPOSER,
        "opinions": make_opinions(),
        "draft": False,
    }
    return MemoSnapshot(**values | changes)


def make_opinions(words="ตรวจสอบรายชื่อแล้ว ครบถ้วนทุกกลุ่มงาน") -> tuple[Opinion, ...]:
    return (
        Opinion(
            words="เห็นควรอนุมัติและลงนามในคำสั่ง",
            opinion=words,
            signature=DEPUTY,
            dated=date(2016, 11, 29),
        ),
        Opinion(
            words="อนุมัติ และลงนามในคำสั่งแล้ว",
            opinion="",
            signature=DIRECTOR,
            dated=date(2016, 12, 1),
        ),
    )


def make_invitation(people=25, **changes) -> InvitationSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "department": OFFICE.name,
        "dated": date(2017, 1, 9),
        "subject": f"ขอเชิญเข้าร่วม{MEETING}",
        "to": "ผู้มีรายชื่อตามบัญชีแนบท้าย",
        "opening": f"ด้วย{OFFICE.name} กำหนดจัด{MEETING} ในวันที่ 20 มกราคม 2560 เวลา 09.30 น. "
        "ณ ห้องประชุมสำนักงานเขตพื้นที่การศึกษา ตามระเบียบวาระการประชุมที่แนบมาพร้อมนี้",
        "meeting": MEETING,
        "starts_at": STARTS,
        "place": "ห้องประชุมสำนักงานเขตพื้นที่การศึกษา ชั้น 2",
        "link": "https://meet.example.go.th/esa",
        "closing": "จึงเรียนมาเพื่อโปรดเข้าร่วมประชุมตามวัน เวลา และสถานที่ดังกล่าวโดยพร้อมเพรียงกัน",
        "agenda": make_agenda(text=False),
        "invited": tuple(
            Person(name=f"นางสาวบุคลากร คนที่{n}", position="นักวิชาการศึกษาชำนาญการ")
            for n in range(people)
        ),
        "signature": DIRECTOR,
        "draft": False,
    }
    return InvitationSnapshot(**values | changes)


def make_minutes(people=22, **changes) -> MinutesSnapshot:
    values = {
        "office": OFFICE,
        "fiscal_year": 2560,
        "meeting": MEETING,
        "number": 1,
        "starts_at": STARTS,
        "place": "ห้องประชุมสำนักงานเขตพื้นที่การศึกษา ชั้น 2",
        "present": tuple(make_attendant(n) for n in range(people)),
        "absent": (
            make_attendant(30, "กรรมการ", "ไปราชการ"),
            make_attendant(31, "กรรมการ", "ลาป่วย"),
        ),
        "guests": ("นายแขก รับเชิญ ผู้อำนวยการโรงเรียนบ้านพันนา", "นางสาวผู้สังเกต การณ์ ศึกษานิเทศก์"),
        "began_at": STARTS,
        "ended_at": datetime(2017, 1, 20, 5, 0, tzinfo=UTC),
        "summary": "",
        "agenda": make_agenda(),
        "note_taker": PROPOSER,
        "checker": DIRECTOR,
        "confirmed_on": date(2017, 3, 10),
        "confirmed_in": MEETING.replace("1/", "2/"),
        "draft": False,
        "opening": "ประธานกล่าวเปิดประชุม และดำเนินการประชุมตามระเบียบวาระ ดังต่อไปนี้",
        "closing": "เมื่อไม่มีผู้ใดเสนอเรื่องอื่นเพิ่มเติม ประธานกล่าวขอบคุณผู้เข้าร่วมประชุม และกล่าวปิดประชุม",
    }
    return MinutesSnapshot(**values | changes)


def make_attendant(n, seat="กรรมการ", excuse="") -> Attendant:
    return Attendant(
        name=f"นางสาวบุคลากร คนที่{n}",
        position="นักวิชาการศึกษาชำนาญการ",
        seat=seat if n else "ประธานที่ประชุม",
        excuse=excuse,
    )


def make_agenda(items=ITEMS, *, text=True, repeat=1) -> tuple[AgendaPoint, ...]:
    """The usual agenda: points under one item, work to do under another, nothing said last."""
    points = []
    for n, title in enumerate(items, start=1):
        spoken = text and n != len(items)
        points.append(
            AgendaPoint(
                number=str(n),
                title=title,
                text="\n".join(NARRATIVES[:2] * repeat) if spoken else "",
                resolution="รับทราบ" if spoken else "",
                tasks=(make_agenda_task(),) * 2 if spoken and n == 5 else (),
                points=_under(n, text) if n == 3 else (),
            )
        )
    return tuple(points)


def make_agenda_task() -> AgendaTask:
    return AgendaTask(
        text="จัดทำแบบเก็บข้อมูลและแจ้งผู้จัดเก็บข้อมูลทุกประเด็นการพิจารณา",
        owner="นางสาวประสาน งานดี",
        due=date(2017, 2, 15),
    )


def _under(n, text) -> tuple[AgendaPoint, ...]:
    return tuple(
        AgendaPoint(
            number=f"{n}.{k}",
            title=title,
            text=NARRATIVES[2] if text else "",
            resolution="เห็นชอบ" if text else "",
        )
        for k, title in enumerate(("การมอบหมายผู้จัดเก็บข้อมูล", "ประเด็นที่ยังไม่มีหลักฐาน"), start=1)
    )


MAKERS = {
    "announcement": papers.make_announcement,
    "order": papers.make_order,
    "sar": papers.make_sar,
    "summary": papers.make_summary,
    "flowchart": papers.make_flowchart,
    "memo": make_memo,
    "invitation": make_invitation,
    "minutes": make_minutes,
}


def make_example(kind):
    """The snapshot of any kind of paper."""
    return MAKERS[kind]()

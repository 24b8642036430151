"""The people of the demonstration offices: named by their position, nobody real."""

from datetime import date
from functools import cache

from django.conf import settings
from django.contrib.auth.hashers import make_password

from people.members import add_person
from people.models import Office, User
from people.offices import add_group, found_office, update_office
from people.roles import grant_role
from people.states import OfficeKind, Role

SINCE = date(2016, 10, 1)
GROUPS = (
    "กลุ่มอำนวยการ",
    "กลุ่มนโยบายและแผน",
    "กลุ่มส่งเสริมการศึกษาทางไกล เทคโนโลยีสารสนเทศและการสื่อสาร",
    "กลุ่มบริหารงานการเงินและสินทรัพย์",
    "กลุ่มบริหารงานบุคคล",
    "กลุ่มพัฒนาครูและบุคลากรทางการศึกษา",
    "กลุ่มนิเทศ ติดตาม และประเมินผลการจัดการศึกษา",
    "กลุ่มส่งเสริมการจัดการศึกษา",
    "หน่วยตรวจสอบภายใน",
    "กลุ่มกฎหมายและคดี",
)
SHORT_GROUPS = (
    "กลุ่มอำนวยการ",
    "กลุ่มนโยบายและแผน",
    "กลุ่มส่งเสริมการศึกษาทางไกลฯ",
    "กลุ่มบริหารงานการเงินฯ",
    "กลุ่มบริหารงานบุคคล",
    "กลุ่มพัฒนาครูฯ",
    "กลุ่มนิเทศ ติดตามฯ",
    "กลุ่มส่งเสริมการจัดการศึกษา",
    "หน่วยตรวจสอบภายใน",
    "กลุ่มกฎหมายและคดี",
)
DIRECTOR = "ผู้อำนวยการสำนักงานเขตพื้นที่การศึกษา"
COORDINATOR = "นักจัดการงานทั่วไปชำนาญการ"
# (group, name, position)
MEMBERS = (
    (2, "นักวิเคราะห์นโยบายฯ 1", "นักวิเคราะห์นโยบายและแผนชำนาญการ"),
    (7, "ศึกษานิเทศก์ 1", "ศึกษานิเทศก์ชำนาญการพิเศษ"),
    (5, "นักทรัพยากรบุคคล 1", "นักทรัพยากรบุคคลชำนาญการ"),
    (4, "นักวิชาการเงินฯ 1", "นักวิชาการเงินและบัญชีชำนาญการ"),
    (8, "นักวิชาการศึกษา 1", "นักวิชาการศึกษาชำนาญการ"),
)
STAFF = (
    (1, "เจ้าพนักงานธุรการ 1", "เจ้าพนักงานธุรการชำนาญงาน"),
    (3, "นักวิชาการคอมพิวเตอร์ 1", "นักวิชาการคอมพิวเตอร์ปฏิบัติการ"),
    (6, "นักทรัพยากรบุคคล 2", "นักทรัพยากรบุคคลปฏิบัติการ"),
    (7, "ศึกษานิเทศก์ 2", "ศึกษานิเทศก์ชำนาญการ"),
    (9, "นักวิชาการตรวจสอบภายใน 1", "นักวิชาการตรวจสอบภายในปฏิบัติการ"),
    (10, "นิติกร 1", "นิติกรชำนาญการ"),
)


def _office(code, name, short_name, *, kind=OfficeKind.PRIMARY, **about):
    office = Office.objects.filter(code=code).first()
    if office is None:
        office = found_office(code=code, name=name, short_name=short_name, kind=kind)
        office = update_office(office, by=None, **about)
    return office


def _groups(office):
    groups = list(office.work_groups.order_by("order"))
    return groups or [
        add_group(office, code=f"g{n}", name=name, order=n, by=None)
        for n, name in enumerate(GROUPS, start=1)
    ]


def _person(office, username, name, position, *roles, group=None):
    """A person with one role from the year's beginning on; kept when there already."""
    if User.objects.filter(username=username).exists():
        return
    user = add_person(
        office,
        username=username,
        email=f"{username}@{office.code}.example",
        given_name=name,
        position=position,
        work_group=group,
        by=None,
    )
    User.objects.filter(pk=user.pk).update(password=_hashed(settings.DEMO_PASSWORD))
    for role in roles:
        grant_role(user, role=role, office=office, by=None, since=SINCE)


@cache
def _hashed(published):
    """One hash for all accounts: it is published, and thirty hashes take eight seconds."""
    return make_password(published)


def make_offices():
    """The office skn2 with its people, skn1 with a few (to prove isolation), and สพฐ."""
    skn2 = _office(
        "skn2",
        "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2",
        "สพป.สกลนคร เขต 2",
        province="สกลนคร",
        address="อำเภอสว่างแดนดิน จังหวัดสกลนคร",
    )
    _staff_skn2(skn2, _groups(skn2))
    skn1 = _office(
        "skn1",
        "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 1",
        "สพป.สกลนคร เขต 1",
        province="สกลนคร",
        address="อำเภอเมืองสกลนคร จังหวัดสกลนคร",
    )
    group = _groups(skn1)[0]
    for username, name, position, *roles in (
        ("director", "ผอ.สพป.", DIRECTOR, Role.DIRECTOR),
        ("coordinator", "นักจัดการงานทั่วไป", COORDINATOR, Role.COORDINATOR),
        ("admin", "ผู้ดูแลระบบ", "นักวิชาการคอมพิวเตอร์", Role.ADMIN),
        ("staff1", "เจ้าพนักงานธุรการ", "เจ้าพนักงานธุรการปฏิบัติงาน"),
    ):
        _person(skn1, f"skn1-{username}", name, position, *roles, group=group)
    obec = _office(
        "obec",
        "สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน",
        "สพฐ.",
        kind=OfficeKind.NATIONAL,
        province="กรุงเทพมหานคร",
    )
    _person(obec, "obec", "กรรมการติดตามฯ สพฐ.", "กรรมการติดตามและประเมินผล", Role.OBEC)
    return skn2


def _staff_skn2(skn2, groups):
    """Director, deputy, coordinator, ten group directors, five members, six staff, IT."""
    _person(skn2, "director", "ผอ.สพป.", DIRECTOR, Role.DIRECTOR)
    _person(skn2, "deputy", "รอง ผอ.สพป.", f"รอง{DIRECTOR}", Role.DEPUTY)
    _person(
        skn2,
        "coordinator",
        "นักจัดการงานทั่วไป",
        COORDINATOR,
        Role.COORDINATOR,
        group=groups[0],
    )
    for n, (group, short) in enumerate(zip(groups, SHORT_GROUPS, strict=True), start=1):
        position = f"ผู้อำนวยการ{group.name}"
        _person(skn2, f"group{n}", f"ผอ.{short}", position, Role.GROUP_DIRECTOR, group=group)
    for prefix, rows in (("member", MEMBERS), ("staff", STAFF)):
        for n, (group, name, position) in enumerate(rows, start=1):
            _person(skn2, f"{prefix}{n}", name, position, group=groups[group - 1])
    _person(skn2, "admin", "ผู้ดูแลระบบ", "นักวิชาการคอมพิวเตอร์ชำนาญการ", Role.ADMIN, group=groups[2])

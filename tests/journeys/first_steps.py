"""The year as far as its committee: edition, year, agenda, briefing, assignments, order."""

import re

from django.conf import settings
from playwright.sync_api import expect

CATALOGUE = settings.BASE_DIR / "indicators/data/esa-2560.yaml"
YEAR = "/o/skn2/2560/"
COLLECTORS = {"1": "ศึกษานิเทศก์ 1", "2": "ศึกษานิเทศก์ 1", "3": "นักวิชาการศึกษา 1"}


# -- before the year -----------------------------------------------------------------
def import_the_catalogue(people):
    admin = people.admin
    admin.follow("มาตรฐาน", within=admin.page.locator(".site-header"), nth=1)
    admin.reads("ยังไม่มีฉบับมาตรฐานในระบบ")
    admin.follow("นำเข้าฉบับมาตรฐาน")
    admin.page.get_by_label("ไฟล์ YAML").set_input_files(CATALOGUE)
    admin.press("ตรวจสอบโดยยังไม่บันทึก")
    admin.reads("ไม่พบข้อผิดพลาด", "3 มาตรฐาน · 14 ตัวบ่งชี้ · 42 ประเด็นการพิจารณา")
    admin.press(re.compile("^นำเข้า$"))
    admin.reads("นำเข้าเป็นรุ่นที่ 1 แล้ว", "ยังไม่ได้ตรวจยืนยัน")
    admin.shoot("01-edition")


def open_the_year(people):
    coordinator = people.coordinator
    coordinator.reads("ยังไม่มีรอบการประเมินที่ดำเนินการอยู่")
    coordinator.follow("เปิดรอบการประเมิน")
    coordinator.type("ปีงบประมาณ", "2560")
    coordinator.press("เปิดรอบการประเมิน")
    coordinator.reads("เปิดรอบการประเมิน ปีงบประมาณ พ.ศ. 2560 แล้ว", "กำหนดเป็นวาระร่วม", "สรุปผล")
    coordinator.heading("ผังกระบวนการ 6 ขั้นตอน ปีงบประมาณ พ.ศ. 2560")
    coordinator.shoot("02-cycle")


# -- step 1 --------------------------------------------------------------------------
def share_the_agenda(people):
    coordinator = people.coordinator
    coordinator.go("/").follow("จัดทำร่างประกาศกำหนดวาระร่วมแล้วเสนอ")
    coordinator.press("เริ่มร่าง")
    coordinator.press("บันทึกร่าง")
    coordinator.reads("บันทึกร่างแล้ว")
    coordinator.press("เสนอรองผู้อำนวยการ")
    coordinator.reads("รองผู้อำนวยการพิจารณาให้ความเห็น")

    deputy = people.deputy
    deputy.follow("กลั่นกรองประกาศก่อนเสนอผู้อำนวยการ")
    deputy.type("ความเห็น", "เห็นควรลงนาม")
    deputy.press("เห็นชอบและเสนอผู้อำนวยการ")
    deputy.reads("บันทึกความเห็นของท่านแล้ว")

    director = people.director
    director.follow("พิจารณาลงนามประกาศกำหนดวาระร่วม")
    director.shoot("03-announcement-director")
    director.press(re.compile("^อนุมัติ$"))
    assert director.clicks == 2, "from sign-in to approving: two clicks"
    director.reads("อนุมัติแล้ว และแจ้งผู้เกี่ยวข้องทุกคนแล้ว")

    coordinator.go("/").follow("เผยแพร่ประกาศและขอให้บุคลากรทุกคนรับทราบ")
    coordinator.press("เผยแพร่ประกาศ")
    coordinator.reads("เผยแพร่แล้ว และแจ้งบุคลากรทุกคนให้รับทราบแล้ว")
    for name in ("staff1", "group1", "director"):
        someone = getattr(people, name).go("/")
        someone.press("รับทราบ")
        someone.reads("บันทึกการรับทราบของท่านเรียบร้อยแล้ว")
    coordinator.go(f"{YEAR}steps/1/").reads("รับทราบแล้ว 3 จาก 25 คน")
    coordinator.shoot("04-step1")
    finish(coordinator, 1)


def finish(coordinator, number):
    coordinator.go(f"{YEAR}steps/{number}/").press(f"ปิดขั้นตอนที่ {number} เมื่อแล้วเสร็จ")
    coordinator.reads(f"ขั้นตอนที่ {number} แล้วเสร็จ")


# -- step 2 --------------------------------------------------------------------------
def brief_everybody(people, considerations):
    coordinator = people.coordinator
    coordinator.go("/").follow("นัดประชุมชี้แจงบุคลากรทุกคน")
    hold_meeting(coordinator, "24/11/2559", "ห้องประชุมใหญ่", absent="เจ้าพนักงานธุรการ 1")
    name_everybody(coordinator, considerations)
    list_project(coordinator)
    finish(coordinator, 2)


def list_project(coordinator):
    coordinator.go(f"{YEAR}projects/").follow("เพิ่มโครงการ")
    coordinator.page.get_by_label("ประเภท").select_option("โครงการ")
    coordinator.type("ชื่อ", "โครงการพัฒนาระบบบริหารจัดการสู่องค์กรคุณภาพ")
    coordinator.type("งบประมาณ", "๑๒๐,๐๐๐")
    coordinator.page.get_by_label("1.1 การบริหารจัดการที่ดี").check()
    coordinator.press("บันทึก")
    coordinator.reads("โครงการพัฒนาระบบบริหารจัดการสู่องค์กรคุณภาพ", "120,000.00")


def hold_meeting(coordinator, day, place, *, absent):
    coordinator.type("วันที่", day)
    coordinator.type("เวลา", "09.30")
    coordinator.type("สถานที่", place)
    coordinator.shoot(f"05-meeting-form-{place}")
    coordinator.press("นัดประชุม")
    coordinator.page.get_by_label("ประชุมในวันนั้นแล้ว").check()  # asked, as the day is over
    coordinator.press("นัดประชุม")
    coordinator.reads("นัดประชุมแล้ว", place)
    coordinator.follow("บันทึกผู้มาประชุม")
    coordinator.press("ทำเครื่องหมายว่ามาทุกคน")
    coordinator.reads("บันทึกผู้มาประชุมแล้ว")
    coordinator.page.get_by_label(absent).uncheck()
    coordinator.reads("บันทึกแล้ว เวลา")
    coordinator.follow("กลับไปหน้าการประชุม")
    coordinator.follow("บันทึกรายงานการประชุม")
    coordinator.heading("รายงานการประชุม")
    expect(coordinator.main.get_by_label("สาระที่ประชุม").first).to_be_editable()
    for box in coordinator.main.get_by_label("สาระที่ประชุม").all():
        box.fill("ประธานแจ้งให้ที่ประชุมทราบ และที่ประชุมรับทราบโดยไม่มีข้อทักท้วง")
    coordinator.press("บันทึกและกลับ")
    coordinator.reads("บันทึกรายงานการประชุมแล้ว")
    coordinator.press("ปิดการประชุมและรายงานการประชุม")
    coordinator.reads("ปิดการประชุมพร้อมรายงานการประชุมแล้ว")
    coordinator.shoot(f"06-meeting-{place}")


def name_everybody(coordinator, considerations):
    """One person for each standard, then one row by hand."""
    coordinator.go(f"{YEAR}assignments/").reads("ยังไม่มีผู้รับผิดชอบ 59 จาก 59 รายการ")
    for standard, person in COLLECTORS.items():
        row = coordinator.page.locator(f"#row-standard-{standard}")
        coordinator.open("กำหนดคนเดียวทั้งมาตรฐาน", within=row)
        box = row.get_by_label("บุคคล หรือพิมพ์ชื่อกลุ่มเพื่อเลือก ผอ.กลุ่ม")
        choose(coordinator, box, person)
        coordinator.press("กำหนดทุกรายการ", within=row)
        coordinator.reads(f"กำหนดให้ {person} รับผิดชอบแล้ว")
    coordinator.reads("มีผู้รับผิดชอบครบทั้ง 59 รายการ")
    code = considerations[0][0]
    box = coordinator.page.get_by_label(f"ผู้รับผิดชอบ {code}")
    choose(coordinator, box, "นักวิเคราะห์นโยบายฯ 1")
    coordinator.reads("บันทึกแล้ว เวลา")
    coordinator.shoot("07-assignments")


def choose(coordinator, box, person):
    """Type the beginning of a name, click what the list offers."""
    box.click()
    coordinator.page.keyboard.type(person[:-2])
    coordinator.page.locator("#person-list [role=option]", has_text=person).first.click()


# -- step 3 --------------------------------------------------------------------------
def appoint_the_committee(people):
    coordinator, deputy, director = people.coordinator, people.deputy, people.director
    coordinator.go("/").follow("จัดทำร่างคำสั่งแต่งตั้งคณะกรรมการแล้วเสนอ")
    coordinator.press("เริ่มร่าง")
    coordinator.shoot("08-order-draft")
    coordinator.press("บันทึกร่าง")
    coordinator.reads("บันทึกร่างแล้ว")
    coordinator.press("เสนอรองผู้อำนวยการ")
    endorse(deputy, "กลั่นกรองคำสั่งแต่งตั้งก่อนเสนอผู้อำนวยการ")

    director.go("/").follow("พิจารณาลงนามคำสั่งแต่งตั้งคณะกรรมการ")
    director.type("ความเห็น", "ขอให้ระบุวันที่มีผลใช้บังคับ")
    director.press("ส่งคืนพร้อมเหตุผลนี้")
    director.reads("ส่งคืนแล้ว")

    coordinator.go("/").follow("แก้ไขคำสั่งแต่งตั้งที่ส่งคืน")
    coordinator.reads("ส่งคืนแก้ไข", "ขอให้ระบุวันที่มีผลใช้บังคับ")
    coordinator.press("เริ่มร่างฉบับใหม่")
    coordinator.reads("รุ่นที่ 2")
    coordinator.press("บันทึกร่าง")
    coordinator.press("เสนอรองผู้อำนวยการ")
    endorse(deputy, "กลั่นกรองคำสั่งแต่งตั้งก่อนเสนอผู้อำนวยการ")

    fresh = people.fresh("director")
    fresh.follow("พิจารณาลงนามคำสั่งแต่งตั้งคณะกรรมการ")
    fresh.shoot("09-order-director")
    fresh.type("เลขที่คำสั่ง", "147")
    fresh.type("เลขที่บันทึกข้อความ", "523")
    fresh.press(re.compile("^อนุมัติ$"))
    assert fresh.clicks == 2, "from sign-in to approving: two clicks"
    fresh.reads("อนุมัติแล้ว และแจ้งผู้เกี่ยวข้องทุกคนแล้ว", "๑๔๗/๒๕๖๐")
    finish(coordinator, 3)


def endorse(deputy, title):
    deputy.go("/").follow(title)
    deputy.type("ความเห็น", "เห็นควรอนุมัติ")
    deputy.press("เห็นชอบและเสนอผู้อำนวยการ")
    deputy.reads("บันทึกความเห็นของท่านแล้ว")

"""One office, one year, six steps: from an empty office to the SAR in hand, through the pages only.

Everybody signs in by hand, once, and does their own part. What is too slow for a person would be
too slow here as well: 42 considerations are written, scored and agreed one by one.
"""

import re
import subprocess
import time

import pytest
import yaml
from playwright.sync_api import expect

from tests.journeys.desk import NARROW
from tests.journeys.first_steps import (
    CATALOGUE,
    YEAR,
    appoint_the_committee,
    brief_everybody,
    endorse,
    finish,
    hold_meeting,
    import_the_catalogue,
    open_the_year,
    share_the_agenda,
)

pytestmark = pytest.mark.journey

THAI_FILE = "รายงานผลการใช้งบประมาณ ปี ๒๕๖๐ (ฉบับสมบูรณ์).pdf"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000052 00000 n \n"
    b"0000000101 00000 n \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n164\n%%EOF\n"
)
LEVELS = {5: "ดีเยี่ยม", 4: "ดีมาก", 3: "ดี"}
REASON = "กรรมการที่ติดราชการไม่ขัดข้องกับมติของที่ประชุม"
USERNAMES = {"1": "member2", "2": "member2", "3": "member5"}


@pytest.fixture(scope="module")
def considerations():
    """``(code, title)`` of the catalogue, read from its file."""
    tree = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    return [
        (row["code"], row["title"])
        for standard in tree["standards"]
        for indicator in standard["indicators"]
        for row in indicator["considerations"]
    ]


def level_of(code):
    return 3 + sum(map(int, code.split("."))) % 3


def narrative_of(code):
    return f"สำนักงานเขตดำเนินการประเด็น {code} ร่วมกับทุกกลุ่มงานตลอดปี"


def reason_of(code):
    return f"ผลการดำเนินงานประเด็น {code} เป็นไปตามเกณฑ์ระดับ {level_of(code)}"


def test_year_from_empty_office_to_sar_in_hand(empty_office, desk_at, considerations, tmp_path):
    people = People(empty_office, desk_at)
    import_the_catalogue(people)
    open_the_year(people)
    share_the_agenda(people)
    brief_everybody(people, considerations)
    appoint_the_committee(people)
    do_the_work(people, considerations)
    assess_ourselves(people, considerations)
    sum_up(people)
    assert_sar_is_whole(people, considerations, tmp_path)


class People:
    """Everybody's desks, opened when they are first needed."""

    def __init__(self, product, desk_at):
        self.product, self.desk_at, self.desks = product, desk_at, {}

    def __getattr__(self, name):
        if name not in self.desks:
            self.desks[name] = self.desk_at(self.product, name)
        return self.desks[name]

    def fresh(self, name, **options):
        """Somebody who signs in now: clicks count from here."""
        return self.desk_at(self.product, name, **options)


# -- step 4 --------------------------------------------------------------------------
def do_the_work(people, considerations):
    coordinator = people.coordinator
    coordinator.go("/").follow("นัดประชุมคณะกรรมการ")
    hold_meeting(coordinator, "27/01/2560", "ห้องประชุม 1", absent="ศึกษานิเทศก์ 1")
    upload_in_two_clicks(people, *considerations[0])
    for code, title in considerations[1:]:
        write_item(getattr(people, USERNAMES[code[0]]), code, title)
    coordinator.go(f"{YEAR}progress/").reads("ความก้าวหน้า")
    coordinator.shoot("11-progress")
    coordinator.go(YEAR).reads("ครบถ้วนแล้ว")
    finish(coordinator, 4)


def upload_in_two_clicks(people, code, title):
    """The collector of the first consideration: a real file with a Thai name."""
    member = people.fresh("member1")
    member.follow(f"{code} {title}")
    member.page.get_by_label("เลือกไฟล์").set_input_files(
        {"name": THAI_FILE, "mimeType": "application/pdf", "buffer": PDF}
    )
    member.reads("เพิ่มเป็นหลักฐานแล้ว")
    assert member.clicks == 1, "and the one that opens the choice of files"
    member.reads(THAI_FILE)
    with member.page.expect_download() as download:
        member.page.get_by_role("link", name=f"ดาวน์โหลด “{THAI_FILE}”").click()
    assert download.value.suggested_filename == THAI_FILE
    assert download.value.path().read_bytes() == PDF
    fill_texts(member, code)
    member.shoot("10-item")
    hand_in(member)


def fill_texts(desk, code):
    desk.type("การดำเนินงาน", narrative_of(code))
    desk.type("ผลการดำเนินงาน", f"ผลการดำเนินงาน {code} บรรลุเป้าหมายร้อยละ ๙๐")


def write_item(desk, code, title):
    desk.go(f"{YEAR}items/{code}/").heading(title)
    fill_texts(desk, code)
    if code.endswith(".2"):
        desk.open("แนบลิงก์แทนไฟล์")
        desk.type("หรือลิงก์", f"https://www.skn2.example/{code}")
        desk.type("คำอธิบายลิงก์", f"เอกสารประกอบ {code}")
        save(desk)
        desk.press("เพิ่มลิงก์")
        desk.reads(f"เอกสารประกอบ {code}")
    else:
        desk.type("เหตุผลที่ไม่มีหลักฐาน", "อยู่ระหว่างรวบรวมเอกสารจากกลุ่มงานที่เกี่ยวข้อง")
        save(desk)
    hand_in(desk)


def save(desk):
    desk.main.locator("#item-form").get_by_role("button", name="บันทึก").click()
    desk.page.locator("#save-state", has_text="บันทึกแล้ว เวลา").wait_for()


def hand_in(desk):
    desk.main.locator("#hand-in-form").get_by_role("button", name="ส่ง").click()
    desk.page.locator("h2", has_text="ดึงกลับมาแก้ไข").wait_for()


# -- step 5 --------------------------------------------------------------------------
def assess_ourselves(people, considerations):
    score_alone(people.member1, considerations)
    agree_together(people.coordinator, considerations)
    review_indicators(people.coordinator, considerations)
    report(people)  # the director's approval closes the step


def score_alone(member, considerations):
    """A member of the committee scores; only they see it until they hand in."""
    member.go(f"{YEAR}scores/").reads("ท่านให้คะแนนแล้ว 0 จาก 42 ประเด็น")
    standard = considerations[0][0].split(".")[0]
    for code, _title in considerations:
        if code.split(".")[0] != standard:
            standard = code.split(".")[0]
            member.follow(f"ไปมาตรฐานที่ {standard}")
        card = card_of(member, code)
        card.locator(f"input[value='{level_of(code)}']").check()
        card.get_by_label("เหตุผล").fill(reason_of(code))
        card.get_by_role("button", name="บันทึก").click()
        card.get_by_text(f"ให้ระดับ {level_of(code)}").wait_for()
    member.reads("ท่านให้คะแนนแล้ว 42 จาก 42 ประเด็น")
    member.shoot("12-scoring")
    member.press("ส่งคะแนน")
    member.reads("ส่งคะแนนแล้ว")


def card_of(desk, code):
    return desk.main.locator("article").filter(has=desk.page.locator(f".code:text-is('{code}')"))


def agree_together(coordinator, considerations):
    coordinator.go(f"{YEAR}committee-room/").reads("มีคะแนนมติแล้ว 0 จาก 42 ประเด็น")
    for code, _title in considerations:
        card = card_of(coordinator, code)
        card.locator(f"input[value='{level_of(code)}']").check()
        card.get_by_label("เหตุผลของคณะกรรมการ").fill(reason_of(code))
        card.get_by_role("button", name="บันทึกมติ").click()
        card.get_by_text(f"มติ: {level_of(code)}").wait_for()
    coordinator.reads("มีคะแนนมติแล้ว 42 จาก 42 ประเด็น")
    coordinator.shoot("13-committee-room")
    coordinator.go(f"{YEAR}arithmetic/").reads("ภาพรวมสำนักงาน", "น้ำหนัก × ค่า")
    coordinator.shoot("14-arithmetic")


def review_indicators(coordinator, considerations):
    for code in sorted({code.rpartition(".")[0] for code, _title in considerations}):
        coordinator.go(f"{YEAR}indicators/{code}/")
        coordinator.type("จุดเด่น", f"จุดเด่นของตัวบ่งชี้ {code} คือการทำงานเป็นทีม")
        coordinator.type("จุดที่ควรพัฒนา", f"ควรพัฒนาระบบสารสนเทศของตัวบ่งชี้ {code}")
        coordinator.press("บันทึกสรุปผล")
        coordinator.reads("บันทึกล่าสุดโดย")


def report(people):
    """Drafted, made into a PDF by the worker, endorsed, approved on a telephone."""
    coordinator = people.coordinator
    coordinator.go("/").follow("จัดทำรายงานการประเมินตนเองแล้วเสนอ")
    coordinator.press("เริ่มร่าง")
    coordinator.press("บันทึกร่าง")
    coordinator.press("จัดทำไฟล์ PDF ของรายงาน")
    coordinator.shoot("15-rendering")
    coordinator.page.get_by_text("เอกสารพร้อมใช้แล้ว").wait_for(timeout=180_000)
    coordinator.shoot("16-document")
    coordinator.go(f"{YEAR}proposals/sar/").reads("ไฟล์ PDF เมื่อ")
    coordinator.press("เสนอรองผู้อำนวยการ")
    endorse(people.deputy, "กลั่นกรองรายงานการประเมินตนเองก่อนเสนอผู้อำนวยการ")

    director = people.fresh("director", viewport=NARROW, has_touch=True, is_mobile=True)
    assert director.overhang() <= 0
    director.shoot("17-director-phone-home")
    director.follow("พิจารณาอนุมัติรายงานการประเมินตนเอง")
    assert director.overhang() <= 0
    read_the_panel(director)
    director.shoot("18-director-phone-sar")
    director.type("เหตุผลที่อนุมัติทั้งที่ยังไม่ครบ", REASON)
    director.press(re.compile("^อนุมัติ$"))
    assert director.clicks == 2, "from sign-in to approving: two clicks"
    director.reads("อนุมัติแล้ว", "จึงแก้ไขคะแนนและข้อความไม่ได้")
    director.reads("อนุมัติทั้งที่ยังไม่ครบทุกข้อ", REASON)
    assert director.overhang() <= 0
    director.shoot("18-director-phone-approved")


def read_the_panel(director):
    """The director's panel at 360 px: it stands above the button, fits, and each gap is a link."""
    panel, button = (
        director.main.locator("#completeness"),
        director.main.get_by_role("button", name=re.compile("^อนุมัติ$")),
    )
    expect(panel).to_contain_text("ยังไม่ครบ: หากอนุมัติต้องเขียนเหตุผล")
    expect(panel).to_contain_text("กรรมการที่ยังไม่ได้ส่งคะแนน")
    expect(button).to_be_enabled()
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]
    assert box["y"] + box["height"] < button.bounding_box()["y"]
    for summary in panel.locator(".completeness-gaps summary").all():
        assert summary.bounding_box()["height"] >= 44, "large enough for a finger"
        summary.click()
    assert director.overhang() <= 0, "opened it fits, too"
    links = panel.locator(".completeness-gaps a")
    assert links.count() > 0
    for address in {link.get_attribute("href") for link in links.all()}:
        assert director.page.request.get(f"{director.product.url}{address}").ok, address


# -- step 6 --------------------------------------------------------------------------
def sum_up(people):
    coordinator = people.coordinator
    coordinator.go("/").follow("ส่งสรุปผลการประเมินตนเองต่อ สพฐ.")
    coordinator.shoot("19-followup")
    coordinator.follow("ตรวจดูและส่ง")
    coordinator.reads("เมื่อส่งแล้ว", "ท่านขอคืนได้จนกว่าจะมีผู้เปิดอ่าน")
    coordinator.shoot("19-submit")
    coordinator.press("ส่งต่อ สพฐ.")
    coordinator.reads("ส่งสรุปผลต่อ สพฐ. แล้ว")
    verify(people.obec)
    coordinator.go("/").follow("ตอบข้อเสนอแนะของ สพฐ.")
    coordinator.reads("ควรเผยแพร่ผลการประเมินให้สถานศึกษาทราบ")
    coordinator.type("คำตอบ", "จะเผยแพร่ทางเว็บไซต์ภายในเดือนตุลาคม 2560")
    coordinator.page.get_by_label("ผู้รับผิดชอบดำเนินการ").select_option(index=1)
    coordinator.press("บันทึกคำตอบ")
    coordinator.reads("บันทึกคำตอบแล้ว", "ตอบแล้ว")
    finish(coordinator, 6)
    coordinator.go(YEAR).shoot("21-cycle-done")


def verify(obec):
    obec.go("/submissions/").follow("สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2")
    obec.shoot("20-submission-new")
    obec.press("เปิดอ่านรายงานนี้")
    obec.reads("เขียนข้อเสนอแนะ")
    obec.shoot("20-submission")
    links = obec.main.locator("a[href*='/indicators/']").evaluate_all(
        "links => [...new Set(links.map(link => link.getAttribute('href')))]"
    )
    assert len(links) == 14
    for link in links:
        obec.go(link).press("เห็นตามคะแนนของเขต")
        obec.reads("บันทึกคะแนนตามที่สำนักงานเขตประเมินแล้ว")
    obec.go("/submissions/").reads("42/42")
    obec.go(links[-1]).follow("เขียนข้อเสนอแนะ")
    obec.type("ปัญหาอุปสรรค", "การสื่อสารผลการประเมินยังไม่ทั่วถึง")
    obec.type("ข้อเสนอแนะ", "ควรเผยแพร่ผลการประเมินให้สถานศึกษาทราบ")
    obec.press("ส่งให้สำนักงานเขต")
    obec.reads("ส่งข้อเสนอแนะให้สำนักงานเขตแล้ว")


# -- the SAR in hand -----------------------------------------------------------------
def assert_sar_is_whole(people, considerations, folder):
    """The approved one: the schedule has it made without anybody asking."""
    coordinator = people.coordinator
    row = coordinator.main.locator("tr", has_text="รายงานการประเมินตนเอง (SAR) ลำดับที่ 2")
    ready = row.get_by_text("พร้อมใช้")
    wait_until(lambda: coordinator.go(f"{YEAR}documents/") and ready.count(), 150)
    expect(row.get_by_text("ร่าง", exact=True)).to_have_count(0)
    coordinator.shoot("22-documents")
    with coordinator.page.expect_download() as download:
        coordinator.follow("ดาวน์โหลด", within=row)
    assert download.value.suggested_filename.endswith(".pdf")
    path = folder / "sar.pdf"
    download.value.save_as(path)
    command = ["pdftotext", path, "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "ยังไม่ได้รับอนุมัติ" not in said
    said = squeezed(said)
    for code, title in considerations:
        scored = f"ผลการประเมิน คะแนน {level_of(code)} ระดับคุณภาพ {LEVELS[level_of(code)]} เหตุผล "
        for words in (f"ประเด็นที่ {code} {title}", narrative_of(code), scored + reason_of(code)):
            assert squeezed(thai_digits(words)) in said, words


def wait_until(true, seconds):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain"
        time.sleep(2)


def squeezed(text):
    """Without white space: lines break where the paper wants."""
    return re.sub(r"\s+", "", text)


def thai_digits(text):
    return text.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))

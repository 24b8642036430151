"""All five official papers of an office whose people are assigned: made, read, approved, checked.

Nobody's name is typed: names come from roles, the assignment table and the list of the invited.
"""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import expect

import thai
from tests.journeys.desk import NARROW, PATIENCE

pytestmark = pytest.mark.journey

YEAR = "/o/skn2/2560/"
OFFICE = "สำนักงานเขตพื้นที่การศึกษาประถมศึกษาสกลนคร เขต 2"
DIRECTOR, DEPUTY, COORDINATOR = "ผอ.สพป.", "รอง ผอ.สพป.", "นักจัดการงานทั่วไป"
COLLECTOR = "ศึกษานิเทศก์ 2"
REASON = "เพื่อให้ทุกกลุ่มงานร่วมกันยกระดับคุณภาพการจัดการศึกษาตลอดปีงบประมาณ"
FACTS = "ได้ประสานทุกกลุ่มงานเรื่องรายชื่อและหน้าที่เรียบร้อยแล้ว"
DUTY = "กำหนดแนวทาง ติดตามเร่งรัด และแก้ไขปัญหาการดำเนินงานในภาพรวม"
CLOSING = "จึงเรียนมาเพื่อโปรดเข้าร่วมประชุม และโปรดนำแฟ้มหลักฐานของท่านมาด้วย"
SAID = "ประธานเน้นย้ำการจัดเก็บหลักฐานให้ครบถ้วนภายในกำหนด"
MEETING = "ครั้งที่ 1/2560"
CODE = re.compile(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b")
PHONE = {"viewport": NARROW, "has_touch": True, "is_mobile": True}
TO_ARABIC = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def test_five_papers_without_typing_a_name(named_office, desk_at, tmp_path):
    papers = Papers(named_office, desk_at, tmp_path)
    announce(papers)
    order_with_memo(papers)
    call_the_committee(papers)
    keep_minutes(papers)
    papers.nobody_was_typed()


class Papers:
    """The coordinator at the desk, and whatever lands in the folder of downloads."""

    def __init__(self, product, desk_at, folder):
        self.product, self.desk_at, self.folder = product, desk_at, folder
        self.coordinator = desk_at(product, "coordinator")
        self.typed, self.names = [], {DIRECTOR, DEPUTY, COORDINATOR, COLLECTOR}

    @property
    def today(self):
        """The day in the office, as its people write it."""
        offset = int(self.product.environment["CLOCK_OFFSET_DAYS"])
        day = (datetime.now(UTC) + timedelta(hours=7, days=offset)).date()
        return f"{day.day}/{day.month}/{day.year + 543}"

    def write(self, label, text, *, within=None):
        self.typed.append(text)
        self.coordinator.type(label, text, within=within)

    def nobody_was_typed(self):
        assert self.typed
        assert not [name for name in self.names for text in self.typed if name in text]

    def preview_follows(self, label, text, shot):
        """The page stands beside the form, and is another one after the typing."""
        desk, pictures = self.coordinator, self.coordinator.page.locator("#preview-pages img")
        expect(pictures.first).to_be_visible(timeout=PATIENCE)
        before = pictures.evaluate_all("all => all.map(one => one.src).join()")
        form, page = desk.main.get_by_label(label).first, pictures.first
        assert page.bounding_box()["x"] > form.bounding_box()["x"] + form.bounding_box()["width"]
        self.write(label, text)
        desk.page.wait_for_function(
            "before => { const all = [...document.querySelectorAll('#preview-pages img')];"
            " return all.length && all.map(one => one.src).join() !== before; }",
            arg=before,
        )
        expect(desk.page.locator("#preview-status")).to_contain_text("หน้า", timeout=PATIENCE)
        desk.shoot(f"papers-{shot}-form")
        with desk.on_phone():
            assert desk.overhang() <= 0
            desk.shoot(f"papers-{shot}-form-phone")

    def take(self, paper, *words, meeting=""):
        """Fetch both files of a paper from the register; in both stands what must stand there."""
        asked = {form: self._ask(paper, form, meeting) for form in ("DOCX", "PDF")}
        for form, address in asked.items():
            path = self.folder / f"{paper}.{form.lower()}"
            path.write_bytes(self._download(form, address))
            found = squeezed(text_of(path))
            for word in (OFFICE, *words):
                assert squeezed(word) in found, (path.name, word)
        return path

    def _ask(self, paper, form, meeting):
        """Where the file is, or the page that waits for it."""
        desk = self.coordinator.go(f"{YEAR}documents/")
        rows = desk.main.locator(".offers > li:not(.meeting-offer)")
        if meeting:
            rows = desk.main.locator(".meeting-offer", has_text=meeting).locator("dl > div")
        row = rows.filter(has_text=re.compile(rf"^\s*{paper}"))
        file = row.locator(".offer-files").locator("a, button").nth(["PDF", "DOCX"].index(form))
        if address := file.get_attribute("href"):
            return address
        file.click()
        expect(desk.page).to_have_url(re.compile(r"/documents/\d+/$"))
        return desk.path

    def _download(self, form, address):
        desk = self.coordinator
        if not address.endswith("/download/"):
            link = desk.go(address).main.get_by_role("link", name=f"ดาวน์โหลด {form}")
            address = link.get_attribute("href")
        answer = desk.page.request.get(f"{self.product.url}{address}")
        assert answer.headers["content-disposition"].startswith("attachment")
        return answer.body()


# -- the announcement: a second version -----------------------------------------------
def announce(papers):
    coordinator = papers.coordinator
    coordinator.go(f"{YEAR}proposals/announcement/").press("เริ่มร่างฉบับใหม่")
    coordinator.heading("แก้ไขรุ่นที่ 2")
    papers.preview_follows("เหตุผล", REASON, "announcement")
    coordinator.press("บันทึกร่าง")
    coordinator.reads("บันทึกร่างแล้ว").press("เสนอรองผู้อำนวยการ")
    endorse(papers, "กลั่นกรองประกาศ")
    approve_on_phone(papers, "พิจารณาลงนามประกาศ", "announcement", changed=REASON)
    papers.take("ประกาศ", REASON, DIRECTOR)


def endorse(papers, todo):
    deputy = papers.desk_at(papers.product, "deputy")
    deputy.follow(todo)
    expect(deputy.main.locator(".page-pictures img").first).to_be_visible(timeout=PATIENCE)
    deputy.shoot(f"papers-{todo}-deputy")
    deputy.type("ความเห็น", "เห็นควรลงนาม")
    deputy.press("เห็นชอบและเสนอผู้อำนวยการ")
    deputy.reads("บันทึกความเห็นของท่านแล้ว")


def approve_on_phone(papers, todo, shot, *, changed="", numbers=()):
    """From the first page in two touches, with the very pages and what changed in sight."""
    director = papers.desk_at(papers.product, "director", **PHONE)
    director.shoot(f"papers-{shot}-director-home")
    director.follow(todo)
    page = director.main.locator(".page-pictures img").first
    expect(page).to_have_attribute("alt", re.compile("^หน้า 1 จาก"), timeout=PATIENCE)
    page.scroll_into_view_if_needed()
    director.page.wait_for_function(
        "image => image.complete && image.naturalWidth > 800", arg=page.element_handle()
    )
    if changed:
        added = director.main.locator(".changes ins", has_text=changed)
        expect(added).to_be_visible()
    assert director.overhang() <= 0
    director.shoot(f"papers-{shot}-director")
    if numbers:
        signed = "form[action$='/signed-scan/'] .number-pair input[type=text]"
        director.open("ลงนามในกระดาษแล้ว")
        order, memo = (box.bounding_box() for box in director.main.locator(signed).all())
        assert order["y"] == memo["y"], "in a line, though one is explained and one is not"
    for label in numbers:  # the register of the year is empty: nothing is proposed
        director.type(label, "1")
    director.press(re.compile("^อนุมัติ$"))
    assert director.clicks == 2, "from the first page to approving: two clicks"
    director.reads("อนุมัติแล้ว และแจ้งผู้เกี่ยวข้องทุกคนแล้ว")
    assert director.overhang() <= 0
    director.shoot(f"papers-{shot}-approved")
    return director


# -- the order and its memo -----------------------------------------------------------
def order_with_memo(papers):
    coordinator = papers.coordinator
    coordinator.go("/").follow("จัดทำร่างคำสั่งแต่งตั้งคณะกรรมการแล้วเสนอ")
    coordinator.press("เริ่มร่าง")
    papers.preview_follows("หน้าที่ของคณะกรรมการอำนวยการ", DUTY, "order")
    coordinator.press("บันทึกร่าง")
    coordinator.reads("บันทึกร่างแล้ว").follow("แก้ไขบันทึกข้อความ")
    papers.preview_follows("ข้อเท็จจริง/ข้อพิจารณา", FACTS, "memo")
    coordinator.press("บันทึกร่าง")
    coordinator.reads("บันทึกร่างแล้ว").press("เสนอรองผู้อำนวยการ")
    endorse(papers, "กลั่นกรองคำสั่งแต่งตั้ง")
    numbers = ("เลขที่คำสั่ง", "เลขที่บันทึกข้อความ")
    director = approve_on_phone(papers, "พิจารณาลงนามคำสั่งแต่งตั้ง", "order", numbers=numbers)
    director.reads("ที่ ๑/๒๕๕๙")
    order = papers.take("คำสั่งแต่งตั้งคณะกรรมการ", "ที่ 1/2559", DUTY, DEPUTY, COLLECTOR)
    check_in_public(papers, order, "คำสั่ง")
    papers.take("บันทึกข้อความ", "ที่ 1/2559", FACTS, COORDINATOR, DEPUTY, DIRECTOR)


def check_in_public(papers, paper, kind):
    """A stranger types the code that the paper bears, and lays the paper on the page."""
    (code,) = set(CODE.findall(text_of(paper)))
    stranger = papers.desk_at(papers.product, "nobody", sign_in=False, viewport=NARROW)
    stranger.go("/verify/")
    stranger.type("รหัสตรวจสอบ", code)
    stranger.press("ตรวจสอบรหัส")
    stranger.heading("เอกสารนี้เป็นของจริง")
    stranger.reads(kind, thai.to_thai_digits(OFFICE))  # written as on the paper
    expect(stranger.page.get_by_text("เลือกไฟล์ PDF")).to_be_visible()  # the script brings it
    stranger.page.locator("[data-file]").set_input_files(paper)
    expect(stranger.page.get_by_role("status")).to_contain_text("ตรงกับฉบับที่ลงนาม")
    assert stranger.overhang() <= 0
    stranger.shoot(f"papers-verify-{kind}")


# -- the meeting: invitation and minutes ----------------------------------------------
def call_the_committee(papers):
    coordinator = papers.coordinator
    coordinator.go(f"{YEAR}meetings/").follow("นัดประชุมคณะกรรมการ")
    papers.write("วันที่", papers.today)
    papers.write("เวลา", "13.30")
    papers.write("สถานที่", "ห้องประชุม 1")
    coordinator.press("เพิ่มเรื่องค้างลงในระเบียบวาระ")
    expect(coordinator.main.get_by_label("ระเบียบวาระ")).to_have_value(
        re.compile("- ประเด็นการพิจารณาที่ยังไม่มีหลักฐาน 42 ประเด็น")
    )
    coordinator.shoot("papers-meeting-form")
    coordinator.press("นัดประชุม")
    coordinator.reads("นัดประชุมแล้ว").follow("แก้ไขหนังสือเชิญ")
    papers.preview_follows("ข้อความลงท้าย", CLOSING, "invitation")
    coordinator.press("บันทึก")
    coordinator.reads("ห้องประชุม 1").shoot("papers-meeting")
    papers.take("หนังสือเชิญประชุม", CLOSING, DIRECTOR, DEPUTY, COLLECTOR, meeting=MEETING)


def keep_minutes(papers):
    coordinator = papers.coordinator
    coordinator.go(f"{YEAR}meetings/").main.get_by_role("link", name=MEETING).click()
    coordinator.follow("บันทึกผู้มาประชุม")
    coordinator.press("ทำเครื่องหมายว่ามาทุกคน")
    coordinator.reads("บันทึกผู้มาประชุมแล้ว")
    coordinator.page.get_by_label(COLLECTOR).uncheck()
    coordinator.reads("บันทึกแล้ว เวลา").shoot("papers-attendance")
    coordinator.follow("กลับไปหน้าการประชุม")
    coordinator.follow("บันทึกรายงานการประชุม")
    coordinator.press("เริ่มประชุมขณะนี้")
    papers.preview_follows("สาระที่ประชุม", SAID, "minutes")
    coordinator.press("บันทึกและกลับ")
    coordinator.press("ปิดการประชุมและรายงานการประชุม")
    coordinator.reads("ปิดการประชุมพร้อมรายงานการประชุมแล้ว")
    minutes = papers.take("รายงานการประชุม", SAID, DIRECTOR, DEPUTY, COLLECTOR, meeting=MEETING)
    came, _absent, stayed_away = squeezed(text_of(minutes)).partition("ผู้ไม่มาประชุม")
    assert squeezed(COLLECTOR) in stayed_away.partition("เริ่มประชุม")[0]
    assert squeezed(DEPUTY) in came


# -- reading --------------------------------------------------------------------------
def text_of(path: Path) -> str:
    """What a PDF or a Word file says."""
    if path.suffix == ".pdf":
        command = ["pdftotext", "-layout", path, "-"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    body = Document(path).element.body
    return "\n".join(node.text or "" for node in body.iter() if node.tag.endswith("}t"))


def squeezed(text):
    """Without white space and with Arabic digits: lines break where the paper wants."""
    return re.sub(r"\s+", "", text).translate(TO_ARABIC)

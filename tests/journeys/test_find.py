"""The box in the head of every page finds what stands in a file that was just brought."""

import pytest
from playwright.sync_api import expect

from tests.indicators.search.written import make_scan, make_typed_pdf
from tests.journeys.desk import NARROW
from tests.journeys.first_steps import YEAR

pytestmark = pytest.mark.journey
PATIENCE = 90  # seconds: a worker is woken, and a busy machine reads a scan slowly


def bring(desk, name, data):
    desk.go(f"{YEAR}evidence/new/")
    upload = {"name": name, "mimeType": "application/pdf", "buffer": data}
    desk.page.get_by_label("เลือกไฟล์").set_input_files(upload)
    desk.reads("เพิ่มเป็นหลักฐานแล้ว")


def look_for(desk, words, found):
    """Type into the head until the worker has read the file."""
    for _ in range(PATIENCE):
        desk.go("/")
        box = desk.page.locator(".head-search input")
        box.fill(words)
        box.press("Enter")
        desk.heading("ค้นหา")
        if desk.main.get_by_text(found).count():
            return
        desk.page.wait_for_timeout(1000)
    pytest.fail(f"{words} was not found")


def test_a_typed_file_is_found_by_its_text_and_opened_at_its_page(half_way, desk_at):
    desk = desk_at(half_way, "staff1")
    text = "บันทึกข้อตกลงความร่วมมือกับองค์การบริหารส่วนตำบล พ.ศ. ๒๕๖๐"
    bring(desk, "เอกสารลงนาม.pdf", make_typed_pdf("หน้าปก", text))
    look_for(desk, "ข้อตกลงความร่วมมือ 2560", "เอกสารลงนาม.pdf")
    expect(desk.main.locator("mark").filter(has_text="๒๕๖๐").first).to_be_visible()
    desk.shoot("60-found")
    link = desk.main.get_by_role("link", name="เอกสารลงนาม.pdf หน้า 2")
    address = link.get_attribute("href")
    assert address.endswith("#page=2")
    answer = desk.context.request.get(half_way.url + address)
    assert answer.headers["content-type"] == "application/pdf"
    desk.main.get_by_role("link", name="เอกสารลงนาม", exact=True).click()
    desk.heading("เอกสารลงนาม")


def test_a_scan_is_found_by_what_a_machine_read(half_way, desk_at):
    desk = desk_at(half_way, "staff1")
    bring(desk, "สแกนหนังสือ.pdf", make_scan("Memorandum of Understanding"))
    look_for(desk, "memorandum understanding", "สแกนหนังสือ.pdf")
    desk.reads("อ่านข้อความจากภาพโดยอัตโนมัติ")


def test_on_a_phone_the_sign_in_the_head_leads_to_the_box(half_way, desk_at):
    desk = desk_at(half_way, "staff1", viewport=NARROW, has_touch=True)
    desk.go("/")
    head = desk.page.locator(".site-header")
    brand, sign = head.locator(".navbar-brand"), head.get_by_role("link", name="ค้นหาทั้งระบบ")
    edge = brand.bounding_box()["y"] + brand.bounding_box()["height"]
    assert sign.bounding_box()["y"] < edge  # in one row
    sign.tap()
    box = desk.main.get_by_placeholder("ค้นหาทั้งระบบ")
    expect(box).to_be_focused()
    box.fill("แผน")
    box.press("Enter")
    expect(desk.main.locator("mark").first).to_be_visible()
    assert desk.overhang() == 0
    desk.open("กำหนดเงื่อนไขการค้นหา")
    desk.main.get_by_label("ประเภท").select_option("evidence")
    desk.press("ค้นหา")
    expect(desk.main.locator("h2")).to_have_count(1)
    assert desk.overhang() == 0


def test_without_scripts_the_box_is_a_plain_form(half_way, desk_at):
    desk = desk_at(half_way, "staff1", java_script_enabled=False)
    desk.go("/")
    box = desk.page.locator(".head-search input")
    box.fill("แผน")
    box.press("Enter")
    desk.heading("ค้นหา")
    expect(desk.main.locator("mark").first).to_be_visible()

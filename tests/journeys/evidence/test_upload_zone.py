"""The place for files: how one comes to it, and what it says when."""

import pytest
from playwright.sync_api import expect

from tests.journeys.evidence.test_uploading import SHELF, YEAR, choose, picture, row

pytestmark = pytest.mark.journey
ITEM = f"{YEAR}items/1.3.2/"
LACKS = "[data-lacks-file]"


def in_sight(desk, selector):
    expect(desk.page.locator(selector).first).to_be_in_viewport()


def test_the_main_button_of_a_consideration_leads_to_the_chooser(half_way, desk_at):
    desk = desk_at(half_way, "staff1")
    desk.go(ITEM)
    desk.follow("เพิ่มหลักฐาน")
    in_sight(desk, ".drop-zone")
    expect(desk.page.locator("[data-uploads] input[type=file]").first).to_be_focused()
    desk.go(f"{YEAR}")
    desk.go(f"{ITEM}#add-evidence")
    in_sight(desk, ".drop-zone")
    expect(desk.page.locator("[data-uploads] input[type=file]").first).to_be_focused()


def test_without_scripts_it_leads_to_the_plain_form(half_way, desk_at):
    desk = desk_at(half_way, "staff1", java_script_enabled=False)
    desk.go(ITEM)
    desk.follow("เพิ่มหลักฐาน")
    in_sight(desk, "input[name=files]")


def test_a_lack_that_is_cured_is_said_no_longer(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go("/o/skn2/inbox/")
    desk.press("ส่งเข้ากล่อง")
    expect(desk.page.locator(LACKS)).to_have_text("โปรดเลือกไฟล์อย่างน้อยหนึ่งไฟล์")
    choose(desk, {"name": "ว่าง.pdf", "mimeType": "application/pdf", "buffer": b""})
    expect(row(desk, "ว่าง.pdf")).to_contain_text("ไฟล์ว่างเปล่า")
    expect(desk.page.locator(LACKS)).to_be_visible()
    choose(desk, picture(61))
    expect(row(desk, "ภาพกิจกรรม 61")).to_contain_text("พร้อมแล้ว")
    expect(desk.page.locator(LACKS)).to_be_hidden()
    row(desk, "ภาพกิจกรรม 61").get_by_role("button", name="ไม่ส่งไฟล์นี้").click()
    expect(desk.page.locator(LACKS)).to_be_visible()


def test_a_revision_of_nothing_lacks_a_file_until_one_is_chosen(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go(SHELF)
    choose(desk, picture(62))
    made = row(desk, "ภาพกิจกรรม 62").get_by_role("link").first
    desk.go(f"{made.get_attribute('href')}revise/")
    desk.page.locator("form:has([data-uploads]) button.btn-primary").last.click()
    expect(desk.page.locator(LACKS)).to_have_text("โปรดเลือกไฟล์หรือใส่ลิงก์อย่างน้อยหนึ่งรายการ")
    desk.page.locator("[name=url]").fill("https://example.go.th/")
    expect(desk.page.locator(LACKS)).to_be_hidden()
    desk.page.locator("[name=url]").fill("")
    expect(desk.page.locator(LACKS)).to_be_visible()
    choose(desk, picture(63))
    expect(desk.page.locator(LACKS)).to_be_hidden()

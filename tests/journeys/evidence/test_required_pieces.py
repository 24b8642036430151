"""A required piece of evidence on a telephone: uploaded for its row, and chosen for another."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories.files import make_image
from tests.journeys.desk import NARROW, PATIENCE

pytestmark = pytest.mark.journey
ITEM = "/o/skn2/2560/items/1.3.2/"


def photograph(number):
    return {
        "name": f"ประชุม {number}.png",
        "mimeType": "image/png",
        "buffer": make_image("PNG", size=(70 + number, 40), colour="navy"),
    }


def test_a_photograph_for_a_row_ticks_it_and_the_next_one_does_not(half_way, desk_at):
    desk = desk_at(half_way, "staff1", viewport=NARROW)
    desk.go(ITEM)
    counted, rows = desk.page.locator("#required h2"), desk.page.locator(".checklist-row")
    expect(counted).to_contain_text("มีแล้ว 0 จาก 3")
    with desk.page.expect_file_chooser() as chooser:
        rows.nth(0).get_by_role("link", name="อัปโหลด").click()
    chooser.value.set_files(photograph(1))
    expect(counted).to_contain_text("มีแล้ว 1 จาก 3", timeout=PATIENCE)
    expect(rows.nth(0)).to_contain_text("ประชุม 1")
    chooser = desk.page.locator("[data-uploads] input[type=file]:not([capture])")
    chooser.set_input_files(photograph(2))
    expect(desk.page.locator("#cited")).to_contain_text("ประชุม 2", timeout=PATIENCE)
    expect(counted).to_contain_text("มีแล้ว 1 จาก 3")
    assert desk.overhang() == 0
    rows.nth(1).get_by_role("link", name="เลือกจากหลักฐานที่มี").click()
    desk.press("ใช่รายการนี้", nth=1)
    expect(counted).to_contain_text("มีแล้ว 2 จาก 3")
    expect(desk.page.locator("#required-missing")).not_to_contain_text("รายงานการประชุม")
    desk.press(re.compile("^ไม่ใช่รายการนี้: ประชุม 2"))
    expect(counted).to_contain_text("มีแล้ว 1 จาก 3")
    said = rows.nth(1).locator(".said-here")
    expect(said).to_be_in_viewport(ratio=1)
    desk.press("เลิกทำ", within=said)
    expect(counted).to_contain_text("มีแล้ว 2 จาก 3")
    expect(said).to_contain_text("ประชุม 2")
    expect(said).to_be_in_viewport(ratio=1)
    assert desk.overhang() == 0


def test_what_is_said_of_a_part_of_a_page_stands_where_one_lands(half_way, desk_at):
    desk = desk_at(half_way, "staff1", viewport=NARROW)
    desk.go(ITEM)
    last = desk.page.locator(".checklist-row").last
    last.locator("summary").click()
    last.get_by_role("button", name="บันทึกเหตุผล").click()
    refused = desk.page.locator("textarea[aria-invalid=true]")
    expect(refused).to_be_in_viewport(ratio=1)
    expect(last).to_contain_text("โปรดระบุเหตุผลที่ “รายงานผลการดำเนินงานแบบมีส่วนร่วม” ไม่เกี่ยวข้อง")
    refused.fill("ไม่มีในปีนี้")
    last.get_by_role("button", name="บันทึกเหตุผล").click()
    expect(last.locator(".said-here")).to_be_in_viewport(ratio=1)
    desk.press("เลิกทำ", within=last.locator(".said-here"))
    expect(last.locator(".said-here")).to_be_in_viewport(ratio=1)
    desk.open("ส่งคำขอ", within=desk.page.locator("section", has=desk.page.locator("#requests")))
    desk.type("สิ่งที่ขอให้ดำเนินการ", "ขอภาพถ่ายเพิ่ม")
    desk.page.locator(".ask-form button").click()
    said = desk.page.locator(".request .said-here")
    expect(said).to_contain_text("ส่งคำขอแล้ว")
    expect(said).to_be_in_viewport(ratio=1)
    assert desk.overhang() == 0

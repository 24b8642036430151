"""A stranger with a paper in hand: no account, a phone, and a file that may have been changed."""

import hashlib
import time

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import NARROW, PATIENCE, WIDE

pytestmark = pytest.mark.journey
MADE_WITHIN = 150  # seconds; the sweep that makes approved papers comes every minute


def open_seal(desk, code):
    """Type the code as a hurried person does; the page once the paper's file is there."""
    deadline = time.monotonic() + MADE_WITHIN
    while True:
        desk.go("/verify/")
        desk.type("รหัสตรวจสอบ 10 ตัวบนเอกสาร", f" {code.lower()} ")
        desk.press("ตรวจสอบรหัส")
        desk.reads("เอกสารของท่านมีข้อความตรงกันหรือไม่")
        if desk.page.locator("[data-checker]").count() or time.monotonic() > deadline:
            return desk.heading("เอกสารนี้เป็นของจริง")
        time.sleep(2)


def choose(desk, name, data):
    """Hand the page a file; what it says."""
    file = {"name": name, "mimeType": "application/pdf", "buffer": data}
    desk.page.locator("[data-file]").set_input_files(file)
    answer = desk.page.get_by_role("status")
    expect(answer).to_contain_text(name, timeout=PATIENCE)
    return answer.inner_text()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_one_changed_byte_of_an_approved_paper_is_found(half_way, desk_at, viewport):
    (code,) = half_way.rows["seal"]
    stranger = desk_at(half_way, "nobody", sign_in=False, viewport=viewport)
    open_seal(stranger, code)
    sha256 = stranger.page.locator("[data-checker]").get_attribute("data-sha256")
    coordinator = desk_at(half_way, "coordinator")
    address = f"{half_way.url}/o/skn2/2560/documents/sha256/{sha256}/"
    paper = coordinator.page.request.get(address).body()
    assert paper.startswith(b"%PDF-")

    asked = []
    stranger.page.on("request", lambda request: asked.append(request.url))
    assert "ตรงกับฉบับที่ลงนาม" in choose(stranger, "คำสั่ง.pdf", paper)
    stranger.shoot(f"verify-same-{viewport['width']}")
    for at in (0, len(paper) // 2, len(paper) - 1):
        changed = bytearray(paper)
        changed[at] ^= 1
        said = choose(stranger, f"แก้ไข{at}.pdf", bytes(changed))
        assert "ไม่ตรง: ไฟล์นี้ถูกแก้ไขหรือเป็นคนละฉบับ" in said
    stranger.shoot(f"verify-other-{viewport['width']}")
    assert "ไม่ตรง" in choose(stranger, "ขาดท้าย.pdf", paper[:-1])
    assert not asked  # nothing left the browser
    assert stranger.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    assert not stranger.context.cookies()


def test_dropped_file_of_many_slices_is_hashed_whole(half_way, desk_at):
    (code,) = half_way.rows["seal"]
    stranger = open_seal(desk_at(half_way, "nobody", sign_in=False), code)
    # Three slices, dropped beside the field rather than on it.
    stranger.page.evaluate(
        """(sum) => {
            const box = document.querySelector("[data-checker]");
            box.dataset.sha256 = sum;
            const data = new DataTransfer();
            data.items.add(new File(["a".repeat(5000000)], "ใหญ่.pdf"));
            document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
        }""",
        hashlib.sha256(b"a" * 5_000_000).hexdigest(),
    )
    stranger.reads("ตรงกับฉบับที่ลงนาม (ใหญ่.pdf)")


def test_without_script_the_number_stands_there(half_way, desk_at):
    (code,) = half_way.rows["seal"]
    stranger = desk_at(half_way, "nobody", sign_in=False, java_script_enabled=False)
    open_seal(stranger, code).reads("เบราว์เซอร์ของท่านไม่ได้ใช้สคริปต์ของหน้านี้")
    expect(stranger.page.get_by_text("certutil -hashfile")).to_be_visible()
    expect(stranger.page.locator("[data-checker]")).to_be_hidden()


def test_unknown_code_by_keyboard(half_way, desk_at):
    stranger = desk_at(half_way, "nobody", sign_in=False)
    stranger.go("/verify/")
    stranger.page.get_by_label("รหัสตรวจสอบ 10 ตัวบนเอกสาร").focus()
    stranger.page.keyboard.type("cfhjk mnprt")
    stranger.page.keyboard.press("Enter")
    stranger.heading("ไม่พบเอกสารที่มีรหัสนี้")

"""Uploading as it happens out in the country: lines that break, phones, closed tabs."""

import base64
import hashlib
import io
import os
import random
import re
import time
import zipfile
from contextlib import ExitStack

import pytest
from PIL import Image
from playwright.sync_api import expect
from tusclient.client import TusClient

from tests.factories.files import make_image
from tests.journeys.desk import PATIENCE
from tests.journeys.evidence.clients import MEGABYTE, as_headers, signed_in
from tests.journeys.evidence.line import Line
from tests.journeys.product import PASSWORD

pytestmark = pytest.mark.journey
YEAR = "/o/skn2/2560/"
SHELF = f"{YEAR}evidence/new/"
# 200 in `script/test --hard`, where no more than a twentieth may be sent again.
SIZE = int(os.environ.get("UPLOAD_TEST_MB", "36")) * MEGABYTE
BREAKS = 5


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A file that no line makes smaller: a ZIP of what is random."""
    path = tmp_path_factory.mktemp("upload") / "รายงานผลการดำเนินงาน ๒๕๖๐.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("ข้อมูล.bin", random.Random(7).randbytes(SIZE))
    return path


def breaks_in(size):
    """Five places, none of them at the end of a piece."""
    return [int(size * (place + 0.37) / BREAKS) for place in range(BREAKS)]


def picture(number):
    return {
        "name": f"ภาพกิจกรรม {number}.png",
        "mimeType": "image/png",
        "buffer": make_image("PNG", size=(50 + number, 40), colour="teal"),
    }


def choose(desk, *files):
    desk.page.locator("[data-uploads] input[type=file]:not([capture])").set_input_files(list(files))


def row(desk, name):
    return desk.page.locator(".upload-row", has_text=name)


def test_the_browsers_client_goes_on_after_every_break(half_way, desk_at, archive):
    desk = desk_at(half_way, "coordinator")
    with Line(half_way.port, breaks=breaks_in(archive.stat().st_size)) as line:
        desk.page.goto(f"{line.url}{SHELF}")
        before = line.sent
        choose(desk, archive)
        expect(row(desk, archive.name)).to_contain_text("เพิ่มเป็นหลักฐานแล้ว", timeout=6 * PATIENCE)
        sent = line.sent - before
        assert not line.breaks
    assert sent - archive.stat().st_size <= BREAKS * MEGABYTE + 400_000
    same_bytes(desk, row(desk, archive.name).get_by_role("link").first, archive)


def same_bytes(desk, link, archive):
    """What is downloaded is what was sent."""
    desk.go(link.get_attribute("href"))
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name=re.compile("^ดาวน์โหลด")).first.click()
    assert download.value.suggested_filename == archive.name
    assert digest(download.value.path()) == digest(archive)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_another_client_goes_on_too(half_way, archive, tmp_path):
    """tuspy, unmodified, with checksums: another user's file of other bytes."""
    other = tmp_path / "สำรองข้อมูล.zip"
    with zipfile.ZipFile(other, "w") as out:
        out.writestr("อื่น.bin", random.Random(8).randbytes(SIZE))
    with ExitStack() as stack:
        line = stack.enter_context(Line(half_way.port, breaks=breaks_in(other.stat().st_size)))
        browser = stack.enter_context(signed_in(line.url, "staff2"))
        client = TusClient(f"{line.url}{YEAR}uploads/", headers=as_headers(browser, line.url))
        stream = stack.enter_context(other.open("rb"))  # it opens a path anew for each piece
        uploader = client.uploader(
            file_stream=stream,
            chunk_size=MEGABYTE,
            retries=20,
            retry_delay=0.2,
            metadata={"filename": other.name},
            upload_checksum=True,
        )
        before = line.sent
        uploader.upload()
        assert not line.breaks
        assert line.sent - before - other.stat().st_size <= BREAKS * MEGABYTE + 400_000
        browser.close()  # its connection is one of those that broke
        outcome = when_finished(browser, uploader.url)
        assert (outcome["state"], outcome["name"]) == ("done", other.name)
        page = browser.get(f"{line.url}{outcome['location']}").text
        file = re.search(r'"(/files/\d+/)"', page)[1]
        whole = browser.get(f"{line.url}{file}").content
    assert hashlib.sha256(whole).hexdigest() == digest(other)


def when_finished(browser, url):
    """What became of a large file, once the worker looked into it."""
    deadline = time.monotonic() + PATIENCE / 1000
    while (outcome := browser.get(url).json())["state"] == "receiving":
        assert time.monotonic() < deadline, "no worker came"
        time.sleep(0.2)
    return outcome


def test_on_a_telephone_the_line_is_lost_half_way(half_way, desk_at, archive):
    """Photographs and a refused file together: the others go on, the refusal stays in sight."""
    desk = desk_at(half_way, "staff1", is_mobile=False)
    with desk.on_phone(), Line(half_way.port, rate=3 * MEGABYTE) as line:
        desk.page.goto(f"{line.url}{YEAR}items/1.3.2/")
        program = {"name": "โปรแกรม.exe", "mimeType": "application/x", "buffer": b"MZ" + bytes(99)}
        disguised = {**program, "name": "รายงาน.pdf"}
        choose(desk, picture(1), program, disguised, picture(2), big_picture())
        expect(row(desk, "โปรแกรม.exe")).to_contain_text("ระบบไม่รับไฟล์นามสกุล .exe")
        moving = row(desk, "ภาพใหญ่").locator("[data-moving]")
        expect(moving).to_contain_text(re.compile(r"[1-9]\d? %"))
        desk.context.set_offline(True)
        line.break_now()
        expect(row(desk, "ภาพใหญ่")).to_contain_text("ขาดการเชื่อมต่อ", timeout=2 * PATIENCE)
        desk.context.set_offline(False)
        for name in ("ภาพกิจกรรม 1", "ภาพกิจกรรม 2", "ภาพใหญ่"):
            expect(row(desk, name)).to_contain_text("เพิ่มเป็นหลักฐานแล้ว", timeout=2 * PATIENCE)
        expect(row(desk, "รายงาน.pdf")).to_contain_text("ระบบไม่รับไฟล์โปรแกรม")
        summary = desk.page.locator("[data-upload-summary]")
        expect(summary).to_have_text("อัปโหลดแล้ว 3 จาก 5 ไฟล์ ไม่ได้รับไว้ 2 ไฟล์")
        expect(desk.page.locator("#cited")).to_contain_text("ภาพใหญ่.png", timeout=PATIENCE)
        assert desk.overhang() == 0
        desk.shoot("33-uploads-phone")


def big_picture():
    """Five pieces of a picture that no format makes smaller."""
    return {"name": "ภาพใหญ่.png", "mimeType": "image/png", "buffer": make_noise(9)}


def test_a_closed_tab_goes_on_when_the_file_is_chosen_again(half_way, desk_at, tmp_path):
    path = tmp_path / "วิดีทัศน์แนะนำ.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("ก.bin", random.Random(10).randbytes(6 * MEGABYTE))
    desk = desk_at(half_way, "coordinator")
    with Line(half_way.port, rate=3 * MEGABYTE) as line:
        desk.page.goto(f"{line.url}{SHELF}")
        choose(desk, path)
        moving = row(desk, path.name).locator("[data-moving]")
        expect(moving).to_contain_text(re.compile(r"[2-9]\d %"))
        desk.page.close()
        line.break_now()
        desk.page = desk.context.new_page()
        desk.page.goto(f"{line.url}{SHELF}")
        expect(desk.page.locator("[data-unfinished]")).to_contain_text("ยังส่งไม่เสร็จ")
        choose(desk, path)
        expect(row(desk, path.name)).to_contain_text("ส่งต่อจากเดิม")
        expect(desk.page.locator("[data-unfinished]")).to_have_count(0)
        expect(row(desk, path.name)).to_contain_text("เพิ่มเป็นหลักฐานแล้ว", timeout=2 * PATIENCE)


def test_signed_out_half_way(half_way, desk_at):
    """Signing in in another window is all it takes; it goes on, also when it was tried before."""
    desk, begun = desk_at(half_way, "coordinator", sign_in=False), []
    desk._sign_in_by_hand()
    desk.page.on("response", lambda answer: begun.append(answer) if answer.status == 201 else None)
    with Line(half_way.port, rate=2 * MEGABYTE) as line:
        desk.page.goto(f"{line.url}{SHELF}")
        choose(desk, {**big_picture(), "name": "ภาพค้าง.png", "buffer": make_noise(11)})
        moving = row(desk, "ภาพค้าง").locator("[data-moving]")
        expect(moving).to_contain_text(re.compile(r"[1-9]\d? %"))
        desk.context.clear_cookies(name="sessionid")
        expect(row(desk, "ภาพค้าง")).to_contain_text("ท่านออกจากระบบแล้ว", timeout=PATIENCE)
        with desk.page.expect_response(lambda answer: answer.status == 401):
            desk.page.evaluate("window.dispatchEvent(new Event('focus'))")
        expect(row(desk, "ภาพค้าง")).to_contain_text("ท่านออกจากระบบแล้ว", timeout=PATIENCE)
        with desk.context.expect_page() as opened:
            row(desk, "ภาพค้าง").get_by_role("link", name="เข้าสู่ระบบในแท็บใหม่").click()
        window = opened.value
        window.locator("[name=login]").fill("coordinator")
        window.locator("[name=password]").fill(PASSWORD)
        window.keyboard.press("Enter")
        window.wait_for_url(f"{line.url}/")
        window.close()
        expect(row(desk, "ภาพค้าง")).to_contain_text("เพิ่มเป็นหลักฐานแล้ว", timeout=2 * PATIENCE)
    assert len(begun) == 1


@pytest.mark.parametrize("status", [404, 409])
def test_what_cannot_begin_is_refused_and_not_tried_for_ever(half_way, desk_at, status):
    """The year was locked, or the person moved to another office, since the page was opened."""
    desk, asked = desk_at(half_way, "coordinator"), []

    def refuse(route):
        asked.append(route.request.method)
        route.fulfill(status=status, json={"message": "รอบนี้ปิดแล้ว"})

    desk.go(SHELF)
    desk.page.route("**/uploads/", refuse)
    choose(desk, picture(3))
    expect(row(desk, "ภาพกิจกรรม 3")).to_contain_text("ไฟล์ที่รับไม่ได้: รอบนี้ปิดแล้ว")
    desk.page.wait_for_timeout(1500)
    assert asked == ["POST"]


def test_what_the_server_lost_at_the_end_is_sent_again(half_way, desk_at):
    desk, answers = desk_at(half_way, "coordinator"), []
    desk.go(SHELF)

    def lose(route):
        if route.request.method != "GET" or answers:
            return route.continue_()
        answers.append(route)
        return route.fulfill(json={"state": "receiving", "offset": 0, "size": 9})

    desk.page.route("**/uploads/*/", lose)
    choose(desk, picture(4))
    expect(row(desk, "ภาพกิจกรรม 4")).to_contain_text("เพิ่มเป็นหลักฐานแล้ว", timeout=PATIENCE)
    assert answers


def test_an_upload_that_is_gone_at_the_end_says_so(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go(SHELF)

    def gone(route):
        lost = {"status": 404, "json": {"message": "ไม่รู้จักไฟล์นี้"}}
        return route.fulfill(**lost) if route.request.method == "GET" else route.continue_()

    desk.page.route("**/uploads/*/", gone)
    choose(desk, picture(5))
    expect(row(desk, "ภาพกิจกรรม 5")).to_contain_text("ไฟล์ที่รับไม่ได้: ไม่รู้จักไฟล์นี้")


def test_a_file_that_waits_for_an_answer_counts_and_is_not_left_unasked(half_way, desk_at):
    desk, questions = desk_at(half_way, "coordinator"), []
    desk.page.on("dialog", lambda asked: questions.append(asked.type) or asked.dismiss())
    desk.go(SHELF)
    choose(desk, picture(8), picture(9), picture(8))
    summary = desk.page.locator("[data-upload-summary]")
    expect(summary).to_have_text("อัปโหลดแล้ว 2 จาก 3 ไฟล์ · รอคำตอบ 1 ไฟล์")
    expect(desk.page.locator("[data-state=done]")).to_have_count(2)
    desk.page.locator("h1").click()
    desk.page.close(run_before_unload=True)
    expect(summary).to_be_visible()
    assert questions == ["beforeunload"]
    desk.press("ไม่ส่งไฟล์นี้")
    expect(summary).to_have_text("อัปโหลดแล้ว 2 จาก 2 ไฟล์")
    desk.go(YEAR)
    assert questions == ["beforeunload"]


def test_a_form_is_not_sent_while_one_of_its_files_is_paused_or_asked_about(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go(SHELF)
    choose(desk, picture(6))
    made = row(desk, "ภาพกิจกรรม 6").get_by_role("link").first
    expect(made).to_be_visible()
    desk.go(f"{made.get_attribute('href')}revise/")
    choose(desk, picture(7))
    expect(row(desk, "ภาพกิจกรรม 7")).to_have_attribute("data-state", "ready")
    choose(desk, picture(7))
    expect(desk.page.locator("[data-state=asked]")).to_be_visible()
    desk.page.locator("form:has([data-uploads]) button.btn-primary").last.click()
    expect(desk.page.locator("[data-upload-summary]")).to_contain_text("รอ")
    assert desk.page.url.endswith("/revise/")


def make_noise(seed):
    out = io.BytesIO()
    noise = random.Random(seed).randbytes(1300 * 1300 * 3)
    Image.frombytes("RGB", (1300, 1300), noise).save(out, "PNG", compress_level=0)
    return out.getvalue()


DROP = """([files, kind]) => {
  const data = new DataTransfer();
  for (const [name, type, text] of files) data.items.add(
    new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name, { type }));
  document.querySelector("h1").dispatchEvent(kind === "drop"
    ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
    : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def bring(desk, kind, *files):
    sent = [
        [file["name"], file["mimeType"], base64.b64encode(file["buffer"]).decode()]
        for file in files
    ]
    desk.page.evaluate(DROP, [sent, kind])


def test_dropped_and_pasted_they_are_joined_and_separated(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go(SHELF)
    bring(desk, "drop", picture(31), picture(32))
    for number in (31, 32):
        expect(row(desk, f"ภาพกิจกรรม {number}")).to_contain_text("เพิ่มเป็นหลักฐานแล้ว")
    bring(desk, "paste", {**picture(33), "name": "image.png"})
    expect(row(desk, "ภาพหน้าจอ 25")).to_contain_text("เพิ่มเป็นหลักฐานแล้ว")
    desk.type("ตั้งชื่อหลักฐานที่รวมแล้ว", "ประมวลภาพกิจกรรม")
    desk.press("รวมเป็นรายการเดียว")
    desk.reads("รวม “ประมวลภาพกิจกรรม” เป็นหลักฐานรายการเดียวแล้ว")
    expect(desk.main.locator(".file-list li")).to_have_count(3)
    desk.shoot("34-joined")
    desk.press("เลิกทำ", within=desk.page.locator("#messages"))
    desk.reads("แยกเป็นหลักฐานแต่ละรายการตามเดิมแล้ว")


def test_what_the_browser_knows_is_said_before_the_first_byte(half_way, desk_at):
    desk = desk_at(half_way, "coordinator")
    desk.go(SHELF)
    begun = []
    desk.page.on("request", lambda request: begun.append(request.method))
    choose(desk, {"name": "ว่าง.pdf", "mimeType": "application/pdf", "buffer": b""})
    expect(row(desk, "ว่าง.pdf")).to_contain_text("ไฟล์ว่างเปล่า")
    assert "POST" not in begun
    choose(desk, picture(41))
    expect(row(desk, "ภาพกิจกรรม 41")).to_contain_text("เพิ่มเป็นหลักฐานแล้ว")
    choose(desk, picture(41))
    again = row(desk, "ภาพกิจกรรม 41").nth(1)
    expect(again).to_contain_text("มีไฟล์ชื่อนี้อยู่แล้ว")
    again.get_by_role("button", name="ส่งไฟล์นี้ด้วย").click()
    expect(again).to_contain_text("มีไฟล์นี้อยู่แล้วใน “ภาพกิจกรรม 41”")


def test_without_scripts_each_file_is_a_piece_too(half_way, desk_at):
    desk = desk_at(half_way, "coordinator", java_script_enabled=False)
    desk.go(SHELF)
    field = desk.page.get_by_label("ไฟล์", exact=True)
    field.set_input_files([picture(51), picture(52)])
    desk.press("อัปโหลด")
    desk.reads("เพิ่ม “ภาพกิจกรรม 51” แล้ว", "เพิ่ม “ภาพกิจกรรม 52” แล้ว")
    desk.go(SHELF)
    field.set_input_files([picture(53), picture(54)])
    desk.page.get_by_label("ไฟล์เหล่านี้เป็นเรื่องเดียวกัน").check()
    desk.type("ชื่อเรื่อง", "สองภาพ")
    desk.press("อัปโหลด")
    desk.heading("สองภาพ")
    expect(desk.main.locator(".file-list li")).to_have_count(2)


def test_a_refusal_that_was_read_does_not_stand_there_again(half_way, desk_at):
    desk = desk_at(half_way, "staff2")
    desk.go(SHELF)
    large = b"PK\x03\x04" + random.Random(9).randbytes(33 * MEGABYTE)
    choose(desk, {"name": "ชำรุด.zip", "mimeType": "application/zip", "buffer": large})
    expect(row(desk, "ชำรุด")).to_have_attribute("data-state", "refused", timeout=2 * PATIENCE)
    desk.go(SHELF)
    expect(desk.page.locator("[data-unfinished]", has_text="ชำรุด")).to_have_count(1)
    choose(desk, {"name": "ชำรุด.zip", "mimeType": "application/zip", "buffer": large})
    expect(row(desk, "ชำรุด")).to_have_attribute("data-state", "refused", timeout=2 * PATIENCE)
    with desk.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        row(desk, "ชำรุด").get_by_role("button", name="รับทราบ").click()
    with desk.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        desk.page.locator("[data-unfinished] [data-discard]").click()
    desk.go(SHELF)
    expect(desk.page.locator("[data-unfinished]", has_text="ชำรุด")).to_have_count(0)

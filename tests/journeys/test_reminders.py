"""A collector is late, gets the digest, follows its link, does the work; nobody above hears."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.desk import PATIENCE

pytestmark = pytest.mark.journey

# Nobody whose considerations another journey writes.
COLLECTOR, HEAD = "member3", "group5"
# Days after the living one: three working days after the due date, as the 19th is a rest day of
# this office; more than five.
NEXT, LATER = 2, 7


def sweep_in(product, days):
    """What the product tells when so many days have gone by."""
    offset = int(product.environment["CLOCK_OFFSET_DAYS"]) + days
    product.manage("sweep", CLOCK_OFFSET_DAYS=str(offset))


def digest_of(product, name):
    """The newest digest that was mailed to this person."""
    mails = [mail for mail in product.mails() if mail["To"].startswith(f"{name}@")]
    digests = [mail for mail in mails if mail["List-Unsubscribe"]]
    assert digests, [mail["Subject"] for mail in mails]
    return digests[-1]


def test_a_late_collector_is_led_to_the_work_and_nobody_above_is_bothered(half_way, desk_at):
    sweep_in(half_way, NEXT)
    mail = digest_of(half_way, COLLECTOR)
    assert "เลยกำหนด" in mail["Subject"]
    text = mail.get_body(("plain",)).get_content()
    addresses = re.findall(rf"{re.escape(half_way.url)}(/o/skn2/2560/items/[\d.]+/)", text)
    assert addresses
    desk = desk_at(half_way, COLLECTOR)
    for address in addresses:
        do_the_work(desk, address)
    desk.go("/notifications/").reads("งานที่รอท่าน")
    desk.shoot("70-digest-in-app")
    sweep_in(half_way, LATER)
    head = desk_at(half_way, HEAD)
    head.go("/notifications/")
    codes = [urlsplit(address).path.split("/")[-2] for address in addresses]
    for code in codes:
        expect(head.main).not_to_contain_text(f"{code} ")
    coordinator = desk_at(half_way, "coordinator")
    coordinator.go("/o/skn2/2560/lateness/")
    for code in codes:
        expect(coordinator.main).not_to_contain_text(f" {code} ")
    coordinator.shoot("71-lateness")
    coordinator.go("/o/skn2/2560/reminders/").reads("ส่งแล้ว")
    coordinator.shoot("72-reminders")


def do_the_work(desk, address):
    """Write, say why there is no evidence, hand in; a page without a form was done already."""
    desk.go(address)
    desk.page.locator("#id_narrative").fill("จัดประชุมชี้แจงและติดตามผลทุกไตรมาส")
    desk.page.locator("#id_no_evidence_reason").fill("เป็นการสังเกตในพื้นที่")
    desk.main.locator("#item-form button").first.click()
    desk.reads("บันทึกแล้ว เวลา")
    desk.main.locator("#hand-in-form button").click()
    expect(desk.main).to_contain_text("ส่งแล้ว", timeout=PATIENCE)


def test_the_coordinator_sends_a_word_that_is_read(half_way, desk_at):
    coordinator = desk_at(half_way, "coordinator")
    coordinator.go("/o/skn2/2560/lateness/")
    row = coordinator.main.locator(".todo-overdue").filter(
        has=coordinator.page.locator("details.personal-message")
    )
    name = row.first.locator(".todo-people").inner_text().split(",")[0].strip()
    coordinator.open("ส่งข้อความตาม", within=row.first)
    row.first.locator("textarea").fill("ขอให้ส่งภายในวันศุกร์")
    row.first.get_by_role("button", name=re.compile("^ส่งข้อความ")).click()
    coordinator.reads("ส่งข้อความติดตามถึง")
    coordinator.go("/o/skn2/2560/reminders/?q=วันศุกร์").reads("ขอให้ส่งภายในวันศุกร์", name)
    with coordinator.on_phone():
        coordinator.go("/o/skn2/2560/lateness/")
        assert coordinator.overhang() <= 0
        coordinator.shoot("73-lateness-phone")

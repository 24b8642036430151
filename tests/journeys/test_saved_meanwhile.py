"""Drafts of papers save themselves while they are typed, whatever becomes of the page."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_session_end import says, sign_in_again

pytestmark = pytest.mark.journey

PAPERS = "/o/skn2/2560/proposals/"
SAVED = "บันทึกแล้ว เวลา"


@pytest.fixture
def draft_at(half_way, desk_at):
    """``draft_at(kind)``: the coordinator in front of the draft of such a paper."""

    def open_draft(kind):
        desk = desk_at(half_way, "coordinator")
        paper = f"{PAPERS}{kind}/"
        begin = desk.go(paper).main.locator(f"form[action='{paper}draft/'] button")
        if begin.count():
            begin.click()
        return edit(desk, kind)

    return open_draft


def edit(desk, kind):
    """The page of the draft, in the tab that the desk has now."""
    desk.go(f"{PAPERS}{kind}/edit/")
    expect(box(desk, "subject")).to_be_editable()
    return desk


def box(desk, name):
    return desk.main.locator(f"#id_{name}")


def in_another_tab(desk):
    desk.page = desk.context.new_page()
    return desk


def state_is_in_sight(desk):
    """What is saved can be read, and nothing hangs over."""
    assert desk.overhang() <= 0
    state = desk.main.locator("#save-state")
    state.scroll_into_view_if_needed()
    expect(state).to_be_in_viewport()


@pytest.mark.parametrize(("kind", "name"), [("order", "power"), ("sar", "conclusion")])
def test_what_is_typed_into_a_draft_outlives_its_tab(draft_at, kind, name):
    """Saved by itself; typed on without a session, and the tab closed at once: both stand there."""
    desk = draft_at(kind)
    box(desk, name).fill("บันทึกไว้เองขณะพิมพ์")
    says(desk, SAVED)
    desk.shoot(f"70-{kind}-saved")
    state_is_in_sight(desk)
    with desk.on_phone():
        state_is_in_sight(desk)
        desk.shoot(f"71-{kind}-saved-on-phone")
    desk.context.clear_cookies(name="sessionid")
    box(desk, "subject").fill(f"เรื่องที่พิมพ์หลังหมดเวลา {kind}")
    says(desk, "ท่านออกจากระบบแล้ว")
    desk.page.close(run_before_unload=False)
    in_another_tab(desk).go(f"{PAPERS}{kind}/edit/")
    sign_in_again(desk, desk.page)
    desk.page.wait_for_url(f"**{PAPERS}{kind}/edit/")
    expect(box(desk, name)).to_have_value("บันทึกไว้เองขณะพิมพ์")
    expect(box(desk, "subject")).to_have_value(f"เรื่องที่พิมพ์หลังหมดเวลา {kind}")
    says(desk, SAVED)
    desk.product.sessions.pop("coordinator")


def test_of_two_tabs_the_older_one_says_so_and_loses_nothing(draft_at):
    """Different boxes come together; of the same box both texts are shown, and none is taken."""
    desk = draft_at("announcement")
    older = desk.page
    newer = edit(in_another_tab(desk), "announcement").page
    box(desk, "reason").fill("เหตุผลจากหน้าต่างใหม่")
    says(desk, SAVED)
    desk.page = older
    box(desk, "subject").fill("เรื่องจากหน้าต่างเก่า")
    says(desk, "ระบบรวมข้อความทั้งสองส่วนไว้แล้ว")
    expect(box(desk, "reason")).to_have_value("เหตุผลจากหน้าต่างใหม่")
    says(desk, SAVED)
    desk.page = newer
    box(desk, "subject").fill("เรื่องจากหน้าต่างใหม่")
    conflict = desk.main.locator("#conflict")
    expect(conflict).to_contain_text("เรื่องจากหน้าต่างเก่า")
    expect(box(desk, "subject")).to_have_value("เรื่องจากหน้าต่างใหม่")
    desk.shoot("72-two-tabs")
    with desk.on_phone():
        assert desk.overhang() <= 0
        desk.shoot("73-two-tabs-on-phone")
    desk.press("ใช้ข้อความของฉัน", within=conflict)
    says(desk, SAVED)
    desk.page.reload()
    expect(box(desk, "subject")).to_have_value("เรื่องจากหน้าต่างใหม่")
    expect(box(desk, "reason")).to_have_value("เหตุผลจากหน้าต่างใหม่")

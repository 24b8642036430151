"""A person at a browser: what they click, type and read."""

import os
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.journeys.product import PASSWORD

# As people have it; and the same engine without tabs, address bar and pages kept for Back, which
# takes half the work.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HEADLESS_SHELL = os.environ.get("HEADLESS_SHELL", "/usr/bin/chromium-headless-shell")
# A second list of switched-off features takes the place of the driver's own, so these are its
# quieting ones, and what loads two pages of the address bar for every window that nobody types in.
OFF = (
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxPopup",
)
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    f"--disable-features={','.join(OFF)}",
]
# What drivers switch off and people's browsers have: pages that Back brings back as they were left.
UNLIKE_PEOPLES = ["--disable-back-forward-cache"]
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
PATIENCE = 30_000  # ms; a busy machine is not a broken page
SHOTS = os.environ.get("JOURNEY_SHOTS", "")  # a folder: look at the pages while they pass


class Desk:
    """One person, signed in; ``clicks`` counts since the sign-in.

    ``motion`` is what their computer was asked for: "reduce", or "no-preference".
    """

    def __init__(self, browser, product, name, *, motion, viewport=WIDE, **options):
        self.product, self.name = product, name
        self.context = browser.new_context(
            viewport=viewport,
            locale="th-TH",
            accept_downloads=True,
            reduced_motion=motion,
            **options,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.troubles = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", self._hear)
        self.page.on("response", self._watch)
        self.clicks = 0

    def _hear(self, message):
        """The browser's own complaints: refused scripts and styles, script errors."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)

    def _watch(self, response):
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")

    # -- going ------------------------------------------------------------------------
    def sign_in(self):
        """By hand the first time; this person's later desks go on with the session of then."""
        kept = self.product.sessions
        if self.name in kept:
            self.context.add_cookies(kept[self.name])
            self.go("/")
        if self.name not in kept or self.path != "/":
            self._sign_in_by_hand()
        self.reads("งานของฉัน")
        kept[self.name] = self.context.cookies()
        self.clicks = 0
        return self

    def _sign_in_by_hand(self):
        self.page.goto(f"{self.product.url}/accounts/login/")
        self.type("ชื่อผู้ใช้หรืออีเมล", self.name)
        self.type("รหัสผ่าน", PASSWORD)
        self.press("เข้าสู่ระบบ")

    def go(self, path):
        self.page.goto(f"{self.product.url}{path}")
        return self

    @property
    def path(self):
        return urlsplit(self.page.url).path

    def close(self):
        """Leave; a page that complained fails the journey."""
        self.context.close()
        assert not self.troubles, self.troubles

    # -- doing ------------------------------------------------------------------------
    def press(self, name, *, within=None, nth=0):
        """Press the button of this name."""
        self._click("button", name, within, nth)

    def follow(self, name, *, within=None, nth=0):
        """Follow the link of this name."""
        self._click("link", name, within, nth)

    def _click(self, role, name, within, nth):
        name = name if isinstance(name, re.Pattern) else re.compile(re.escape(name))
        (within or self.main).get_by_role(role, name=name).nth(nth).click()
        self.clicks += 1

    def type(self, label, text, *, within=None):
        field = self.page.locator("input, textarea")
        (within or self.main).get_by_label(label).and_(field).first.fill(text)

    def open(self, summary, *, within=None):
        """Open a folded part."""
        (within or self.main).locator("summary", has_text=summary).first.click()

    # -- reading ----------------------------------------------------------------------
    @property
    def main(self):
        return self.page.locator("main")

    def reads(self, *texts):
        """The page says so, in Thai."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text, timeout=PATIENCE)
        return self._loaded()

    def heading(self, text):
        expect(self.page.locator("h1")).to_contain_text(text, timeout=PATIENCE)
        return self._loaded()

    def _loaded(self):
        """Its words stand before its scripts run; a hand is slower than both, a driver is not."""
        self.page.wait_for_load_state()
        return self

    def shoot(self, name):
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)

    @contextmanager
    def on_phone(self):
        self.page.set_viewport_size(NARROW)
        try:
            yield
        finally:
            self.page.set_viewport_size(WIDE)

    def overhang(self):
        """How many points the page is wider than the screen."""
        # The element is waited for: between two pages there is none.
        return self.page.locator("html").evaluate("html => html.scrollWidth - html.clientWidth")

"""Real browser, real server, real worker. Nothing here opens the product's database."""

import asyncio

import pytest
from playwright.sync_api import sync_playwright

from tests.demo.founded import DAYS, founded
from tests.journeys.desk import CHROMIUM, HEADLESS_SHELL, OPTIONS, UNLIKE_PEOPLES, Desk
from tests.journeys.product import Product, copy_of

WRITE_ON = "from workflow.models import Step; Step.objects.filter(kind=6).update(state='open')"
ALONE = ("empty_office", "named_office")  # worlds that one test has for itself


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items):
    """Journeys of one world share one server; they run one after the other.

    Those that have a world for themselves take minutes, so they come first. pytest-django would
    put what asks for no database behind all that does, and one processor would wait for them.
    """
    for item in items:
        if item.get_closest_marker("journey"):
            alone = [name for name in ALONE if name in item.fixturenames]
            item.add_marker(pytest.mark.xdist_group(alone[0] if alone else "living"))
    result = yield
    items.sort(key=lambda item: not set(ALONE) & set(item.fixturenames))
    return result


@pytest.fixture(scope="session")
def browser_at():
    """``browser_at(program)``: the browser of this program, started once and kept."""
    started = {}

    def start(program):
        if program not in started:
            started[program] = playwright.chromium.launch(
                executable_path=program, args=OPTIONS, ignore_default_args=UNLIKE_PEOPLES
            )
        return started[program]

    with sync_playwright() as playwright:
        loop = asyncio._get_running_loop()
        yield start
        asyncio._set_running_loop(loop)  # the last test may be one that must not meet it
        for browser in started.values():
            browser.close()


def _running(folder, world):
    product = Product(copy_of(founded(world), folder / world), today=DAYS[world])
    try:
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture
def empty_office(tmp_path):
    """The office skn2 with its people and nothing else: no edition, no year."""
    yield from _running(tmp_path, "empty")


@pytest.fixture
def named_office(tmp_path):
    """The office at the end of step 2: everything has its person, no order appoints them yet."""
    yield from _running(tmp_path, "named")


@pytest.fixture(scope="session")
def half_way(tmp_path_factory):
    """The office in the middle of step 4."""
    yield from _running(tmp_path_factory.mktemp("half"), "half")


@pytest.fixture(scope="session")
def submitted(tmp_path_factory):
    """The office in step 6, for OBEC's pages: the story leaves it closed, here OBEC writes on."""
    for product in _running(tmp_path_factory.mktemp("done"), "done"):
        product.manage("shell", "--command", WRITE_ON)
        yield product


@pytest.fixture
def desk_at(browser_at, request):
    """``desk_at(product, name)``: somebody signed in; closed after the test.

    They have the engine alone and nothing scrolls smoothly, which spares more than half of the
    browser's work, unless the module says ``WHOLE_BROWSER``.
    """
    desks, whole = [], getattr(request.module, "WHOLE_BROWSER", False)
    browser = browser_at(CHROMIUM if whole else HEADLESS_SHELL)
    motion = "no-preference" if whole else "reduce"

    def sit(product, name, *, sign_in=True, **options):
        desk = Desk(browser, product, name, motion=motion, **options)
        desks.append(desk)
        return desk.sign_in() if sign_in else desk

    yield sit
    for desk in desks:
        desk.close()

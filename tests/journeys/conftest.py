"""Real browser, real server, real worker. Nothing here opens the product's database."""

import asyncio
from datetime import date

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.desk import CHROMIUM, OPTIONS, Desk
from tests.journeys.product import Product, copy_of

# In the fiscal year, late enough that every step's day has come.
DAYS = {
    "empty": date(2017, 8, 21),
    "named": date(2016, 12, 19),
    "half": date(2017, 7, 18),
    "done": date(2017, 9, 27),
}
ALONE = ("empty_office", "named_office")  # worlds that one test has for itself


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Journeys of one world share one server; they run one after the other."""
    for item in items:
        if item.get_closest_marker("journey"):
            alone = [name for name in ALONE if name in item.fixturenames]
            item.add_marker(pytest.mark.xdist_group(alone[0] if alone else "living"))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        loop = asyncio._get_running_loop()
        yield browser
        asyncio._set_running_loop(loop)  # the last test may be one that must not meet it
        browser.close()


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """A data folder with fonts, static files and empty tables, made once."""
    folder = tmp_path_factory.mktemp("base")
    Product(folder, today=DAYS["empty"]).found("base")
    return folder


def _running(base, folder, world):
    product = Product(copy_of(base, folder / world), today=DAYS[world])
    product.found(world)
    try:
        product.start()
        yield product
    finally:
        product.stop()


@pytest.fixture
def empty_office(base, tmp_path):
    """The office skn2 with its people and nothing else: no edition, no year."""
    yield from _running(base, tmp_path, "empty")


@pytest.fixture
def named_office(base, tmp_path):
    """The office at the end of step 2: everything has its person, no order appoints them yet."""
    yield from _running(base, tmp_path, "named")


@pytest.fixture(scope="session")
def half_way(base, tmp_path_factory):
    """The office in the middle of step 4."""
    yield from _running(base, tmp_path_factory.mktemp("half"), "half")


@pytest.fixture(scope="session")
def submitted(base, tmp_path_factory):
    """The office at the end of step 6, for OBEC's pages."""
    yield from _running(base, tmp_path_factory.mktemp("done"), "done")


@pytest.fixture
def desk_at(browser):
    """``desk_at(product, name)``: somebody signed in by hand; closed after the test."""
    desks = []

    def sit(product, name, *, sign_in=True, **options):
        desk = Desk(browser, product, name, **options)
        desks.append(desk)
        return desk.sign_in() if sign_in else desk

    yield sit
    for desk in desks:
        desk.close()

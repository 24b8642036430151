"""A year in which the collector writes the first item, and one request about it."""

import pytest

from indicators.requests import requests
from tests.factories.content import make_content_year
from tests.factories.indicators import put_in_charge

TEXT = "แนบหลักฐานการประชุมเพิ่ม"


@pytest.fixture
def year(db, blob_root):
    year = make_content_year()
    put_in_charge(year.assessment, year.item.consideration, year.collector)
    return year


@pytest.fixture
def asked(year):
    return requests.ask(year.item, text=f"  {TEXT} ", by=year.member)

"""An office's year, and a rate limit that has counted nobody yet."""

import pytest
from django.core.cache import cache

from tests.factories.cycles import make_year


@pytest.fixture(autouse=True)
def _no_counts():
    cache.clear()


@pytest.fixture
def year(db):
    return make_year()

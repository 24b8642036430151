"""The same for what OBEC writes."""

import pytest

from tests.access.world import follow_up_again, standing
from tests.attacks.sending_twice import SUBMITTED, page_of, try_twice
from tests.attacks.test_garbage import browser_of

pytestmark = pytest.mark.xdist_group("submitted")


@pytest.fixture(scope="module")
def submitted(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=6) as world:
        yield world


@pytest.mark.parametrize("name", sorted(SUBMITTED))
def test_the_same_twice_is_one_and_other_content_is_another(db, submitted, name):
    follow_up_again(submitted)
    case = SUBMITTED[name]
    try_twice(browser_of(submitted, case.by), case, *page_of(submitted, case))

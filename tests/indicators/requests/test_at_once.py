"""Several at the same moment about one request: one wins, the others read who it was."""

import pytest

from core.refusals import MoveRefused
from indicators.models import ItemRequest
from indicators.requests import requests
from tests.factories.content import make_content_year
from tests.factories.crowd import together
from tests.factories.loading import load_again
from tests.indicators.requests.test_requests import load

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_of_eight_who_do_it_or_withdraw_it_one_wins(blob_root):
    year = make_content_year()
    row = requests.ask(load_again(year.item), text="แนบรายงาน", by=year.member)
    rows = [load(row) for _one in range(8)]

    def deed(number):
        if number % 2:
            return requests.withdraw(rows[number], by=load_again(year.member))
        return requests.finish(rows[number], text="แล้ว", by=load_again(year.collector))

    outcomes = together(8, deed)
    assert sum(isinstance(one, MoveRefused) for one in outcomes) == 7
    stored = ItemRequest.objects.get()
    assert stored.state in ("done", "withdrawn")
    assert (stored.version, stored.steps.count()) == (2, 2)

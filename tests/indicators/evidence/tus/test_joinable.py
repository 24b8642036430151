"""What was brought just now is offered for joining when its page is opened again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from lxml import html

from core import clock
from indicators.evidence.evidence import remove_evidence
from indicators.evidence.tus.queries import upload_zone
from indicators.evidence.tus.uploads import begin, finish, receive
from indicators.states import UploadPurpose
from tests.factories.files import make_pdf


def bring(year, *names, by=None, item=None, purpose=UploadPurpose.EVIDENCE):
    """Uploads that were begun in this order and finished in the other; what they became."""
    by, done = by or year.collector, {}
    begun = [
        begin(year.office, name=name, size=len(make_pdf(name)), by=by, item=item, purpose=purpose)
        for name in names
    ]
    for upload in reversed(begun):
        whole = receive(upload.token, 0, [make_pdf(upload.name)], by=by)
        done[upload.name] = finish(whole).evidence
    return [done[name] for name in names]


def offered(year, **more):
    zone = upload_zone(year.assessment, user=year.collector, **more)
    return [piece.title for piece in zone.joinable]


def test_in_the_order_in_which_they_were_begun_and_without_ticks(year, client_for):
    bring(year, "หน้า 1.pdf", "หน้า 2.pdf", item=year.item)
    page = client_for(year.collector).get(
        reverse("indicators:item", args=[*year.args, year.item.consideration.code])
    )
    (box,) = html.fromstring(page.text).xpath("//form[@data-join]")
    assert box.get("hidden") is None
    assert box.xpath(".//div[@data-pieces]//label/text()") == ["หน้า 1", "หน้า 2"]
    assert not box.xpath(".//div[@data-pieces]//input[@checked]")
    assert not offered(year)  # of the shelf's page: they were not brought there


def test_one_alone_shows_no_box(year, client_for):
    bring(year, "หน้า 1.pdf")
    page = client_for(year.collector).get(reverse("indicators:evidence_create", args=year.args))
    (box,) = html.fromstring(page.text).xpath("//form[@data-join]")
    assert box.get("hidden") is not None


def test_what_was_here_before_or_is_gone_or_anothers_is_not_offered(year):
    _one, two = bring(year, "หน้า 1.pdf", "หน้า 2.pdf")
    bring(year, "หน้า 1.pdf")  # the same bytes again
    bring(year, "ของผู้อื่น.pdf", by=year.staff)
    remove_evidence(two, by=year.collector, why="ซ้ำ")
    assert offered(year) == ["หน้า 1"]


def test_a_form_that_waits_for_its_files_joins_nothing(year):
    begun = bring(year, "หน้า 1.pdf", purpose=UploadPurpose.FORM)
    assert begun == [None]
    assert not offered(year, purpose=UploadPurpose.FORM)
    assert not offered(year)


@pytest.mark.parametrize(("minutes", "count"), [(25, 1), (35, 0)])
def test_half_an_hour_later_they_are_offered_no_more(year, time_machine_at, minutes, count):
    bring(year, "หน้า 1.pdf")
    time_machine_at(clock.now() + timedelta(minutes=minutes))
    assert len(offered(year)) == count

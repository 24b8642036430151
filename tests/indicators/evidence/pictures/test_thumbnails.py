"""Lists of evidence show the first page small, or a sign of its kind; queries do not grow."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.evidence.evidence import add_evidence
from indicators.evidence.stored.damage import report_damage
from indicators.models import EvidenceFile
from indicators.renditions.rendering import draw_due
from tests.factories.content import make_evidence
from tests.factories.files import make_image, make_pages, make_zip
from tests.factories.loading import load_again


def bring(year, title, data, name="แฟ้ม.pdf", cite=True):
    items = [load_again(year.item)] if cite else []
    make_evidence(year.office, by=year.collector, title=title, name=name, data=data, items=items)
    return EvidenceFile.objects.order_by("pk").last()


def address(year, name, *more):
    return reverse(f"indicators:{name}", args=[*year.args, *more])


def lists(year):
    code = year.item.consideration.code
    return {
        "list": (year.staff, address(year, "evidence_list")),
        "item": (year.staff, address(year, "item", code)),
        "sheet": (year.member, address(year, "scoring")),
        "room": (year.member, address(year, "committee_room")),
    }


def thumbnail(file):
    return f'src="{reverse("indicators:file_thumbnail", args=[file.pk])}"'


@pytest.mark.parametrize("where", ["list", "item", "sheet", "room"])
def test_every_list_shows_them_once_they_are_drawn(year, client_for, where):
    files = [bring(year, "แผน", make_pages(3)), bring(year, "ภาพ", make_image(), "ภาพ.jpg")]
    person, page = lists(year)[where]
    before = client_for(person).get(page).text
    assert not any(thumbnail(file) in before for file in files)
    assert "icons.svg#picture" in before
    draw_due()
    after = client_for(person).get(page).text
    assert all(thumbnail(file) in after for file in files)
    assert after.count('loading="lazy"') == 2
    assert 'width="64"' in after


@pytest.mark.parametrize("where", ["item", "sheet", "room"])
def test_the_picture_of_a_citation_opens_it_as_cited(year, client_for, where):
    file = bring(year, "แผน", make_pages(3))
    citation = load_again(year.item).citations.get()
    person, page = lists(year)[where]
    text = client_for(person).get(page).text
    href = address(year, "evidence_file", file.revision.evidence_id, file.pk)
    assert text.count(f"{href}?cited={citation.pk}") >= 2
    assert f'{href}"' not in text


def test_picks_and_the_page_of_the_evidence_show_them(year, client_for):
    file = bring(year, "แผน", make_pages(3), cite=False)
    draw_due()
    code = year.item.consideration.code
    client = client_for(year.collector)
    assert thumbnail(file) in client.get(address(year, "evidence_pick", code)).text
    evidence = address(year, "evidence", file.revision.evidence_id)
    assert thumbnail(file) in client.get(evidence).text


def test_damaged_and_other_files_and_links_have_a_sign(year, client_for):
    damaged = bring(year, "แผน", make_pages(3))
    bring(year, "แฟ้ม", make_zip({"ก.txt": b"x"}), "แฟ้ม.zip")
    add_evidence(year.office, title="เว็บ", links=[("https://example.go.th/", "")], by=year.staff)
    draw_due()
    report_damage(damaged.blob)
    page = client_for(year.staff).get(address(year, "evidence_list")).text
    assert "/thumbnail/" not in page
    assert "icons.svg#link" in page
    assert page.count("icons.svg#file") >= 2


@pytest.mark.parametrize("where", ["list", "item", "sheet", "room"])
def test_the_queries_do_not_grow(year, client_for, where):
    bring(year, "หนึ่ง", make_pages(1))
    draw_due()
    person, page = lists(year)[where]
    client = client_for(person)

    def count():
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        return len(queries)

    before = count()
    for number in range(2, 6):
        bring(year, f"แผน {number}", make_pages(number))
    draw_due()
    assert count() == before

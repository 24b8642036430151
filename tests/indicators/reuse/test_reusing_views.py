"""The page of a consideration beside the year before, and the page of a piece of evidence."""

import pytest
from django.urls import reverse

from indicators.evidence.citations import cite
from indicators.models import Citation, Item
from indicators.narratives.items import hand_in
from indicators.narratives.reuse.reusing import bring
from tests.factories.content import make_earlier_year, make_evidence
from tests.factories.reading import read, undo

MARK = "นำมาจากปีงบประมาณ พ.ศ. 2559"


@pytest.fixture
def old(year):
    """The year before, with a text and two pieces of evidence in its first consideration."""
    old = make_earlier_year(year)
    Item.objects.filter(pk=old.item.pk).update(narrative="ปีก่อนทำโครงการ")
    for title in ("แผน", "รายงาน"):
        make_evidence(year.office, by=year.collector, title=title, items=[old.item], name=title)
    return old


def url(year, name, *args):
    return reverse(f"indicators:{name}", args=[*year.args, *args])


def item_page(year, client):
    return read(client.get(url(year, "item", "1.1.1")).content.decode())


def bring_all(year, client, old):
    chosen = [row.pk for row in old.item.citations.all()]
    return client.post(url(year, "bring", "1.1.1"), {"citations": chosen})


def test_a_writer_brings_re_verifies_and_undoes(year, old, client_for):
    client = client_for(year.collector)
    assert "ปีก่อนทำโครงการ" in item_page(year, client)
    undo(client, bring_all(year, client, old))
    assert not year.item.citations.kept().exists()
    answer = bring_all(year, client, old)
    found = item_page(year, client)
    assert found.count(f"{MARK} ยังต้องตรวจสอบซ้ำ") == 2
    assert "หลักฐานที่นำมาจากปีก่อน 2 รายการยังต้องตรวจสอบซ้ำ" in found
    assert answer.status_code == 302
    row = year.item.citations.kept().first()
    answer = client.post(url(year, "citation_verify", row.pk))
    assert year.item.citations.kept().to_verify().count() == 1
    undo(client, answer)
    assert year.item.citations.kept().to_verify().count() == 2
    assert "ยังต้องตรวจสอบซ้ำ 2 รายการ" in read(
        client.get(url(year, "indicator_list")).content.decode()
    )


def test_who_may_not_write_is_shown_no_box_but_the_marks(year, old, client_for):
    bring(year.item, [row.pk for row in old.item.citations.all()], by=year.collector)
    found = item_page(year, client_for(year.coordinator))
    assert "ปีก่อนทำโครงการ" not in found
    assert MARK in found
    assert "/verify/" not in found
    found = read(client_for(year.member).get(url(year, "scoring")).content.decode())
    assert "ของปี 2559 ยังต้องตรวจสอบซ้ำ" in found


def test_nothing_chosen_and_nonsense_are_refused(year, old, client_for):
    client = client_for(year.collector)
    for sent in ({}, {"citations": ["x", "9" * 30]}, {"citations": "999"}):
        assert client.post(url(year, "bring", "1.1.1"), sent).status_code == 400
    assert client.post(url(year, "bring_undo", "1.1.1"), {"made": "x"}).status_code == 400
    assert not Citation.objects.filter(item=year.item).exists()


def test_the_text_is_used_marked_confirmed_and_handed_in(year, old, client_for):
    client = client_for(year.collector)
    answer = client.post(url(year, "draft_use", "1.1.1"))
    assert "“การดำเนินงาน” นำมาจากปีงบประมาณ พ.ศ. 2559" in item_page(year, client)
    client.post(url(year, "draft_undo", "1.1.1"))
    assert Item.objects.get(pk=year.item.pk).narrative == ""
    answer = client.post(url(year, "draft_use", "1.1.1"))
    make_evidence(year.office, by=year.collector, items=[year.item])
    client.post(url(year, "item_hand_in", "1.1.1"))
    assert Item.objects.get(pk=year.item.pk).state == "writing"
    client.post(url(year, "draft_confirm", "1.1.1"))
    client.post(url(year, "item_hand_in", "1.1.1"))
    assert Item.objects.get(pk=year.item.pk).state == "handed_in"
    assert answer.status_code == 302


def test_a_reason_given_at_handing_in_is_read_beside_the_rubric(year, old, client_for):
    client = client_for(year.collector)
    client.post(url(year, "draft_use", "1.1.1"))
    bring_all(year, client, old)
    client.post(url(year, "item_hand_in", "1.1.1"), {"why": "ต้นฉบับอยู่ระหว่างลงนาม"})
    for person, name in ((year.coordinator, "item"), (year.member, "scoring")):
        args = ["1.1.1"] if name == "item" else []
        page = read(client_for(person).get(url(year, name, *args)).content.decode())
        assert "ต้นฉบับอยู่ระหว่างลงนาม" in page


def test_autosave_says_what_is_re_checked_now(year, old, client_for):
    client = client_for(year.collector)
    client.post(url(year, "draft_use", "1.1.1"))
    item = Item.objects.get(pk=year.item.pk)
    answer = client.post(
        url(year, "item_autosave", "1.1.1"),
        {"narrative": "ของปีนี้", "result": "", "no_evidence_reason": "", "seen": item.version},
        headers={"X-Autosave": "1"},
    ).json()
    assert (answer["doubts"], answer["drafts"]) == ([], [])


# -- the page of a piece ----------------------------------------------------------------
def test_a_piece_s_page_shows_every_year_and_cites_further(year, old, client_for):
    evidence = old.item.citations.get(evidence__title="แผน").evidence
    revision = evidence.revisions.get()
    cite(year.item, revision, pages="2-3", note="ดูตาราง", by=year.collector)
    withdrawn = cite(year.items[1], revision, by=year.collector)
    Citation.objects.filter(pk=withdrawn.pk).update(
        removed_at=withdrawn.created_at, removed_by=year.collector
    )
    client = client_for(year.collector)
    found = read(client.get(url(year, "evidence", evidence.pk)).content.decode())
    assert found.index("ปีงบประมาณ พ.ศ. 2560</h3>".replace("</h3>", "")) < found.index(
        "ปีงบประมาณ พ.ศ. 2559"
    )
    for words in ("หน้า 2-3", "ดูตาราง", "ประเด็นที่ 1.1.1", 'value="1.1.2"', 'value="1.2.1"'):
        assert words in found
    assert 'value="1.1.1"' not in found
    answer = client.post(
        url(year, "evidence_cite", evidence.pk), {"item": "1.2.1", "pages": "7", "note": ""}
    )
    assert answer.status_code == 302
    assert year.items[2].citations.kept().get().pages == "7"
    found = read(client_for(year.staff).get(url(year, "evidence", evidence.pk)).content.decode())
    assert "/cite/" not in found
    undo(client, answer)
    assert not year.items[2].citations.kept().exists()


def test_a_page_costs_the_same_with_many_years(year, client_for, django_assert_max_num_queries):
    evidence = make_evidence(year.office, by=year.collector, items=[year.item])
    client, counts = client_for(year.collector), []
    address = url(year, "evidence", evidence.pk)
    for earlier in (None, 2559, 2558, 2557):
        if earlier:
            old = make_earlier_year(year, earlier)
            for item in old.items:
                cite(item, evidence.revisions.get(), by=year.collector)
        client.get(address)
        with django_assert_max_num_queries(20) as found:
            client.get(address)
        counts.append(len(found))
    assert len(set(counts)) == 1


def test_handing_in_does_not_wait_for_what_was_verified(year, old):
    bring(year.item, [row.pk for row in old.item.citations.all()], by=year.collector)
    Citation.objects.filter(item=year.item).update(
        verified_at=year.item.assessment.opened_at, verified_by=year.collector
    )
    Item.objects.filter(pk=year.item.pk).update(narrative="ทำแล้ว")
    assert hand_in(year.item, by=year.collector).state == "handed_in"

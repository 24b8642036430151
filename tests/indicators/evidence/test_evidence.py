"""Evidence keeps every revision, and a citation points to the bytes that were judged."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from core import clock
from core.models import Event
from core.moves import UNDO_FOR
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators.evidence.citations import cite, restore_citation, withdraw_citation
from indicators.evidence.evidence import (
    add_evidence,
    edit_evidence,
    remove_evidence,
    restore_evidence,
    revise,
)
from indicators.models import Citation, Evidence
from indicators.narratives.items import hand_in, save_item, take_back
from tests.factories.content import make_content_year, make_evidence
from tests.factories.files import make_pdf, make_upload
from tests.factories.loading import load_again
from tests.factories.people import make_person

LINK = ("https://www.example.go.th/แผน", "แผนบนเว็บไซต์")


def add(year, **fields):
    fields = {"title": "แผนปฏิบัติการ", "links": [LINK], "by": year.collector, **fields}
    return add_evidence(year.office, **fields)


def edit(evidence, by, **fields):
    fields = {
        "title": "ชื่อใหม่",
        "document_date": None,
        "covers_from": None,
        "covers_to": None,
        "seen": evidence.changed_at,
        **fields,
    }
    return edit_evidence(evidence, by=by, **fields)


def handed_in(year):
    save_item(
        load_again(year.item),
        narrative="ก",
        result="",
        no_evidence_reason="ไม่มี",
        version=0,
        by=year.collector,
    )
    hand_in(load_again(year.item), by=year.collector)


def test_a_document_of_tomorrow_is_refused(year):
    tomorrow = clock.today() + timedelta(1)
    with pytest.raises(RuleBroken, match="อนาคต"):
        add(year, document_date=tomorrow)
    evidence = add(year, document_date=clock.today())
    with pytest.raises(RuleBroken, match="อนาคต"):
        edit(evidence, year.collector, document_date=tomorrow)


def test_adding_cites_and_tells(year):
    evidence = add(
        year, items=[load_again(i) for i in year.items[:2]], covers_from=date(2016, 10, 1)
    )
    assert {c.item_id for c in evidence.citations.all()} == {i.pk for i in year.items[:2]}
    assert evidence.revisions.get().links.get().url == LINK[0]
    assert Event.objects.get(verb="evidence.add").after == {"title": "แผนปฏิบัติการ"}


def test_everybody_of_the_office_may_add_but_not_cite(year):
    assert add(year, by=year.staff).created_by == year.staff
    with pytest.raises(NotAllowed):
        add(year, by=year.staff, items=[load_again(year.item)])
    with pytest.raises(NotAllowed):
        add(year, by=make_content_year("skn1").staff)
    assert Evidence.objects.filter(office=year.office).count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.go.th/",
        "//x.go.th",
        "https://user:secret@x.go.th/",
        "แผน",
        "",
        "http://[",
    ],
)
def test_only_web_addresses_are_links(year, url):
    with pytest.raises(RuleBroken):
        add(year, links=[(url, "")])
    assert not Evidence.objects.exists()


def test_title_contents_and_period_are_asked_for(year):
    for broken in (
        {"title": " \u200b "},
        {"links": []},
        {"covers_from": date(2017, 1, 2), "covers_to": date(2017, 1, 1)},
    ):
        with pytest.raises(RuleBroken):
            add(year, **broken)


def test_a_blob_of_another_office_is_not_taken(year):
    other = make_content_year("skn1")
    blob = make_evidence(other.office, by=other.staff).revisions.get().files.get().blob
    with pytest.raises(NotAllowed):
        add(year, files=[("ก.pdf", blob)])


def test_names_of_files_stay_thai(year):
    evidence = make_evidence(year.office, by=year.staff, name="รายงานผลการดำเนินงาน ครั้งที่ ๑/๒๕๖๐.pdf")
    name = evidence.revisions.get().files.get().name
    assert name == "รายงานผลการดำเนินงาน ครั้งที่ ๑-๒๕๖๐.pdf"


def test_revising_keeps_the_old_and_moves_what_the_reviser_writes(year):
    evidence = make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    first = evidence.revisions.get()
    second = revise(
        evidence, links=[LINK], keep_files=first.files.all(), note="ปรับปรุง", by=year.collector
    )
    assert second.number == 2
    assert [f.blob_id for f in second.files.all()] == [f.blob_id for f in first.files.all()]
    assert Citation.objects.kept().get(item=year.item).revision == second
    assert Citation.objects.filter(item=year.item).count() == 2


def test_what_was_handed_in_keeps_the_revision_that_was_judged(year):
    evidence = make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    handed_in(year)
    revise(evidence, links=[LINK], note="ปรับปรุง", by=year.collector)
    assert Citation.objects.kept().get(item=year.item).revision.number == 1


def test_a_locked_year_keeps_its_revision_and_refuses_changes(year):
    evidence = make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    year.lock()
    revise(evidence, links=[LINK], note="ปรับปรุง", by=year.collector)
    citation = Citation.objects.kept().get(item=year.item)
    assert citation.revision.number == 1
    for act in (
        lambda: edit(evidence, year.collector),
        lambda: remove_evidence(evidence, by=year.collector, why="ซ้ำ"),
        lambda: withdraw_citation(citation, by=year.collector),
        lambda: cite(load_again(year.item), evidence.revisions.first(), by=year.collector),
    ):
        with pytest.raises(MoveRefused):
            act()


def test_citing_again_is_one_and_another_revision_replaces(year):
    evidence = add(year)
    first = evidence.revisions.get()
    for _press in range(2):
        cite(load_again(year.item), first, pages="1–3", by=year.collector)
    assert Citation.objects.count() == 1
    second = revise(evidence, links=[LINK], note="ปรับปรุง", by=year.coordinator)
    assert Citation.objects.kept().get().revision == first
    cite(load_again(year.item), second, by=year.collector)
    assert Citation.objects.kept().get().revision == second


def test_citing_needs_the_right_the_office_and_work_in_progress(year):
    other = make_content_year("skn1")
    own, foreign = add(year).revisions.get(), add(other).revisions.get()
    with pytest.raises(NotAllowed):
        cite(load_again(year.item), foreign, by=year.collector)
    for person in (year.staff, year.coordinator, other.collector):
        with pytest.raises(NotAllowed):
            cite(load_again(year.item), own, by=person)
    handed_in(year)
    with pytest.raises(MoveRefused):
        cite(load_again(year.item), own, by=year.collector)


def test_withdrawing_twice_is_refused(year):
    add(year, items=[load_again(year.item)])
    citation = Citation.objects.get()
    withdraw_citation(citation, by=year.collector)
    with pytest.raises(MoveRefused):
        withdraw_citation(citation, by=year.collector)
    assert Citation.objects.kept().count() == 0


def test_a_withdrawn_citation_comes_back_as_it_was_typed(year):
    revision = add(year).revisions.get()
    citation = cite(load_again(year.item), revision, pages="1–3", note="สรุป", by=year.collector)
    withdraw_citation(citation, by=year.collector)
    for other in (year.staff, year.coordinator):
        with pytest.raises(NotAllowed):
            restore_citation(load_again(citation), by=other)
    with clock.pretend(clock.now() + UNDO_FOR + timedelta(seconds=1)), pytest.raises(MoveRefused):
        restore_citation(load_again(citation), by=year.collector)
    restore_citation(load_again(citation), by=year.collector)
    kept = Citation.objects.kept().get()
    assert (kept.pk, kept.pages, kept.note) == (citation.pk, "1–3", "สรุป")
    with pytest.raises(MoveRefused):
        restore_citation(kept, by=year.collector)


def test_a_citation_is_not_put_back_beside_a_newer_one_nor_of_what_is_gone(year):
    evidence = add(year, items=[load_again(year.item)])
    citation = Citation.objects.get()
    withdraw_citation(citation, by=year.collector)
    cite(load_again(year.item), evidence.revisions.get(), by=year.collector)
    with pytest.raises(MoveRefused):
        restore_citation(load_again(citation), by=year.collector)
    newer = Citation.objects.kept().get()
    withdraw_citation(newer, by=year.collector)
    remove_evidence(evidence, by=year.collector, why="ซ้ำ")
    with pytest.raises(MoveRefused):
        restore_citation(load_again(newer), by=year.collector)
    restore_evidence(load_again(evidence), by=year.collector)
    handed_in(year)
    with pytest.raises(MoveRefused):
        restore_citation(load_again(newer), by=year.collector)


def test_removing_is_undone(year):
    evidence = add(year, items=[load_again(year.item)])
    remove_evidence(evidence, by=year.collector, why="ซ้ำ")
    assert Citation.objects.kept().count() == 0
    for act in (
        lambda: remove_evidence(evidence, by=year.collector, why="ซ้ำ"),
        lambda: revise(evidence, links=[LINK], note="ปรับปรุง", by=year.collector),
        lambda: edit(evidence, year.collector),
    ):
        with pytest.raises(MoveRefused):
            act()
    restore_evidence(evidence, by=year.collector)
    assert Citation.objects.kept().count() == 1
    assert Event.objects.get(verb="evidence.remove").why == "ซ้ำ"


def test_removing_what_was_handed_in_is_refused(year):
    evidence = add(year, items=[load_again(year.item)])
    handed_in(year)
    with pytest.raises(MoveRefused) as refused:
        remove_evidence(evidence, by=year.collector, why="ซ้ำ")
    assert year.item.consideration.code in refused.value.message


def test_restoring_changes_nothing_that_was_handed_in_without_it(year, client_for):
    evidence = add(year, items=[load_again(year.item)])
    remove_evidence(evidence, by=year.collector, why="ซ้ำ")
    where = [year.office.code, year.assessment.fiscal_year, evidence.pk]
    page, back = (reverse(f"indicators:evidence{act}", args=where) for act in ("", "_restore"))
    client = client_for(year.collector)
    assert back in client.get(page).content.decode()
    handed_in(year)
    assert back not in client.get(page).content.decode()
    assert client.post(back).status_code == 409
    with pytest.raises(MoveRefused) as refused:
        restore_evidence(load_again(evidence), by=year.collector)
    assert year.item.consideration.code in refused.value.message
    assert not Citation.objects.kept().exists()
    take_back(load_again(year.item), by=year.collector)
    restore_evidence(load_again(evidence), by=year.collector)
    assert Citation.objects.kept().count() == 1


def test_who_manages(year):
    evidence = add(year, by=year.staff)
    for person in (year.collector, year.member, year.director):
        with pytest.raises(NotAllowed):
            remove_evidence(evidence, by=person, why="ซ้ำ")
    cite(load_again(year.item), evidence.revisions.get(), by=year.collector)
    for person in (year.staff, year.coordinator, year.collector):
        assert (
            edit(load_again(evidence), person, title=f"โดย {person.pk}").title == f"โดย {person.pk}"
        )


def test_a_stale_correction_is_refused(year):
    evidence = add(year)
    edit(evidence, year.collector, seen=None)
    with pytest.raises(StaleEdit):
        edit(evidence, year.collector, title="อีกชื่อ", seen=None)
    assert load_again(evidence).title == "ชื่อใหม่"


def test_a_person_who_left_manages_nothing(year):
    leaver = make_person(year.office)
    evidence = add(year, by=leaver)
    type(leaver).objects.filter(pk=leaver.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        remove_evidence(evidence, by=load_again(leaver), why="ซ้ำ")


def test_uploads_of_tests_are_what_they_say():
    assert make_upload("ก.pdf").read().startswith(b"%PDF")
    assert make_pdf().startswith(b"%PDF")


def test_every_deed_stands_in_the_history_of_the_year_that_cites(year):
    evidence = add(year, items=[load_again(year.item)])
    edit(evidence, year.collector)
    revise(load_again(evidence), links=[LINK], files=[], note="ปรับปรุง", by=year.collector)
    remove_evidence(load_again(evidence), by=year.collector, why="ซ้ำ")
    restore_evidence(load_again(evidence), by=year.collector)
    events = Event.objects.filter(target_type="indicators.evidence")
    assert set(events.values_list("fiscal_year", flat=True)) == {2560}
    assert events.count() >= 5


def test_evidence_that_no_year_cites_belongs_to_none(year):
    add(year)
    assert Event.objects.get(verb="evidence.add").fiscal_year is None

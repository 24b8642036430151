"""Saving texts, handing in, taking back: whoever presses second is notified."""

import pytest

from core.models import Event
from core.refusals import MoveRefused, NotAllowed, RuleBroken, StaleEdit
from indicators.assessments import lock
from indicators.models import Item
from indicators.narratives.items import hand_in, last_changes, missing_of, save_item, take_back
from tests.factories.content import make_content_year, make_evidence
from tests.factories.crowd import all_at_once
from tests.factories.loading import load_again

TEXT = "จัดทำแผนปฏิบัติการประจำปีโดยมีส่วนร่วมทุกกลุ่ม"


def save(item, by, version=0, **texts):
    texts = {"narrative": TEXT, "result": "", "no_evidence_reason": "", **texts}
    return save_item(load_again(item), version=version, by=by, **texts)


def test_save_keeps_the_text_its_writer_and_a_revision(year):
    saved = save(year.item, year.collector, narrative=f"  {TEXT}\r\nบรรทัดสอง ")
    assert saved.narrative == f"{TEXT}\nบรรทัดสอง"
    assert (saved.version, saved.saved_by) == (1, year.collector)
    revision = saved.revisions.get()
    assert (revision.version, revision.narrative) == (1, saved.narrative)
    assert revision.saved_at == saved.saved_at


def test_a_stale_save_is_refused_with_the_text_that_stands_there(year):
    save(year.item, year.collector)
    with pytest.raises(StaleEdit) as refused:
        save(year.item, year.collector, narrative="ข้อความอื่น")
    assert refused.value.theirs["narrative"] == TEXT
    assert "สมหญิง" in refused.value.message
    assert load_again(year.item).narrative == TEXT
    assert year.item.revisions.count() == 1


def test_the_same_text_again_is_no_conflict_and_no_revision(year):
    save(year.item, year.collector)
    assert save(year.item, year.collector).version == 1
    assert year.item.revisions.count() == 1


@pytest.mark.parametrize("who", ["staff", "coordinator", "director", "member"])
def test_only_the_named_writers_save(year, who):
    with pytest.raises(NotAllowed):
        save(year.item, getattr(year, who))
    assert load_again(year.item).version == 0


def test_a_writer_who_left_the_office_saves_nothing(year):
    type(year.collector).objects.filter(pk=year.collector.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        save(year.item, load_again(year.collector))


def test_nothing_is_written_into_a_locked_year(year):
    item = load_again(year.item)
    lock(year.assessment, by=year.director)
    for act in (
        lambda: save(item, year.collector),
        lambda: hand_in(load_again(item), by=year.collector),
        lambda: take_back(load_again(item), by=year.collector),
    ):
        with pytest.raises(MoveRefused):
            act()
    assert load_again(item).version == 0


def test_the_lock_is_seen_by_a_writer_who_loaded_the_page_before(year):
    stale = load_again(year.item)
    assert stale.assessment.is_open
    lock(year.assessment, by=year.director)
    with pytest.raises(MoveRefused):
        save_item(
            stale, narrative="ก", result="", no_evidence_reason="", version=0, by=year.collector
        )


def test_missing_names_text_and_evidence(year):
    assert [lack.kind for lack in missing_of(year.item)] == ["narrative", "evidence"]
    save(year.item, year.collector)
    assert [lack.kind for lack in missing_of(load_again(year.item))] == ["evidence"]
    make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    assert missing_of(load_again(year.item)) == []


def test_a_written_reason_stands_for_evidence(year):
    saved = save(year.item, year.collector, no_evidence_reason="ดำเนินการในปีงบประมาณถัดไป")
    assert missing_of(saved) == []


def test_handing_in_is_refused_with_what_is_missing(year):
    with pytest.raises(RuleBroken) as refused:
        hand_in(load_again(year.item), by=year.collector)
    assert len(missing_of(year.item)) == 2
    assert all(lack.text in refused.value.message for lack in missing_of(year.item))


def ready(year, item=None):
    return save(item or year.item, year.collector, no_evidence_reason="ไม่มีเอกสาร")


def test_hand_in_and_take_back_leave_one_event_each(year):
    ready(year)
    item = hand_in(load_again(year.item), by=year.collector)
    assert item.state == "handed_in"
    assert item.handed_in_at is not None
    with pytest.raises(MoveRefused):
        hand_in(load_again(item), by=year.collector)
    with pytest.raises(MoveRefused):
        save(item, year.collector, version=1, narrative="แก้หลังส่ง")
    assert take_back(load_again(item), by=year.collector).state == "writing"
    with pytest.raises(MoveRefused):
        take_back(load_again(item), by=year.collector)
    verbs = list(Event.objects.about(item).order_by("number").values_list("verb", flat=True))
    assert verbs == ["item.hand_in", "item.take_back"]


def test_the_coordinator_returns_an_item_only_with_a_reason(year):
    ready(year)
    hand_in(load_again(year.item), by=year.collector)
    with pytest.raises(RuleBroken):
        take_back(load_again(year.item), by=year.coordinator, why=" ")
    take_back(load_again(year.item), by=year.coordinator, why="เพิ่มผลการดำเนินงาน")
    assert Event.objects.get(verb="item.take_back").why == "เพิ่มผลการดำเนินงาน"
    with pytest.raises(NotAllowed):
        take_back(load_again(year.item), by=year.staff, why="อยาก")


def last_change(assessment):
    return last_changes([assessment.pk]).get(assessment.pk)


def test_last_change_is_none_until_something_is_written(year):
    assert last_change(year.assessment) is None
    saved = save(year.item, year.collector)
    assert last_change(year.assessment) == saved.saved_at
    make_evidence(year.office, by=year.collector, items=[load_again(year.item)])
    assert last_change(year.assessment) == year.item.citations.get().created_at


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_save_one_version_one_wins(blob_root):
    year = make_content_year()

    def attempt(number):
        try:
            save(year.item, year.collector, narrative=f"ข้อความที่ {number}")
        except StaleEdit:
            return 0
        return 1

    won = sum(all_at_once(attempt, range(20)))
    item = Item.objects.get(pk=year.item.pk)
    assert won == 1
    assert item.version == 1
    assert item.revisions.get().narrative == item.narrative


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_hand_in_at_once_one_wins_and_one_event_is_left(blob_root):
    year = make_content_year()
    ready(year)

    def attempt(_number):
        try:
            hand_in(load_again(year.item), by=year.collector)
        except MoveRefused:
            return 0
        return 1

    won = sum(all_at_once(attempt, range(20)))
    assert won == 1
    assert Event.objects.filter(verb="item.hand_in").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_whoever_saves_while_the_year_is_being_locked_is_before_the_lock_or_refused(blob_root):
    year = make_content_year()

    def attempt(number):
        try:
            if number == 4:
                lock(year.assessment, by=year.director)
                return Item.objects.get(pk=year.item.pk).version
            save(year.item, year.collector, number % 3, narrative=f"ข้อความ {number}")
        except (MoveRefused, StaleEdit):
            return None

    at_lock = all_at_once(attempt, range(12))[4]
    assert Item.objects.get(pk=year.item.pk).version == at_lock

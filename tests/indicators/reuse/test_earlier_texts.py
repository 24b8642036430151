"""Texts of an earlier year as a draft: into empty boxes only, marked until somebody re-checks."""

import pytest

from core.refusals import MoveRefused, NotAllowed, RuleBroken
from indicators.models import Item
from indicators.narratives.earlier_texts import confirm_texts, undo_draft, use_as_draft
from indicators.narratives.items import doubts_of, hand_in, save_item
from tests.factories.content import make_earlier_year, make_evidence


@pytest.fixture
def old(year):
    old = make_earlier_year(year)
    Item.objects.filter(pk=old.item.pk).update(narrative="ปีก่อนทำ", result="ปีก่อนได้")
    return old


def save(year, **texts):
    item = year.item
    item.refresh_from_db()
    standing = {name: getattr(item, name) for name in ("narrative", "result", "no_evidence_reason")}
    return save_item(item, **standing | texts, version=item.version, by=year.collector)


def marks(item):
    item.refresh_from_db()
    return item.narrative_from, item.result_from


def test_the_empty_boxes_are_filled_and_marked(year, old):
    assert use_as_draft(year.item, by=year.collector) == 2559
    assert (year.item.narrative, year.item.result) == ("ปีก่อนทำ", "ปีก่อนได้")
    assert marks(year.item) == (2559, 2559)
    assert year.item.revisions.get().narrative == "ปีก่อนทำ"
    assert [doubt.kind for doubt in doubts_of(year.item)] == ["texts"]


def test_what_is_written_is_never_written_over(year, old):
    save(year, narrative="ปีนี้ทำ")
    use_as_draft(year.item, by=year.collector)
    assert (year.item.narrative, year.item.result) == ("ปีนี้ทำ", "ปีก่อนได้")
    assert marks(year.item) == (None, 2559)
    with pytest.raises(MoveRefused):  # also for the second of two who press at once
        use_as_draft(year.item, by=year.collector)


def test_editing_a_text_re_checks_it_and_no_other(year, old):
    use_as_draft(year.item, by=year.collector)
    save(year, no_evidence_reason="ไม่มี")
    assert marks(year.item) == (2559, 2559)
    save(year, narrative="แก้แล้ว")
    assert marks(year.item) == (None, 2559)


def test_confirming_and_handing_in(year, old):
    make_evidence(year.office, by=year.collector, items=[year.item])
    use_as_draft(year.item, by=year.collector)
    with pytest.raises(RuleBroken, match="2559"):
        hand_in(year.item, by=year.collector)
    with pytest.raises(NotAllowed):
        confirm_texts(year.item, by=year.coordinator)
    confirm_texts(year.item, by=year.collector)
    with pytest.raises(MoveRefused):
        confirm_texts(year.item, by=year.collector)
    assert hand_in(year.item, by=year.collector).unverified_why == ""


def test_a_draft_is_undone_unless_somebody_worked_on_it(year, old):
    use_as_draft(year.item, by=year.collector)
    save(year, result="แก้แล้ว")
    undo_draft(year.item, by=year.collector)
    assert (year.item.narrative, year.item.result) == ("", "แก้แล้ว")
    with pytest.raises(MoveRefused):
        undo_draft(year.item, by=year.collector)


def test_without_a_text_then_there_is_nothing_to_use(year):
    with pytest.raises(MoveRefused):
        use_as_draft(year.item, by=year.collector)
    make_earlier_year(year)
    with pytest.raises(MoveRefused):
        use_as_draft(year.item, by=year.collector)

import dataclasses
import json
from decimal import Decimal

import pytest

from reports.render.html import to_html
from reports.snapshot import KINDS, from_json, kind_of, to_json
from tests.factories import official, papers

EXAMPLES = {kind: official.make_example(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_json_gives_the_same_snapshot_back(kind):
    stored = json.dumps(to_json(EXAMPLES[kind]))

    assert from_json(kind, json.loads(stored)) == EXAMPLES[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_kind_of_names_the_kind(kind):
    assert kind_of(EXAMPLES[kind]) == kind


def test_a_missing_score_is_stored_as_null_and_comes_back_as_none():
    snapshot = papers.make_sar(score=None)

    stored = to_json(snapshot)

    assert stored["score"] is None
    assert from_json("sar", stored).score is None


def test_a_decimal_is_stored_as_text_so_that_no_digit_is_lost():
    stored = to_json(papers.make_sar(score=Decimal("4.10")))

    assert stored["score"] == "4.10"
    assert str(from_json("sar", stored).score) == "4.10"


def test_an_unknown_field_is_refused():
    stored = to_json(papers.make_announcement()) | {"colour": "red"}

    with pytest.raises(KeyError):
        from_json("announcement", stored)


def test_a_field_that_only_old_snapshots_have_is_left_out():
    old = to_json(papers.make_sar()) | {"executive_summary": ""}

    assert from_json("sar", old) == papers.make_sar()


def test_a_field_without_default_may_not_be_missing():
    stored = to_json(papers.make_announcement())
    del stored["subject"]

    with pytest.raises(TypeError):
        from_json("announcement", stored)


def test_snapshots_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        papers.make_order().subject = "อื่น"


def test_a_report_of_before_there_were_links_says_the_same_without_them():
    """Snapshots that were kept have no word of it; what is printed of them has none either."""
    snapshot = EXAMPLES["sar"]
    kept = to_json(snapshot)
    for line in kept["evidence_index"]:
        del line["link"]
    for standard in kept["standards"]:
        for indicator in standard["indicators"]:
            for consideration in indicator["considerations"]:
                for line in consideration["evidence"]:
                    del line["link"]
    again = from_json("sar", kept)
    assert again == snapshot
    html = to_html(again)
    assert "/e/" not in html
    assert "เปิดดูหลักฐาน" not in html
    linked = dataclasses.replace(
        snapshot,
        evidence_index=tuple(
            dataclasses.replace(line, link="https://esa.example.go.th/e/2s/")
            for line in snapshot.evidence_index
        ),
    )
    assert 'href="https://esa.example.go.th/e/2s/"' in to_html(linked)

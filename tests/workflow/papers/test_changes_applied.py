"""The changes of a text, applied to the version before, give the new version back."""

from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workflow.papers.diff import GONE, NEW, SAME, text_lines

SENTENCES = st.sampled_from(
    [
        "ให้คณะกรรมการดำเนินการประเมินตนเอง",
        "ให้คณะกรรมการดำเนินการประเมินตนเองตามมาตรฐาน",
        "จัดทำรายงานผลการประเมินตนเองปี 2560",
        "จัดทำรายงานผลการประเมินตนเองปี ๒๕๖๑",
        "สั่ง ณ วันที่ 5 มกราคม",
        "ทั้งนี้ ตั้งแต่บัดนี้เป็นต้นไป",
        "กก",
    ]
)
LOOSE = st.text(alphabet="กขคะาิ่้เแ 12a\t", max_size=25)
TEXTS = st.lists(SENTENCES | LOOSE, max_size=7).map("\n".join)


def paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def said(line, *ops):
    return "".join(part.text for part in line if part.op in ops)


def shown(lines, *ops):
    """The paragraphs that the changes show of one version."""
    return [text for line in lines if (text := said(line, *ops))]


def apply(was, lines):
    """Put the changes into ``was``: what stayed keeps its order, so it is a walk through both."""
    result = Counter(paragraphs(was))
    result.subtract(shown(lines, SAME, GONE))
    assert all(count >= 0 for count in result.values()), "a change of what never stood there"
    result.update(shown(lines, SAME, NEW))
    return +result


@given(TEXTS, TEXTS)
def test_changes_lead_from_one_version_to_the_next(was, now):
    assert apply(was, text_lines(was, now)) == Counter(paragraphs(now))


@given(TEXTS, TEXTS)
def test_changes_are_shown_in_the_order_of_both_versions(was, now):
    """Whoever reads down the list reads down both papers."""
    lines = text_lines(was, now)
    for text, ops in ((was, (SAME, GONE)), (now, (SAME, NEW))):
        rest = iter(paragraphs(text))
        assert all(any(line == there for there in rest) for line in shown(lines, *ops))


@given(TEXTS, TEXTS)
def test_undoing_the_changes_gives_the_version_before(was, now):
    there, back = text_lines(was, now), text_lines(now, was)
    assert apply(now, back) == Counter(paragraphs(was))
    assert bool(there) == bool(back)


@given(TEXTS)
def test_a_text_against_itself_shows_nothing(text):
    assert text_lines(text, text) == ()
    assert text_lines(text, f"\n{text}\n\n") == ()


@given(TEXTS)
def test_against_nothing_everything_came_or_went(text):
    assert [tuple(part.op for part in line) for line in text_lines("", text)] == [
        (NEW,) for _line in paragraphs(text)
    ]
    assert shown(text_lines(text, ""), GONE) == paragraphs(text)


@given(TEXTS, TEXTS)
def test_no_line_of_changes_says_that_nothing_changed(was, now):
    for line in text_lines(was, now):
        assert any(part.op != SAME for part in line)
        assert all(part.text for part in line)


@given(TEXTS, TEXTS)
def test_neighbouring_parts_differ_in_kind(was, now):
    """Struck out, then new, then what stayed: never two of a kind beside each other."""
    for line in text_lines(was, now):
        ops = [part.op for part in line]
        assert all(first != second for first, second in pairwise(ops))

"""Means are exact, rounded once, and never pretend to know what nobody scored. No database."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.catalogue.nodes import (
    ConsiderationNode,
    EditionTree,
    IndicatorNode,
    Level,
    StandardNode,
)
from indicators.scores import rollup
from indicators.scores.rollup import (
    exact,
    level_name_of,
    roll_up,
    rounded,
)

LEVELS = tuple(
    Level(score, name, Decimal(bound))
    for score, name, bound in (
        (5, "ดีเยี่ยม", "4.50"),
        (4, "ดีมาก", "3.50"),
        (3, "ดี", "2.50"),
        (2, "พอใช้", "1.50"),
        (1, "ปรับปรุง", "1.00"),
    )
)
weights = st.decimals(min_value="0.001", max_value="999", places=3)


def tree_of(shape):
    """``shape``: standards as (weight, indicators as (weight, consideration weights))."""
    pks = iter(range(1, 10_000))
    return EditionTree(
        standards=tuple(
            StandardNode(
                next(pks),
                f"{s}",
                "",
                weight,
                tuple(
                    IndicatorNode(
                        next(pks),
                        f"{s}.{i}",
                        "",
                        own,
                        tuple(
                            ConsiderationNode(next(pks), f"{s}.{i}.{c}", "", w)
                            for c, w in enumerate(below, 1)
                        ),
                    )
                    for i, (own, below) in enumerate(indicators, 1)
                ),
            )
            for s, (weight, indicators) in enumerate(shape, 1)
        ),
        levels=LEVELS,
        pass_level=3,
    )


def leaves(tree):
    return [c.pk for s in tree.standards for i in s.indicators for c in i.considerations]


trees = st.lists(
    st.tuples(
        weights,
        st.lists(
            st.tuples(weights, st.lists(weights, min_size=1, max_size=4)), min_size=1, max_size=3
        ),
    ),
    min_size=1,
    max_size=3,
).map(tree_of)


@st.composite
def scored(draw):
    tree = draw(trees)
    return tree, {pk: draw(st.integers(1, 5)) for pk in leaves(tree)}


def mean(pairs):
    pairs = list(pairs)
    return sum(Fraction(w) * v for w, v in pairs) / sum(Fraction(w) for w, _v in pairs)


@given(scored())
def test_roll_up_equals_an_independent_computation(case):
    tree, levels = case
    expected = mean(
        (
            s.weight,
            mean(
                (i.weight, mean((c.weight, Fraction(levels[c.pk])) for c in i.considerations))
                for i in s.indicators
            ),
        )
        for s in tree.standards
    )
    office = roll_up(tree, levels)
    assert office.mean == expected
    assert abs(Fraction(office.score) - expected) <= Fraction(1, 200)
    assert (office.unscored, office.scored) == (0, len(levels))


@given(scored())
def test_every_mean_lies_between_the_lowest_and_highest_level(case):
    tree, levels = case
    office = roll_up(tree, levels)
    low, high = min(levels.values()), max(levels.values())
    for part in (office, *office.standards, *office.indicators):
        assert 1 <= low <= part.mean <= high <= 5
        assert low <= part.score <= high


@given(scored(), st.data())
def test_a_better_level_never_lowers_anything(case, data):
    tree, levels = case
    pk = data.draw(st.sampled_from(sorted(levels)))
    better = {**levels, pk: data.draw(st.integers(levels[pk], 5))}
    before, after = roll_up(tree, levels), roll_up(tree, better)
    assert after.mean >= before.mean
    for old, new in zip(before.indicators, after.indicators, strict=True):
        assert new.mean >= old.mean


@given(scored(), st.integers(1, 1000))
def test_only_the_ratio_of_weights_counts(case, factor):
    tree, levels = case
    scaled = EditionTree(
        standards=tuple(
            StandardNode(s.pk, s.code, s.title, s.weight * factor, s.indicators)
            for s in tree.standards
        ),
        levels=tree.levels,
        pass_level=tree.pass_level,
    )
    assert roll_up(scaled, levels).mean == roll_up(tree, levels).mean


@given(scored(), st.data())
def test_one_unscored_consideration_leaves_everything_above_it_unscored(case, data):
    tree, levels = case
    gone = data.draw(st.sampled_from(sorted(levels)))
    office = roll_up(tree, {pk: level for pk, level in levels.items() if pk != gone})
    assert (office.mean, office.score, office.passed, office.level_name) == (None, None, None, "")
    assert office.unscored == 1
    for standard in office.standards:
        for indicator in standard.indicators:
            touched = gone in {c.pk for c in indicator.considerations}
            assert (indicator.score is None) == touched
            assert indicator.unscored == touched
        assert (standard.score is None) == bool(standard.unscored)


def test_nothing_scored_is_none_and_never_zero():
    office = roll_up(tree_of([(Decimal(1), [(Decimal(1), [Decimal(1), Decimal(1)])])]), {})
    assert office.score is None
    assert (office.unscored, office.total) == (2, 2)
    assert "0" not in str(rollup.workings(office)[0])


@given(st.fractions(min_value=1, max_value=5))
def test_rounding_is_half_up_of_the_exact_value(value):
    found = rounded(value)
    assert Fraction(-1, 200) < Fraction(found) - value <= Fraction(1, 200)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(2345, 1000), "2.35"),
        (Fraction(2675, 1000), "2.68"),
        (Fraction(1005, 1000), "1.01"),
        (Fraction(4495, 1000), "4.50"),
        (Fraction(44949, 10000), "4.49"),
        (Fraction(5), "5.00"),
        (Fraction(11, 3), "3.67"),
    ],
)
def test_rounding_at_the_half(value, expected):
    assert rounded(value) == Decimal(expected)
    assert str(rounded(value)) == expected


@given(st.integers(100, 500))
def test_rounding_agrees_with_decimal_at_every_half(hundredths):
    half = Decimal(hundredths) / 100 + Decimal("0.005")
    assert rounded(Fraction(half)) == half.quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        ("5.00", "ดีเยี่ยม"),
        ("4.50", "ดีเยี่ยม"),
        ("4.49", "ดีมาก"),
        ("3.50", "ดีมาก"),
        ("2.50", "ดี"),
        ("2.49", "พอใช้"),
        ("1.50", "พอใช้"),
        ("1.00", "ปรับปรุง"),
    ],
)
def test_bounds_of_levels_are_inclusive(score, name):
    assert level_name_of(Decimal(score), LEVELS) == name


@pytest.mark.parametrize(("levels", "passed"), [((3, 2), True), ((2, 2), False), ((5, 1), True)])
def test_passing_needs_the_bound_of_the_passing_level(levels, passed):
    tree = tree_of([(Decimal(1), [(Decimal(1), [Decimal(1), Decimal(1)])])])
    assert roll_up(tree, dict(zip(leaves(tree), levels, strict=True))).passed is passed


@given(scored())
def test_the_working_adds_up_line_by_line(case):
    tree, levels = case
    office = roll_up(tree, levels)
    workings = rollup.workings(office)
    assert workings[-1].mean == office.mean
    for working in workings:
        assert sum(term.product for term in working.terms) == working.products
        assert working.products / working.weights == working.mean
        assert rounded(working.mean) == working.score
    assert str(workings[-1]).endswith(str(office.score))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(15, 4), "3.75"),
        (Fraction(11, 3), "11/3"),
        (Fraction(30), "30"),
        (Fraction(1, 8), "0.125"),
        (Fraction(100), "100"),
        (None, "–"),
    ],
)
def test_exact_numbers_are_written_exactly(value, text):
    assert exact(value) == text

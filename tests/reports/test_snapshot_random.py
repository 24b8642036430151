"""Whatever a snapshot holds: kept as JSON and read again years later, it is the same."""

import dataclasses
import json
import types
import typing
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.snapshot import KINDS, from_json, kind_of, to_json

WORDS = st.text(alphabet="กขคงะาิีุู่้์ ๆ๑๒12ab\n“<&>\\\"'\x1f😀", max_size=12)
PLAIN = {
    str: WORDS,
    int: st.integers(-(2**53), 2**53),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals("-999", "999", places=2),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
DEEP = 3  # points of an agenda may stand under points


def values_of(wanted, depth=0):
    """Values of a type that a field of a snapshot may have."""
    if isinstance(wanted, types.UnionType):
        return st.one_of(
            *(
                st.none() if arg is types.NoneType else values_of(arg, depth)
                for arg in typing.get_args(wanted)
            )
        )
    if typing.get_origin(wanted) is tuple:
        if depth >= DEEP:
            return st.just(())
        inner = values_of(typing.get_args(wanted)[0], depth + 1)
        return st.lists(inner, max_size=2).map(tuple)
    if typing.get_origin(wanted) is typing.Literal:
        return st.sampled_from(typing.get_args(wanted))
    if dataclasses.is_dataclass(wanted):
        hints = typing.get_type_hints(wanted)
        fields = {f.name: values_of(hints[f.name], depth) for f in dataclasses.fields(wanted)}
        return st.builds(wanted, **fields)
    return PLAIN[wanted]


few = settings(
    max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def through_the_database(snapshot):
    return json.loads(json.dumps(to_json(snapshot)))


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data())
def test_any_snapshot_comes_back_as_it_was(kind, data):
    snapshot = data.draw(values_of(KINDS[kind]))
    again = from_json(kind, through_the_database(snapshot))
    assert again == snapshot
    assert (type(again), kind_of(again)) == (KINDS[kind], kind)
    assert hash(again) == hash(snapshot)  # tuples all the way down, no list was left


@pytest.mark.parametrize("kind", KINDS)
@few
@given(data=st.data())
def test_what_was_read_is_kept_the_same_way_again(kind, data):
    """Kept, read and kept again: not a letter moves, or a paper made again would have other
    bytes than the one that was signed."""
    stored = through_the_database(data.draw(values_of(KINDS[kind])))
    assert to_json(from_json(kind, stored)) == stored


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_type_that_json_keeps(kind):
    """A type that `to_json` passes through as it is would fail when the first paper is kept."""
    seen = set()

    def visit(wanted):
        if isinstance(wanted, types.UnionType) or typing.get_origin(wanted) is tuple:
            for arg in typing.get_args(wanted):
                visit(arg)
        elif dataclasses.is_dataclass(wanted):
            if wanted not in seen:
                seen.add(wanted)
                for hint in typing.get_type_hints(wanted).values():
                    visit(hint)
        elif wanted not in (types.NoneType, Ellipsis) and not typing.get_origin(wanted):
            assert wanted in PLAIN, wanted

    visit(KINDS[kind])
    assert KINDS[kind] in seen

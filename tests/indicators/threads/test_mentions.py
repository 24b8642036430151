"""Whom a comment calls: names with spaces, marks in any order, the same name twice."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.threads.mentions import WhoIsMeant, call, read
from people.models import User
from tests.factories.people import make_group, make_office, make_person

NAMES = [
    ("นาย", "สมชาย", "ใจดี"),
    ("นาง", "สมหญิง", "น้ำใส"),
    ("นางสาว", "นภา", "ศรีสุข"),
    ("นางสาว", "นภาพร", "ศรีสุข"),
    ("ว่าที่ ร.ต.", "กำธร", "เก่งกล้า"),
    ("ดร.", "ที่รัก", "ณ สกลนคร"),
    ("", "Somchai", "Jaidee"),
]
PEOPLE = [
    User(pk=number, prefix=prefix, given_name=given_name, family_name=family)
    for number, (prefix, given_name, family) in enumerate(NAMES, 1)
]
SPELLINGS = [
    lambda name: name,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: name.replace("ำ", "\u0e4d\u0e32"),
    lambda name: name.replace("น้ำ", "นำ้"),
    lambda name: name.replace("ที่", "ท่ี"),
    lambda name: name.replace(" ", "  "),
    lambda name: name.replace(" ", "\u00a0"),
    lambda name: name.replace("ร.ต.", "ร.ต. "),
    str.upper,
]


def called(text, people=PEOPLE):
    return [(written, [person.pk for person in bearers]) for written, bearers in read(text, people)]


@given(
    person=st.sampled_from(PEOPLE),
    spelt=st.sampled_from(SPELLINGS),
    prefix=st.booleans(),
    before=st.sampled_from(["", "เรียน", "เรียน ", "โปรดดู\n", "("]),
    behind=st.sampled_from(["", " ", "ครับ", " ช่วยดูหน่อย", "\nขอบคุณ", ",", ") และอื่น ๆ", "@"]),
    at=st.sampled_from(["@", "\uff20", "@ "]),
)
def test_a_name_calls_its_bearer_however_it_is_spelt(person, spelt, prefix, before, behind, at):
    name = person.full_name if prefix else f"{person.given_name} {person.family_name}"
    found = called(f"{before}{at}{spelt(name)}{behind}")
    assert [pks for _written, pks in found] == [[person.pk]]
    assert found[0][0] in f"{spelt(name)}{behind}"


@given(text=st.text(alphabet="@\uff20 \nนภาพรศรีสุข่้ํำ.a", max_size=60))
def test_whatever_is_typed_names_only_what_stands_there(text):
    for written, bearers in read(text, PEOPLE):
        assert written
        assert written in text
        assert len(bearers) <= 1


@pytest.mark.parametrize(
    ("text", "pks"),
    [
        ("@นภา ศรีสุขสบายดีไหม", [3]),
        ("@นภาพร ศรีสุข", [4]),
        ("@นภา", [3]),
        ("@นภาพร ช่วยดู", [4]),
        ("@นภาพรรณ", []),
        ("@สมชาย, @สมหญิง", [1, 2]),
        ("@นายสมชาย ใจดี@นางสมหญิง น้ำใส", [1, 2]),
        ("somchai@jaidee.example", []),
        ("พบกัน @ 9.30 น.", []),
        ("@", []),
        ("@@@@", []),
    ],
)
def test_the_longest_name_counts_and_a_given_name_as_a_word(text, pks):
    assert [pk for _written, found in called(text) for pk in found] == pks


def test_a_name_of_nobody_is_said():
    assert called("@สมศักดิ์ ช่วยดู") == [("สมศักดิ์", [])]


def test_many_calls_are_read_in_no_time():
    text = "@นายสมชาย ใจด" * 300 + "@" * 1000
    assert len(called(text)) < 400


# -- the people of an office ------------------------------------------------------------
@pytest.fixture
def office(db):
    return make_office()


def one(office, given_name="สมชาย", **fields):
    return make_person(office, prefix="นาย", given_name=given_name, family_name="ใจดี", **fields)


def test_colleagues_are_called_and_nobody_else(office):
    person = one(office)
    one(make_office("skn1"), given_name="สมศักดิ์")
    found = call("@นายสมชาย ใจดี @นายสมศักดิ์ ใจดี", office)
    assert (list(found.people), found.unknown) == ([person], ["นายสมศักดิ์"])


def test_who_left_is_no_more_called(office):
    one(office, is_active=False)
    found = call("ตามที่ @นายสมชาย ใจดี เสนอไว้", office)
    assert (found.people, found.gone) == ({}, ["นายสมชาย ใจดี"])


def test_of_a_name_twice_who_is_still_here_is_meant(office):
    one(office, is_active=False)
    here = one(office)
    assert list(call("@สมชาย ใจดี", office).people) == [here]


def test_of_a_name_twice_it_is_asked_which(office):
    first = one(office, work_group=make_group(office, "g1"))
    second = one(office, work_group=make_group(office, "g2"))
    with pytest.raises(WhoIsMeant, match="สมชาย ใจดี") as asked:
        call("@นายสมชาย ใจดี", office)
    assert asked.value.people == [first, second]
    assert list(call("@นายสมชาย ใจดี", office, meant=[second]).people) == [second]
    stranger = one(make_office("skn1"))
    with pytest.raises(WhoIsMeant):
        call("@นายสมชาย ใจดี", office, meant=[stranger])


def test_who_is_chosen_from_the_list_is_called_without_a_word(office):
    person, gone = one(office), one(office, given_name="สมหมาย", is_active=False)
    stranger = one(make_office("skn1"), given_name="สมศักดิ์")
    found = call("ขอดูด้วย", office, notify=[person, gone, stranger])
    assert found.people == {person: ""}
    assert call("@สมชาย ใจดี", office, notify=[person]).people == {person: "สมชาย ใจดี"}

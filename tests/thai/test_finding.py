"""What was typed is found however it is spelt, and what is shown is never cut inside a letter."""

import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import thai
from thai.finding import AFTER, BEFORE, Piece, Words, aligned

# Syllables as people write them, with what surrounds them in titles.
SYLLABLES = "สำ นัก งาน เขต พื้น ที่ การ ศึก ษา น้ำ แผน ค่า ก็ โรง เรียน ผู้ ๒๕๖๐ 2560 2.1 ABC ก.ค. ฯ".split()
titles = st.lists(
    st.sampled_from([*SYLLABLES, " ", " ", "(", ")", "/", "-"]), min_size=3, max_size=40
).map("".join)
anything = st.text(st.characters(codec="utf-8"), max_size=80)
thai_letters = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B), max_size=40)


def shown(pieces):
    return "".join(piece.text for piece in pieces)


def found(pieces):
    return [piece.text for piece in pieces if piece.found]


@given(titles, st.data())
def test_any_part_of_a_title_finds_it(title, data):
    letters = thai.clusters(title)
    begin = data.draw(st.integers(0, max(len(letters) - 3, 0)))
    end = data.draw(st.integers(min(begin + 3, len(letters)), len(letters)))
    typed = "".join(letters[begin:end])
    assume(len(thai.fold(typed)) >= 3)
    words = Words.of(typed)
    assert words.in_folded(thai.fold(title))
    assert words.among([title])


@given(titles, st.sampled_from(["NFC", "NFD", "NFKC"]))
def test_the_form_of_unicode_does_not_matter(title, form):
    words = Words.of(unicodedata.normalize(form, title))
    assume(words)
    assert words.among([title])


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("สำนักงาน", "ส านักงานเขตพื้นที่"),
        ("สำนักงาน", "สํานักงานเขตพื้นที่"),
        ("แผน 2560", "แผนปฏิบัติการ ๒๕๖๐"),
        ("๒๕๖๐", "แผน 2560"),
        ("น้ำ", "นํ้าดื่ม"),
        ("ที่", "ท ี่ดิน"),
        ("abc", "รายงาน ABC"),
        ("การ แผน", "แผนปฏิบัติการ"),
    ],
)
def test_what_looks_alike_is_found_and_marked(typed, title):
    words = Words.of(typed)
    assert words.among([title])
    assert found(words.marked(title))


@pytest.mark.parametrize(("typed", "title"), [("มา", "ม้า"), ("ม้า", "หมา"), ("แผน", "แผ่น")])
def test_a_tone_mark_is_a_letter_of_its_own_weight(typed, title):
    assert not Words.of(typed).among([title])


def test_one_or_two_letters_begin_a_word():
    assert Words.of("กพ").among(["สำนักงาน กพ."])
    assert not Words.of("กพ").among(["อกพ"])
    assert Words.of("ก").among(["กลุ่ม"])
    assert found(Words.of("ก").marked("กลุ่ม อก ก")) == ["ก", "ก"]


def test_nothing_typed_finds_nothing():
    assert not Words.of("  ")
    assert not Words.of("").among(["แผน"])
    assert Words.of(" ").snippet("แผน") == []


@given(anything | thai_letters | titles, anything | thai_letters | titles)
@example("นำ้", "นำ้")
def test_a_text_is_shown_whole_with_what_was_found(text, typed):
    assert shown(Words.of(typed).marked(text)) == thai.canonical_spelling(text)


@given(titles | thai_letters, st.text(max_size=3), titles)
def test_what_is_marked_is_what_was_looked_for(typed, between, rest):
    words = Words.of(typed)
    assume(words)
    for piece in words.marked(f"{rest} {typed} {between} {rest}"):
        if piece.found:
            assert any(word in thai.fold(piece.text) for word in words.words)


@given(titles, titles, titles)
def test_a_snippet_is_cut_between_letters_and_says_so(before, typed, after):
    words = Words.of(typed)
    assume(words)
    text = " ".join(thai.canonical_spelling(f"{before * 9} {typed} {after * 9}").split())
    pieces = words.snippet(text)
    if not pieces:
        return
    inner = [p for p in pieces if p not in (Piece("… "), Piece(" …"))]
    part = shown(inner)
    assert part in text
    edges = {0}
    for cluster in thai.clusters(text):
        edges.add(max(edges) + len(cluster))
    starts = [at for at in range(len(text)) if text.startswith(part, at)]
    assert any(at in edges and at + len(part) in edges for at in starts)
    assert (pieces[0] == Piece("… ")) or text.startswith(part)
    longest = max((len(p.text) for p in inner if p.found), default=0)
    assert len(thai.clusters(part)) <= BEFORE + AFTER + longest + len(typed)


def test_a_snippet_shows_the_place_where_most_words_stand():
    text = "แผน" + " ก" * 300 + " แผนปฏิบัติการ ปี ๒๕๖๐ " + "ข " * 300
    assert found(Words.of("แผน 2560").snippet(text)) == ["แผน", "๒๕๖๐"]


@given(anything | thai_letters | titles)
def test_letters_of_the_folded_text_know_where_they_come_from(text):
    folded, places = aligned(text)
    assert len(folded) == len(places)
    assert folded in ("", thai.fold(text))
    assert all(0 <= a < b <= len(text) for a, b in places)


@given(titles)
def test_titles_as_people_write_them_are_aligned(title):
    assert aligned(thai.canonical_spelling(title))[0] == thai.fold(title)

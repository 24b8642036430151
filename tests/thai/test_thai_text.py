"""Thai text: dictionary order, search, labels, clusters, against tables and any text at all."""

import random
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thai
from thai import breaking

thai_text = st.text(st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B))
mixed_text = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0E01, max_codepoint=0x0E5B),
        st.characters(),
        st.sampled_from("ำํา่้เแโ \u200b\u2060\u202e/\\.:1๑aAß\t\n"),
    )
)
SITTING = "\u0e31\u0e33-\u0e3a\u0e47-\u0e4e"  # vowels and marks above, below and, as ำ, around
THAI_MARKS = {chr(code) for code in range(0x0E00, 0x0E5C)}


# -- dictionary order ---------------------------------------------------------
# Words as they follow each other in พจนานุกรม ฉบับราชบัณฑิตยสถาน, names among them put where its
# rules put them; "~" stands for a space. The same order as ICU's collator for Thai, but for the
# two departures that ``sort_key`` owns up to and Latin letters, which come first here.
IN_ORDER = """
    Admin staff ก กก กฎ กตัญญู กรณ์ กรรณิการ์ กฤษณา กล้วย กา กาน ก้าน กานท์ กำ กำพล กิ่งแก้ว กุ้ง
    เก็ง เก่ง เก้ง เก๋ง เกล้า เกษม เกา เก่า เก้า เกาะ แก แก่ แก้ แก้ว แกะ โก โกมล ใกล้ ไก่ ไกร
    ขจร ขวัญ เขต เขต~2 เขต~10 ไข่ คน ฆ้อง จันทร์ เจริญ ฉวี ชนะ เชาว์ ไชยา ญาดา ดวงใจ ตรี ทรง
    ธเนศ นงนุช น้ำ นิพนธ์ บุญ ประเสริฐ ไพศาล ภาพ มานะ ยุพา รส ฤดี ฤทธิ์ ฤๅษี ลักษณ์ โลม วันดี
    ศรี เศวต สม~ใจ สมชาย สวัสดิ์ เสน่ห์ แสง โสภา เหม เหม่ เหมา แห แหง แหง่ แห่ง แห้ง แหงน แหน โหม
    อรุณ เอก ไอ ฮา
"""


@pytest.mark.parametrize("seed", range(20))
def test_words_sort_as_in_the_dictionary(seed):
    in_order = [word.replace("~", " ") for word in IN_ORDER.split()]
    words = random.Random(seed).sample(in_order, len(in_order))
    assert sorted(words, key=thai.sort_key) == in_order


def test_digits_of_both_kinds_sort_alike():
    assert thai.sort_key("เขต ๑๐") == thai.sort_key("เขต 10") == thai.sort_key("เขต 010")
    codes = ["1.1", "1.2", "1.10", "2.1", "10.1", "21"]
    assert sorted(reversed(codes), key=thai.sort_key) == codes


@pytest.mark.parametrize(
    ("first", "second"),
    [("กรุงเทพ", "กรุงเทพฯ"), ("กรุงเทพฯ", "กรุงเทพมหานคร"), ("ต่าง", "ต่าง ๆ"), ("a", "A"), ("A", "b")],
)
def test_punctuation_and_case_come_last(first, second):
    assert thai.sort_key(first) < thai.sort_key(second)


@given(mixed_text, mixed_text)
def test_sort_key_compares_the_same_in_any_collation(one, other):
    key = thai.sort_key(one)
    assert set(key) <= set("0123456789abcdef")
    assert (key < thai.sort_key(other)) == (
        bytes.fromhex(key) < bytes.fromhex(thai.sort_key(other))
    )


def test_key_of_a_long_name_fits_its_column():
    assert len(thai.sort_key("ประเสริฐศักดิ์ พงศ์พิพัฒน์เจริญชัยวัฒนากุล")) < 300


# -- one spelling -------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("น\u0e4d\u0e49\u0e32", "น้ำ"),
        ("น\u0e49\u0e4d\u0e32", "น้ำ"),
        ("น\u0e33\u0e49", "น้ำ"),
        ("ค\u0e4d\u0e32สั่ง", "คำสั่ง"),
        ("ท\u0e48\u0e35", "ที่"),
        ("คร\u0e48\u0e39", "ครู่"),
        ("เเผน", "แผน"),
        ("แผน\u200bงาน", "แผนงาน"),
        ("  ที่  ๑๒/๒๕๖๐\n", "ที่ 12/2560"),
        ("SAR", "sar"),
    ],
)
def test_what_looks_alike_folds_alike(typed, meant):
    assert thai.fold(typed) == thai.fold(meant)


def test_fold_keeps_words_apart():
    assert len({thai.fold(word) for word in ("มา", "ม่า", "ม้า", "หมา", "มำ")}) == 5


@given(mixed_text)
def test_fold_twice_is_fold_once(text):
    folded = thai.fold(text)
    assert thai.fold(folded) == folded
    assert thai.fold(unicodedata.normalize("NFD", text)) == folded


# -- labels and file names ----------------------------------------------------
@given(mixed_text)
def test_clean_label_drops_no_thai_mark(text):
    label = thai.clean_label(text)
    bare = thai.clean_label(text.replace("\u200d", ""))  # which may join pictures
    assert label.replace("\u200d", "") == bare
    assert sorted(filter(THAI_MARKS.__contains__, label)) == sorted(
        filter(THAI_MARKS.__contains__, text)
    )
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs") for char in bare)
    assert thai.clean_label(label) == label == unicodedata.normalize("NFC", label)


@pytest.mark.parametrize("pictures", ["👨‍👩‍👧", "👩🏽‍🏫", "🏳️‍🌈", "❤️"])
def test_a_picture_made_of_several_stays_one(pictures):
    name = f"ครอบครัว {pictures}.pdf"
    assert thai.clean_label(name) == thai.safe_filename(name) == name
    assert thai.clean_label(f"ก\u200dข\u200d{pictures}\u200d") == f"กข{pictures}"


def test_clean_label_shows_what_is_there():
    assert thai.clean_label("ภาพ\u202egpj.exe\x00\n\ud800 ") == "ภาพgpj.exe"
    assert thai.clean_label("บันทึก\tข้อความ\u200b") == "บันทึก ข้อความ"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("รายงานการประเมินตนเอง ปี ๒๕๖๐.pdf", "รายงานการประเมินตนเอง ปี ๒๕๖๐.pdf"),
        ("คำสั่งที่ 12/2560.pdf", "คำสั่งที่ 12-2560.pdf"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("C:\\งาน\\ข้อมูล.xlsx", "C--งาน-ข้อมูล.xlsx"),
        ("con.txt", "_con.txt"),
        ("LPT9 .pdf", "_LPT9.pdf"),
        ("prn  ", "_prn"),
        ("com¹.txt", "_com¹.txt"),
        ("conin$", "_conin$"),
        ("CONOUT$ .log", "_CONOUT$.log"),
        ("con งบ.pdf", "con งบ.pdf"),
        ("COM10.txt", "COM10.txt"),
        (".hidden", "hidden"),
        ("...", "file"),
        ("\u202e", "file"),
    ],
)
def test_safe_filename(text, name):
    assert thai.safe_filename(text) == name


def test_long_file_name_is_cut_between_clusters():
    name = thai.safe_filename("ที่นี่" * 60 + ".pdf", max_bytes=100)
    assert name == "ที่นี่" * 5 + ".pdf"
    assert thai.safe_filename("กเก" * 60, max_bytes=7) == "ก"  # no เ left hanging


@pytest.mark.parametrize("letter", ["ก\u0e48", "z\u0301"])
def test_a_name_of_one_endless_letter_keeps_its_ending(letter):
    name = f"{letter}{letter[1] * 400}.docx"
    assert thai.safe_filename(name, "ไฟล์", max_bytes=255) == "ไฟล์.docx"
    assert thai.safe_filename(name, "ไฟล์", max_bytes=14) == "ไฟล์"


@pytest.mark.parametrize(
    "stem", ["รายงานผลการดำเนินงาน" * 6, "ก" * 120, "ที่นี่ " * 30 + "จบ", "a" * 280]
)
def test_a_name_that_people_gave_stays_whole(stem):
    assert thai.safe_filename(f"{stem}.pdf") == f"{stem}.pdf"


@given(mixed_text, st.integers(20, 240))
def test_any_text_makes_a_file_name(text, limit):
    name = thai.safe_filename(text, "ไฟล์", max_bytes=limit)
    assert 0 < len(name.encode()) <= limit
    assert not set(name) & set("/\\\0\n")
    assert not name.startswith(".")
    assert thai.safe_filename(name, "ไฟล์", max_bytes=limit) == name


# -- texts cut to a line ------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "letters", "line"),
    [
        ("แนบรายงาน", 9, "แนบรายงาน"),
        ("แนบรายงาน  การประชุม\nครั้งที่ 1", 60, "แนบรายงาน การประชุม ครั้งที่ 1"),
        ("แนบรายงานการประชุม พร้อมลายมือชื่อผู้เข้าประชุม", 30, "แนบรายงานการประชุม…"),
        ("แนบ รายงานการประชุมคณะกรรมการที่เห็นชอบแผน", 20, "แนบ รายงานการประชุม…"),
        ("พร้อมลายมือชื่อผู้เข้าประชุม", 20, "พร้อมลายมือชื่อผู้…"),
        ("ผลงาน ที่ปรากฏ", 6, "ผลงาน…"),
        ("การกระจายอำนาจและการส่งเสริมการมีส่วนร่วม", 30, "การกระจายอำนาจ…"),
        ("การพัฒนาบุคลากร", 13, "การพัฒนา…"),
        ("1.1 การบริหารจัดการองค์การที่ดี", 24, "1.1 การบริหารจัดการ…"),
        ("ผู้จัดเก็บข้อมูลผู้จัดเก็บข้อมูล", 28, "ผู้จัดเก็บข้อมูล…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_where_a_reader_would(text, letters, line):
    assert thai.shortened(text, letters) == line


@given(mixed_text, st.integers(2, 40))
def test_what_is_cut_keeps_its_clusters_and_its_length(text, letters):
    line = thai.shortened(text, letters)
    whole = " ".join(text.split())
    assert len(line) <= letters or line == whole
    if line != whole:
        head = line.removesuffix("…")
        assert whole.startswith(head)
        assert thai.clusters(whole)[: len(thai.clusters(head))] == thai.clusters(head)
        assert not head or head[-1] not in "เแโใไ "


@pytest.mark.parametrize("octets", [20, 31, 255])
def test_a_name_is_cut_by_its_bytes_too(octets):
    name = "ที่นี่ปั้นน้ำ" * 20
    line = thai.shortened(name, 1000, octets)
    assert len(line.encode()) <= octets
    head = line.removesuffix("…")
    assert thai.clusters(name)[: len(thai.clusters(head))] == thai.clusters(head)
    assert head


def test_without_a_dictionary_a_text_is_cut_between_letters(monkeypatch):
    monkeypatch.setattr(breaking, "_LIBRARY", "libnone.so.0")
    breaking._breaks.cache_clear()
    try:
        assert thai.shortened("การพัฒนาบุคลากร", 13) == "การพัฒนาบุคล…"
    finally:
        breaking._breaks.cache_clear()


# -- clusters and lines -------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("น้ำใจ", ["น้ำ", "ใ", "จ"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("e\u0301a", ["e\u0301", "a"]),
        ("👍🏽👨\u200d👩🇹🇭🇹🇭", ["👍🏽", "👨\u200d👩", "🇹🇭", "🇹🇭"]),
        ("\r\n\u0e48", ["\r\n", "\u0e48"]),
        ("กำ ลํ้า ฤๅ เก้ๆ", ["กำ", " ", "ลํ้", "า", " ", "ฤ", "ๅ", " ", "เ", "ก้", "ๆ"]),
        ("ກຳ", ["ກຳ"]),
        ("\u1100\u1161\u11a8", ["\u1100\u1161\u11a8"]),
        ("\ud800\u0e48x", ["\ud800\u0e48", "x"]),
        ("", []),
    ],
)
def test_clusters(text, parts):
    assert thai.clusters(text) == parts


@given(mixed_text)
def test_clusters_lose_nothing(text):
    assert "".join(thai.clusters(text)) == text


@given(st.text(st.characters(min_codepoint=0x0E00, max_codepoint=0x0E7F)))
def test_thai_clusters_are_a_letter_and_the_marks_that_sit_on_it(text):
    expected = re.findall(f"[^{SITTING}]?[{SITTING}]+|[^{SITTING}]", text)
    assert thai.clusters(text) == expected


def test_keep_together_joins_the_longest_noun():
    joined = thai.keep_together("เขตพื้นที่การศึกษา", ["เขต", "เขตพื้นที่"])
    assert joined == "\u2060".join(["เ", "ข", "ต", "พื้", "น", "ที่"]) + "การศึกษา"
    assert thai.keep_together("คำสั่ง", []) == thai.keep_together("คำสั่ง", [""]) == "คำสั่ง"


@given(thai_text, st.lists(thai_text, max_size=3))
def test_keep_together_changes_no_letter(text, words):
    joined = thai.keep_together(text, words)
    assert joined.replace("\u2060", "") == text
    assert thai.fold(joined) == thai.fold(text)
    assert thai.keep_together(text, []) == text

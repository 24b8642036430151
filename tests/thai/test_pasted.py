"""What comes out of a clipboard is put right: signs that Word keeps to itself, and the unseen."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import thai
from reports.render.font import covered

LRM, ZWSP, BOM, SHY, WJ, PDF, TAG = (
    "\u200e",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\u2060",
    "\u202c",
    "\U000e0041",
)


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("\uf0b7 ประชุมชี้แจง", "• ประชุมชี้แจง"),
        ("\uf0fc แล้วเสร็จ", "✓ แล้วเสร็จ"),
        ("\uf0d8 ติดตาม", "➢ ติดตาม"),
        ("\uf0a7\tรวบรวม", "▪\tรวบรวม"),
        ("\uf076 สรุป", "◆ สรุป"),
        ("\uf0fe มี \uf06f ไม่มี", "☑ มี ☐ ไม่มี"),
        ("\uf0e0 ส่งต่อ", "→ ส่งต่อ"),
        ("\uf0fb ไม่ผ่าน", "✗ ไม่ผ่าน"),
        ("\uf08c ข้อแรก \uf082 ข้อสอง", "(1) ข้อแรก (2) ข้อสอง"),
        ("\uf0b3 ร้อยละ \uf038\uf030", "≥ ร้อยละ 80"),
        ("\uf04a", "•"),
        ("\uf052 มี \uf0a3 ไม่มี \uf054 ไม่ใช้", "☑ มี ☐ ไม่มี ☒ ไม่ใช้"),  # Wingdings 2
        ("\uf050 ผ่าน \uf04f ไม่ผ่าน \uf061 แล้ว", "✓ ผ่าน ✗ ไม่ผ่าน ✓ แล้ว"),
        ("ท\u0e35\uf70a ก\uf70b ป\uf702", "ท\u0e35\u0e48 ก\u0e49 ป\u0e35"),
    ],
)
def test_private_letters_become_the_sign_that_was_meant(pasted, meant):
    assert thai.clean_text(pasted) == meant
    assert thai.clean_line(pasted) == meant.replace("\t", " ")


def test_every_sign_stands_in_the_typeface_of_our_papers():
    signs = "".join(
        thai.clean_text(chr(code)) for code in (*range(0xF020, 0xF100), *range(0xF700, 0xF71B))
    )
    assert set(map(ord, signs)) <= covered()
    assert not any(0xE000 <= ord(char) <= 0xF8FF for char in signs)


@pytest.mark.parametrize(
    "end", ["\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x1e", " \x0b \u2028"]
)
def test_other_ends_of_lines_are_one_line_end_and_no_paragraph_more(end):
    assert thai.clean_text(f"ก{end}ข\r\nค\n\nง") == "ก\nข\r\nค\n\nง"
    assert thai.clean_line(f"ก{end}ข") == "ก ข"
    assert thai.clean_entries(f"ก{end}ข\nค") == "ก\n| ข\nค"


def test_columns_stay_in_a_text():
    assert thai.clean_text("ตัวชี้วัด\tเป้าหมาย\tผล") == "ตัวชี้วัด\tเป้าหมาย\tผล"


@pytest.mark.parametrize(
    "unseen",
    [
        *(ZWSP, LRM, BOM, SHY, WJ, PDF, TAG, "\u200c", "\u200d", "\u2066"),
        *("\ufe0f", "\ufe00", "\u3164", "\u2800", "\u034f", "\u115f", "\uffa0", "\U000e0101"),
    ],
)
def test_nothing_unseen_is_left_in_addresses_links_and_codes(unseen):
    address = f"{unseen}som{unseen}chai@obec{unseen}.go.th{unseen}"
    assert thai.clean_address(address) == "somchai@obec.go.th"
    assert (
        thai.clean_link(f"https://drive.google.com/a{unseen}bc{unseen}")
        == "https://drive.google.com/abc"
    )
    assert thai.clean_code(f"12{unseen}34 ") == "1234"
    if unicodedata.category(unseen) == "Cf":
        assert thai.clean_line(f"สม{unseen}ชาย") == "สมชาย"


@pytest.mark.parametrize("stop", [".", "\u3002", "\uff0e", "\uff61"])
def test_wide_letters_and_stops_of_an_address_are_narrow(stop):
    assert thai.clean_address(f"ｓomchai＠obec{stop}go{stop}th") == "somchai@obec.go.th"
    assert thai.clean_address("กำพล") == "กำพล"
    assert thai.clean_link(f"https://obec{stop}go{stop}th/แผน。a") == "https://obec.go.th/แผน。a"
    assert thai.clean_link(f"obec{stop}go{stop}th") == "https://obec.go.th"


@pytest.mark.parametrize(
    ("typed", "file", "mailbox"),
    [
        *((name, True, False) for name in ("รายงาน.pdf", "แผน ปี 60.docx", "a\u3002xlsx", "a.zip")),
        *((name, True, False) for name in (r"C:\งาน\แผน", r"\\server\งาน", "file:///C:/a.pdf")),
        *((name, False, True) for name in ("user@obec.go.th", "mailto:a@b.th", "ａ＠b\uff0eth")),
        *((name, False, True) for name in ("user@obec.go.th/", "mailto:a@b.th?subject=c")),
        *((name, False, False) for name in ("x.go.th/a.pdf", "medium.com/@user", "a b", "")),
        *((name, False, False) for name in ("https://x.go.th/a@b.th", "https://x.go.th/a\\b.pdf")),
    ],
)
def test_a_file_or_a_mailbox_is_no_link(typed, file, mailbox):
    link = thai.clean_link(typed)
    assert (thai.names_a_file(link), thai.names_a_mailbox(link)) == (file, mailbox)
    if file or mailbox:
        assert not link.startswith("https://")


def test_pictures_of_several_letters_and_hints_for_breaking_lines_stay():
    assert thai.clean_text("ครู 👩‍🏫 👨‍👩‍👧 🏳️‍🌈") == "ครู 👩‍🏫 👨‍👩‍👧 🏳️‍🌈"
    assert thai.clean_text(f"คำ{ZWSP}ยาว") == f"คำ{ZWSP}ยาว"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        (" １２３４５６ ", "123456"),
        ("๑๒๓ ๔๕๖\u00a0", "123456"),
        ("abcd\u2011efgh–jkmn−pqrs\n", "abcd-efgh-jkmn-pqrs"),
        ("\t4 2\u20097", "427"),
    ],
)
def test_codes_are_read_as_they_are_meant(pasted, meant):
    assert thai.clean_code(pasted) == meant


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("drive.google.com/abc", "https://drive.google.com/abc"),
        ("  www.obec.go.th ", "https://www.obec.go.th"),
        ("ศธ.ไทย/ข่าว?id=1", "https://ศธ.ไทย/ข่าว?id=1"),
        ("data.go.th:8443/x", "https://data.go.th:8443/x"),
        ("http://x.go.th/ก", "http://x.go.th/ก"),
        ("https://drive.google.com/a  b", "https://drive.google.com/a b"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("somchai@obec.go.th", "somchai@obec.go.th"),
        ("รายงาน.pdf", "รายงาน.pdf"),
        ("1.2", "1.2"),
    ],
)
def test_links_get_their_scheme_where_nothing_else_can_be_meant(pasted, meant):
    assert thai.clean_link(pasted) == meant


@pytest.mark.parametrize(
    "torn",
    [
        "ส านักงานเขตพื้นที่",
        "ส ำนักงานเขตพื้นที่",
        "สํ านักงานเขตพื้นท ี่",
        "ส\u00a0านักงานเขตพื นที่".replace("พื น", "พื้น"),
    ],
)
def test_words_that_an_old_pdf_tore_are_found(torn):
    assert thai.fold("สำนักงานเขต") in thai.fold(torn)
    assert thai.fold(torn[:9]) in thai.fold("สำนักงานเขตพื้นที่")


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        *(("น ้าท่วม", "น้ำท่วม"), ("ก าหนด", "กำหนด"), ("จ านวน ๑๒", "จำนวน 12"), ("ซ ้า", "ซ้ำ")),
        *(("ที ่ประชุม", "ที่ประชุม"), ("ผู ้อ านวยการ", "ผู้อำนวยการ"), ("พื ้นที ่", "พื้นที่")),
        *(("เมื ่อ", "เมื่อ"), ("คู ่มือ", "คู่มือ"), ("ตัวชี ้วัด", "ตัวชี้วัด"), ("จัดซื ้อ", "จัดซื้อ")),
        *(("วันท ี ่", "วันที่"), ("ท่ ี", "ที่"), ("ลายม ือช ื ่อ", "ลายมือชื่อ")),
        *(("น้ํ า", "น้ำ"), ("นํ้ า", "น้ำ"), ("น ้ ำ", "น้ำ"), ("น\u202fํ\u00a0้า", "น้ำ")),
        *(("ศักดิ ์", "ศักดิ์"), ("ต ัวช ี ้ว ัด", "ตัวชี้วัด"), ("ทั ้งสิ ้น", "ทั้งสิ้น"), ("กฎ ็", "กฎ็")),
    ],
)
def test_torn_words_are_spelt_like_whole_ones(torn, whole):
    assert thai.fold(torn) == thai.fold(whole)


@pytest.mark.parametrize(
    ("torn", "readings"),
    [
        ("ค ่าใช้จ่าย", ["ค่าใช้", "ค่ำใช้"]),
        ("หน ้าที ่", ["หน้าที่", "หน้ำที่"]),
        ("น ้า", ["น้า", "น้ำ"]),
        ("ถ้ า", ["ถ้า", "ถ้ำ"]),
    ],
)
def test_a_torn_word_that_can_be_read_two_ways_is_found_by_both(torn, readings):
    for whole in readings:
        assert thai.fold(whole) in thai.fold(f"อ่าน {torn} ๒")
        assert thai.fold(torn) in thai.fold(f"{whole}จ่าย ๒")


def test_two_words_stay_two():
    assert thai.fold("มา นา") != thai.fold("มานา")
    assert thai.fold("นาย อาทิตย์") == "นาย อาทิตย์"


ANY = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("\uf0b7\x0b\u2028\t\u200b\u200dกำ ")
)


@given(ANY)
def test_clean_text_stays_as_it_is(text):
    for clean in (thai.clean_text, thai.clean_line, thai.clean_entries, thai.clean_link):
        assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize(
    ("prefix", "given", "found"),
    [
        ("นาย", "นายใจดี", ("นาย", "ใจดี", False)),
        ("นางสาว", "น.ส.ใจดี", ("น.ส.", "ใจดี", True)),
        ("นางสาว", "นางสาว ใจดี", ("นางสาว", "ใจดี", True)),
        ("น.ส.", "นางสาวใจดี", ("นางสาว", "ใจดี", False)),
        ("ว่าที่ร้อยตรี", "ว่าที่ ร.ต. ใจดี", ("ว่าที่ ร.ต.", "ใจดี", True)),
        ("ดร.", "ดร.ใจดี", ("ดร.", "ใจดี", True)),
        ("", "นาย ใจดี", ("นาย", "ใจดี", True)),
        ("", "ดร.ใจดี", ("ดร.", "ใจดี", True)),
        ("นางสาว", "นายิกา", None),
        ("นาย", "นายิกา", None),
        ("นางสาว", "นางนวล", None),
        ("", "นางนวล", None),
        ("นาย", "ใจดี", None),
        ("นาย", "นาย", None),
        ("นาย", "นาย นายสมชาย", ("นาย", "นายสมชาย", True)),  # and is asked about once more
        ("ดร.", "ดร.ดร.สมชาย", ("ดร.ดร.", "สมชาย", True)),
        ("น.ส", "น.ส.ใจดี", ("น.ส.", "ใจดี", True)),
        ("น.ส.", "น. ส. ใจดี", ("น. ส.", "ใจดี", True)),
        ("นาง", "นางสาวใจดี", ("นางสาว", "ใจดี", False)),
        ("นาง", "นางสาวิตรี", ("นาง", "สาวิตรี", False)),
        ("นาย", "นายแพทย์สมชาย", ("นายแพทย์", "สมชาย", False)),
        ("ว่าที่ร้อยตรีหญิง", "ว่าที่ ร.ต.หญิง สมหญิง", ("ว่าที่ ร.ต.หญิง", "สมหญิง", True)),
        ("ว่าที่ร้อยตรี", "ว่าที่ ร.ต.หญิง สมหญิง", ("ว่าที่ ร.ต.หญิง", "สมหญิง", False)),
        ("ร้อยตรีหญิง", "ร.ต. หญิง ใจดี", ("ร.ต. หญิง", "ใจดี", True)),
        ("ผู้ช่วยศาสตราจารย์ ดร.", "ผศ.ดร.สมชาย", ("ผศ.ดร.", "สมชาย", True)),
        ("ผศ.ดร.", "ผศ. ดร. สมชาย", ("ผศ. ดร.", "สมชาย", True)),
        ("ดร.", "รศ.ดร.สมชาย", ("รศ.ดร.", "สมชาย", False)),
        ("สิบเอก", "ส.อ.สมชาย", ("ส.อ.", "สมชาย", True)),
        ("ร้อยตรี", "ร.ต.สมชาย", ("ร.ต.", "สมชาย", True)),
        ("พ.ต.อ.", "พันตำรวจเอกสมชาย", ("พันตำรวจเอก", "สมชาย", False)),
        ("พ.ต.", "พ.ต.อ.สมชาย", ("พ.ต.อ.", "สมชาย", False)),
        ("ท.บ", "ท.บ.ใจดี", ("ท.บ", "ใจดี", True)),  # nobody foresaw it
        ("ดร.", "ดรุณี", None),
        ("นาย", "นายาว", None),
        ("นาย", "คุณธรรม", None),
        ("นาย", "พระนาย", None),
        ("ร.ต.", "ร.ต.หญิง", None),
    ],
)
def test_a_prefix_typed_twice_is_seen(prefix, given, found):
    assert thai.prefix_in(prefix, given) == found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("นาย นาย", "นาย"), ("นายนาย", "นาย"), ("นาย นายนาย", "นาย"), ("ดร.ดร.", "ดร.")),
        *(("ผศ. ผศ. ดร.", "ผศ. ดร."), ("ว่าที่ ร.ต. ว่าที่ ร.ต.", "ว่าที่ ร.ต."), ("ร.ต.ร.ต.", "ร.ต.")),
        *(("ว่าที่ ร.ต. ร.ต.", "ว่าที่ ร.ต."), ("ร.ต. ว่าที่ ร.ต.", "ว่าที่ ร.ต."), ("Mr. Mr.", "Mr.")),
        *(("ว่าที่ร้อยโท ร.ท.", "ว่าที่ร้อยโท"), ("พล.ต. พล.ต.ต.", "พล.ต. พล.ต.ต."), ("ครู ครู", "ครู")),
        *(("ดร. ผศ. ดร.", "ผศ. ดร."), ("ผศ.ดร. ผศ.ดร.", "ผศ.ดร."), ("ดร.ดร.ดร.", "ดร.")),
        *(("ผศ.ดร.", "ผศ.ดร."), ("คุณหญิง", "คุณหญิง"), ("ม.ร.ว.", "ม.ร.ว."), ("อบต. อบต", "อบต. อบต")),
        *(("นายแพทย์", "นายแพทย์"), ("พลตำรวจตรี", "พลตำรวจตรี"), ("", "")),
    ],
)
def test_a_prefix_stands_once_in_its_box(typed, meant):
    assert thai.single_prefix(typed) == meant

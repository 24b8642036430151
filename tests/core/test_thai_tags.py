"""Template filters: language of the page, digits of the office, and nothing for nothing."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

DAY, LATER = date(2016, 10, 1), date(2016, 11, 15)
MOMENT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
OFFICE = SimpleNamespace(digits="thai")


def render(expression, language="th", **context):
    with translation.override(language):
        return Template(expression).render(Context(context))


@pytest.mark.parametrize(
    ("expression", "value", "thai_text", "english_text"),
    [
        ("thai_date", DAY, "1 ตุลาคม 2559", "1 Oct 2559 BE"),
        ("thai_date_short", DAY, "1 ต.ค. 2559", "1 Oct 2559 BE"),
        ("thai_datetime", MOMENT, "22 พ.ย. 2569 เวลา\u00a009.30\u00a0น.", "22 Nov 2569 BE, 09:30"),
        ("thai_time", time(9, 30), "09.30\u00a0น.", "09:30"),
        ("official_date", DAY, "๑ ตุลาคม พ.ศ. ๒๕๕๙", "๑ ตุลาคม พ.ศ. ๒๕๕๙"),
        ("be_year", DAY, "2559", "2559"),
        ("be_year", 2016, "2559", "2559"),
        ("score", Decimal("4.345"), "4.35", "4.35"),
        ("number", Decimal("125000"), "125,000.00", "125,000.00"),
        ("number:0", Decimal("125000"), "125,000", "125,000"),
        ("thai_digits", 2560, "๒๕๖๐", "๒๕๖๐"),
    ],
)
def test_filter(expression, value, thai_text, english_text):
    template = f"{{{{ value|{expression} }}}}"
    assert render(template, value=value) == thai_text
    assert render(template, "en", value=value) == english_text


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize(
    "name",
    [
        *("thai_date", "thai_date_short", "thai_datetime", "thai_time"),
        *("official_date", "be_year", "thai_digits", "digits:office"),
    ],
)
def test_nothing_in_nothing_out(name, nothing):
    assert render(f"{{{{ value|{name} }}}}", value=nothing, office=OFFICE) == ""


@pytest.mark.parametrize(("name", "text"), [("score", "No score yet"), ("number", "No data yet")])
def test_missing_number_is_seen_to_be_missing(name, text):
    assert render(f"{{{{ value|{name} }}}}", "en", value=None) == text


def test_zero_is_not_missing():
    assert render("{{ value|score }}", value=Decimal(0)) == "0.00"


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (OFFICE, "๑ ต.ค. ๒๕๕๙"),
        ("thai", "๑ ต.ค. ๒๕๕๙"),
        (SimpleNamespace(digits="arabic"), "1 ต.ค. 2559"),
        (None, "1 ต.ค. 2559"),
    ],
)
def test_digits_of_the_office(setting, text):
    template = "{{ day|thai_date_short|digits:setting }}"
    assert render(template, day=DAY, setting=setting) == text


def test_thai_range():
    template = "{% thai_range begin end %}"
    assert render(template, begin=DAY, end=LATER) == "1 ตุลาคม – 15 พฤศจิกายน 2559"
    assert render('{% thai_range begin end "short" %}', begin=DAY, end=None) == "ตั้งแต่ 1 ต.ค. 2559"
    assert render(template, "en", begin=DAY, end=LATER) == "1 Oct – 15 Nov 2559 BE"
    assert render(template, begin=None, end=None) == ""


def test_whole_keeps_words_of_the_field_together():
    html = Template("{{ text|whole }}").render(Context({"text": "และการบูรณาการการดำเนินงาน"}))
    assert html == (
        'และ<span class="whole">การบูรณาการ</span>การ<span class="whole">ดำเนินงาน</span>'
    )


def test_whole_keeps_official_terms_together_and_lets_them_part():
    html = Template("{{ text|whole }}").render(Context({"text": "ผู้อำนวยการสำนักงานเขต"}))
    assert html == ('<span class="whole">ผู้อำนวยการ</span><span class="whole">สำนักงาน</span>เขต')


def test_whole_escapes_what_people_wrote():
    html = Template("{{ text|whole }}").render(Context({"text": "<b>ธรรมาภิบาล</b>"}))
    assert html == '&lt;b&gt;<span class="whole">ธรรมาภิบาล</span>&lt;/b&gt;'


def test_whole_of_nothing_is_nothing():
    assert Template("{{ text|whole }}").render(Context({"text": None})) == ""

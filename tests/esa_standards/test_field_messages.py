"""What Django says at a field reads as an office would say it, in every form."""

import pytest
from django import forms
from django.utils import translation


class Sample(forms.Form):
    text = forms.CharField(max_length=3)
    email = forms.EmailField(required=False)
    day = forms.DateField(required=False)
    choice = forms.ChoiceField(choices=[("a", "ก")], required=False)
    count = forms.IntegerField(max_value=5, required=False)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("text", "", "โปรดกรอกข้อมูลในช่องนี้"),
        ("text", "ยาวไป", "ข้อความยาวเกินไป กรอกได้ไม่เกิน 3 ตัวอักษร (ขณะนี้ 5)"),
        ("email", "a@", "อีเมลนี้ไม่ถูกต้อง"),
        ("day", "เมื่อวาน", "วันที่นี้ไม่ถูกต้อง"),
        ("choice", "b", "ตัวเลือก “b” ใช้ไม่ได้ โปรดเลือกใหม่"),
        ("count", "หก", "โปรดกรอกเป็นจำนวนเต็ม"),
        ("count", "6", "ค่านี้ต้องไม่เกิน 5"),
    ],
)
def test_common_refusals_in_thai(field, typed, says):
    assert Sample({"text": "ก", field: typed}).errors == {field: [says]}


def test_english_stays_as_it_is():
    with translation.override("en"):
        assert Sample({}).errors == {"text": ["This field is required."]}

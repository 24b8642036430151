"""The form that is given once more after somebody else saved meanwhile."""

from django import forms
from django.http import QueryDict

from core.forms import StaleEditForm, TheirText
from core.refusals import StaleEdit


class WordingForm(StaleEditForm):
    wording = forms.CharField(label="ถ้อยคำ")


def test_what_was_typed_stays_and_the_lock_is_renewed():
    form = WordingForm(QueryDict("a-seen=3&a-wording=mine"), prefix="a")
    assert form.is_valid()
    refused = StaleEdit("Somebody saved meanwhile.", {"wording": "theirs", "วันที่": "1 ต.ค. 2559"})
    assert form.give_again(refused, seen=4) == [
        TheirText("wording", "ถ้อยคำ", "theirs"),
        TheirText("วันที่", "วันที่", "1 ต.ค. 2559"),
    ]
    assert (form["seen"].value(), form["wording"].value()) == ("4", "mine")
    assert form.non_field_errors() == ["Somebody saved meanwhile."]
    once_more = WordingForm(form.data, prefix="a")
    assert once_more.is_valid()
    assert once_more.cleaned_data == {"seen": "4", "wording": "mine"}

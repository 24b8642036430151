"""Parts of forms that every app uses: one-time tokens, what was seen, dates, clean text."""

from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import translation

from core import idempotency
from core.forms import (
    IdempotentMixin,
    PageForm,
    PlainForm,
    RowsField,
    SearchForm,
    ThaiDateField,
)
from core.models import SubmittedForm
from people.forms.offices import GroupForm
from people.models import WorkGroup
from tests.factories.people import make_group, make_office


class MakingForm(IdempotentMixin, PlainForm):
    name = forms.CharField(max_length=20)


class OtherForm(MakingForm):
    pass


class DayForm(PlainForm):
    day = ThaiDateField(required=False)


def making(token=None, name="ก", form=MakingForm):
    made = form({"idempotency_token": "t1" if token is None else token, "name": name})
    made.is_valid()
    return made


# -- one-time tokens ----------------------------------------------------------
def test_the_second_click_leads_where_the_first_one_led(staff):
    first, second = making(), making()
    assert first.claim(staff)
    first.remember(staff, "/made/1/")
    assert not second.claim(staff)
    assert second.earlier_result(staff) == "/made/1/"


def test_between_claim_and_result_the_second_click_knows_no_place(staff):
    assert making().claim(staff)
    assert making().earlier_result(staff) == ""


@pytest.mark.parametrize("other", ["person", "form", "token", "content"])
def test_a_token_is_one_persons_one_forms_and_one_pages(staff, admin, other):
    assert making().claim(staff)
    who = admin if other == "person" else staff
    form = OtherForm if other == "form" else MakingForm
    name = "ข" if other == "content" else "ก"
    assert making("t2" if other == "token" else None, form=form, name=name).claim(who)
    assert SubmittedForm.objects.count() == 2


def test_each_content_leads_where_it_led(staff):
    for name in "กข":
        assert making(name=name).claim(staff)
        making(name=name).remember(staff, f"/made/{name}/")
    assert [making(name=name).earlier_result(staff) for name in "กขค"] == [
        "/made/ก/",
        "/made/ข/",
        "",
    ]


def test_ends_of_lines_and_spaces_around_a_text_are_no_content(staff):
    assert making(name="ก\r\nข").claim(staff)
    assert not making(name=" ก\nข ").claim(staff)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": ["1", "2"]}, {"a": ["12"]}),
        ({"a": ["1"], "b": []}, {"a": [], "b": ["1"]}),
        ({"a": ["x"]}, {"a": ["x", ""]}),
        ({"a": ["ก ข"]}, {"a": ["ก  ข"]}),
    ],
)
def test_no_two_contents_are_written_alike(one, other):
    assert idempotency.digest_of(one, {}) != idempotency.digest_of(other, {})


def test_a_file_counts_by_name_and_bytes_and_can_be_read_afterwards():
    def content(name, raw):
        return idempotency.digest_of({}, {"scan": [SimpleUploadedFile(name, raw)]})

    contents = {content("a.pdf", b"1"), content("b.pdf", b"1"), content("a.pdf", b"2")}
    assert len(contents) == 3
    assert content("a.pdf", b"1") in contents
    file = SimpleUploadedFile("a.pdf", b"1")
    idempotency.digest_of({}, {"scan": [file]})
    assert file.read() == b"1"


def test_without_a_token_each_form_is_its_own(staff):
    assert making(token="").claim(staff)
    assert making(token="").claim(staff)
    assert SubmittedForm.objects.count() == 2


def test_a_page_carries_a_new_token_each_time():
    tokens = {MakingForm()["idempotency_token"].value() for _page in range(20)}
    assert len(tokens) == 20
    assert all(20 <= len(token) <= 64 for token in tokens)


def test_a_form_that_stumbles_over_its_own_first_success_leads_there(staff):
    assert making().claim(staff)
    making().remember(staff, "/made/1/")
    refused = making()
    refused.add_error("name", "taken, by what the first one made")
    assert refused.sent_before(staff) == "/made/1/"


def test_a_refused_form_with_other_content_is_shown_again(staff):
    assert making().claim(staff)
    making().remember(staff, "/made/1/")
    assert making(name="").sent_before(staff) == ""


@pytest.mark.parametrize("token", ["", "unknown", "x" * 65, "a\x00b"])
def test_a_token_that_nobody_sent_leads_nowhere(staff, token):
    assert making().claim(staff)
    making().remember(staff, "/made/1/")
    assert making(token=token).sent_before(staff) == ""


def test_a_page_that_was_not_sent_was_not_sent_before(staff):
    assert MakingForm().sent_before(staff) == ""


# -- what was seen ------------------------------------------------------------
@pytest.fixture
def shown(group):
    """The page's form, as sent back with changes."""

    def send(**changes):
        seen = (
            changes.pop("seen", None)
            or GroupForm(instance=group, office=group.office)["seen"].value()
        )
        row = {"code": group.code, "name": group.name, "order": group.order, "seen": seen}
        data = QueryDict(mutable=True)
        data.update({**row, **changes})
        stored = WorkGroup.objects.get(pk=group.pk)
        return GroupForm(data, instance=stored, office=group.office)

    return send


def test_a_form_that_nobody_overtook_is_taken(shown):
    assert shown(name="กลุ่มใหม่").is_valid()


@pytest.mark.parametrize("column", ["code", "name", "order"])
def test_whatever_changed_meanwhile_stops_the_first_attempt(shown, group, column):
    seen = GroupForm(instance=group, office=group.office)["seen"].value()
    theirs = {"code": "g7", "name": "กลุ่มของเขา", "order": 7}[column]
    WorkGroup.objects.filter(pk=group.pk).update(**{column: theirs})
    form = shown(seen=seen)
    assert not form.is_valid()
    said = " ".join(form.non_field_errors())
    assert f"“{theirs}”" in said
    assert str(form.fields[column].label) in said
    again = GroupForm(form.data, instance=WorkGroup.objects.get(pk=group.pk), office=group.office)
    assert again.is_valid()


def test_what_both_wrote_alike_is_no_difference(shown, group):
    seen = GroupForm(instance=group, office=group.office)["seen"].value()
    WorkGroup.objects.filter(pk=group.pk).update(name="กลุ่มใหม่", order=3)
    form = shown(seen=seen, name="กลุ่มใหม่")
    assert not form.is_valid()
    assert "กลุ่มใหม่" not in " ".join(form.non_field_errors())


def test_overtaken_twice_it_stops_twice(shown, group):
    seen = GroupForm(instance=group, office=group.office)["seen"].value()
    for theirs in ("ก", "ข"):
        WorkGroup.objects.filter(pk=group.pk).update(name=theirs)
        form = shown(seen=seen, name="ของฉัน")
        assert f"“{theirs}”" in " ".join(form.non_field_errors())
        seen = form.data["seen"]


# -- dates, rows, texts -------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("", None),
        ("1/10/2559", date(2016, 10, 1)),
        ("๑ ต.ค. ๒๕๕๙", date(2016, 10, 1)),
        ("2016-10-01", date(2016, 10, 1)),
        (date(2016, 10, 1), date(2016, 10, 1)),
    ],
)
def test_a_date_field_reads_what_people_type(typed, day):
    form = DayForm({"day": typed})
    assert form.is_valid()
    assert form.cleaned_data["day"] == day


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize(
    ("typed", "code"),
    [("1/10/2016", "ambiguous_year"), ("30/2/2560", "no_such_day"), ("พรุ่งนี้", "unreadable")],
)
def test_a_date_that_is_refused_stays_as_typed_with_a_sentence(language, typed, code):
    with translation.override(language):
        form = DayForm({"day": typed})
        (error,) = form.errors.as_data()["day"]
        said = form.errors["day"][0]
        assert error.code == code
        assert "%(" not in said
        assert any("ก" <= char <= "ฮ" for char in said) is (language == "th")
        assert form["day"].value() == typed


def test_a_date_field_shows_the_day_in_thai_years():
    assert 'value="01/10/2559"' in str(DayForm(initial={"day": date(2016, 10, 1)})["day"])


@pytest.mark.parametrize("text", ["a\x00b", "\x00", "ก\x00", "\ud800", "ก\udfff"])
def test_text_that_no_column_holds_is_refused_at_its_field(text):
    form = MakingForm({"name": text, "idempotency_token": "t"})
    assert not form.is_valid()
    assert list(form.errors) == ["name"]


@pytest.mark.parametrize("text", ["\u0e33\u0e49", "👍🏽", "ท\u0e35\u0e48"])
def test_odd_but_storable_text_is_taken(text):
    assert making(name=text).cleaned_data["name"] == text


@pytest.mark.parametrize("pk", ["9" * 19, "-" + "9" * 30, "x", "1.5"])
def test_a_row_no_database_has_is_no_choice(group, pk):
    class TickForm(PlainForm):
        rows = RowsField(WorkGroup.objects.all())

    form = TickForm(QueryDict(f"rows={pk}&rows={group.pk}"))
    assert list(form.errors) == ["rows"]
    assert TickForm(QueryDict(f"rows={group.pk}")).is_valid()


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", []), ("  กลุ่ม  ๑ ", ["กลุ่ม", "1"]), ("SAR sar", ["sar", "sar"]), ("x" * 101, [])],
)
def test_words_of_a_search_are_folded(typed, words):
    assert SearchForm({"q": typed}).words == words


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "๒x"])
def test_a_page_number_that_is_none_is_refused(page):
    assert not PageForm({"page": page}).is_valid()


def test_a_groups_code_is_free_in_every_office_of_its_own(group):
    for office, free in ((group.office, False), (make_office("skn1"), True)):
        form = GroupForm({"code": " g1 ", "name": "ก", "order": "0"}, office=office)
        assert form.is_valid() is free
    make_group(make_office("skn1"), "g2")
    form = GroupForm({"code": "g2", "name": "ก", "order": "0"}, office=group.office)
    assert form.is_valid()


# -- pasted text ------------------------------------------------------------------
class PastedForm(PlainForm):
    text = forms.CharField(widget=forms.Textarea, required=False, max_length=50)
    line = forms.CharField(required=False, max_length=20)
    address = forms.EmailField(required=False)
    secret = forms.CharField(widget=forms.PasswordInput, required=False, strip=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    amount = forms.IntegerField(required=False)


def pasted(prefix=None, **data):
    named = {f"{prefix}-{name}" if prefix else name: text for name, text in data.items()}
    query = QueryDict(mutable=True)
    query.update(named)
    form = PastedForm(query, prefix=prefix)
    form.is_valid()
    return form


@pytest.mark.parametrize("prefix", [None, "rows-0"])
def test_every_form_puts_pasted_text_right(prefix):
    form = pasted(
        prefix,
        text="\uf0b7\tก\x0bข",
        line="\uf0fc ก\tข\u2028ค",
        address=" Somchai@obec\u202c.go.th\u200b",
        amount="1\u200b2 ",
    )
    assert not form.errors
    facts = {name: form.cleaned_data[name] for name in ("text", "line", "address", "amount")}
    assert facts == {
        "text": "•\tก\nข",
        "line": "✓ ก ข ค",
        "address": "Somchai@obec.go.th",
        "amount": 12,
    }
    assert form["line"].value() == "✓ ก ข ค"


def test_passwords_and_hidden_fields_stay_to_the_letter():
    form = pasted(secret=" a\u200b\t", seen="ก\x0b\uf0b7 ")
    assert form.cleaned_data["secret"] == " a\u200b\t"
    assert form.cleaned_data["seen"] == "ก\x0b\uf0b7 "


def test_the_posted_data_itself_is_not_written_to():
    data = QueryDict("line=%EF%83%BC")
    PastedForm(data).is_valid()
    assert data["line"] == "\uf0fc"


@pytest.mark.parametrize(("letters", "extra"), [(21, "1"), (45, "25"), (1020, "1000")])
def test_of_a_text_that_is_too_long_the_page_says_by_how_much_and_keeps_it(letters, extra):
    form = pasted(line="ก" * letters)
    assert form.errors["line"] == [
        f"ข้อความยาวเกินไป {extra} ตัวอักษร (กรอกได้ไม่เกิน 20 ตัวอักษร ขณะนี้มี {letters} ตัวอักษร)"
    ]
    assert form["line"].value() == "ก" * letters
    with translation.override("en"):
        said = pasted(line="ก" * letters).errors["line"][0]
        assert said.startswith(f"This is {extra} letter")


def test_no_widget_cuts_what_is_pasted():
    html = "".join(str(field) for field in PastedForm())
    assert "maxlength" not in html
    assert 'name="line"' in html

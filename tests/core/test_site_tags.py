"""Signs and addresses of the year, as templates write them."""

from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template

ASSESSMENT = SimpleNamespace(office=SimpleNamespace(code="skn2"), fiscal_year=2560)


def rendered(text, **context):
    return Template(text).render(Context(context))


def test_a_sign_is_hidden_from_screen_readers_once():
    assert rendered('{% icon "send" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/site/icons.svg#send"></use></svg>'
    )
    assert rendered('{% icon "send" hidden=False %}') == (
        '<svg class="icon"><use href="/static/site/icons.svg#send"></use></svg>'
    )


def test_the_year_of_the_page_stands_in_the_address():
    address = rendered('{% year_url "workflow:step" 3 %}', assessment=ASSESSMENT)
    assert address == "/o/skn2/2560/steps/3/"


def test_another_year_is_named():
    other = SimpleNamespace(office=ASSESSMENT.office, fiscal_year=2559)
    text = '{% year_url "workflow:step" 3 of=other as address %}{{ address }}'
    assert rendered(text, assessment=ASSESSMENT, other=other) == "/o/skn2/2559/steps/3/"


def test_a_page_without_a_year_has_no_address_of_it():
    with pytest.raises(KeyError):
        rendered('{% year_url "workflow:cycle" %}')
    with pytest.raises(AttributeError):
        rendered('{% year_url "workflow:cycle" of=missing %}', assessment=ASSESSMENT)


def test_a_badge_is_a_sign_and_a_word():
    text = rendered('{% badge "done" "check" _("Done") %}{% badge "" "edit" word %}', word="<b>")
    done, plain = text.split("</span>")[:2]
    assert done.startswith('<span class="state state-done"><svg')
    assert done.endswith("</svg>แล้วเสร็จ")
    assert plain.startswith('<span class="state"><svg')
    assert plain.endswith("</svg>&lt;b&gt;")


class Choosing(forms.Form):
    group = forms.ChoiceField(choices=[("", "all"), (1, "<one>"), (2, "two")], required=False)


@pytest.mark.parametrize("given", ["1", 1])
def test_options_mark_the_chosen_one_and_escape_names(given):
    form = Choosing(initial={"group": given})
    assert rendered("{% options form.group %}", form=form).splitlines() == [
        '<option value="">all</option>',
        '<option value="1" selected>&lt;one&gt;</option>',
        '<option value="2">two</option>',
    ]

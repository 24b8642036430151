"""The style sheet in static/vendor/bootstrap is what the build makes of the tree as it is."""

import importlib.util

import pytest
from django.conf import settings

SCRIPT = settings.BASE_DIR / "script" / "build_bootstrap.py"


@pytest.fixture(scope="module")
def build():
    spec = importlib.util.spec_from_file_location("build_bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_style_sheet_is_built_from_the_tree_as_it_is(build):
    kept = build.TARGET.read_text(encoding="utf-8")
    assert kept == build.build(), f"classes in use have changed; renew it: {build.COMMAND}"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<i class="btn btn-link">', {"btn", "btn-link"}),
        ('<i class="panel{% if a == "b" %} is-late{% endif %}">', {"panel", "is-late", "b"}),
        ("<i class=\"alert alert-{{ level|default:'a' }} x\">", {"alert", "x", "a", "alert-*"}),
        ('<i class="alert-{% if done %}a{% else %}b{% endif %}">', {"alert-*", "a", "b"}),
        ("<i class=\"{{ it|yesno:'btn-primary,btn-link' }}\">", {"btn-primary", "btn-link"}),
        ("{% crispy_field field 'class' 'form-select small' %}", {"form-select", "small"}),
        ('{% comment %}<i class="card">{% endcomment %}{# <i class="card"> #}card', set()),
    ],
)
def test_classes_of_a_template(build, text, names):
    assert build.classes_of_template(text) == names


def test_classes_of_python(build):
    code = '''
"""card badge"""
_("toast")
attrs = {"class": "form-control small"}
look = f'<i class="nav">'
text = "modal, it says"
'''
    assert build.words_of_python(code) >= {"form-control", "small", "nav"}
    assert not build.words_of_python(code) & {"card", "badge", "toast", "modal"}


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (".btn,.card{color:red}", ".btn{color:red}"),
        (".btn.card{color:red}", ""),
        (".btn:not(.card):hover{color:red}", ".btn:not(.card):hover{color:red}"),
        (".btn:is(.card,.list){color:red}", ""),
        ("table>td{color:red}", "table>td{color:red}"),
        ("[data-bs-theme=dark]{color:red}", ""),
        ("@media print{.card{color:red}}", ""),
        ("@media print{.card{color:red}.btn{color:red}}", "@media print{.btn{color:red}}"),
    ],
)
def test_a_rule_stays_when_something_can_match_it(build, rule, kept):
    (parsed,) = build.tinycss2.parse_stylesheet(rule)
    assert build.keep(parsed, build.Used({"btn"}, set())) == kept


def test_a_rule_of_an_unknown_kind_stops_the_build(build):
    (parsed,) = build.tinycss2.parse_stylesheet("@layer x{a{color:red}}")
    with pytest.raises(ValueError, match="new here"):
        build.keep(parsed, build.Used({"btn"}, set()))


def test_variables_and_keyframes_that_nobody_asks_for_go(build):
    rules = [
        ":root{--bs-a:1;--bs-b:var(--bs-c);--bs-c:2}",
        ".x{width:var(--bs-a);animation:spin 1s}",
        "@keyframes spin{to{width:0}}",
        "@keyframes glow{to{width:0}}",
    ]
    assert build.without_unasked(rules, "").splitlines() == [":root{--bs-a:1}", *rules[1:3]]
    assert "--bs-c:2" in build.without_unasked(rules, "y{color:var(--bs-b)}")

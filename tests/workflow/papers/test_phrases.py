"""Standing phrases: filled without running anything, wrong fields named before they are kept."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.models import Event
from core.refusals import NotAllowed, RuleBroken, StaleEdit
from tests.factories.people import make_office, make_person
from workflow.models import StandingPhrase
from workflow.papers import phrases
from workflow.papers.phrases import edits

BRACED = st.text(alphabet="{}ab.year_office!:0[]ก \n", max_size=60)


@given(BRACED)
@example("{{year}} {office} {nobody} {")
@example("{nobody}")
def test_any_braces_are_text(template):
    words = {"year": "{office}", "office": "x"}
    changes = any(f"{{{field}}}" in template for field in phrases.FIELDS)
    assert (phrases.filled(template, words) != template) == changes
    for name in phrases.PHRASES:
        assert all(
            f"{{{unknown}}}" in template for unknown in phrases.unknown_fields(name, template)
        )


def test_words_are_not_filled_again():
    assert phrases.filled("{year}{year.__class__}", {"year": "{office}"}) == (
        "{office}{year.__class__}"
    )


@pytest.mark.parametrize("name", phrases.PHRASES)
def test_usual_wording_is_sound(name):
    phrase = phrases.PHRASES[name]
    assert phrases.unknown_fields(name, phrase.default) == []
    assert not phrases.lone_braces(phrase.default)
    assert not set(phrases.filled(phrase.default, {})) & set("{}")
    assert edits.tidy(name, phrase.default) == phrase.default


def test_unknown_fields_are_named_with_the_nearest():
    assert phrases.unknown_fields("memo_to", "{yaer} {meeting} {yaer} {year.__class__}") == [
        "yaer",
        "meeting",
        "year.__class__",
    ]
    assert phrases.nearest("memo_to", "yaer") == "year"


@pytest.mark.django_db
class TestChanging:
    @pytest.fixture
    def office(self):
        return make_office()

    @pytest.fixture
    def coordinator(self, office):
        return make_person(office, "coordinator")

    def save(self, office, text, by, seen=None, name="memo_to"):
        seen = phrases.template_of(office, name) if seen is None else seen
        return edits.save_phrase(office, name, text, seen=seen, by=by)

    def test_kept_once_and_recorded_once(self, office, coordinator):
        usual = phrases.PHRASES["memo_to"].default
        for _ in range(2):
            self.save(office, "ท่าน{director}", coordinator, seen=usual)
        assert phrases.templates_of(office)["memo_to"] == "ท่าน{director}"
        assert Event.objects.filter(verb="phrase.change").count() == 1

    def test_stale_is_refused_with_theirs(self, office, coordinator):
        usual = phrases.PHRASES["memo_to"].default
        self.save(office, "หนึ่ง", coordinator)
        with pytest.raises(StaleEdit) as caught:
            self.save(office, "สอง", coordinator, seen=usual)
        assert caught.value.theirs == {"text": "หนึ่ง"}

    def test_usual_wording_leaves_no_row(self, office, coordinator):
        self.save(office, "หนึ่ง", coordinator)
        self.save(office, phrases.PHRASES["memo_to"].default, coordinator)
        assert not StandingPhrase.objects.exists()

    @pytest.mark.parametrize("text", ["{yaer}", "{year", "year}", "{{year}}", "{meeting}", "", " "])
    def test_wrong_wording_is_named(self, office, coordinator, text):
        with pytest.raises(RuleBroken):
            self.save(office, text, coordinator)
        assert not StandingPhrase.objects.exists()

    def test_message_names_field_and_suggests(self, office):
        (said,) = edits.problems_of("memo_to", "{yaer}", office)
        assert "{yaer}" in said
        assert said.endswith("ท่านหมายถึง {year} หรือไม่")

    def test_others_may_not(self, office):
        with pytest.raises(NotAllowed):
            self.save(office, "หนึ่ง", make_person(office, "director"))

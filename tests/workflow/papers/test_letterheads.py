"""The page of an office's papers: emblem, lines, phrases."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.models import Event
from tests.factories.files import make_image, make_upload
from tests.factories.people import make_office, make_person
from tests.factories.reading import undo
from workflow.models import Letterhead, StandingPhrase
from workflow.papers import letterheads, phrases

pytestmark = pytest.mark.django_db
PAGE = reverse("workflow:letterhead")
EMBLEM = reverse("workflow:letterhead_emblem")
PNG = make_image("PNG", size=(300, 320))
LINES = {"department": "กลุ่มอำนวยการ", "director_position": "", "deputy_position": ""}


@pytest.fixture
def coordinator(office, client_for):
    return client_for(make_person(office, "coordinator"))


def send(client, data=PNG, name="ตรา.png", version=0):
    return client.post(EMBLEM, {"emblem": make_upload(name, data), "seen": version})


def test_lines_are_saved_once(office, coordinator):
    for _ in range(2):
        assert coordinator.post(PAGE, {**LINES, "seen": 0}).status_code == 302
    row = letterheads.letterhead_of(office)
    assert (row.department, row.version) == ("กลุ่มอำนวยการ", 1)
    assert Event.objects.filter(verb="letterhead.change").count() == 1


def test_stale_lines_show_what_stands_there(office, coordinator):
    coordinator.post(PAGE, {**LINES, "seen": 0})
    answer = coordinator.post(PAGE, {**LINES, "department": "อื่น", "seen": 0})
    assert answer.status_code == 409
    assert "กลุ่มอำนวยการ" in answer.content.decode()
    assert letterheads.letterhead_of(office).department == "กลุ่มอำนวยการ"


def test_emblem_is_kept_once_shown_tame_and_removed(office, coordinator, client_for):
    for _ in range(2):
        assert send(coordinator).status_code == 302
    assert letterheads.letterhead_of(office).version == 1
    shown = client_for(make_person(office)).get(EMBLEM)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert b"".join(shown).startswith(b"\xff\xd8\xff")
    stranger = client_for(make_person(make_office("skn1"), "admin"))
    assert stranger.get(EMBLEM).status_code == 404
    away = reverse("workflow:letterhead_emblem_remove")
    assert 'name="seen" value="1"' in coordinator.post(away).content.decode()
    assert letterheads.letterhead_of(office).emblem is not None
    coordinator.post(away, {"asked": "on", "seen": 1})
    assert letterheads.letterhead_of(office).emblem is None
    assert coordinator.get(EMBLEM).status_code == 404


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"plain text", "a.png"),
        (b"", "a.png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "a.svg"),
        (make_image("GIF", size=(300, 300)), "a.gif"),
        (PNG[: len(PNG) // 2], "a.png"),
        (make_image("JPEG", size=(300, 300))[:400], "a.jpg"),
        (make_image("PNG", size=(40, 300)), "a.png"),
        (make_image("PNG", size=(6000, 5000), mode="1"), "a.png"),
        (PNG + b"\0" * (5 * 1024 * 1024), "a.png"),
    ],
    ids="text empty svg gif half-png half-jpeg small huge heavy".split(),
)
def test_what_is_no_emblem_is_refused_with_a_reason(office, coordinator, data, name):
    answer = send(coordinator, data, name)
    assert answer.status_code == 400
    assert answer.context["emblem_form"].errors["emblem"]
    assert letterheads.letterhead_of(office).emblem is None


def test_stale_emblem_is_refused(office, coordinator):
    coordinator.post(PAGE, {**LINES, "seen": 0})
    assert send(coordinator, version=0).status_code == 409
    assert letterheads.letterhead_of(office).emblem is None


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("admin", 200, 302),
        ("coordinator", 200, 302),
        ("director", 200, 403),
        ("deputy", 200, 403),
        ("group_director", 403, 403),
        (None, 403, 403),
    ],
)
def test_who_may(office, client_for, role, reads, writes):
    client = client_for(make_person(office, *([role] if role else [])))
    phrase = reverse("workflow:phrase_edit", args=["memo_to"])
    assert client.get(PAGE).status_code == reads
    assert client.get(phrase).status_code == reads
    assert client.post(PAGE, {**LINES, "seen": 0}).status_code == writes
    assert send(client, version=Letterhead.objects.count()).status_code == writes
    assert client.post(phrase, {"text": "ก", "seen": "{director}"}).status_code == writes


def test_page_of_the_certificate_is_a_click_away_for_who_may_open_it(office, client_for):
    for role in ("coordinator", "admin"):
        client = client_for(make_person(office, role))
        assert reverse("reports:certificate") in client.get(PAGE).content.decode()
        assert client.get(reverse("reports:certificate")).status_code == 200
    director = client_for(make_person(office, "director"))
    assert reverse("reports:certificate") not in director.get(PAGE).content.decode()


def test_phrase_sample_keeps_nothing(office, coordinator):
    address = reverse("workflow:phrase_edit", args=["memo_to"])
    answer = coordinator.post(address, {"text": "ถึง{office}", "seen": "", "sample": "1"})
    assert answer.context["sample"] == [f"ถึง{office.name}"]
    assert not StandingPhrase.objects.exists()


def test_phrase_with_unknown_field_is_named(coordinator):
    address = reverse("workflow:phrase_edit", args=["memo_to"])
    answer = coordinator.post(address, {"text": "{yaer}", "seen": "{director}"})
    assert "ไม่รู้จักช่อง {yaer}" in answer.content.decode()


def test_phrase_goes_back_to_usual(office, coordinator):
    address = reverse("workflow:phrase_edit", args=["memo_origin"])
    usual = phrases.PHRASES["memo_origin"].default
    coordinator.post(address, {"text": "ก\r\nข", "seen": usual})
    assert phrases.template_of(office, "memo_origin") == "ก\nข"
    back = reverse("workflow:phrase_usual", args=["memo_origin"])
    gone = coordinator.post(back, {"seen": "ก\r\nข"})
    assert phrases.template_of(office, "memo_origin") == usual
    assert undo(coordinator, gone).status_code == 302
    assert phrases.template_of(office, "memo_origin") == "ก\nข"


def test_unknown_phrase_is_no_page(coordinator):
    assert coordinator.get(reverse("workflow:phrase_edit", args=["nothing"])).status_code == 404


def test_sample_says_what_is_wrong_beside_the_untouched_form(coordinator):
    address, typed = reverse("workflow:phrase_edit", args=["memo_to"]), {"text": "{yaer}"}
    sent = {**typed, "seen": "{director}", "sample": "1"}
    (problem,) = coordinator.post(address, sent, headers={"HX-Request": "true"}).context["problems"]
    assert "{yaer}" in problem
    assert not coordinator.post(address, sent).context["problems"]  # the field says it


@pytest.mark.parametrize(("digits", "year"), [("thai", "๒๕๖๐"), ("arabic", "2560")])
def test_samples_stand_in_the_digits_of_the_papers(office, coordinator, digits, year):
    office.digits = digits
    office.save()
    with clock.pretend(datetime(2017, 5, 1, tzinfo=UTC)):
        assert f"ประจำปีงบประมาณ พ.ศ. {year}" in coordinator.get(PAGE).content.decode()
        page = coordinator.get(reverse("workflow:phrase_edit", args=["announcement_subject"]))
    assert f"พ.ศ. {year}" in page.content.decode()


@pytest.mark.parametrize("address", [PAGE, reverse("workflow:phrase_edit", args=["memo_origin"])])
def test_pages_ask_as_often_with_own_wording_and_history(
    office, coordinator, django_assert_num_queries, address
):
    coordinator.get(address)
    with CaptureQueriesContext(connection) as bare:
        coordinator.get(address)
    asked = len(bare)
    for name in phrases.PHRASES:
        StandingPhrase.objects.create(office=office, name=name, text="ก")
    for n in range(3):
        coordinator.post(PAGE, {**LINES, "department": f"กลุ่ม {n}", "seen": n})
    coordinator.get(address)  # says “saved” once, which costs its own
    with django_assert_num_queries(asked):
        coordinator.get(address)
    assert 0 < asked <= 10

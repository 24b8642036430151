"""The page of a step, its plan and its moves through the browser."""

from datetime import date

import pytest
from django.urls import reverse

from people.states import Role
from tests.factories.people import make_office, make_person
from tests.factories.workflow import get_step, make_approved, put_step
from workflow.models import StepEvent
from workflow.papers import proposals
from workflow.states import StepState

pytestmark = pytest.mark.django_db
OTHERS = ["director", "deputy", "group_director", "staff"]
MOVES = ["step_open", "step_finish", "step_reopen"]


def url(name, kind=1):
    return reverse(f"workflow:{name}", args=["skn2", 2560, kind])


# -- who may ---------------------------------------------------------------------------
@pytest.mark.parametrize("move", MOVES)
def test_moves_refuse_get_others_and_strangers(client, client_for, cycle, cast, move):
    assert client_for(cast.coordinator).get(url(move)).status_code == 405
    for role in OTHERS:
        assert client_for(getattr(cast, role)).post(url(move)).status_code == 403
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    assert client_for(stranger).post(url(move)).status_code == 404
    assert client.post(url(move)).status_code == 302
    assert StepEvent.objects.count() == 1


@pytest.mark.parametrize("role", OTHERS)
def test_plan_by_others_is_refused(client_for, cycle, cast, role):
    client = client_for(getattr(cast, role))
    assert client.get(url("step_plan")).status_code == 403
    assert client.post(url("step_plan"), {}).status_code == 403


@pytest.mark.parametrize("kind", [0, 7, 99])
def test_unknown_step_is_not_found(client_for, cycle, cast, kind):
    assert client_for(cast.staff).get(url("step", kind)).status_code == 404


# -- the page ----------------------------------------------------------------------------
@pytest.mark.parametrize("state", StepState.values)
@pytest.mark.parametrize("kind", range(1, 7))
def test_page_of_every_step_in_every_state(client_for, cycle, cast, kind, state):
    put_step(cycle, kind, state)
    for person in (cast.coordinator, cast.staff):
        answer = client_for(person).get(url("step", kind))
        assert answer.status_code == 200
        assert " style=" not in answer.content.decode()


def test_page_lists_what_is_missing_with_links_that_lead_there(client_for, cycle, cast):
    answer = client_for(cast.coordinator).get(url("step"))
    (todo,) = answer.context["waiting"].missing
    assert todo.url in answer.content.decode()
    assert client_for(cast.coordinator).get(todo.url).status_code == 200


def test_page_of_step_1_names_who_has_not_acknowledged(client_for, cycle, cast):
    announcement = make_approved(cycle, cast=cast)
    proposals.publish(announcement, by=cast.coordinator)
    proposals.acknowledge(announcement, by=cast.director)
    page = client_for(cast.staff).get(url("step"))
    facts = page.context["facts"]
    assert (facts.acknowledged.done, facts.acknowledged.total) == (1, 5)
    assert cast.deputy.full_name in facts.silent
    assert cast.director.full_name not in facts.silent


# -- moves ----------------------------------------------------------------------------------
def test_finish_opens_the_next_and_a_second_click_is_refused(client_for, cycle, cast):
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    client = client_for(cast.coordinator)
    answer = client.post(url("step_finish"))
    assert (answer.status_code, answer.url) == (302, reverse("workflow:cycle", args=["skn2", 2560]))
    assert get_step(cycle, 2).state == StepState.OPEN
    again = client.post(url("step_finish"))
    assert again.status_code == 409
    assert cast.coordinator.full_name in again.content.decode()
    assert StepEvent.objects.filter(move="finish").count() == 1


def test_finish_with_something_missing_is_refused(client_for, cycle, cast):
    assert client_for(cast.coordinator).post(url("step_finish")).status_code == 409
    assert get_step(cycle, 1).state == StepState.OPEN


def test_open_early_keeps_and_shows_the_reason(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    refused = client.post(url("step_open", 3), {"open-why": "  "})
    assert refused.status_code == 400
    assert get_step(cycle, 3).state == StepState.WAITING
    client.post(url("step_open", 3), {"open-why": "ผอ. สั่งการ"})
    assert get_step(cycle, 3).state == StepState.OPEN
    assert "ผอ. สั่งการ" in client.get(url("step", 3)).content.decode()


def test_open_in_turn_needs_no_reason(client_for, cycle, cast):
    put_step(cycle, 1, StepState.DONE)
    assert client_for(cast.coordinator).post(url("step_open", 2), {}).status_code == 302
    assert StepEvent.objects.get(step__kind=2).move == "open"


def test_reopen_keeps_and_shows_the_reason(client_for, cycle, cast):
    put_step(cycle, 1, StepState.DONE)
    client = client_for(cast.coordinator)
    assert client.post(url("step_reopen"), {"reopen-why": ""}).status_code == 400
    client.post(url("step_reopen"), {"reopen-why": "ประกาศผิด"})
    assert "ประกาศผิด" in client.get(url("step")).content.decode()


# -- plan -------------------------------------------------------------------------------------
def _plan(**changes):
    return {
        "planned_start": "1/10/2559",
        "planned_end": "30/11/2559",
        "seen": "2016-10-01/2016-11-15",
    } | changes


def test_plan_reads_buddhist_dates_and_people(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    assert "01/10/2559" in client.get(url("step_plan")).content.decode()
    answer = client.post(url("step_plan"), _plan(responsible=[cast.staff.pk]))
    assert answer.status_code == 302
    step = get_step(cycle, 1)
    assert step.planned_end == date(2016, 11, 30)
    assert list(step.responsible.all()) == [cast.staff]


@pytest.mark.parametrize(
    ("field", "value"),
    [("planned_end", "2016"), ("planned_end", "1/9/2559"), ("planned_start", "29/2/2558")],
)
def test_plan_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    client_for, cycle, cast, field, value
):
    answer = client_for(cast.coordinator).post(url("step_plan"), _plan(**{field: value}))
    assert answer.status_code == 400
    assert answer.context["form"].errors[field]
    assert value in answer.content.decode()


def test_plan_far_outside_the_year_is_refused(client_for, cycle, cast):
    answer = client_for(cast.coordinator).post(
        url("step_plan"), _plan(planned_start="1/1/2550", planned_end="1/2/2550")
    )
    assert answer.status_code == 400
    assert answer.context["form"].non_field_errors()


def test_plan_out_of_order_is_saved_with_a_warning(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    answer = client.post(url("step_plan"), _plan(planned_end="30/1/2560"), follow=True)
    assert get_step(cycle, 1).planned_end == date(2017, 1, 30)
    assert any(message.level_tag == "warning" for message in answer.context["messages"])


def test_plan_over_somebody_else_s_is_refused_with_theirs(client_for, cycle, cast):
    client = client_for(cast.coordinator)
    client.post(url("step_plan"), _plan())
    answer = client.post(url("step_plan"), _plan(planned_end="1/12/2559"))
    assert answer.status_code == 409
    assert "30 พฤศจิกายน 2559" in answer.content.decode()


def test_plan_refuses_people_of_other_offices(client_for, cycle, cast):
    stranger = make_person(make_office("skn1"))
    answer = client_for(cast.coordinator).post(url("step_plan"), _plan(responsible=[stranger.pk]))
    assert answer.status_code == 400
    assert answer.context["form"].errors["responsible"]

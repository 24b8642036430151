"""My work, for each role; progress and the late list."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from people.states import Role
from tests.factories import cycles as make
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person, make_reviewer
from tests.factories.workflow import assign_all
from workflow.papers import decisions, proposals
from workflow.states import ProposalKind, StepKind

pytestmark = pytest.mark.django_db


def published(year):
    """The announcement, on its way through every hand."""
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, opinion="เห็นควร", by=year.deputy)
    decisions.approve(paper, by=year.director)
    proposals.publish(paper, by=year.coordinator)


def page(client_for, user, name="workflow:home", *args, **query):
    response = client_for(user).get(reverse(name, args=args), query)
    return response.status_code, response.content.decode()


@pytest.mark.parametrize("name", ["workflow:home", "workflow:todo_list"])
def test_stranger_is_sent_to_sign_in(client, name):
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_reading_pages_refuse_post(client_for):
    year = make.make_year()
    for name, args in (("home", []), ("todo_list", []), ("progress", year.address)):
        url = reverse(f"workflow:{name}", args=args)
        assert client_for(year.coordinator).post(url).status_code == 405


def test_coordinator_of_an_idle_office_is_led_to_open_a_cycle(client_for):
    coordinator = make_person(make_office(), Role.COORDINATOR)
    _status, html = page(client_for, coordinator)
    assert reverse("workflow:cycle_create") in html
    _status, html = page(client_for, make_person(coordinator.office))
    assert reverse("workflow:cycle_create") not in html


def test_late_work_says_how_late_in_words(client_for):
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.AGENDA, due=clock.today() - timedelta(days=3))
    _status, html = page(client_for, year.coordinator)
    assert "เกินกำหนด 3 วัน" in html
    assert "จัดทำร่างประกาศกำหนดวาระร่วมแล้วเสนอ" in html
    assert html.index('id="group-overdue"') > 0


@pytest.mark.parametrize(
    ("days", "group"), [(-1, "overdue"), (0, "soon"), (7, "soon"), (8, "later")]
)
def test_groups_by_due_date(client_for, days, group):
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.AGENDA, due=clock.today() + timedelta(days=days))
    _status, html = page(client_for, year.coordinator)
    assert f'id="group-{group}"' in html


def test_acknowledging_is_one_click(client_for):
    year = make.make_year()
    published(year)
    _status, html = page(client_for, year.staff[0])
    url = reverse("workflow:acknowledge", args=[*year.address, "announcement"])
    assert f'action="{url}"' in html
    client_for(year.staff[0]).post(url)
    _status, html = page(client_for, year.staff[0])
    assert url not in html


def test_director_is_two_clicks_from_approving(client_for):
    year = make.make_year()
    paper = proposals.start_draft(year.cycle, kind=ProposalKind.ANNOUNCEMENT, by=year.coordinator)
    proposals.propose(paper, by=year.coordinator)
    decisions.endorse(paper, opinion="เห็นควร", by=year.deputy)
    _status, html = page(client_for, year.director)
    assert f'href="{reverse("workflow:proposal", args=[*year.address, "announcement"])}"' in html


def test_glance_is_for_who_leads(client_for):
    year = make.make_year()
    for person, sees in ((year.coordinator, 1), (year.director, 1), (year.staff[0], 0)):
        _status, html = page(client_for, person)
        assert html.count('id="glance-head"') == sees


def test_reviewer_sees_what_was_submitted(client_for):
    year, reviewer = make.make_year(), make_reviewer()
    status, html = page(client_for, reviewer)
    assert status == 200
    assert year.office.short_name not in html
    make.submit(year)
    _status, html = page(client_for, reviewer)
    assert reverse("workflow:submission", args=year.address) in html


def test_person_without_office_reads_a_page(client_for):
    assert page(client_for, make_person(None))[0] == 200


def test_list_is_searched_with_either_digits(client_for):
    year = make.make_year()
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[], writer=year.staff[0])
    _status, html = page(client_for, year.staff[0], "workflow:todo_list", q="๑.๒.๑")
    assert html.count("todo-title") == 1
    _status, html = page(client_for, year.staff[0], "workflow:todo_list", q="ไม่มีคำนี้")
    assert "ไม่พบรายการที่ตรงกับคำค้น" in html


@pytest.mark.parametrize("name", ["workflow:home", "workflow:todo_list"])
def test_queries_do_not_grow(client_for, name):
    small = make.make_year("skn1", edition=make_edition(1, 1, 1))
    big = make.make_year("skn2", edition=make_edition(2, 5, 3, code="big"))
    counts = []
    for year in (small, big):
        make.jump_to(year.cycle, StepKind.COMMITTEE_WORK)
        assign_all(year.cycle, year.coordinator)
        make.appoint(year, members=[], writer=year.coordinator)
        client = client_for(year.coordinator)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(name))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 19


def test_a_reviewers_pages_ask_as_often_for_one_year_as_for_three(client_for):
    reviewer, edition = make_reviewer(), make_edition(1, 1, 1)
    client, counts = client_for(reviewer), []
    for n in range(3):
        make.submit(make.make_year(f"skn{n}", edition=edition))
        for name in ("workflow:home", "workflow:todo_list"):
            with CaptureQueriesContext(connection) as queries:
                html = client.get(reverse(name)).content.decode()
            assert html.count("todo-title") == n + 1
            counts.append(len(queries))
    assert set(counts) == {8}


def test_list_comes_in_pages_and_counts_its_groups_whole(client_for):
    year = make.make_year(edition=make_edition(1, 5, 7))
    make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=clock.today() - timedelta(days=1))
    assign_all(year.cycle, year.staff[0])
    make.appoint(year, members=[], writer=year.staff[0])
    found = [page(client_for, year.staff[0], "workflow:todo_list", page=n)[1] for n in (1, 2)]
    assert [html.count("todo-title") for html in found] == [30, 5]
    assert all('<span class="todo-count">35</span>' in html for html in found)
    _status, html = page(client_for, year.staff[0])
    assert html.count("todo-title") == 25
    assert '<span class="todo-count">35</span>' in html


# -- progress ---------------------------------------------------------------------------
def test_progress_of_another_office_is_not_found(client_for):
    year = make.make_year()
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    for person in (stranger, make_reviewer()):
        assert page(client_for, person, "workflow:progress", *year.address)[0] == 404


def test_progress_queries_do_not_grow(client_for):
    small = make.make_year("skn1", edition=make_edition(1, 1, 1))
    big = make.make_year("skn2", edition=make_edition(2, 5, 3, code="big"), staff=12)
    counts = []
    for year in (small, big):
        make.jump_to(year.cycle, StepKind.COMMITTEE_WORK, due=date(2017, 7, 15))
        assign_all(year.cycle, year.staff[0])
        make.appoint(year, members=[], writer=year.staff[0])
        client = client_for(year.coordinator)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("workflow:progress", args=year.address))
        counts.append(len(queries))
    assert counts[0] == counts[1]

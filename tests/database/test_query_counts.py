"""Every list page asks the database as often for 1 row as for 30.

Most lists are counted beside their other tests; ``ELSEWHERE`` names where, and is held to it.
"""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.history import log_event
from people.states import Role
from tests.factories import cycles as make
from tests.factories.content import make_content_year, make_evidence
from tests.factories.indicators import make_edition
from tests.factories.loading import load_again
from tests.factories.notifications import make_failed_mail
from tests.factories.people import make_group, make_office, make_person, make_reviewer
from tests.factories.workflow import assign_all
from workflow.states import StepKind

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[1]
SMALL, LARGE = (1, 1, 1), (2, 5, 3)

SCORES = (
    "indicators/scores/test_score_views.py",
    "test_pages_cost_the_same_with_many_items_and_members",
)
ITEMS = (
    "indicators/narratives/test_item_views.py",
    "test_pages_cost_the_same_with_many_items_and_much_evidence",
)
EDITIONS = (
    "indicators/catalogue/test_catalogue_views.py",
    "test_pages_need_the_same_queries_for_every_size",
)
PEOPLE = ("people/test_views.py", "test_lists_cost_the_same_with_one_row_and_with_thirty")
MEETINGS = ("workflow/meetings/test_meeting_views.py", "test_queries_do_not_grow")
TODOS = ("workflow/todos/test_home_views.py", "test_queries_do_not_grow")
OBEC = ("workflow/followup/test_submission_views.py", "test_queries_do_not_grow")
ELSEWHERE = {
    "workflow:cycle_list": (
        "workflow/steps/test_cycle_views.py",
        "test_cycle_list_asks_the_same_for_one_and_thirty_years",
    ),
    "workflow:home": TODOS,
    "workflow:todo_list": TODOS,
    "workflow:progress": ("workflow/todos/test_home_views.py", "test_progress_queries_do_not_grow"),
    "workflow:meeting_list": MEETINGS,
    "workflow:meeting": MEETINGS,
    "workflow:meeting_attendance": MEETINGS,
    "workflow:submission": OBEC,
    "workflow:submission_indicator": OBEC,
    "workflow:followup": OBEC,
    "workflow:proposal": (
        "workflow/papers/proposals/test_proposal_views.py",
        "test_page_asks_the_same_for_few_and_many_people",
    ),
    "workflow:acknowledgement_list": (
        "workflow/papers/test_acknowledgement_views.py",
        "test_acknowledgement_list_asks_the_same_for_few_and_thirty",
    ),
    "indicators:assignment_table": (
        "indicators/assignments/test_assignment_views.py",
        "test_the_table_needs_the_same_queries_for_many_rows",
    ),
    "indicators:project_list": (
        "indicators/projects/test_projects.py",
        "test_the_list_needs_the_same_queries_for_many",
    ),
    "indicators:indicator_list": ITEMS,
    "indicators:indicator": ITEMS,
    "indicators:item": ITEMS,
    "indicators:evidence_list": (
        "indicators/evidence/test_evidence_views.py",
        "test_the_list_costs_the_same_for_one_and_thirty",
    ),
    "indicators:coverage": (
        "indicators/narratives/test_coverage.py",
        "test_it_costs_the_same_for_few_and_many",
    ),
    "indicators:handover_list": (
        "indicators/handovers/test_handover_views.py",
        "test_the_page_costs_the_same_for_few_and_many",
    ),
    "indicators:find": ("indicators/search/test_finding.py", "test_queries_do_not_grow"),
    "indicators:scoring": SCORES,
    "indicators:committee_room": SCORES,
    "indicators:arithmetic": SCORES,
    "indicators:edition_list": EDITIONS,
    "indicators:edition": EDITIONS,
    "people:person_list": PEOPLE,
    "people:group_list": PEOPLE,
    "notifications:notification_list": (
        "people/test_profile_pages.py",
        "test_notifications_cost_the_same_with_one_row_and_with_thirty",
    ),
    "reports:document_list": (
        "reports/documents/test_document_views.py",
        "test_list_asks_as_much_for_1_as_for_30",
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_other_lists_are_counted_where_it_says(name):
    file, test = ELSEWHERE[name]
    assert f"def {test}" in (ROOT / file).read_text()


def asked(client, address):
    """How many queries the page costs, once everything that is kept in memory is there."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


# -- a year ----------------------------------------------------------------------------
@pytest.mark.parametrize("kind", StepKind.values)
@pytest.mark.parametrize("name", ["workflow:cycle", "workflow:step"])
def test_a_year_costs_the_same_for_every_size(client_for, name, kind):
    counts = []
    for code, size, staff in (("skn1", SMALL, 1), ("skn2", LARGE, 30)):
        year = make.make_year(code, edition=make_edition(*size, code=code), staff=staff)
        step = make.jump_to(year.cycle, kind)
        step.responsible.set(year.staff)
        if kind > StepKind.BRIEFING:
            assign_all(year.cycle, year.coordinator)
        if kind > StepKind.APPOINTMENT:
            make.appoint(year, members=year.staff, writer=year.coordinator)
        args = year.address if name == "workflow:cycle" else [*year.address, kind]
        counts.append(asked(client_for(year.coordinator), reverse(name, args=args)))
    assert counts[0] == counts[1]


def test_history(client_for):
    year = make.make_year()
    client = client_for(year.coordinator)
    counts = []
    for number in (1, 29):
        for _n in range(number):
            who = make_person(year.office)
            log_event(year.office, actor=who, verb="cycle.open", target=year.cycle, year=2560)
        counts.append(asked(client, reverse("workflow:history", args=year.address)))
    assert counts[0] == counts[1]


def test_submission_list(client_for):
    reviewer, counts = make_reviewer(), []
    for numbers in (range(1), range(1, 10)):
        for number in numbers:
            code = f"skn{number}"
            make.submit(make.make_year(code, edition=make_edition(1, 1, 2), staff=1))
        counts.append(asked(client_for(reviewer), reverse("workflow:submission_list")))
    assert counts[0] == counts[1]


# -- evidence -----------------------------------------------------------------------------
@pytest.fixture
def year(settings, tmp_path):
    settings.DATA_DIR, settings.BLOB_ROOT = tmp_path, tmp_path / "blobs"
    settings.FREE_SPACE_FLOOR_BYTES = 0
    return make_content_year()


@pytest.mark.parametrize("name", ["evidence_pick", "evidence"])
def test_evidence(year, client_for, name):
    """To pick from: a list of evidence; one piece: the items that cite it."""
    client, counts = client_for(year.collector), []
    piece = make_evidence(
        year.office, by=year.collector, title="แผน", items=[load_again(year.item)]
    )
    args = [*year.args, year.item.consideration.code if name == "evidence_pick" else piece.pk]
    for number in (1, 15):
        for n in range(number):
            title = f"รายงาน {number} {n}"
            make_evidence(
                year.office, by=year.collector, title=title, items=[load_again(year.items[1])]
            )
        counts.append(asked(client, reverse(f"indicators:{name}", args=args)))
    assert counts[0] == counts[1]


def test_item_history(year, client_for):
    client, counts = client_for(year.collector), []
    address = reverse("indicators:item_history", args=[*year.args, year.item.consideration.code])
    for number in (1, 29):
        for n in range(number):
            item = load_again(year.item)
            item.revisions.create(
                version=100 * number + n, saved_at=clock.now(), saved_by=make_person(year.office)
            )
        counts.append(asked(client, address))
    assert counts[0] == counts[1]


# -- people -----------------------------------------------------------------------------------
def test_undelivered_list(client_for):
    office = make_office()
    client, counts = client_for(make_person(office, Role.ADMIN)), []
    for number in (1, 29):
        for n in range(number):
            group = make_group(office, f"g{number}{n}")
            make_failed_mail(make_person(office, work_group=group))
        counts.append(asked(client, reverse("people:undelivered_list")))
    assert counts[0] == counts[1]

"""The list of years, opening one, the flow chart, the history."""

import pytest
from django.urls import reverse

from core import clock
from core.history import log_event
from core.history_words import changes_of
from core.models import Event, SubmittedForm
from people.states import OfficeKind, Role
from tests.factories.indicators import make_edition
from tests.factories.people import make_office, make_person
from tests.factories.reading import read
from tests.factories.workflow import assign_all, make_approved, make_cast, make_cycle
from workflow.models import Cycle
from workflow.papers import proposals
from workflow.steps.views.history import as_text

pytestmark = pytest.mark.django_db
ROLES = ["director", "deputy", "coordinator", "group_director", "staff"]


def url(name, *args):
    return reverse(f"workflow:{name}", args=["skn2", 2560, *args])


READ = [("cycle",), ("history",), ("history_export",), ("step", 1), ("step", 6)]
READ += [("proposal", kind) for kind in ("announcement", "order", "sar")]


# -- who may read -------------------------------------------------------------------
@pytest.mark.parametrize("page", READ)
@pytest.mark.parametrize("role", ROLES)
def test_everybody_of_the_office_reads(client_for, cycle, cast, page, role):
    assert client_for(getattr(cast, role)).get(url(*page)).status_code == 200


@pytest.mark.parametrize("page", READ)
def test_another_office_unknown_years_and_strangers_get_nothing(
    client, client_for, cycle, cast, page
):
    stranger = make_person(make_office("skn1"), Role.COORDINATOR, Role.DIRECTOR)
    assert client_for(stranger).get(url(*page)).status_code == 404
    nobody = make_person(None)
    assert client_for(nobody).get(url(*page)).status_code == 404
    assert client.get(url(*page)).status_code == 302
    browser = client_for(cast.staff)
    assert browser.get(url(*page).replace("2560", "2599")).status_code == 404
    cast.staff.is_active = False
    cast.staff.save()
    assert browser.get(url(*page)).status_code == 302


@pytest.mark.parametrize("page", READ)
def test_reading_writes_nothing(client_for, cycle, cast, page, django_assert_max_num_queries):
    events = Event.objects.count()
    with django_assert_max_num_queries(60) as captured:
        client_for(cast.staff).get(url(*page))
    writes = [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].lstrip().split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")
        and "session" not in query["sql"]
        and "last_login" not in query["sql"]
    ]
    assert writes == []
    assert Event.objects.count() == events


# -- list and opening ------------------------------------------------------------------
def test_cycle_list_tells_what_to_do_when_empty(client_for, office, cast):
    page = client_for(cast.coordinator).get(reverse("workflow:cycle_list")).content.decode()
    assert reverse("workflow:cycle_create") in page
    page = client_for(cast.staff).get(reverse("workflow:cycle_list")).content.decode()
    assert reverse("workflow:cycle_create") not in page
    assert "ยังไม่มีรอบการประเมิน" in page


def test_cycle_list_of_the_national_office(client_for):
    obec = make_office("obec", kind=OfficeKind.NATIONAL)
    page = client_for(make_person(obec, Role.ADMIN)).get(reverse("workflow:cycle_list"))
    assert page.status_code == 200
    assert reverse("workflow:cycle_create") not in page.content.decode()


def test_cycle_list_shows_own_years_only(client_for, cycle, cast):
    other = make_office("skn1")
    make_cycle(other, 2561, by=make_person(other, Role.COORDINATOR))
    page = client_for(cast.staff).get(reverse("workflow:cycle_list")).content.decode()
    assert url("cycle") in page
    assert "2561" not in page


@pytest.fixture
def count(django_assert_max_num_queries):
    def run(client, address):
        client.get(address)
        with django_assert_max_num_queries(200) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    return run


def test_cycle_list_asks_the_same_for_one_and_thirty_years(client_for, office, cast, count):
    make_cycle(office, 2530, by=cast.coordinator)
    client = client_for(cast.staff)
    one = count(client, reverse("workflow:cycle_list"))
    for year in range(2531, 2560):
        make_cycle(office, year, by=cast.coordinator)
    assert count(client, reverse("workflow:cycle_list")) == one


def test_cycle_create_opens_a_year_once(client_for, office, cast):
    edition = make_edition()
    client = client_for(cast.coordinator)
    form = client.get(reverse("workflow:cycle_create")).context["form"]
    data = {
        "fiscal_year": "๒๕๖๐",
        "edition": edition.pk,
        "idempotency_token": form["idempotency_token"].value(),
    }
    for _ in range(2):
        answer = client.post(reverse("workflow:cycle_create"), data)
        assert (answer.status_code, answer.url) == (302, url("cycle"))
    assert Cycle.objects.count() == 1
    assert SubmittedForm.objects.count() == 1


@pytest.mark.parametrize(
    ("year", "words"),
    [
        ("2017", "2560"),
        ("99", "พ.ศ."),
        ("", "โปรดกรอกข้อมูลในช่องนี้"),
        ("สองพัน", "พ.ศ."),
        ("25600", "พ.ศ."),
    ],
)
def test_cycle_create_refuses_a_year_that_cannot_be_meant(client_for, office, cast, year, words):
    edition = make_edition()
    answer = client_for(cast.coordinator).post(
        reverse("workflow:cycle_create"), {"fiscal_year": year, "edition": edition.pk}
    )
    assert answer.status_code == 400
    assert words in " ".join(answer.context["form"].errors["fiscal_year"])
    assert year in answer.content.decode()
    assert not Cycle.objects.exists()


@pytest.mark.parametrize("typed", ["๒๕๖๑", "พ.ศ. 2561", "ปี 2561", "ปีงบประมาณ พ.ศ. ๒๕๖๑", "พศ2561"])
def test_cycle_create_reads_a_year_as_papers_write_it(client_for, office, cast, typed):
    data = {"fiscal_year": typed, "edition": make_edition().pk}
    answer = client_for(cast.coordinator).post(reverse("workflow:cycle_create"), data)
    assert answer.status_code == 302
    assert Cycle.objects.get().assessment.fiscal_year == 2561


def test_cycle_create_of_an_open_year_says_so_at_the_field(client_for, cycle, cast):
    data = {"fiscal_year": "2560", "edition": cycle.assessment.edition_id}
    answer = client_for(cast.coordinator).post(reverse("workflow:cycle_create"), data)
    assert answer.status_code == 400
    assert "2560" in answer.context["form"].errors["fiscal_year"][0]


@pytest.mark.parametrize("role", ["director", "deputy", "group_director", "staff"])
def test_cycle_create_by_others_is_refused(client_for, office, cast, role):
    client = client_for(getattr(cast, role))
    assert client.get(reverse("workflow:cycle_create")).status_code == 403
    assert client.post(reverse("workflow:cycle_create"), {}).status_code == 403


# -- the flow chart ----------------------------------------------------------------------
def test_cycle_page_draws_the_six_steps_with_the_office_s_words(client_for, cycle, cast):
    page = client_for(cast.staff).get(url("cycle")).content.decode()
    assert page.count('class="flow-svg') == 6
    words = "กำหนดให้มาตรฐานสำนักงานเขตพื้นที่การศึกษาเป็นวาระร่วมกันของทุกกลุ่มงาน"
    assert words in read(page)
    assert "1 ต.ค. – 15 พ.ย. 2559" in page
    assert "ล่าช้า" in page
    assert " style=" not in page
    assert "ยังไม่มีคะแนน" in page


def test_cycle_page_offers_the_next_act_to_who_owes_it(client_for, cycle, cast):
    page = client_for(cast.coordinator).get(url("cycle"))
    first = page.context["chart"][0]
    assert first.mine.url == url("proposal", "announcement")
    staff = client_for(cast.staff).get(url("cycle"))
    assert staff.context["chart"][0].mine is None


def test_cycle_page_offers_finishing_to_the_coordinator_only(client_for, cycle, cast):
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    assert url("step_finish", 1) in client_for(cast.coordinator).get(url("cycle")).content.decode()
    assert url("step_finish", 1) not in client_for(cast.staff).get(url("cycle")).content.decode()


def test_cycle_page_asks_the_same_for_a_small_and_a_large_edition(client_for, cast, count):
    small, large = make_office("small"), make_office("large")
    sizes = []
    for office, edition in ((small, make_edition()), (large, make_edition(4, 3, 3, code="large"))):
        people = make_cast(office)
        cycle = make_cycle(office, by=people.coordinator, edition=edition)
        assign_all(cycle, people.staff)
        address = reverse("workflow:cycle", args=[office.code, 2560])
        sizes.append(count(client_for(people.staff), address))
    assert sizes[0] == sizes[1]


# -- history -------------------------------------------------------------------------------
def test_history_reads_like_sentences(client_for, cycle, cast):
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    page = client_for(cast.staff).get(url("history")).content.decode()
    for words in ("เปิดรอบการประเมินของปี", "ให้ความเห็นชอบ", "เห็นควรอนุมัติ", "เผยแพร่"):
        assert words in page
    assert "proposal." not in page


def test_history_filters_by_subject_and_person(client_for, cycle, cast):
    make_approved(cycle, cast=cast)
    client = client_for(cast.staff)
    events = client.get(url("history"), {"subject": "cycle"}).context["page"].object_list
    assert {event.verb.split(".")[0] for event in events} == {"cycle"}
    found = client.get(url("history"), {"q": cast.deputy.given_name}).context["page"]
    assert {event.actor for event in found.object_list} == {cast.deputy}
    assert client.get(url("history"), {"subject": "nonsense"}).status_code == 200


@pytest.mark.parametrize("typed", ["ปี ๒๕๖๐", "ปี 2560"])
@pytest.mark.parametrize("label", ["แผนปี ๒๕๖๐", "แผนปี 2560"])
def test_history_is_found_by_either_digits(client_for, cycle, cast, typed, label):
    person = make_person(cycle.assessment.office, given_name=label)
    log_event(person.office, actor=cast.staff, verb="person.edit", target=person, year=2560)
    found = client_for(cast.staff).get(url("history"), {"q": typed}).context["page"]
    assert [event.target_label for event in found.object_list] == [str(person)]


def test_history_pages_fifty_with_the_same_queries(client_for, cycle, cast, count):
    client = client_for(cast.staff)
    few = count(client, url("history"))
    proposals.publish(make_approved(cycle, cast=cast), by=cast.coordinator)
    for _ in range(60):
        proposals.acknowledge(cycle.proposals.get(), by=make_person(cycle.assessment.office))
    assert count(client, url("history")) == few
    assert len(client.get(url("history")).context["page"].object_list) == 50
    assert client.get(url("history"), {"page": "2"}).context["page"].number == 2
    assert client.get(url("history"), {"page": "zzz"}).context["page"].number == 1


def test_history_export_opens_in_a_spreadsheet_as_text(client_for, cycle, cast):
    cast.coordinator.given_name = "=cmd|calc"
    cast.coordinator.save()
    answer = client_for(cast.staff).get(url("history_export"))
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert "เปิดรอบการประเมินของปี" in text
    assert "'=cmd|calc" in text
    assert ",=cmd" not in text


@pytest.mark.parametrize("cell", ["=1+1", "+66812345678", "-5", "@x", "\tx", "\n=1"])
def test_export_cells_stay_text(cell):
    assert as_text(cell) == f"'{cell}"


@pytest.mark.parametrize("sign", "=+-@")
def test_a_wide_sign_begins_a_formula_too(sign):
    wide = chr(ord(sign) + 0xFEE0)
    assert as_text(f"{wide}cmd|calc") == f"'{wide}cmd|calc"


def test_export_leaves_plain_cells_alone():
    assert as_text("มาตรฐานที่ 1") == "มาตรฐานที่ 1"


def test_changes_read_as_dates_and_states():
    event = Event(
        before={"planned_end": "2016-11-15", "state": "open", "hidden": 1},
        after={"planned_end": "2016-11-30", "state": "done", "1.1.1": "นาย ก"},
    )
    shown = [(str(key), str(before), str(after)) for key, before, after in changes_of(event)]
    assert shown == [
        ("วันสิ้นสุดตามแผน", "15 พฤศจิกายน 2559", "30 พฤศจิกายน 2559"),
        ("สถานะ", "กำลังดำเนินการ", "แล้วเสร็จ"),
        ("1.1.1", "", "นาย ก"),
    ]


def test_cycle_create_suggests_the_next_year_once_this_one_is_open(client_for, office, cast):
    year, edition = clock.this_fiscal_year(), make_edition()
    client, page = client_for(cast.coordinator), reverse("workflow:cycle_create")
    assert client.get(page).context["form"].initial["fiscal_year"] == year
    make_cycle(office, year, by=cast.coordinator, edition=edition)
    assert client.get(page).context["form"].initial["fiscal_year"] == year + 1

"""What is complete and what is not: the panel says what the button does, for every paper."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import thai
from core import clock
from core.models import Event
from core.refusals import RuleBroken
from indicators.models import AgreedScore, IndicatorReview, Item, ItemRequest, Score
from indicators.states import ItemState
from reports.collect import take_snapshot
from reports.render.html import to_html
from tests.factories.cycles import approve, let_write, make_complete_year, make_sar
from tests.factories.files import make_pdf, make_upload
from tests.factories.meetings import make_meeting
from tests.factories.people import make_person
from tests.factories.workflow import load_proposal, make_draft, make_proposal, make_proposed
from tests.workflow.papers.pages import days_from_today, seen, url
from workflow.models import Proposal, Step
from workflow.papers import decisions, proposals
from workflow.papers.completeness.of_papers import panel_of
from workflow.papers.revoking import revoke
from workflow.states import MeetingState, ProposalKind, ProposalState, StepKind

pytestmark = pytest.mark.django_db
WHY = "ครบกำหนดส่ง สพฐ. แล้ว จะจัดทำส่วนที่เหลือให้แล้วเสร็จภายในเดือนนี้"
SAR, ORDER, ANNOUNCEMENT = ProposalKind.SAR, ProposalKind.ORDER, ProposalKind.ANNOUNCEMENT


@pytest.fixture
def year():
    return make_complete_year()


@pytest.fixture
def sar(year):
    return load_proposal(make_sar(year).pk)


def items_of(year):
    return Item.objects.filter(assessment=year.cycle.assessment).in_order()


def first_items(year, count, **changes):
    Item.objects.filter(pk__in=[row.pk for row in items_of(year)[:count]]).update(**changes)


def ask(year, code="1.1.1"):
    item = items_of(year).get(consideration__code=code)
    at = clock.now() - timedelta(days=1)
    ItemRequest.objects.create(
        item=item, text="ปีใด", asked_by=year.staff[0], asked_at=at, moved_at=at
    )


def score_no_more(year):
    Score.objects.filter(item=items_of(year).first()).update(handed_in_at=None)


def leave_a_step(year):
    Step.objects.filter(cycle=year.cycle, kind=StepKind.COMMITTEE_WORK).update(state="open")


def forget_to_confirm(year):
    for days in (30, 2):
        make_meeting(
            year.cycle,
            starts_at=clock.now() - timedelta(days=days),
            state=MeetingState.HELD,
            held_at=clock.now(),
        )


def announce(year, **fields):
    fields.setdefault("published_at", clock.now())
    return approve(year, ANNOUNCEMENT, **fields)


def put_anew(year, kind):
    announce(year)
    at = clock.now()
    fields = {"state": "proposed", "proposed_at": at, "proposed_by": year.coordinator}
    body = {"members": [], "supervisors": [], "collectors": []}
    make_proposal(year.cycle, kind, by=year.coordinator, body=body, **fields)


BREAKS = {
    "papers revoked": lambda year: revoke(
        load_proposal(announce(year).pk), by=year.director, why="ออกซ้ำ"
    ),
    "papers not published": lambda year: announce(year, published_at=None),
    "papers proposed anew": lambda year: put_anew(year, ANNOUNCEMENT),
    "papers with a new order": lambda year: put_anew(year, ORDER),
    "narratives": lambda year: first_items(year, 3, narrative=""),
    "evidence": lambda year: first_items(year, 1, no_evidence_reason=""),
    "handed_in": lambda year: first_items(year, 2, state=ItemState.WRITING),
    "members": score_no_more,
    "reviews": lambda year: IndicatorReview.objects.update(to_improve=""),
    "steps": leave_a_step,
    "requests": ask,
    "minutes": forget_to_confirm,
    "minutes not closed": lambda year: make_meeting(
        year.cycle, starts_at=clock.now() - timedelta(days=3)
    ),
}


def keys(checks):
    return [check.key for check in checks]


def words_of(answer):
    return re.sub(r"<[^>]*>", "", answer.content.decode())


def panel(proposal):
    return panel_of(load_proposal(proposal.pk), at=clock.now())


# -- the SAR --------------------------------------------------------------------------------
def test_a_complete_sar_is_approved_without_a_word(year, sar):
    assert keys(panel(sar).complete) == keys(panel(sar).checks)
    decisions.approve(sar, by=year.director, gaps_reason="ไม่ต้องมี")
    approved = load_proposal(sar.pk)
    assert (approved.state, approved.gaps, approved.gaps_reason) == ("approved", [], "")


@pytest.mark.parametrize("broken", BREAKS)
def test_each_gap_is_listed_and_needs_the_directors_reason(year, sar, broken):
    BREAKS[broken](year)
    found = panel(sar)
    assert (keys(found.gaps), found.blocks) == ([broken.split()[0]], [])
    with pytest.raises(RuleBroken) as refused:
        decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason="  \n ")
    assert refused.value.field == "gaps_reason"
    assert load_proposal(sar.pk).state == ProposalState.ENDORSED
    year.cycle.assessment.refresh_from_db()
    assert year.cycle.assessment.is_open, "a refused approval leaves nothing behind"
    decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason=WHY)
    approved = load_proposal(sar.pk)
    assert (approved.gaps_reason, approved.gaps) == (WHY, found.record())
    event = Event.objects.filter(verb="proposal.approve").last()
    assert event.after["gaps"] == WHY


@pytest.mark.parametrize("broken", BREAKS)
def test_each_gap_leads_to_where_it_is_corrected(year, sar, broken, client_for):
    let_write(year, year.coordinator)
    BREAKS[broken](year)
    client = client_for(year.coordinator)
    for check in panel(sar).gaps:
        for place in check.places:
            assert client.get(place.url.partition("#")[0]).status_code == 200, place


def test_what_blocks_is_refused_whatever_reason_is_given(year, sar):
    AgreedScore.objects.filter(item=items_of(year).first()).delete()
    assert keys(panel(sar).blocks) == ["scores"]
    Proposal.objects.filter(pk=sar.pk).update(rendered_at=clock.now() - timedelta(days=9))
    first_items(year, 1, saved_at=clock.now())
    assert keys(panel(sar).blocks) == ["scores", "pdf"]
    with pytest.raises(RuleBroken) as refused:
        decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason=WHY)
    for check in panel(sar).blocks:
        assert all(message in refused.value.message for message in check.messages)


def test_the_deputy_passes_on_a_sar_over_gaps_and_no_broken_one(year):
    sar = make_sar(year, state=ProposalState.PROPOSED)
    BREAKS["reviews"](year)
    AgreedScore.objects.filter(item=items_of(year).first()).delete()
    with pytest.raises(RuleBroken):
        decisions.endorse(load_proposal(sar.pk), by=year.deputy)
    AgreedScore.objects.create(
        item=items_of(year).first(),
        level=3,
        reason="ครบ",
        saved_at=sar.rendered_at - timedelta(seconds=1),
        saved_by=year.coordinator,
    )
    decisions.endorse(load_proposal(sar.pk), by=year.deputy)
    assert load_proposal(sar.pk).state == ProposalState.ENDORSED


def test_what_is_kept_names_codes_and_nobody(year, sar):
    BREAKS["members"](year)
    BREAKS["narratives"](year)
    assert panel(sar).record() == [
        {"check": "narratives", "n": 3, "codes": ["1.1.1", "1.1.2", "1.2.1"]},
        {"check": "members", "n": 1, "codes": []},
    ]


def test_a_year_without_committee_says_so(year, sar):
    year.cycle.assessment.user_permissions.all().delete()
    assert keys(panel(sar).gaps) == ["committee_in_force"]


# -- what became incomplete meanwhile -------------------------------------------------------
def test_what_became_incomplete_after_the_page_is_asked_about_once(year, sar, client_for):
    BREAKS["reviews"](year)
    client = client_for(year.director)
    page = client.get(url(kind="sar"))
    data = seen(sar, dated=days_from_today(0), gaps_reason=WHY, opinion="")
    data["gaps_seen"] = page.context["panel"].seen
    ask(year)
    answer = client.post(url("proposal_approve", "sar"), data)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert "คำขอที่ยังไม่ดำเนินการหรือยังไม่รับผล 1 เรื่อง" in text
    assert WHY in text
    assert load_proposal(sar.pk).state == ProposalState.ENDORSED
    data["gaps_seen"] = answer.context["panel"].seen
    assert f'name="gaps_seen" value="{data["gaps_seen"]}"' in text
    assert client.post(url("proposal_approve", "sar"), data).status_code == 302
    assert load_proposal(sar.pk).state == ProposalState.APPROVED


def test_another_row_of_the_same_gap_is_asked_about_too(year, sar):
    ask(year)
    shown = panel(sar).seen
    ask(year, "1.1.2")
    with pytest.raises(RuleBroken):
        decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason=WHY, gaps_seen=shown)


def test_what_was_corrected_meanwhile_is_not_asked_about(year, sar):
    ask(year)
    BREAKS["reviews"](year)
    shown = panel(sar).seen
    ItemRequest.objects.update(state="withdrawn", withdrawn_at=clock.now())
    decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason=WHY, gaps_seen=shown)
    assert [row["check"] for row in load_proposal(sar.pk).gaps] == ["reviews"]


def test_proposing_and_endorsing_ask_once_too(year, client_for):
    draft = make_draft(year.cycle, SAR, by=year.coordinator)
    proposals.record_rendering(draft, sha256="d" * 64, at=clock.now())
    for name, person in (("propose", year.coordinator), ("endorse", year.deputy)):
        ask(year)
        client = client_for(person)
        data = seen(draft, opinion="เห็นควร", gaps_seen="reviews:1.1")
        client.post(url(f"proposal_{name}", "sar"), data)
        before = load_proposal(draft.pk).state
        data["gaps_seen"] = client.get(url(kind="sar")).context["panel"].seen
        client.post(url(f"proposal_{name}", "sar"), data)
        assert (before, load_proposal(draft.pk).state) == {
            "propose": ("draft", "proposed"),
            "endorse": ("proposed", "endorsed"),
        }[name]


# -- the pages ------------------------------------------------------------------------------
def test_the_reason_is_asked_for_only_over_gaps(year, sar, client_for):
    client = client_for(year.director)
    assert 'name="gaps_reason"' not in client.get(url(kind="sar")).content.decode()
    BREAKS["reviews"](year)
    text = client.get(url(kind="sar")).content.decode()
    assert 'name="gaps_reason"' in text
    assert "ยังไม่มีจุดเด่นหรือจุดที่ควรพัฒนา" in text


def test_who_decides_nothing_reads_no_panel(year, sar, client_for):
    assert client_for(year.staff[0]).get(url(kind="sar")).context["panel"] is None


def test_the_panel_costs_the_same_for_few_and_many_gaps(year, sar, client_for):
    client = client_for(year.director)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            client.get(url(kind="sar"))
        return len(queries)

    asked()
    BREAKS["members"](year)
    few = asked()
    first_items(year, 4, narrative="", no_evidence_reason="")
    for code in ("1.1.1", "1.1.2", "1.2.1"):
        ask(year, code)
    forget_to_confirm(year)
    assert asked() == few


def test_a_sar_signed_by_hand_over_gaps_needs_the_reason_too(year, sar, client_for):
    BREAKS["narratives"](year)
    other = make_person(year.office, "deputy")
    scan = make_upload("sar.pdf", make_pdf("รายงาน"))
    data = seen(sar, "signed-") | {
        "signed-dated": days_from_today(0),
        "signed-opinion": "",
        "signed-gaps_seen": panel(sar).seen,
        "signed-scan": scan,
    }
    client = client_for(other)
    refused = client.post(url("proposal_signed_scan", "sar"), data)
    assert list(refused.context["signed_scan_form"].errors) == ["gaps_reason"]
    data["signed-scan"] = make_upload("sar.pdf", make_pdf("รายงาน"))
    data["signed-gaps_reason"] = WHY
    assert client.post(url("proposal_signed_scan", "sar"), data).status_code == 302
    approved = load_proposal(sar.pk)
    assert (approved.state, approved.gaps_reason) == ("approved", WHY)


# -- announcement and order -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "changes", "key"),
    [
        (ANNOUNCEMENT, {"text": " "}, "texts"),
        (ORDER, {"reason": ""}, "texts"),
        (ORDER, {"members": []}, "committee"),
        (ORDER, {"memo": {"subject": "ก"}}, "memo"),
        (SAR, {"development": "\n"}, "texts"),
    ],
)
def test_a_draft_is_refused_for_what_its_panel_says(assigned, cast, kind, changes, key):
    draft = make_draft(assigned, kind, by=cast.coordinator)
    Proposal.objects.filter(pk=draft.pk).update(body={**draft.body, **changes})
    blocking = panel(draft).blocks
    assert key in keys(blocking)
    with pytest.raises(RuleBroken) as refused:
        proposals.propose(load_proposal(draft.pk), by=cast.coordinator)
    for check in blocking:
        assert all(message in refused.value.message for message in check.messages)


def test_an_order_says_which_steps_are_not_done_and_needs_no_reason(assigned, cast):
    order = make_proposed(assigned, ORDER, by=cast.coordinator)
    assert [len(check.places) for check in panel(order).gaps] == [2]
    decisions.endorse(order, by=cast.deputy)
    decisions.approve(load_proposal(order.pk), by=cast.director)
    assert load_proposal(order.pk).gaps == []


def test_an_order_says_who_left_since_it_was_proposed(assigned, cast):
    order = make_proposed(assigned, ORDER, by=cast.coordinator)
    type(cast.staff).objects.filter(pk=cast.staff.pk).update(is_active=False)
    (gone, _steps) = panel(order).gaps
    assert [place.label for place in gone.places] == [cast.staff.full_name]


# -- on paper -------------------------------------------------------------------------------
def test_the_report_prints_what_was_open_and_why(year, sar):
    BREAKS["narratives"](year)
    BREAKS["members"](year)
    decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason=WHY)
    first_items(year, 3, narrative="เขียนภายหลัง")  # what was open then, not what is now
    approved = load_proposal(sar.pk)
    snapshot = take_snapshot(approved.cycle, "sar", proposal=approved, at=clock.now())
    assert snapshot.gaps_reason == WHY
    assert [gap.codes for gap in snapshot.gaps] == [("1.1.1", "1.1.2", "1.2.1"), ()]
    html = to_html(snapshot)
    assert "ข้อที่ยังไม่ครบเมื่ออนุมัติ" in html
    assert "ยังไม่ได้เขียนการดำเนินงาน ๓ ประเด็นการพิจารณา" in html
    section = html[html.index("ข้อที่ยังไม่ครบเมื่ออนุมัติ") :].partition("</section>")[0]
    assert thai.to_thai_digits("1.1.2") in section
    assert year.staff[0].given_name not in section


def test_a_complete_report_prints_nothing_of_it(year, sar):
    decisions.approve(sar, by=year.director)
    approved = load_proposal(sar.pk)
    assert "ยังไม่ครบ" not in to_html(
        take_snapshot(approved.cycle, "sar", proposal=approved, at=clock.now())
    )


def test_the_page_of_an_approved_sar_keeps_saying_it(year, sar, client_for):
    BREAKS["evidence"](year)
    decisions.approve(load_proposal(sar.pk), by=year.director, gaps_reason=WHY)
    text = words_of(client_for(year.staff[0]).get(url(kind="sar")))
    assert WHY in text
    assert "ยังไม่มีทั้งหลักฐานและเหตุผลที่ไม่มี 1 ประเด็นการพิจารณา" in text


def test_before_an_order_the_announcement_is_looked_at_too(year):
    put_anew(year, ORDER)
    order = Proposal.objects.get(kind=ORDER, state=ProposalState.PROPOSED)
    assert keys(panel(order).gaps) == []
    Proposal.objects.filter(kind=ANNOUNCEMENT).update(published_at=None)
    assert keys(panel(order).gaps) == ["papers"]

"""Documents: asking, the queue, files, offers, who may read."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F

from core import clock
from core.models import Event
from core.refusals import NotAllowed, RuleBroken
from people.states import Role
from reports.documents.documents import (
    proposal_kind,
    proposal_of,
    queue_papers_in_force,
    render_due,
    request_document,
)
from reports.documents.files import file_name_of, open_whole, path_of
from reports.documents.queries import found_in, offers_of
from reports.documents.rendering import render_now
from reports.models import Document
from reports.snapshot import from_json, to_json
from reports.states import (
    OF_A_MEETING,
    OF_A_PROPOSAL,
    OFFICIAL,
    DocumentKind,
    DocumentState,
)
from tests.factories.crowd import all_at_once
from tests.factories.loading import load_again
from tests.factories.meetings import make_meeting
from tests.factories.people import grant, make_office, make_person, make_reviewer
from tests.factories.reports import AT, get_item, make_document, write
from tests.factories.workflow import (
    assign_all,
    make_approved,
    make_cycle,
    make_draft,
    make_proposal,
)
from tests.reports.documents.history import verbs
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db
FLOWCHART, SAR = DocumentKind.FLOWCHART, DocumentKind.SAR


# -- asking ---------------------------------------------------------------------
def test_request_queues_and_is_written_down(cycle, cast):
    document = request_document(cycle, kind=FLOWCHART, by=cast.staff)
    assert (document.state, document.number) == (DocumentState.QUEUED, 1)
    event = Event.objects.get(verb="document.request")
    assert (event.actor, event.fiscal_year) == (cast.staff, 2560)


def test_request_twice_is_one_document(cycle, cast):
    first = request_document(cycle, kind=FLOWCHART, by=cast.staff)
    assert request_document(cycle, kind=FLOWCHART, by=cast.director) == first
    assert verbs() == ["document.request"]


@pytest.mark.parametrize(
    ("state", "snapshot"),
    [
        (DocumentState.RENDERING, {"read": "already"}),
        (DocumentState.READY, None),
        (DocumentState.FAILED, None),
    ],
)
def test_request_counts_on_once_the_content_was_read(cycle, cast, state, snapshot):
    make_document(cycle, state=state, snapshot=snapshot)
    assert request_document(cycle, kind=FLOWCHART, by=cast.staff).number == 2


@pytest.mark.parametrize("kind", OFFICIAL)
def test_official_paper_needs_what_it_is_of(cycle, cast, kind):
    with pytest.raises(RuleBroken):
        request_document(cycle, kind=kind, by=cast.coordinator)
    assert not Document.objects.exists()


def subject_of(cycle, kind, cast):
    """What a paper of this kind is of: a version, a meeting, or nothing but the year."""
    if kind in OF_A_MEETING:
        return {"meeting": make_meeting(cycle)}
    if kind in OF_A_PROPOSAL:
        return {"proposal": make_draft(cycle, proposal_kind(kind), by=cast.coordinator)}
    return {}


@pytest.mark.parametrize("kind", [*DocumentKind])
def test_who_may_request(cycle, cast, kind):
    of = subject_of(cycle, kind, cast)
    for user in (cast.coordinator, cast.director, cast.deputy):
        request_document(cycle, kind=kind, by=user, **of)
    if kind in (SAR, DocumentKind.SUMMARY):
        for user in (cast.staff, cast.group_director):
            with pytest.raises(NotAllowed):
                request_document(cycle, kind=kind, by=user, **of)
    else:
        request_document(cycle, kind=kind, by=cast.staff, **of)
    stranger = make_person(make_office("skn1"), Role.COORDINATOR)
    gone = make_person(cycle.office, Role.COORDINATOR, is_active=False)
    for user in (stranger, gone):
        with pytest.raises(NotAllowed):
            request_document(cycle, kind=kind, by=user, **of)
    assert Document.objects.count() == 1


def test_proposal_of_is_the_newest_that_was_not_superseded(cycle, cast):
    assert proposal_of(cycle, SAR) is None
    first = make_approved(cycle, cast=cast)
    assert proposal_of(cycle, "announcement") == first
    second = make_draft(cycle, by=cast.coordinator)
    assert proposal_of(cycle, "announcement") == second
    Proposal.objects.filter(pk=second.pk).update(state=ProposalState.RETURNED)
    Proposal.objects.filter(pk=first.pk).update(state=ProposalState.SUPERSEDED)
    assert proposal_of(cycle, "announcement") == second


# -- the queue ------------------------------------------------------------------
def test_approval_queues_the_final_paper_once(cycle, cast):
    assert queue_papers_in_force() == 0
    assign_all(cycle, cast.staff)
    announcement = make_approved(cycle, cast=cast)
    order = make_approved(cycle, ProposalKind.ORDER, cast=cast)
    # A draft made before the approval is not the final paper.
    before = order.approved_at - timedelta(1)
    make_document(cycle, "order", proposal=order, requested_at=before, state="ready")
    assert queue_papers_in_force() == 3
    assert queue_papers_in_force() == 0
    final = Document.objects.filter(requested_by=None, state=DocumentState.QUEUED)
    found = {(d.kind, d.proposal) for d in final}
    assert found == {("announcement", announcement), ("order", order), ("memo", order)}


@pytest.mark.parametrize(
    ("state", "fields"),
    [("queued", {}), ("rendering", {}), ("ready", {"final": True}), ("rendering", {"final": True})],
)
def test_what_will_be_the_final_paper_is_not_queued_again(cycle, cast, state, fields):
    proposal = make_approved(cycle, cast=cast)
    before = proposal.approved_at - timedelta(minutes=1)
    make_document(
        cycle, "announcement", proposal=proposal, requested_at=before, state=state, **fields
    )
    assert queue_papers_in_force() == 0


def test_a_final_paper_that_failed_waits_for_a_person(cycle, cast):
    proposal = make_approved(cycle, cast=cast)
    make_document(cycle, "announcement", proposal=proposal, state="failed")
    assert queue_papers_in_force() == 0


def test_submission_queues_the_final_summary_once(cycle):
    type(cycle.assessment).objects.filter(pk=cycle.assessment_id).update(submitted_at=clock.now())
    assert queue_papers_in_force() == 1
    assert queue_papers_in_force() == 0
    assert Document.objects.get().kind == DocumentKind.SUMMARY


def test_ready_document_has_file_hash_pages_and_size(cycle, cast, fonts, settings, tmp_path):
    settings.DOCUMENT_ROOT = tmp_path  # elsewhere lies what processes left that other tests killed
    document = request_document(cycle, kind=FLOWCHART, by=cast.staff)
    assert render_due() == 1
    document = load_again(document)
    data = path_of(document).read_bytes()
    assert document.state == DocumentState.READY
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert (document.size, document.progress) == (len(data), 100)
    assert document.pages >= 1
    assert (document.final, document.lease_until) == (True, None)
    assert verbs() == ["document.request", "document.ready"]
    assert not list(path_of(document).parent.glob(".new-*"))
    assert render_due() == 0


def test_the_kept_snapshot_gives_the_same_bytes(cycle, cast, fonts):
    write(get_item(cycle, "1.1.1"), narrative="ก่อน")
    document = request_document(cycle, kind=SAR, by=cast.coordinator)
    render_due()
    first = load_again(document)
    assert from_json("sar", first.snapshot).standards[0].title == "มาตรฐานที่ 1"
    write(get_item(cycle, "1.1.1"), narrative="หลัง")
    second = make_document(cycle, SAR, snapshot=first.snapshot, number=9)
    assert render_due() == 1
    assert load_again(second).sha256 == first.sha256


def test_sar_draft_leaves_its_hash_on_the_proposal(cycle, cast, fonts):
    draft = make_draft(cycle, ProposalKind.SAR, by=cast.coordinator)
    document = request_document(cycle, kind=SAR, proposal=draft, by=cast.coordinator)
    render_due()
    document = load_again(document)
    draft.refresh_from_db()
    assert not document.final
    assert draft.rendered_sha256 == document.sha256
    assert draft.rendered_at == from_json("sar", document.snapshot).generated_at
    assert document.requested_at <= draft.rendered_at < document.ready_at


def test_final_sar_leaves_the_proposal_alone(cycle, cast, fonts):
    draft = make_draft(cycle, ProposalKind.SAR, by=cast.coordinator)
    Proposal.objects.filter(pk=draft.pk).update(
        state="approved", approved_at=AT, approved_by=cast.director, rendered_sha256="a" * 64
    )
    assert render_due() == 1
    document = Document.objects.get()
    draft.refresh_from_db()
    assert document.final
    assert draft.rendered_sha256 == "a" * 64


# -- files ----------------------------------------------------------------------
def test_missing_or_cut_file_is_not_opened(cycle, caplog):
    document = make_document(cycle, state="ready")
    with open_whole(document) as file:
        assert file.read().startswith(b"%PDF")
    path = path_of(document)
    path.write_bytes(path.read_bytes()[:-1])
    assert open_whole(document) is None
    path.unlink()
    assert open_whole(document) is None
    assert len(caplog.records) == 2


def test_file_name_is_thai_and_says_what_it_is(cycle):
    name = file_name_of(make_document(cycle, SAR, state="ready"))
    assert name.startswith("รายงานการประเมินตนเอง")
    assert name.endswith("(ร่าง).pdf")
    final = file_name_of(make_document(cycle, SAR, state="ready", final=True))
    assert "ร่าง" not in final
    assert Path(final).name == final


# -- offers and search ----------------------------------------------------------
def test_offers_say_what_is_possible_and_why_not(cycle, cast, django_assert_num_queries):
    draft = make_draft(cycle, by=cast.coordinator)
    ready = make_document(cycle, state="ready")
    waiting = make_document(cycle, "announcement", proposal=draft)
    coordinator, staff = load_again(cast.coordinator), load_again(cast.staff)
    offers = {o.kind: o for o in offers_of(cycle, coordinator, clock.today())}
    assert list(offers) == [kind for kind in DocumentKind if kind not in OF_A_MEETING]
    assert offers["announcement"].underway == waiting
    assert offers["announcement"].proposal == draft
    assert offers["flowchart"].latest == ready
    assert offers["order"].why_not
    assert not offers["sar"].why_not
    mine = {o.kind: o for o in offers_of(cycle, staff, clock.today())}
    assert mine["sar"].why_not
    assert mine["summary"].why_not
    assert not mine["flowchart"].why_not
    with django_assert_num_queries(2):
        offers_of(cycle, staff, clock.today())


def test_search_by_kind_name_and_hash(cycle):
    chart = make_document(cycle, state="ready")
    sar = make_document(cycle, SAR, state="ready")
    rows = Document.objects.all()
    assert set(found_in(rows)) == {chart, sar}
    assert list(found_in(rows, kind="sar")) == [sar]
    assert list(found_in(rows, q="ประเมินตนเอง")) == [sar]
    assert list(found_in(rows, q=chart.sha256[:6].upper())) == [chart]
    assert not found_in(rows, q="ไม่มี").exists()


# -- who may read ---------------------------------------------------------------
def submit(cycle, at=None):
    type(cycle.assessment).objects.filter(pk=cycle.assessment_id).update(
        submitted_at=at or clock.now(), taken_up_at=clock.now()
    )


def withdraw(cycle):
    assessments = type(cycle.assessment).objects.filter(pk=cycle.assessment_id)
    assessments.update(
        withdrawn_submission_at=F("submitted_at"),
        withdrawn_at=clock.now(),
        submitted_at=None,
        taken_up_at=None,
    )


def approved_sar(cycle, cast, at, state="approved"):
    return make_proposal(
        cycle,
        ProposalKind.SAR,
        by=cast.coordinator,
        state=state,
        created_at=AT,
        approved_at=at,
        approved_by=cast.director,
    )


def test_obec_reads_what_was_submitted_and_nothing_else(cycle, cast):
    reviewer = make_reviewer()
    now = clock.now()
    superseded = approved_sar(cycle, cast, now - timedelta(3), state="superseded")
    submitted = approved_sar(cycle, cast, now - timedelta(2), state="superseded")
    newer = approved_sar(cycle, cast, now + timedelta(1))
    wanted = make_document(cycle, SAR, state="ready", proposal=submitted, final=True)
    make_document(cycle, SAR, state="ready", proposal=submitted)  # its draft
    make_document(cycle, SAR, state="ready", proposal=superseded, final=True)
    make_document(cycle, SAR, state="ready", proposal=newer, final=True)
    make_document(cycle, SAR, state="queued", proposal=submitted, final=True)
    make_document(cycle, "summary", state="ready")
    summary = make_document(cycle, "summary", state="ready", final=True)
    make_document(cycle, "order", state="ready", final=True)
    assert not Document.objects.visible_to(load_again(reviewer)).exists()
    submit(cycle)
    assert set(Document.objects.visible_to(load_again(reviewer))) == {wanted, summary}
    withdraw(cycle)
    later = {"state": "ready", "final": True, "ready_at": clock.now()}
    make_document(cycle, "summary", **later)
    make_document(cycle, SAR, proposal=newer, **later)
    assert set(Document.objects.visible_to(load_again(reviewer))) == {wanted, summary}


def test_other_offices_and_the_deactivated_see_nothing(cycle, cast):
    submit(cycle)
    make_document(cycle, "summary", state="ready", final=True)
    stranger = make_person(make_office("skn1"), Role.DIRECTOR, Role.COORDINATOR)
    gone = make_person(cycle.office, is_active=False)
    grant(gone, Role.OBEC)
    for user in (stranger, gone, make_person(None)):
        assert not Document.objects.visible_to(user).exists()
    assert Document.objects.visible_to(cast.staff).count() == 1


def test_render_now_makes_only_this_one(cycle, fonts):
    other, wanted = make_document(cycle), make_document(cycle, number=2)
    assert render_now(wanted).pages >= 1
    assert (load_again(other).state, load_again(wanted).state) == ("queued", "ready")
    assert render_now(wanted) is None
    kept = load_again(wanted).snapshot
    assert to_json(from_json("flowchart", kept)) == kept


# -- many at once ---------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_ask_at_once_for_one_document():
    cycle = make_cycle(make_office())
    people = [make_person(cycle.office) for _n in range(20)]

    def ask(user):
        return request_document(cycle, kind=FLOWCHART, by=user).pk

    assert len(set(all_at_once(ask, people))) == 1
    assert Document.objects.count() == 1
    assert verbs() == ["document.request"]

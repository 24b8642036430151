"""An approved paper is made once; what lies before the director is ready without asking."""

import hashlib
from datetime import timedelta

import pytest

from core import clock
from core.refusals import MoveRefused, RuleBroken
from reports.documents.documents import (
    current_meeting_paper,
    current_paper,
    final_pdf,
    proposal_kind,
    queue_papers_in_force,
    render_due,
    request_document,
    retry_document,
)
from reports.documents.files import file_name_of, path_of
from reports.documents.queries import Shelf, meeting_offers, offers_of
from reports.models import Document, Seal
from reports.states import OFFICIAL, DocumentFormat, DocumentKind, DocumentState
from tests.factories.meetings import make_meeting
from tests.factories.people import make_office
from tests.factories.reports import make_document
from tests.factories.workflow import (
    assign_all,
    load_proposal,
    make_approved,
    make_cast,
    make_cycle,
    make_draft,
    make_proposed,
)
from workflow.models import Meeting, Proposal
from workflow.papers import decisions, proposals
from workflow.states import MeetingState

pytestmark = pytest.mark.django_db
PDF, DOCX = DocumentFormat.PDF, DocumentFormat.DOCX
READY, FAILED = DocumentState.READY, DocumentState.FAILED
ANNOUNCEMENT, MEMO, MINUTES = DocumentKind.ANNOUNCEMENT, DocumentKind.MEMO, DocumentKind.MINUTES


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PREVIEW_ROOT = tmp_path / "pages"


@pytest.fixture
def cycle(cycle, cast):
    assign_all(cycle, cast.staff)
    return cycle


@pytest.fixture
def approved(cycle, cast):
    return make_approved(cycle, cast=cast)


def ask(cycle, cast, proposal, kind=ANNOUNCEMENT, **options):
    return request_document(cycle, kind=kind, proposal=proposal, by=cast.staff, **options)


# -- frozen -----------------------------------------------------------------------------
def test_the_final_paper_is_made_once_and_never_changes(cycle, cast, approved, fonts):
    assert final_pdf(approved, ANNOUNCEMENT) is None
    render_due()
    frozen = final_pdf(approved, ANNOUNCEMENT)
    data = path_of(frozen).read_bytes()
    assert (frozen.final, frozen.sha256) == (True, hashlib.sha256(data).hexdigest())
    type(cycle.office).objects.filter(pk=cycle.office.pk).update(name="ชื่อใหม่ของสำนักงาน")
    assert ask(cycle, cast, approved) == frozen
    assert render_due() == 0
    again = final_pdf(approved, ANNOUNCEMENT)
    assert (again.snapshot, again.sha256) == (frozen.snapshot, frozen.sha256)
    assert Document.objects.count() == 1


def test_it_stays_frozen_after_the_next_version(cycle, cast, approved, fonts):
    render_due()
    frozen = final_pdf(approved, ANNOUNCEMENT)
    newer = make_approved(cycle, cast=cast)
    assert load_proposal(approved.pk).state == "superseded"
    assert ask(cycle, cast, load_proposal(approved.pk)) == frozen
    render_due()
    assert final_pdf(approved, ANNOUNCEMENT) == frozen
    assert final_pdf(newer, ANNOUNCEMENT) != frozen


def test_an_approval_with_an_older_row_in_hand_is_noticed(cycle, cast):
    proposed = make_proposed(cycle, by=cast.coordinator)
    stale = load_proposal(proposed.pk)
    decisions.endorse(proposed, by=cast.deputy)
    decisions.approve(proposed, by=cast.director)
    make_document(cycle, ANNOUNCEMENT, proposal=proposed, state=READY, final=True)
    assert ask(cycle, cast, stale).final
    assert Document.objects.count() == 1


def test_a_final_paper_that_is_being_made_is_not_made_twice(cycle, cast, approved):
    making = make_document(
        cycle, ANNOUNCEMENT, proposal=approved, state="rendering", final=True, snapshot={"a": 1}
    )
    assert ask(cycle, cast, approved) == making


def test_a_failed_final_is_retried_only_while_no_other_stands(cycle, cast, approved):
    failed = make_document(cycle, ANNOUNCEMENT, proposal=approved, state=FAILED, final=True)
    other = ask(cycle, cast, approved)
    assert other != failed
    with pytest.raises(MoveRefused):
        retry_document(failed, by=cast.coordinator)
    other.delete()
    retry_document(failed, by=cast.coordinator)
    assert Document.objects.get().state == DocumentState.QUEUED


def test_a_draft_that_failed_does_not_become_a_second_final_paper(cycle, cast, fonts):
    proposed = make_proposed(cycle, by=cast.coordinator)
    draft = make_document(cycle, ANNOUNCEMENT, proposal=proposed, state=FAILED)
    decisions.endorse(proposed, by=cast.deputy)
    decisions.approve(load_proposal(proposed.pk), by=cast.director)
    render_due()
    frozen = final_pdf(proposed, ANNOUNCEMENT)
    with pytest.raises(MoveRefused):
        retry_document(Document.objects.get(pk=draft.pk), by=cast.coordinator)
    assert render_due() == 0
    assert final_pdf(proposed, ANNOUNCEMENT) == frozen


def test_what_waits_already_is_not_put_beside_itself_by_another_try(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    failed = make_document(cycle, ANNOUNCEMENT, proposal=draft, state=FAILED)
    ask(cycle, cast, draft)
    with pytest.raises(MoveRefused):
        retry_document(failed, by=cast.coordinator)


def test_a_draft_is_no_final_paper_and_a_proposed_one_neither(cycle, cast, fonts):
    proposed = make_proposed(cycle, by=cast.coordinator)
    render_due()
    document = Document.objects.get()
    assert (document.state, document.final) == (READY, False)
    assert final_pdf(proposed, ANNOUNCEMENT) is None
    assert not Seal.objects.exists()
    assert "(ร่าง)" in file_name_of(document)


def test_the_approved_paper_bears_its_seal(cycle, approved, fonts):
    render_due()
    seal = Seal.objects.get()
    assert (seal.proposal, seal.kind) == (approved, ANNOUNCEMENT)
    assert (
        final_pdf(approved, ANNOUNCEMENT)
        .snapshot["seal"]["url"]
        .endswith(f"/verify/{final_pdf(approved, ANNOUNCEMENT).snapshot['seal']['code']}/")
    )


def test_a_version_has_no_second_final_paper_under_a_meeting(cycle, cast, approved):
    with pytest.raises(RuleBroken):
        ask(cycle, cast, approved, meeting=make_meeting(cycle))
    assert not Document.objects.exists()


# -- DOCX ---------------------------------------------------------------------------------
def test_the_docx_says_what_the_frozen_pdf_says(cycle, cast, approved, fonts):
    render_due()
    type(cycle.office).objects.filter(pk=cycle.office.pk).update(name="ชื่อใหม่ของสำนักงาน")
    document = ask(cycle, cast, approved, format=DOCX)
    assert render_due() == 1
    document = Document.objects.get(pk=document.pk)
    assert (document.state, document.final, document.pages) == (READY, True, 0)
    assert document.snapshot == final_pdf(approved, ANNOUNCEMENT).snapshot
    data = path_of(document).read_bytes()
    assert path_of(document).suffix == ".docx"
    assert data.startswith(b"PK")
    assert hashlib.sha256(data).hexdigest() == document.sha256
    assert file_name_of(document).endswith(".docx")
    assert ask(cycle, cast, approved, format=DOCX) == document


@pytest.mark.parametrize("kind", [k for k in DocumentKind if k not in OFFICIAL])
def test_other_papers_are_made_as_pdf_only(cycle, cast, kind):
    with pytest.raises(RuleBroken):
        request_document(cycle, kind=kind, format=DOCX, by=cast.coordinator)


def test_pdf_and_docx_wait_beside_each_other(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    pdf, docx = ask(cycle, cast, draft), ask(cycle, cast, draft, format=DOCX)
    assert (pdf.format, docx.format) == (PDF, DOCX)
    assert ask(cycle, cast, draft, format=DOCX) == docx
    assert [pdf.number, docx.number] == [1, 2]


# -- what the sweep owes ------------------------------------------------------------------
def test_the_memo_is_the_orders(cycle, cast):
    order = make_proposed(cycle, "order", by=cast.coordinator)
    assert queue_papers_in_force() == 2
    assert set(Document.objects.values_list("kind", "proposal")) == {
        ("order", order.pk),
        ("memo", order.pk),
    }
    assert proposal_kind(MEMO) == "order"


def test_a_proposed_paper_is_owed_once_and_again_after_a_change(cycle, cast):
    proposal = make_proposed(cycle, by=cast.coordinator)
    assert queue_papers_in_force() == 1
    assert queue_papers_in_force() == 0
    Document.objects.update(state=READY, snapshot={}, sha256="a" * 64)
    assert queue_papers_in_force() == 0
    proposals.withdraw(load_proposal(proposal.pk), by=cast.coordinator)
    proposals.propose(load_proposal(proposal.pk), by=cast.coordinator)
    assert queue_papers_in_force() == 1


def test_the_deputys_opinion_makes_a_new_memo_but_no_new_order(cycle, cast):
    order = make_proposed(cycle, "order", by=cast.coordinator)
    queue_papers_in_force()
    Document.objects.update(state=READY, snapshot={}, sha256="a" * 64)
    decisions.endorse(order, by=cast.deputy, opinion="เห็นควรอนุมัติ")
    assert queue_papers_in_force() == 1
    assert Document.objects.filter(kind=MEMO).count() == 2


def test_drafts_and_returned_papers_are_owed_to_nobody(cycle, cast):
    make_draft(cycle, "order", by=cast.coordinator)
    returned = make_proposed(cycle, by=cast.coordinator)
    decisions.return_(returned, by=cast.director, opinion="แก้ไขเนื้อความ")
    assert queue_papers_in_force() == 0


def test_a_failed_one_waits_for_a_person(cycle, cast):
    make_proposed(cycle, by=cast.coordinator)
    queue_papers_in_force()
    Document.objects.update(state=FAILED)
    assert queue_papers_in_force() == 0


def test_the_sweep_asks_as_often_for_one_office_as_for_ten(django_assert_num_queries):
    for number in range(1, 4):
        office = make_office(f"skn{number}")
        cast = make_cast(office)
        make_proposed(make_cycle(office, by=cast.coordinator), by=cast.coordinator)
    queue_papers_in_force()
    with django_assert_num_queries(8):
        queue_papers_in_force()


# -- which file shows a version as it stands -----------------------------------------------
def test_current_paper_is_the_newest_after_the_last_change(cycle, cast):
    draft = make_draft(cycle, by=cast.coordinator)
    old = make_document(
        cycle, ANNOUNCEMENT, proposal=draft, requested_at=clock.now() - timedelta(hours=1)
    )
    assert current_paper(draft, ANNOUNCEMENT) is None
    new = make_document(cycle, ANNOUNCEMENT, proposal=draft, state=READY)
    assert current_paper(draft, ANNOUNCEMENT) == new
    proposals.propose(load_proposal(draft.pk), by=cast.coordinator)
    assert current_paper(load_proposal(draft.pk), ANNOUNCEMENT) is None
    assert old != new


def test_current_paper_of_an_approved_version_is_the_frozen_one(cycle, approved):
    frozen = make_document(cycle, ANNOUNCEMENT, proposal=approved, state=READY, final=True)
    make_document(cycle, ANNOUNCEMENT, proposal=approved, state=READY)
    assert current_paper(approved, ANNOUNCEMENT) == frozen
    assert current_paper(approved, ANNOUNCEMENT, DOCX) is None


def test_closed_minutes_need_a_paper_from_after_their_closing(cycle):
    meeting = make_meeting(cycle, starts_at=clock.now() - timedelta(days=1))
    early = make_document(cycle, MINUTES, meeting=meeting, state=READY)
    assert current_meeting_paper(meeting, MINUTES) == early
    Meeting.objects.update(state=MeetingState.HELD, held_at=clock.now())
    assert current_meeting_paper(Meeting.objects.get(), MINUTES) is None


def test_confirmed_minutes_need_a_paper_that_says_so(cycle):
    meeting = make_meeting(cycle, state=MeetingState.HELD, held_at=clock.now() - timedelta(days=1))
    closed = make_document(cycle, MINUTES, meeting=meeting, state=READY)
    assert current_meeting_paper(meeting, MINUTES) == closed
    Meeting.objects.update(confirmed_at=clock.now())
    assert current_meeting_paper(Meeting.objects.get(), MINUTES) is None


# -- offers -------------------------------------------------------------------------------
def test_a_frozen_paper_is_offered_to_be_fetched(cycle, cast, approved):
    frozen = make_document(cycle, ANNOUNCEMENT, proposal=approved, state=READY, final=True)
    offers = {o.kind: o for o in offers_of(cycle, cast.staff, clock.today())}
    pdf, docx = offers[ANNOUNCEMENT].files
    assert (pdf.frozen, pdf.latest, docx.frozen, docx.latest) == (True, frozen, False, None)
    Proposal.objects.update(state="superseded")
    make_draft(cycle, by=cast.coordinator)
    offers = {o.kind: o for o in offers_of(cycle, cast.staff, clock.today())}
    assert not offers[ANNOUNCEMENT].files[0].frozen
    assert offers[MEMO].why_not
    assert len(offers["sar"].files) == 1


def test_papers_of_meetings_are_listed_by_meeting(cycle, django_assert_num_queries):
    past = make_meeting(cycle, starts_at=clock.now() - timedelta(days=1))
    future = make_meeting(cycle, title="ครั้งหน้า")
    make_meeting(cycle, title="งดประชุม", state=MeetingState.CANCELLED)
    ready = make_document(cycle, MINUTES, meeting=past, state=READY)
    waiting = make_document(cycle, MINUTES, meeting=past, format=DOCX)
    with django_assert_num_queries(2):
        rows = meeting_offers(cycle, Shelf(cycle))
    assert [row.meeting for row in rows] == [future, past]
    invitation, minutes = rows[1].offers
    assert [file.latest for file in invitation.files] == [None, None]
    assert (minutes.files[0].latest, minutes.files[1].underway) == (ready, waiting)
    assert not minutes.why_not
    assert rows[0].offers[1].why_not
    assert not rows[0].offers[0].why_not

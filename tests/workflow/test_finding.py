"""Papers, meetings and submitted years are found by their own people alone."""

import pytest
from django.urls import reverse

from core.search import Wanted, Words, sources
from people.models import User
from tests.factories import cycles as make
from tests.factories.meetings import make_agenda_item, make_meeting, make_task
from tests.factories.people import make_reviewer
from tests.factories.workflow import make_draft, make_proposal
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState

pytestmark = pytest.mark.django_db


def find(user, typed, kind, **narrowed):
    wanted = Wanted(words=Words.of(typed), **narrowed)
    user = User.objects.get(pk=user.pk)
    found = [s.find(user, wanted, slice(0, 20)) for s in sources(user) if s.name == kind]
    if not found:
        return None
    assert found[0].count == len(found[0].hits)
    return found[0].hits


@pytest.fixture
def year():
    return make.make_year()


def test_a_paper_is_found_by_kind_number_subject_and_text(year):
    draft = make_draft(year.cycle, by=year.coordinator)
    Proposal.objects.filter(pk=draft.pk).update(body={"text": "ให้ถือปฏิบัติ ส านักงาน", "members": []})
    row = make_proposal(
        year.cycle,
        ProposalKind.ORDER,
        by=year.coordinator,
        subject="แต่งตั้งคณะกรรมการ",
        number="12",
        dated="2017-03-01",
        body={"reason": "เพื่อ", "members": [{"name": "นายแดง", "seat": "chair", "user": 3}]},
    )
    (hit,) = find(year.staff[0], "คำสั่ง 12/2560", "papers")
    assert hit.url.endswith(f"/order/v{row.version}/")
    (hit,) = find(year.staff[0], "สำนักงาน ถือ", "papers")
    assert any(piece.found for piece in hit.snippet)
    assert len(find(year.staff[0], "นายแดง", "papers")) == 1
    assert find(year.staff[0], "chair", "papers") == []  # a code of ours, no text
    assert len(find(year.staff[0], "นายแดง", "papers", state=ProposalState.DRAFT)) == 1
    assert find(year.staff[0], "นายแดง", "papers", state=ProposalState.APPROVED) == []
    assert find(year.staff[0], "นายแดง", "papers", year=2561) == []
    assert find(year.staff[0], "นายแดง", "papers", person=year.staff[0].pk) == []


def test_a_meeting_is_found_by_all_that_its_page_shows(year):
    meeting = make_meeting(
        year.cycle, title="ประชุมครั้งที่ ๑", minutes="เลิกประชุมก่อนเที่ยง", invited=[year.staff[0]]
    )
    make_agenda_item(meeting, title="เรื่องพิจารณา", resolution="มอบหมายให้จัดทำร่าง")
    make_task(meeting, owner=year.staff[0], text="ส่งร่างภายในสัปดาห์")
    for typed in ("ครั้งที่ 1", "ก่อนเที่ยง", "มอบหมาย", "สัปดาห์", "ห้องประชุม"):
        (hit,) = find(year.staff[1], typed, "meetings")
        assert hit.url == reverse("workflow:meeting", args=[*year.address, meeting.pk])
    assert len(find(year.staff[1], "มอบหมาย", "meetings", person=year.staff[0].pk)) == 1
    assert find(year.staff[1], "มอบหมาย", "meetings", person=year.staff[1].pk) == []
    assert find(year.staff[1], "มอบหมาย", "meetings", state="held") == []


def test_no_other_office_finds_a_paper_or_a_meeting(year):
    make_proposal(year.cycle, by=year.coordinator, subject="แมวดำ")
    make_meeting(year.cycle, title="แมวดำ")
    for kind in ("papers", "meetings"):
        assert len(find(year.staff[0], "แมวดำ", kind)) == 1
        for stranger in (make.make_year(f"skn1-{kind}").coordinator, make_reviewer()):
            assert find(stranger, "แมวดำ", kind) == []


def test_reviewers_find_submitted_years_and_nobody_else_does(year):
    reviewer, word = make_reviewer(), year.office.name
    assert find(reviewer, word, "submissions") == []
    make.submit(year)
    (hit,) = find(reviewer, word, "submissions")
    assert hit.url == reverse("workflow:submission", args=year.address)
    assert find(reviewer, f"{word} 2599", "submissions") == []
    assert find(year.coordinator, word, "submissions") is None


def test_the_box_stands_in_the_head_of_every_page_but_its_own(year, client_for):
    client, box = client_for(year.staff[0]), 'class="head-search"'
    assert box in client.get(reverse("workflow:home")).text
    assert box not in client.get(reverse("indicators:find")).text

"""Rows of another office, handed in by their numbers wherever a page takes one."""

import pytest
from django.urls import reverse

from core.models import Event
from indicators.evidence.evidence import add_evidence
from indicators.models import Assignment, Citation, Evidence, EvidenceRevision, SupportingProject
from people.models import Acting, RoleGrant, User, WorkGroup
from people.states import Role
from tests.access.world import standing
from tests.factories.people import grant, make_group, make_person
from workflow.models import Attendance, Meeting, Proposal, Step

pytestmark = pytest.mark.xdist_group("half_way")


@pytest.fixture(scope="module")
def half_way(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), standing(until=4) as world:
        yield world


@pytest.fixture
def place(half_way):
    return half_way.place


@pytest.fixture
def stranger(half_way, db):
    return half_way.people["skn1-coordinator"]


@pytest.fixture
def their_revision(stranger):
    evidence = add_evidence(
        stranger.office, title="ลับของเขต ๑", links=[("https://example.org/x", "")], by=stranger
    )
    return EvidenceRevision.objects.get(evidence=evidence)


@pytest.fixture
def coordinator(client_for, half_way):
    return client_for(half_way.people["coordinator"])


def count(model, **where):
    return model.objects.filter(**where).count()


def test_stranger_is_not_made_responsible_for_a_step(coordinator, place, stranger, half_way):
    step = Step.objects.get(cycle=half_way.cycle, kind=4)
    data = {
        "planned_start": "1/4/2560",
        "planned_end": "30/6/2560",
        "seen": f"{step.planned_start}/{step.planned_end}",
        "responsible": [stranger.pk],
    }
    answer = coordinator.post(reverse("workflow:step_plan", args=[*place, 4]), data)
    assert answer.status_code == 400
    assert not step.responsible.filter(pk=stranger.pk).exists()


def test_stranger_is_not_ticked_at_a_meeting(coordinator, place, stranger, half_way):
    meeting = half_way.rows["meeting"]
    url = reverse("workflow:meeting_attendance", args=[*place, meeting.pk])
    coordinator.post(url, {"user": stranger.pk, "present": "on"})
    assert not count(Attendance, user=stranger)


def test_stranger_is_not_named_in_the_assignment_table(coordinator, place, stranger):
    for typed in (stranger.full_name, str(stranger.pk), stranger.username):
        answer = coordinator.post(
            reverse("indicators:assign", args=place),
            {"kind": "consideration", "code": "1.1.1", "person": typed, "seen": "0"},
        )
        assert answer.status_code in (409, 422)
    assert not count(Assignment, user=stranger)


def test_stranger_gets_no_seat(coordinator, place, stranger, half_way):
    coordinator.post(reverse("workflow:proposal_draft", args=[*place, "order"]))
    draft = Proposal.objects.get(cycle=half_way.cycle, kind="order", state="draft")
    data = {
        "version": draft.version,
        "seen": draft.edit,
        "subject": draft.subject,
        "reason": "ก",
        "power": "ข",
        "members-TOTAL_FORMS": "1",
        "members-INITIAL_FORMS": "0",
        "members-0-user": stranger.pk,
        "members-0-place": "steering:",
        "members-0-seat": "chair",
    }
    answer = coordinator.post(reverse("workflow:proposal_edit", args=[*place, "order"]), data)
    assert answer.status_code == 400
    draft.refresh_from_db()
    assert stranger.pk not in {row["user"] for row in draft.body["members"]}


def test_evidence_of_another_office_is_neither_read_nor_cited(
    half_way, client_for, place, their_revision
):
    writer = client_for(half_way.people["member1"])
    item = half_way.rows["item"]
    for name in ("evidence", "evidence_edit", "evidence_revise"):
        url = reverse(f"indicators:{name}", args=[*place, their_revision.evidence_id])
        assert writer.get(url).status_code == 404
    for name in ("evidence_edit", "evidence_revise", "evidence_remove", "evidence_restore"):
        url = reverse(f"indicators:{name}", args=[*place, their_revision.evidence_id])
        assert writer.post(url, {"title": "ของเรา"}).status_code == 404
    cite = reverse("indicators:cite", args=[*place, item])
    assert writer.post(cite, {"revision": their_revision.pk}).status_code == 404
    assert not count(Citation, evidence=their_revision.evidence_id)
    found = writer.get(reverse("indicators:evidence_pick", args=[*place, item]), {"q": "ลับ"})
    assert "ลับของเขต" not in found.content.decode()


def test_group_of_another_office_is_no_choice(coordinator, place, stranger, half_way, client_for):
    theirs = make_group(stranger.office, "x9", name="กลุ่มของเขต ๑")
    project = half_way.rows["project"]
    data = {
        "kind": project.kind,
        "title": "โครงการ",
        "work_group": theirs.pk,
        "indicators": [project.indicators.first().pk],
        "seen": project.version,
    }
    for url in (
        reverse("indicators:project_create", args=place),
        reverse("indicators:project_edit", args=[*place, project.pk]),
    ):
        assert coordinator.post(url, data).status_code == 200
    assert not count(SupportingProject, work_group=theirs)
    admin = client_for(half_way.people["admin"])
    admin.post(
        reverse("people:person_create"),
        {
            "given_name": "ใหม่",
            "username": "fresh-one",
            "work_group": theirs.pk,
            "first_password": "password",
        },
    )
    assert not count(User, username="fresh-one")
    assert admin.get(reverse("people:group_edit", args=[theirs.pk])).status_code == 404


def test_people_and_roles_of_another_office_do_not_exist(half_way, client_for, stranger):
    admin = client_for(half_way.people["admin"])
    theirs = grant(make_person(stranger.office), Role.DIRECTOR)
    held = count(RoleGrant), count(Acting), count(Event)
    for name, pk in (
        ("person_edit", stranger.pk),
        ("person_deactivate", stranger.pk),
        ("person_password", stranger.pk),
        ("person_invite", stranger.pk),
        ("role_grant", stranger.pk),
        ("acting_create", stranger.pk),
        ("role_end", theirs.pk),
    ):
        answer = admin.post(reverse(f"people:{name}", args=[pk]), {"why": "-", "role": "admin"})
        assert answer.status_code == 404, name
    assert (count(RoleGrant), count(Acting), count(Event)) == held


def test_fields_that_no_form_has_change_nothing(half_way, client_for, coordinator, place):
    """State, office, owner, approver and the staff flag ride along and are left at the door."""
    who = half_way.people["staff6"]
    other = half_way.people["skn1-coordinator"].office_id
    smuggled = {
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "",
        "office": other,
        "role": "director",
        "password": "x",
    }
    mine = {"given_name": who.given_name, "language": "th", "phone": "042-555555"}
    mine["email"] = who.email or ""
    client_for(who).post(reverse("people:profile"), mine | smuggled | {"position": "ผู้อำนวยการ"})
    who.refresh_from_db()
    assert who.phone == "042-555555"
    assert (who.is_staff, who.is_active, who.office_id) == (
        False,
        True,
        half_way.cycle.assessment.office_id,
    )
    assert who.position != "ผู้อำนวยการ"
    assert not RoleGrant.objects.filter(user=who, role="director").exists()
    meeting = half_way.rows["meeting"]
    coordinator.post(
        reverse("workflow:meeting_edit", args=[*place, meeting.pk]),
        {
            "title": "ชื่อใหม่",
            "date": "1/6/2560",
            "past": "on",
            "time": "09.00",
            "place": "ห้อง",
            "agenda": "เรื่องแจ้งให้ทราบ",
            "seen": meeting.version,
            "state": "held",
            "number": "99",
            "kind": "briefing",
            "cycle": "1",
        },
    )
    now = Meeting.objects.get(pk=meeting.pk)
    assert now.title == "ชื่อใหม่"
    assert (now.state, now.number, now.kind) == (meeting.state, meeting.number, meeting.kind)


def test_work_groups_of_the_other_office_are_not_listed(half_way, client_for, stranger):
    make_group(stranger.office, "x8", name="กลุ่มลับของเขต ๑")
    text = client_for(half_way.people["admin"]).get(reverse("people:group_list")).content.decode()
    assert "กลุ่มลับ" not in text
    assert WorkGroup.objects.filter(name="กลุ่มลับของเขต ๑").exists()
    assert Evidence.objects.exclude(office=stranger.office).exists()

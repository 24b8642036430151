"""What each create form is sent with: a page, something, and something else."""

from dataclasses import dataclass, field
from io import BytesIO

from django.urls import reverse

from core.forms import IdempotentMixin
from indicators.models import (
    Comment,
    Evidence,
    EvidenceRevision,
    Indicator,
    ItemRequest,
    SupportingProject,
)
from notifications.models import PersonalChannel
from people.models import Acting, RoleGrant, User, WorkGroup
from workflow.models import Cycle, Meeting, Recommendation, Reminder, ResolutionTask

TELEGRAM = {"service": "telegram", "key": "123456789:AAExampleExampleExampleExample12345"}


@dataclass(frozen=True)
class Case:
    """``changes`` are what somebody types after Back, on the page that was sent already.

    ``refused`` are changes that leave what only one object may have.
    """

    address: str
    args: tuple
    by: str
    makes: type
    data: dict
    changes: dict
    also: dict = field(default_factory=dict)  # what only the world knows
    refused: dict = field(default_factory=dict)


CASES = {
    "PersonCreateForm": Case(
        "people:person_create",
        (),
        "admin",
        User,
        {"given_name": "สมศรี", "username": "somsri", "first_password": "password"},
        {"given_name": "สมปอง", "username": "sompong"},
        refused={"given_name": "สมหมาย"},
    ),
    "RoleForm": Case(
        "people:role_grant",
        ("person",),
        "admin",
        RoleGrant,
        {"role": "coordinator", "since": "1/9/2560", "until": "30/9/2560"},
        {"since": "1/10/2560", "until": "31/10/2560"},
        refused={"until": "15/10/2560"},
    ),
    "ActingForm": Case(
        "people:acting_create",
        ("person",),
        "admin",
        Acting,
        {"for_role": "coordinator", "since": "1/1/2562", "until": "30/1/2562"},
        {"since": "1/2/2562", "until": "20/2/2562"},
        refused={"note": "ลาศึกษาต่อ"},
    ),
    "GroupCreateForm": Case(
        "people:group_create",
        (),
        "admin",
        WorkGroup,
        {"code": "g91", "name": "กลุ่มใหม่", "order": "91"},
        {"code": "g92"},
        refused={"name": "กลุ่มอื่นที่ใช้รหัสเดิม"},
    ),
    "ChannelForm": Case(
        "notifications:channel_list",
        (),
        "staff1",
        PersonalChannel,
        {**TELEGRAM, "label": "ของฉัน", "to": "12345"},
        {"label": "อีกเครื่อง", "to": "67890"},
    ),
    "ProjectCreateForm": Case(
        "indicators:project_create",
        ("place",),
        "coordinator",
        SupportingProject,
        {"kind": "project", "title": "โครงการแรก"},
        {"title": "โครงการที่สอง"},
        {"indicators": lambda world: Indicator.objects.first().pk},
    ),
    "RequestAskForm": Case(
        "indicators:request_ask",
        ("place", "item"),
        "director",
        ItemRequest,
        {"text": "แนบภาพถ่าย"},
        {"text": "แนบรายงาน"},
    ),
    "ThreadForm": Case(
        "indicators:item_thread",
        ("place", "item"),
        "member1",
        Comment,
        {"text": "ควรแนบรายงานหรือไม่"},
        {"text": "ควรแนบภาพถ่ายหรือไม่"},
    ),
    "CommentForm": Case(
        "indicators:thread",
        ("place", "thread"),
        "member1",
        Comment,
        {"text": "เห็นด้วย"},
        {"text": "ไม่เห็นด้วย"},
    ),
    "EvidenceForm": Case(
        "indicators:evidence_create",
        ("place",),
        "member1",
        Evidence,
        {"title": "ภาพกิจกรรม", "url": "https://example.org/1"},
        {"url": "https://example.org/2"},
    ),
    "ReviseForm": Case(
        "indicators:evidence_revise",
        ("place", "evidence"),
        "coordinator",
        EvidenceRevision,
        {"note": "เพิ่มลิงก์", "url": "https://example.org/1"},
        {"url": "https://example.org/2"},
    ),
    "PersonalMessageForm": Case(
        "workflow:personal_message_send",
        ("place",),
        "coordinator",
        Reminder,
        {"text": "ขอให้ส่งภายในวันศุกร์"},
        {"text": "ขอแก้เป็นวันพุธ"},
        {"key": lambda world: world.rows["late"]},
    ),
    "CycleForm": Case(
        "workflow:cycle_create",
        (),
        "coordinator",
        Cycle,
        {"fiscal_year": "2561"},
        {"fiscal_year": "2562"},
        {"edition": lambda world: world.cycle.assessment.edition_id},
    ),
    "MeetingCreateForm": Case(
        "workflow:meeting_create",
        ("place", "committee"),
        "coordinator",
        Meeting,
        {
            "title": "ประชุมคณะกรรมการ ครั้งที่ 3/2560",
            "date": "1/9/2561",
            "time": "09.30",
            "place": "ห้องประชุม 1",
            "agenda": "เรื่องแจ้งให้ทราบ\r\nเรื่องพิจารณา",
        },
        {"agenda": "เรื่องแจ้งให้ทราบ\r\nเรื่องอื่น ๆ"},
    ),
    "TaskForm": Case(
        "workflow:resolution_task_add",
        ("place", "meeting"),
        "coordinator",
        ResolutionTask,
        {"text": "สรุปผล", "due": "1/9/2561"},
        {"text": "ส่งหนังสือ"},
        {
            "item": lambda world: world.rows["meeting"].agenda.first().pk,
            "person": lambda world: world.people["staff6"].full_name,
        },
    ),
}
# Of the year that OBEC reads.
SUBMITTED = {
    "RecommendationCreateForm": Case(
        "workflow:recommendation_create",
        ("place",),
        "obec",
        Recommendation,
        {"problem": "", "recommendation": "ควรขยายผล"},
        {"recommendation": "ควรติดตามทุกไตรมาส"},
    ),
}
# Forms with nothing in them to type, whose own tests do the same.
ELSEWHERE = {
    "InboxForm": "tests/indicators/inbox/test_inbox_views.py",
    "HandoverForm": "tests/indicators/handovers/test_handover_views.py",
    "NewPasswordForm": "tests/people/test_views.py",
}


def create_forms():
    """The name of every create form of the product; a form made for tests is none."""
    found, todo = set(), [IdempotentMixin]
    while todo:
        for form in todo.pop().__subclasses__():
            todo.append(form)
            if not form.__module__.startswith("tests.") and not form.__name__.endswith("Mixin"):
                found.add(form.__name__)
    return found


def page_of(world, case):
    """``(address, data)`` of the form as its page would send it, with a token of its own."""
    url = reverse(case.address, args=[part for arg in case.args for part in world.values(arg)])
    known = {name: read(world) for name, read in case.also.items()}
    return url, {"idempotency_token": "page-1", **case.data, **known}


def file_of(data):
    """A new open file with this in it."""
    file = BytesIO(data)
    file.name = "เอกสาร.txt"
    return file


def count(case):
    return case.makes._base_manager.count()


def send(client, url, data):
    response = client.post(url, data)
    assert response.status_code < 400, response.content.decode()
    return response


def try_twice(client, case, url, data):
    """The same again makes nothing, other content another; each of the two stays one."""
    before = count(case)
    first = send(client, url, data)
    assert count(case) == before + 1
    # An answer without an address is a page of its own, as with a one-time password.
    assert send(client, url, data).get("Location") in (first.get("Location"), None)
    assert count(case) == before + 1
    send(client, url, data | case.changes)
    assert count(case) == before + 2
    send(client, url, data | case.changes)
    send(client, url, data)
    assert count(case) == before + 2

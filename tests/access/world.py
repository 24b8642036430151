"""The office in the middle of step 4 and, for OBEC's pages, at the end of step 6."""

import pickle
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.test import Client
from django.utils import timezone, translation

from core import clock
from core.heartbeat import Component, beat
from core.models import Heartbeat
from indicators.catalogue.checklists import checklists
from indicators.evidence import evidence
from indicators.evidence.blobs import store
from indicators.evidence.codes import code_of
from indicators.evidence.tus.uploads import begin as begin_upload
from indicators.handovers import handovers
from indicators.handovers.contents import HandedPart
from indicators.models import Citation, Edition, EvidenceFile, Item, SupportingProject
from indicators.narratives.inbox.putting import put
from indicators.renditions.rendering import draw_due
from indicators.requests import requests
from indicators.states import ItemState
from indicators.threads import threads
from notifications import contact_settings
from notifications.mail import unsubscribe_token
from notifications.models import Delivery
from people.members import deactivate_person
from people.models import RestDay, RoleGrant, User
from people.roles import appoint_acting
from people.states import Role
from reports.documents import pages, previews
from reports.documents.documents import render_due, request_document
from reports.models import Document
from reports.states import DocumentKind, DocumentState
from tests.demo.founded import borrowed, founded
from tests.factories import papers
from tests.factories.files import make_image, make_upload
from tests.factories.people import make_channel, make_session
from tests.factories.register import make_seal
from workflow.meetings import resolution_tasks
from workflow.meetings.calling import create_meeting
from workflow.models import Cycle, Decision, Recommendation, Step
from workflow.papers.letterheads import letterhead_of, set_emblem
from workflow.states import MeetingKind, StepKind, StepState
from workflow.todos.todos import todos_of


@dataclass
class World:
    """The rows that the table's addresses name, and everybody who may come along."""

    cycle: Cycle
    people: dict
    place: tuple = ("skn2", 2560)
    rows: dict = field(default_factory=dict)
    cookies: dict = field(default_factory=dict)  # of everybody who signed in, by role

    def values(self, arg):
        """What stands in the address for one word of the table."""
        if arg == "place":
            return self.place
        value = self.rows.get(arg, arg)
        if callable(value):  # one that is gone once somebody took it away
            value = value(self.cycle.assessment.office)
        return [getattr(value, "pk", value)]

    def sign_in(self):
        """A session for everybody: made once, it outlives what a test does and takes back."""
        self.cookies = {}
        for name, person in self.people.items():
            client = Client()
            client.force_login(person, backend="people.sign_in.backend.SessionBackend")
            cookies = {key: cookie.value for key, cookie in client.cookies.items()}
            self.cookies["deactivated" if name == "staff5" else name] = cookies


@contextmanager
def standing(*, until):
    """A world that is gone after the block."""
    world = "half" if until == 4 else "done"
    with translation.override("th"), borrowed(world):
        _let_nothing_become_late()
        found = pickle.loads((founded(world) / "world.pickle").read_bytes())  # noqa: S301 - our own
        found.sign_in()
        yield found


def follow_up_again(world):
    """OBEC writes on: step 6 of the submitted year is open, which the story leaves closed."""
    Step.objects.filter(cycle=world.cycle, kind=StepKind.SUMMARY).update(state=StepState.OPEN)


def _let_nothing_become_late():
    """The tests take minutes, and no worker runs beside them: the site would not be well."""
    later = clock.now() + timedelta(hours=1)
    Document.objects.filter(state=DocumentState.QUEUED).update(requested_at=later)
    Delivery.objects.due(later).update(not_before=later)  # what the quiet hours hold, too


def furnish():
    """Rows for every address, added to the demonstration's year."""
    cycle = Cycle.objects.select_related("assessment__office").get()
    office = cycle.assessment.office
    people = {user.username: user for user in User.objects.all()}
    deactivate_person(people["staff5"], by=people["admin"])
    people["staff5"].refresh_from_db()
    world = World(cycle=cycle, people=people)
    document = request_document(cycle, kind=DocumentKind.FLOWCHART, by=people["coordinator"])
    render_due(limit=1)
    document = Document.objects.get(pk=document.pk)
    pages.draw(document)
    draw_due(seconds=600)
    item = _item_of(cycle, people["member1"])
    meeting = create_meeting(
        cycle,
        kind=MeetingKind.COMMITTEE,
        title="ประชุมคณะกรรมการ ครั้งที่ 2/2560",
        starts_at=clock.now() + timedelta(days=7),
        place="ห้องประชุม 2",
        agenda=["เรื่องแจ้งให้ทราบ"],
        by=people["coordinator"],
    )
    task = resolution_tasks.add(
        meeting,
        item=meeting.agenda.first(),
        text="รวบรวมเอกสาร",
        owner=people["staff6"],
        due=clock.today() + timedelta(days=14),
        by=people["coordinator"],
    )
    citation = Citation.objects.filter(item=item).first()
    said = None
    if cycle.assessment.is_open:
        said = threads.open_thread(item, text="ขอดูภาพเพิ่ม", by=people["member1"])
    edition = Edition.objects.get()
    set_emblem(
        office,
        make_upload("emblem.png", make_image("PNG", size=(200, 200))),
        version=letterhead_of(office).version,
        by=people["admin"],
    )
    Delivery.objects.update(state="sent", sent_at=clock.now())
    for part in Component:
        beat(part)
    Heartbeat.objects.update(at=timezone.now() + timedelta(hours=1))  # the tests take minutes
    world.rows = {
        "channel": make_channel(people["staff6"]),
        "feed": contact_settings.renew_feed(people["staff6"]).token,
        "late": _late(cycle),
        "request": requests.ask(item, text="แนบหลักฐานเพิ่มเติม", by=people["director"])
        if cycle.assessment.is_open
        else None,
        "thread": said and said.comment.thread,
        "comment": said and said.comment,
        "rest_day": make_rest_day,
        "unsubscribe": unsubscribe_token(people["staff1"]),
        "phrase": "memo_to",
        "acting": appoint_acting(
            people["deputy"],
            for_role=Role.DIRECTOR,
            office=office,
            since=clock.today() + timedelta(days=300),
            until=clock.today() + timedelta(days=310),
            by=people["admin"],
        ),
        "citation": citation,
        "required_piece": item.checklist.filter(required__isnull=False).first(),
        "added_piece": checklists.add_row(item, title="แผนที่ชุมชน", by=people["coordinator"])[0]
        if cycle.assessment.is_open
        else None,
        "code": edition.code,
        "decision": Decision.objects.filter(proposal__kind="announcement").first(),
        "delivery": Delivery.objects.filter(notification__recipient=people["staff6"]).first(),
        "document": document,
        "evidence": citation.evidence,
        "entry": _entry(office, item, people["staff6"]),
        "evidence_code": code_of(citation.pk),
        "file": EvidenceFile.objects.filter(revision__evidence=citation.evidence).first(),
        "grant": RoleGrant.objects.get(user=people["group10"]),
        "group": people["group10"].work_group,
        "handover": _handover(cycle, people["coordinator"]),
        "indicator": item.consideration.indicator.code,
        "item": item.consideration.code,
        "kind": "consideration",
        "meeting": meeting,
        "notification": people["staff6"].notifications.first(),
        "office": office.code,
        "person": people["group10"],
        "project": SupportingProject.objects.first(),
        "revised": _revised(office, people["coordinator"]),
        "revision": citation.revision,
        "recommendation": Recommendation.objects.first(),
        "seal": make_seal(cycle.proposals.get(kind="order", state="approved")).code,
        "page": 1,
        "sha256": document.sha256,
        "session": make_session(people["staff6"]),
        "step": 4,
        "task": task,
        "upload": begin_upload(office, name="วิดีโอ.mp4", size=9, by=people["member1"]).token,
        "token": _preview(cycle, people["coordinator"]),
        "version": 1,
    }
    return world


def _preview(cycle, writer):
    """The token of a preview that the coordinator asked for."""
    asked = previews.request_preview(
        cycle, papers.make_announcement(), kind="announcement", by=writer
    )
    previews.preview_due()
    return asked.token


def _revised(office, person):
    """A piece of evidence with two revisions, cited nowhere."""
    links = [("https://example.go.th/", "")]
    row = evidence.add_evidence(office, title="ประกาศ", links=links, by=person)
    evidence.revise(row, links=[("https://example.go.th/2", "")], note="ปรับปรุง", by=person)
    return row


def _entry(office, item, person):
    """A photograph that waits in the inbox."""
    blob = store(make_upload("กิจกรรม.png", make_image("PNG")), office=office, by=person)
    code = item.consideration.code
    return put(office, name="กิจกรรม.png", blob=blob, for_code=code, by=person).entry


def _handover(cycle, person):
    """A ZIP of the year's evidence that is ready."""
    row = handovers.ask_for(cycle.assessment, HandedPart(), by=person)
    handovers.prepare_now(row)
    return row


def make_rest_day(office):
    """One more day off, the day after the last one."""
    last = RestDay.objects.filter(office=office).order_by("day").last()
    day = (last.day if last else clock.today()) + timedelta(days=1)
    return RestDay.objects.create(office=office, day=day, name="วันสถาปนาสำนักงาน")


def _late(cycle):
    """The key of something that waits for a collector, so that everybody above may remind of it."""
    kinds = ("write_item", "add_evidence")
    todos = [todo for todo in todos_of(cycle, clock.now()) if todo.kind in kinds]
    return todos[0].key if todos else ""


def _item_of(cycle, person):
    """A handed-in item of the collector, with evidence."""
    return Item.objects.filter(
        assessment=cycle.assessment,
        state=ItemState.HANDED_IN,
        consideration__assignments__user=person,
        citations__isnull=False,
    ).first()

"""The office in the middle of step 4 and, for OBEC's pages, at the end of step 6."""

import sqlite3
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone, translation

from demo.people import make_offices
from demo.story import Story
from indicators.domain import questions
from indicators.domain.trees import forget
from indicators.models import Citation, Edition, EvidenceFile, Item, SupportingProject
from indicators.states import ItemState
from people import clock
from people.domain import reaching
from people.domain.mail import unsubscribe_token
from people.domain.members import deactivate_person
from people.domain.pulse import Part, note
from people.domain.roles import appoint_acting
from people.models import Delivery, Pulse, RestDay, RoleGrant, User
from people.states import Role
from reports.domain import pages, previews
from reports.domain.documents import render_due, request_document
from reports.models import Document
from reports.states import DocumentKind
from tests.factories import papers
from tests.factories.content import image_bytes, upload
from tests.factories.people import make_channel
from tests.factories.seals import make_seal
from workflow.domain import resolution_tasks
from workflow.domain.letterheads import letterhead_of, set_emblem
from workflow.domain.meetings import create_meeting
from workflow.domain.todos import todos_of
from workflow.models import Cycle, Decision, Recommendation
from workflow.states import MeetingKind

_BUILT = {}  # until: the world and the database that holds it


@dataclass
class World:
    """The rows that the table's addresses name, and everybody who may come along."""

    cycle: Cycle
    people: dict
    place: tuple = ("skn2", 2560)
    rows: dict = field(default_factory=dict)

    def values(self, arg):
        """What stands in the address for one word of the table."""
        if arg == "place":
            return self.place
        value = self.rows.get(arg, arg)
        if callable(value):  # one that is gone once somebody took it away
            value = value(self.cycle.assessment.office)
        return [getattr(value, "pk", value)]


@contextmanager
def standing(*, until):
    """A world that is gone after the block; built once for all tests of a module.

    On SQLite it is built once for all modules of a test process and copied back page by page:
    a whole year takes half a minute to tell.
    """
    with translation.override("th"):
        if connection.vendor == "sqlite":
            with _copied(until) as world:
                yield world
            return
        with transaction.atomic():
            yield build(until)
            transaction.set_rollback(True)


@contextmanager
def _copied(until):
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as blank:
        connection.connection.backup(blank)
        try:
            if until not in _BUILT:
                world, kept = build(until), sqlite3.connect(":memory:")
                connection.connection.backup(kept)
                _BUILT[until] = world, kept
            world, kept = _BUILT[until]
            kept.backup(connection.connection)
            forget()
            yield deepcopy(world)
        finally:
            blank.backup(connection.connection)


def build(until):
    """The same for good: for a database that a browser test's own server reads."""
    call_command("fonts_build", verbosity=0)
    call_command("edition_import", settings.BASE_DIR / "indicators/data/esa-2560.yaml", verbosity=0)
    story = Story(make_offices())
    story.open_year()
    story.agenda()
    story.briefing()
    story.appointment()
    story.committee_work(half=until == 4)
    if until > 4:
        story.self_assessment()
        story.summary()
    people = {user.username: user for user in User.objects.all()}
    deactivate_person(people["staff5"], by=people["admin"])
    people["staff5"].refresh_from_db()
    world = World(cycle=story.cycle, people=people)
    document = request_document(story.cycle, kind=DocumentKind.FLOWCHART, by=people["coordinator"])
    render_due(limit=1)
    document = Document.objects.get(pk=document.pk)
    pages.draw(document)
    item = _item_of(story, people["member1"])
    meeting = create_meeting(
        story.cycle,
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
    edition = Edition.objects.get()
    set_emblem(
        story.office,
        upload("emblem.png", image_bytes("PNG", (200, 200))),
        version=letterhead_of(story.office).version,
        by=people["admin"],
    )
    Delivery.objects.update(state="sent", sent_at=clock.now())
    for part in Part:
        note(part)
    Pulse.objects.update(at=timezone.now() + timedelta(hours=1))  # the tests take minutes
    world.rows = {
        "channel": make_channel(people["staff6"]),
        "feed": reaching.renew_feed(people["staff6"]).token,
        "late": _late(story.cycle),
        "question": questions.ask(item, text="มีหลักฐานเพิ่มเติมหรือไม่", by=people["director"])
        if story.cycle.assessment.is_open
        else None,
        "rest_day": new_rest_day,
        "unsubscribe": unsubscribe_token(people["staff1"]),
        "phrase": "memo_to",
        "acting": appoint_acting(
            people["deputy"],
            for_role=Role.DIRECTOR,
            office=story.office,
            since=clock.today() + timedelta(days=300),
            until=clock.today() + timedelta(days=310),
            by=people["admin"],
        ),
        "citation": citation,
        "code": edition.code,
        "decision": Decision.objects.filter(proposal__kind="announcement").first(),
        "delivery": Delivery.objects.filter(notification__recipient=people["staff6"]).first(),
        "document": document,
        "evidence": citation.evidence,
        "file": EvidenceFile.objects.filter(revision__evidence=citation.evidence).first(),
        "grant": RoleGrant.objects.get(user=people["group10"]),
        "group": people["group10"].work_group,
        "indicator": item.consideration.indicator.code,
        "item": item.consideration.code,
        "kind": "consideration",
        "meeting": meeting,
        "notification": people["staff6"].notifications.first(),
        "person": people["group10"],
        "project": SupportingProject.objects.first(),
        "revision": citation.revision,
        "recommendation": Recommendation.objects.first(),
        "seal": make_seal(story.cycle.proposals.get(kind="order", state="approved")).code,
        "page": 1,
        "sha256": document.sha256,
        "step": 4,
        "task": task,
        "token": _preview(story.cycle, people["coordinator"]),
        "version": 1,
    }
    return world


def _preview(cycle, writer):
    """The token of a preview that the coordinator wished for."""
    wished = previews.wish(cycle, papers.announcement(), kind="announcement", by=writer)
    previews.preview_due()
    return wished.token


def new_rest_day(office):
    """One more day off, the day after the last one."""
    last = RestDay.objects.filter(office=office).order_by("day").last()
    day = (last.day if last else clock.today()) + timedelta(days=1)
    return RestDay.objects.create(office=office, day=day, name="วันสถาปนาสำนักงาน")


def _late(cycle):
    """The key of something that waits for a collector, so that everybody above may chase it."""
    kinds = ("write_item", "add_evidence")
    todos = [todo for todo in todos_of(cycle, clock.now()) if todo.kind in kinds]
    return todos[0].key if todos else ""


def _item_of(story, person):
    """A handed-in item of the collector, with evidence."""
    return Item.objects.filter(
        assessment=story.cycle.assessment,
        state=ItemState.HANDED_IN,
        consideration__assignments__user=person,
        citations__isnull=False,
    ).first()

"""The year of the demonstration office, made by the verbs of each app, one function a step.

Every step happens on its own days of fiscal year พ.ศ. 2560; ``clock.pretend`` moves the clock.
"""

from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from demo import asking, discussions, meetings, reminders
from demo.book import on, read
from demo.files import make_pdf, make_photograph, make_workbook
from indicators.assignments import assignments
from indicators.catalogue.checklists import ticks
from indicators.evidence import evidence
from indicators.evidence.blobs import store
from indicators.models import Edition, Indicator, Item
from indicators.narratives import items, reviews
from indicators.projects import projects
from indicators.scores import scores
from indicators.states import ProjectKind
from people.models import User
from reports.documents.documents import render_due, request_document
from reports.states import DocumentKind
from workflow.followup import recommendations, submissions
from workflow.models import Cycle
from workflow.papers import decisions, letterheads, proposals
from workflow.states import ProposalKind, StepKind
from workflow.steps import cycles, moves

YEAR = 2560
# The group (1–10) whose director supervises an indicator and whose people collect for it.
GROUP_OF = {
    "1.1": 2,
    "1.2": 6,
    "1.3": 1,
    "2.1": 7,
    "2.2": 4,
    "2.3": 5,
    "2.4": 1,
    "2.5": 7,
    "3.1": 2,
    "3.2": 8,
    "3.3": 8,
    "3.4": 8,
    "3.5": 6,
    "3.6": 1,
}
# Who supervises the standards, in order.
SUPERVISORS = ("deputy", "group7", "group2")
# The members whose scores the story holds; the other members' are still expected.
SCORERS = ("group2", "group7", "member1")


@dataclass
class Story:
    """The office on its way through the year; each method is one step of the process."""

    office: object
    cycle: Cycle | None = None

    def __post_init__(self):
        people = {user.username: user for user in self.office.people.all()}
        self.people = people
        self.director, self.deputy = people["director"], people["deputy"]
        self.coordinator = people["coordinator"]
        self.obec = User.objects.get(username="obec")

    # -- step 0 and 1 -------------------------------------------------------------
    def open_year(self):
        """The coordinator sees to the letterhead and opens fiscal year 2560, newest edition."""
        edition = Edition.objects.order_by("-imported_at", "-pk").first()
        with on(2016, 10, 3):
            letterheads.save_lines(
                self.office, version=0, by=self.coordinator, **read("texts.yaml")["letterhead"]
            )
            self.cycle = cycles.open_cycle(
                self.office, fiscal_year=YEAR, edition=edition, by=self.coordinator
            )

    def agenda(self):
        """Announcement: drafted, endorsed, approved, published, acknowledged by nearly all."""
        with on(2016, 10, 5):
            paper = proposals.start_draft(
                self.cycle, kind=ProposalKind.ANNOUNCEMENT, by=self.coordinator
            )
            proposals.propose(paper, by=self.coordinator)
        with on(2016, 10, 6, 10):
            decisions.endorse(paper, opinion=read("texts.yaml")["endorse"], by=self.deputy)
        with on(2016, 10, 7, 11):
            decisions.approve(paper, by=self.director)
            proposals.publish(paper, by=self.coordinator)
        with on(2016, 10, 12, 14):
            for username, person in self.people.items():
                if username not in ("staff5", "staff6"):
                    proposals.acknowledge(paper, by=person)
            self._finish(StepKind.AGENDA)

    # -- step 2 -------------------------------------------------------------------
    def briefing(self):
        """The briefing with minutes, everybody named, projects listed."""
        meeting = meetings.call(self, "briefing")
        meetings.hold(self, "briefing", meeting)
        with on(2016, 11, 24, 17):
            self._name_everybody()
            self._list_projects()
            self._finish(StepKind.BRIEFING)

    def _name_everybody(self):
        tree = self.cycle.assessment.edition.standards.prefetch_related(
            "indicators__considerations"
        )
        pairs = []
        for standard, supervisor in zip(tree, SUPERVISORS, strict=True):
            pairs.append((standard, self.people[supervisor]))
            for indicator in standard.indicators.all():
                group = GROUP_OF[indicator.code]
                pairs.append((indicator, self.people[f"group{group}"]))
                collectors = self._collectors(group)
                for k, consideration in enumerate(indicator.considerations.all()):
                    pairs.append((consideration, collectors[k % len(collectors)]))
        assignments.assign_many(self.cycle.assessment, pairs=pairs, by=self.coordinator)

    def _collectors(self, group):
        """Members and staff of the group; its director where the group has nobody else."""
        code = f"g{group}"
        found = [
            person
            for name, person in self.people.items()
            if name.startswith(("member", "staff")) and person.work_group.code == code
        ]
        return found or [self.people[f"group{group}"]]

    def _list_projects(self):
        for row in read("projects.yaml"):
            projects.create_project(
                self.cycle.assessment,
                kind=ProjectKind(row["kind"]),
                title=row["title"],
                budget=row["budget"],
                work_group=self.people[f"group{row['group']}"].work_group,
                performance_agreement=row["agreement"],
                annual_plan=row["plan"],
                indicators=[self._indicator(code) for code in row["indicators"]],
                by=self.coordinator,
            )

    # -- step 3 -------------------------------------------------------------------
    def appointment(self):
        """The order: proposed, endorsed, numbered and signed."""
        with on(2016, 12, 19):
            order = proposals.start_draft(self.cycle, kind=ProposalKind.ORDER, by=self.coordinator)
            self._word_memo(order)
            proposals.propose(order, by=self.coordinator)
        with on(2016, 12, 20, 13):
            decisions.endorse(order, opinion=read("texts.yaml")["endorse_order"], by=self.deputy)
        with on(2016, 12, 21, 10):
            # From the office's paper register, which other matters filled before.
            decisions.approve(order, number="147", memo_number="523", by=self.director)
            self._finish(StepKind.APPOINTMENT)

    def _word_memo(self, order):
        """The memo begins with what the briefing resolved; the rest is the usual wording."""
        memo = order.body["memo"] | {"origin": read("texts.yaml")["memo_origin"]}
        body = order.body | {"memo": memo}
        proposals.save_draft(
            order, subject=order.subject, body=body, edit=order.edit, by=self.coordinator
        )

    # -- step 4 -------------------------------------------------------------------
    def committee_work(self, *, half=False):
        """Committee meeting, narratives and evidence; ``half`` leaves every other item late."""
        meeting = meetings.call(self, "first")
        meetings.hold(self, "first", meeting)
        meetings.report_task(self, "first", 1)
        items_in_order = self._items()
        days = [(date(2017, 2 + n % 5, 1 + n % 27), n) for n in range(len(items_in_order))]
        mornings = list(reminders.MORNINGS) if half else []
        for day, n in sorted(days):  # the history runs day by day
            while mornings and mornings[0] <= day:
                reminders.remind(mornings.pop(0))
            with on(day.year, day.month, day.day, 10, n % 60):
                self._write(items_in_order[n], complete=not half or n % 5 in (0, 2, 4))
        discussions.discuss(self)
        for morning in mornings:
            if morning < asking.DAY:
                reminders.remind(morning)
        asking.ask_around(self, living=half)
        for morning in mornings:
            if morning > asking.DAY:
                reminders.remind(morning)
        if not half:
            with on(2017, 7, 14, 15):
                self._finish(StepKind.COMMITTEE_WORK)

    def _items(self):
        return list(
            Item.objects.filter(assessment=self.cycle.assessment)
            .select_related("assessment__office", "consideration__indicator__standard")
            .in_order()
        )

    def _write(self, item, *, complete):
        text = read("content.yaml").get(item.consideration.code)
        writer = assignments.current(self.cycle.assessment)[
            "consideration", item.consideration_id
        ].user
        if text is None:
            return
        if not complete and item.pk % 2:
            return
        item = items.save_item(
            item,
            narrative=text["narrative"],
            result=text["result"] if complete else "",
            no_evidence_reason="",
            version=item.version,
            by=writer,
        )
        if complete:
            for title in text["evidence"]:
                self._attach(item, title, text, writer)
            items.hand_in(item, by=writer)

    def _attach(self, item, title, text, writer):
        day = clock.today()
        piece = evidence.add_evidence(
            self.office,
            title=title,
            files=[self._file(title, text, writer)],
            links=[],
            document_date=day.replace(day=1),
            covers_from=date(2016, 10, 1),
            covers_to=day,
            items=[item],
            by=writer,
        )
        row = item.checklist.filter(title=read("required.yaml").get(title)).first()
        ticks.tick_evidence(row, piece, by=writer)

    def _file(self, title, text, writer):
        """The kind of file such a paper would be: photographs, tables, else a PDF."""
        if title.startswith("ภาพ"):
            name, kind, data = f"{title}.jpg", "image/jpeg", make_photograph(title)
        elif title.startswith(("สารสนเทศ", "ทะเบียน", "สรุปผล")):
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            name, data = f"{title}.xlsx", make_workbook(title)
        else:
            body = f"{text['narrative']}\n{text['result']}"
            name, kind = f"{title}.pdf", "application/pdf"
            data = make_pdf(title, body, self.office.name)
        upload = SimpleUploadedFile(name, data, content_type=kind)
        return name, store(upload, office=self.office, by=writer)

    # -- step 5 -------------------------------------------------------------------
    def self_assessment(self):
        """Members score, the committee agrees, indicators are reviewed, the SAR is approved."""
        texts = read("content.yaml")
        meetings.report_task(self, "first", 2)
        with on(2017, 7, 25):
            for name in SCORERS:
                member = self.people[name]
                for item in self._items():
                    text = texts[item.consideration.code]
                    drift = -1 if (item.pk + member.pk) % 7 == 0 and text["level"] > 1 else 0
                    scores.save_score(
                        item,
                        level=text["level"] + drift,
                        reason=text["reason"],
                        version=0,
                        by=member,
                    )
                scores.hand_in_scores(self.cycle.assessment, by=member)
        meeting = meetings.call(self, "second")
        meetings.report_task(self, "first", 3)
        with on(2017, 8, 10, 13):
            for item in self._items():
                text = texts[item.consideration.code]
                scores.agree(
                    item,
                    level=text["level"],
                    reason=text["reason"],
                    version=0,
                    by=self.coordinator,
                )
            for review in self.cycle.assessment.reviews.select_related("indicator"):
                reviews.save_review(
                    review,
                    version=review.version,
                    by=self.coordinator,
                    **read("reviews.yaml")[review.indicator.code],
                )
        meetings.hold(self, "second", meeting)
        with on(2017, 8, 16):
            self._sar()

    def _sar(self):
        sar = proposals.start_draft(self.cycle, kind=ProposalKind.SAR, by=self.coordinator)
        request_document(self.cycle, kind=DocumentKind.SAR, proposal=sar, by=self.coordinator)
        render_due()
        sar.refresh_from_db()
        proposals.propose(sar, by=self.coordinator)
        decisions.endorse(sar, opinion=read("texts.yaml")["endorse"], by=self.deputy)
        decisions.approve(sar, by=self.director, gaps_reason=read("texts.yaml")["gaps"])
        render_due()
        self.cycle.assessment.refresh_from_db()  # locked; its steps are closed with it

    # -- step 6 -------------------------------------------------------------------
    def summary(self):
        """Submitted to OBEC, verified, recommendations answered."""
        rows = read("texts.yaml")["recommendations"]
        with on(2017, 9, 4):
            submissions.submit_summary(self.cycle, by=self.coordinator)
        with on(2017, 9, 6):
            submissions.open_submission(self.cycle, by=self.obec)
        with on(2017, 9, 18, 10):
            for item in self._items():
                scores.verify_score(
                    item,
                    level=read("content.yaml")[item.consideration.code]["level"],
                    reason=read("texts.yaml")["verified"],
                    by=self.obec,
                )
            made = [
                recommendations.add(
                    self.cycle,
                    indicator=self._indicator(row["indicator"]),
                    problem=row["problem"],
                    recommendation=row["recommendation"],
                    by=self.obec,
                )
                for row in rows
            ]
        with on(2017, 9, 25, 14):
            for row, recommendation in zip(rows, made, strict=True):
                recommendations.answer(
                    recommendation,
                    text=row["answer"],
                    owner=self.people[row["owner"]],
                    by=self.coordinator,
                )
            self._finish(StepKind.SUMMARY)

    # -- in every step ------------------------------------------------------------
    def _indicator(self, code):
        return Indicator.objects.get(code=code, standard__edition=self.cycle.assessment.edition_id)

    def _finish(self, kind):
        step = self.cycle.steps.get(kind=kind)
        step.cycle = self.cycle
        moves.finish_step(step, by=self.coordinator)

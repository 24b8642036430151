"""รายงานการประเมินตนเอง and the summary for OBEC: one year's content, read once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

import thai
from indicators.catalogue.trees import edition_tree
from indicators.models import (
    Assessment,
    Assignment,
    Citation,
    EvidenceFile,
    IndicatorReview,
    Item,
    SupportingProject,
)
from indicators.scores import rollup
from indicators.states import ProjectKind
from reports.gather.cards import (
    day_on_paper,
    edition_card,
    office_card,
    person,
    signature_of,
)
from reports.gather.evidence import Index
from reports.gather.meetings import agenda
from reports.gather.papers import committee_groups, names_of
from reports.snapshot import (
    AgendaPoint,
    ArithmeticLine,
    ConsiderationCard,
    GapLine,
    IndicatorCard,
    MeetingNote,
    OrderCard,
    Person,
    Project,
    SarSnapshot,
    StandardCard,
    SummaryIndicator,
    SummarySnapshot,
    SummaryStandard,
)
from workflow.models import Cycle, Meeting, Proposal
from workflow.papers.completeness.panels import recorded_lines
from workflow.papers.correcting import correction_words
from workflow.states import MeetingState, ProposalKind, ProposalState

Levels = Mapping[int, str]  # names of quality levels by score
WHOLE = "ภาพรวม"
PROJECT_KINDS: dict[str, str] = {
    ProjectKind.PLAN: "แผนงาน",
    ProjectKind.PROJECT: "โครงการ",
    ProjectKind.ACTIVITY: "กิจกรรม",
}


class Year:
    """Everything written and agreed in one assessment, by primary key."""

    def __init__(self, assessment: Assessment) -> None:
        self.tree = edition_tree(assessment.edition)
        items = Item.objects.filter(assessment=assessment).select_related("agreed_score")
        self.items = {item.consideration_id: item for item in items}
        self.scores = rollup.roll_up(
            self.tree,
            {
                pk: item.agreed_score.level
                for pk, item in self.items.items()
                if hasattr(item, "agreed_score")
            },
        )
        self.reviews = {
            review.indicator_id: review
            for review in IndicatorReview.objects.filter(assessment=assessment)
        }


class Cast:
    """Who answers for what, and which projects support which indicator."""

    def __init__(self, assessment: Assessment) -> None:
        self.standard: defaultdict[int, list[Person]] = defaultdict(list)
        self.indicator: defaultdict[int, list[Person]] = defaultdict(list)
        self.consideration: defaultdict[int, list[Person]] = defaultdict(list)
        named = Assignment.objects.filter(assessment=assessment).current().select_related("user")
        for row in named.order_by("pk"):
            for kind in ("standard", "indicator", "consideration"):
                if pk := getattr(row, f"{kind}_id"):
                    getattr(self, kind)[pk].append(person(row.user))
        self.projects: defaultdict[int, list[Project]] = defaultdict(list)
        kept = assessment.projects.filter(removed_at=None).prefetch_related("indicators")
        for project in kept.order_by("pk"):
            for indicator in project.indicators.all():
                self.projects[indicator.pk].append(_project(project))


def _project(project: SupportingProject) -> Project:
    return Project(
        name=project.title,
        kind=PROJECT_KINDS[project.kind],
        budget=project.budget,
        agreement=project.performance_agreement,
        plan=project.annual_plan,
    )


def sar(cycle: Cycle, proposal: Proposal | None, at: datetime) -> SarSnapshot:
    """The whole report; a draft until its proposal is approved."""
    assessment, office = cycle.assessment, cycle.office
    year, cast = Year(assessment), Cast(assessment)
    index = Index(year.scores, _citations(assessment), year.items)
    newest = _newest(cycle)
    words = (proposal or newest.get(ProposalKind.SAR) or Proposal()).body
    order = newest.get(ProposalKind.ORDER)
    day = thai.local_date(at)
    names = {level.score: level.name for level in year.tree.levels}
    return SarSnapshot(
        office=office_card(office),
        fiscal_year=cycle.fiscal_year,
        edition=edition_card(assessment.edition, year.tree),
        generated_at=at,
        draft=proposal is None or proposal.state != ProposalState.APPROVED,
        version=proposal.version if proposal else 1,
        approved_on=day_on_paper(proposal),
        director=signature_of(proposal, office, day),
        preface=words.get("preface", ""),
        basic_info=words.get("basic_info", ""),
        conclusion="\n".join(filter(None, (words.get("conclusion"), words.get("development")))),
        standards=tuple(_standard(row, year, cast, index, names) for row in year.scores.standards),
        score=year.scores.score,
        level_name=year.scores.level_name,
        unscored=year.scores.unscored,
        arithmetic=tuple(map(_arithmetic, rollup.workings(year.scores))),
        committee=committee_groups(order.body, year.tree, names_of(order.body, office))
        if order
        else (),
        order=_order_card(order) if order else None,
        meetings=_meetings(cycle),
        photographs=index.photographs(),
        evidence_index=index.lines(),
        correction=correction_words(proposal) if proposal else "",
        gaps=_gaps(proposal),
        gaps_reason=proposal.gaps_reason if proposal else "",
    )


def _gaps(proposal: Proposal | None) -> tuple[GapLine, ...]:
    """What was not complete when this version was approved; nothing before."""
    kept = recorded_lines(proposal.gaps) if proposal else []
    return tuple(GapLine(text=text, codes=tuple(codes)) for text, codes in kept)


def _newest(cycle: Cycle) -> dict[str, Proposal]:
    """The order in force and the newest SAR text, whatever became of it. One query."""
    rows = cycle.proposals.filter(
        Q(kind=ProposalKind.SAR) | Q(kind=ProposalKind.ORDER, state=ProposalState.APPROVED)
    )
    return {row.kind: row for row in rows.order_by("version")}


def _citations(assessment: Assessment) -> QuerySet[Citation]:
    files = EvidenceFile.objects.select_related("blob").order_by("order", "pk")
    cited: QuerySet[Citation] = (
        Citation.objects.filter(item__assessment=assessment)
        .kept()
        .select_related("revision__evidence")
        .prefetch_related(Prefetch("revision__files", files), "revision__links")
        .order_by("pk")
    )
    return cited


def _standard(
    row: rollup.StandardScore, year: Year, cast: Cast, index: Index, names: Levels
) -> StandardCard:
    return StandardCard(
        code=row.code,
        title=row.title,
        weight=row.weight,
        score=row.score,
        level_name=row.level_name,
        unscored=row.unscored,
        supervisors=tuple(cast.standard[row.pk]),
        indicators=tuple(_indicator(part, year, cast, index, names) for part in row.indicators),
    )


def _indicator(
    row: rollup.IndicatorScore, year: Year, cast: Cast, index: Index, names: Levels
) -> IndicatorCard:
    review = year.reviews.get(row.pk) or IndicatorReview()
    return IndicatorCard(
        code=row.code,
        title=row.title,
        weight=row.weight,
        score=row.score,
        level_name=row.level_name,
        unscored=row.unscored,
        supervisors=tuple(cast.indicator[row.pk]),
        considerations=tuple(
            _consideration(part, year, cast, index, names) for part in row.considerations
        ),
        strengths=review.strengths,
        to_improve=review.to_improve,
        problems=review.problems,
        measures=review.measures,
        projects=tuple(cast.projects[row.pk]),
    )


def _consideration(
    row: rollup.ConsiderationScore, year: Year, cast: Cast, index: Index, names: Levels
) -> ConsiderationCard:
    item = year.items.get(row.pk) or Item()
    agreed = getattr(item, "agreed_score", None)
    return ConsiderationCard(
        code=row.code,
        title=row.title,
        weight=row.weight,
        narrative=item.narrative,
        result=item.result,
        level=row.level,
        level_name=names.get(row.level, "") if row.level is not None else "",
        reason=agreed.reason if agreed else "",
        evidence=index.under(row.pk),
        no_evidence_reason=item.no_evidence_reason,
        collectors=tuple(cast.consideration[row.pk]),
    )


def _arithmetic(working: rollup.Working) -> ArithmeticLine:
    if working.mean is None:
        text = f"ยังไม่มีคะแนน {working.unscored} ประเด็น" if working.unscored else ""
    else:
        terms = (f"{rollup.exact(t.weight)} × {rollup.exact(t.value)}" for t in working.terms)
        text = f"({' + '.join(terms)}) ÷ {rollup.exact(working.weights)}"
    return ArithmeticLine(
        code=working.code, title=working.title or WHOLE, working=text, score=working.score
    )


def _order_card(order: Proposal) -> OrderCard:
    signed_on = day_on_paper(order)
    return OrderCard(
        number=f"{order.number}/{thai.be_year(signed_on)}" if signed_on else order.number,
        subject=order.subject,
        signed_on=signed_on,
    )


def _meetings(cycle: Cycle) -> tuple[MeetingNote, ...]:
    held = cycle.meetings.filter(state=MeetingState.HELD).annotate(
        came=Count("attendance", filter=Q(attendance__present=True)),
        stayed_away=Count("attendance", filter=Q(attendance__present=False)),
    )
    rows = held.order_by("starts_at", "pk").prefetch_related("agenda")
    return tuple(_meeting(row, row.came, row.stayed_away) for row in rows)


def _meeting(meeting: Meeting, came: int, stayed_away: int) -> MeetingNote:
    ticked = came + stayed_away > 0
    parts = [
        text
        for point in agenda(meeting)
        for text in (*_said(f"ระเบียบวาระที่ {point.number}", point), *_under(point))
    ]
    return MeetingNote(
        title=meeting.title,
        held_on=thai.local_date(meeting.starts_at),
        place=meeting.place,
        present=came if ticked else None,
        absent=stayed_away if ticked else None,
        summary="\n".join(filter(None, (*parts, meeting.minutes))),
    )


def _under(point: AgendaPoint) -> Iterator[str]:
    return (text for part in point.points for text in _said(part.number, part))


def _said(number: str, point: AgendaPoint) -> tuple[str, str, str]:
    resolved = f"มติที่ประชุม {point.resolution}" if point.resolution else ""
    return f"{number} {point.title}", point.text, resolved


def summary(cycle: Cycle, proposal: Proposal | None, at: datetime) -> SummarySnapshot:
    """What OBEC gets: scores, strengths and points to improve; a draft until it is submitted."""
    assessment, office = cycle.assessment, cycle.office
    year = Year(assessment)
    approved = _newest(cycle).get(ProposalKind.SAR)
    submitted = assessment.submitted_at
    return SummarySnapshot(
        office=office_card(office),
        fiscal_year=cycle.fiscal_year,
        edition=edition_card(assessment.edition, year.tree),
        standards=tuple(_summary_standard(row, year) for row in year.scores.standards),
        score=year.scores.score,
        level_name=year.scores.level_name,
        unscored=year.scores.unscored,
        draft=submitted is None,
        director=signature_of(approved, office, thai.local_date(at)),
        submitted_on=thai.local_date(submitted) if submitted else None,
    )


def _summary_standard(row: rollup.StandardScore, year: Year) -> SummaryStandard:
    return SummaryStandard(
        code=row.code,
        title=row.title,
        weight=row.weight,
        score=row.score,
        level_name=row.level_name,
        indicators=tuple(_summary_indicator(part, year) for part in row.indicators),
    )


def _summary_indicator(row: rollup.IndicatorScore, year: Year) -> SummaryIndicator:
    review = year.reviews.get(row.pk) or IndicatorReview()
    return SummaryIndicator(
        code=row.code,
        title=row.title,
        score=row.score,
        level_name=row.level_name,
        strengths=review.strengths,
        to_improve=review.to_improve,
    )

"""Announcement, appointment order and process chart. Thai stands here as in the templates:
papers are Thai whatever the screen speaks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import thai
from indicators.catalogue.nodes import (
    ConsiderationNode,
    EditionTree,
    IndicatorNode,
    StandardNode,
)
from indicators.catalogue.trees import edition_tree
from people.models import Office
from reports.gather.cards import BodyNames, BodyRow, day_on_paper, office_card, signature_of
from reports.snapshot import (
    AnnexLine,
    AnnouncementSnapshot,
    CommitteeGroup,
    FlowchartSnapshot,
    FlowchartStep,
    Member,
    OrderSnapshot,
    Person,
)
from workflow.models import Cycle, Proposal, Step
from workflow.papers.committee.labels import official_part, official_seat
from workflow.papers.correcting import correction_words
from workflow.states import CommitteePart, ProposalState, Seat, StepState
from workflow.steps.process_text import ChartRow, chart_rows

UNFINISHED = (ProposalState.DRAFT, ProposalState.RETURNED)  # what is proposed may be signed by pen
CHART_TITLE = "ผังกระบวนการสนับสนุนงานมาตรฐานสำนักงานเขตพื้นที่การศึกษา"
NAMES_SHOWN = 3
SUPERVISORS = "ผู้กำกับดูแลมาตรฐานและตัวบ่งชี้"
COLLECTORS = "ผู้จัดเก็บข้อมูลประเด็นการพิจารณา"
Body = Mapping[str, Any]  # of a proposal
SHOWN: dict[StepState, Literal["waiting", "open", "done"]] = {
    StepState.WAITING: "waiting",
    StepState.OPEN: "open",
    StepState.DONE: "done",
}
Target = tuple[str, str]  # what somebody answers for: kind and code
RANK = {seat: number for number, seat in enumerate(Seat)}


def announcement(cycle: Cycle, proposal: Proposal, at: datetime) -> AnnouncementSnapshot:
    """ประกาศ: the proposal's own words; they cannot change once it is approved."""
    body, office = proposal.body, cycle.office
    texts = [body.get("reason", ""), body.get("text", "")]
    if body.get("effective"):
        texts.append(f"ทั้งนี้ {effective_words(body['effective'])}")
    return AnnouncementSnapshot(
        office=office_card(office),
        fiscal_year=cycle.fiscal_year,
        subject=proposal.subject,
        body="\n".join(filter(None, texts)),
        signed_on=day_on_paper(proposal),
        signature=signature_of(proposal, office, thai.local_date(at)),
        draft=proposal.state in UNFINISHED,
        correction=correction_words(proposal),
    )


def order(cycle: Cycle, proposal: Proposal, at: datetime) -> OrderSnapshot:
    """คำสั่ง with its annex of supervisors and collectors."""
    body, office = proposal.body, cycle.office
    tree, names = edition_tree(cycle.assessment.edition), names_of(body, office)
    signed_on = day_on_paper(proposal)
    return OrderSnapshot(
        office=office_card(office),
        fiscal_year=cycle.fiscal_year,
        number=proposal.number,
        year=thai.be_year(signed_on or at),
        subject=proposal.subject,
        reason=body.get("reason", ""),
        power=body.get("power", ""),
        groups=committee_groups(body, tree, names) + duty_groups(body, names),
        effective=effective_words(body.get("effective")),
        signed_on=signed_on,
        signature=signature_of(proposal, office, thai.local_date(at)),
        draft=proposal.state in UNFINISHED,
        annex=_annex(body, tree, names),
        correction=correction_words(proposal),
    )


def effective_words(iso: str | None) -> str:
    """What follows ทั้งนี้."""
    if not iso:
        return "ตั้งแต่บัดนี้เป็นต้นไป"
    return f"ตั้งแต่วันที่ {thai.format_date(date.fromisoformat(iso))} เป็นต้นไป"


def names_of(body: Body, office: Office) -> BodyNames:
    """The people an order's body names."""
    return BodyNames(
        office,
        body.get("members", ()),
        body.get("supervisors", ()),
        body.get("collectors", ()),
    )


def committee_groups(body: Body, tree: EditionTree, names: BodyNames) -> tuple[CommitteeGroup, ...]:
    """Advisers, steering committee, one working group per standard; empty parts are left out."""
    wanted: list[tuple[CommitteePart, str | None, str]] = [
        (CommitteePart.ADVISER, None, ""),
        (CommitteePart.STEERING, None, ""),
    ]
    wanted += [(CommitteePart.WORKING, row.code, row.title) for row in tree.standards]
    groups = []
    for part, standard, name in wanted:
        rows = [
            row
            for row in body.get("members", ())
            if row["part"] == part
            and (part != CommitteePart.WORKING or row["standard"] == standard)
        ]
        members = _members(rows, part, names)
        if members:
            title = official_part(part, standard, name)
            groups.append(CommitteeGroup(title=title, members=members, duties=_duties(body, part)))
    return tuple(groups)


def _members(rows: Iterable[BodyRow], part: CommitteePart, names: BodyNames) -> tuple[Member, ...]:
    rows = sorted(rows, key=lambda row: (RANK[row["seat"]], row.get("order", 0)))
    people = [(row, names.of(row)) for row in rows]
    return tuple(
        Member(name=found.name, position=found.position, role=official_seat(part, row["seat"]))
        for row, found in people
        if found is not None
    )


def _duties(body: Body, part: str) -> tuple[str, ...]:
    lines = body.get("duties", {}).get(part, "").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


def duty_groups(body: Body, names: BodyNames) -> tuple[CommitteeGroup, ...]:
    """Supervisors and collectors, each person once; the annex says of what."""
    wanted = (
        (SUPERVISORS, "supervisors", "supervisor", "ผู้กำกับดูแล"),
        (COLLECTORS, "collectors", "collector", "ผู้จัดเก็บข้อมูล"),
    )
    groups = []
    for title, rows, duty, role in wanted:
        people = dict.fromkeys(filter(None, map(names.of, body.get(rows, ()))))
        members = tuple(Member(name=p.name, position=p.position, role=role) for p in people)
        if members:
            groups.append(CommitteeGroup(title=title, members=members, duties=_duties(body, duty)))
    return tuple(groups)


def _annex(body: Body, tree: EditionTree, names: BodyNames) -> tuple[AnnexLine, ...]:
    people: dict[Target | None, list[Person]] = {}
    for row in (*body.get("supervisors", ()), *body.get("collectors", ())):
        found = names.of(row)
        if found is not None:
            people.setdefault(_target(row), []).append(found)
    if not people:
        return ()
    lines = []
    for standard in tree.standards:
        lines.append(_line("standard", standard, people))
        for indicator in standard.indicators:
            lines.append(_line("indicator", indicator, people))
            lines += [_line("consideration", c, people) for c in indicator.considerations]
    return tuple(lines)


def _target(row: BodyRow) -> Target | None:
    for kind in ("consideration", "indicator", "standard"):
        if row.get(kind):
            return kind, row[kind]
    return None


def _line(
    kind: Literal["standard", "indicator", "consideration"],
    row: StandardNode | IndicatorNode | ConsiderationNode,
    people: Mapping[Target | None, Sequence[Person]],
) -> AnnexLine:
    named = people.get((kind, row.code), ())
    return AnnexLine(kind=kind, code=row.code, title=row.title, people=tuple(named))


def flowchart(cycle: Cycle, proposal: Proposal | None, at: datetime) -> FlowchartSnapshot:
    """ผังกระบวนการ: the six steps in the office's own words, as they stand on the day."""
    day = thai.local_date(at)
    steps = {step.kind: step for step in cycle.steps.prefetch_related("responsible")}
    return FlowchartSnapshot(
        office=office_card(cycle.office),
        fiscal_year=cycle.fiscal_year,
        title=CHART_TITLE,
        as_of=day,
        steps=tuple(_step(row, steps[row.number], day) for row in chart_rows()),
    )


def few(names: tuple[str, ...]) -> tuple[str, ...]:
    """The first names and how many follow: the chart stays one page."""
    if len(names) <= NAMES_SHOWN + 1:
        return names
    return (*names[:NAMES_SHOWN], f"และอีก {len(names) - NAMES_SHOWN} คน")


def _step(row: ChartRow, step: Step, day: date) -> FlowchartStep:
    named = tuple(user.full_name for user in step.responsible.all())
    done = step.state == StepState.DONE
    return FlowchartStep(
        number=row.number,
        shape=row.shape,
        label="".join(row.label),
        begin=step.planned_start,
        end=step.planned_end,
        description=row.text,
        responsible=row.responsible,
        people=few(named),
        state=SHOWN[StepState(step.state)],
        late=step.is_late(day),
        done_on=thai.local_date(step.done_at) if done and step.done_at else None,
    )

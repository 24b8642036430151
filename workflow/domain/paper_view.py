"""A paper as the screen shows it: paragraphs, groups of people, the annex of an order."""

from dataclasses import dataclass, field

from indicators.models import Standard
from people.models import User
from workflow.domain import papers
from workflow.domain.bodies import official_part, official_seat
from workflow.states import CommitteePart, ProposalKind, ProposalState


@dataclass(frozen=True)
class Line:
    """A person in a group, or one row of the annex."""

    name: str
    position: str = ""
    seat: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Group:
    """One part of an order with its people and duties."""

    title: str
    lines: list[Line]
    duties: str


@dataclass(frozen=True)
class AnnexRow:
    """A standard, indicator or consideration with who answers for it."""

    level: str
    code: str
    title: str
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class OrderView:
    """What an order appoints."""

    groups: list[Group]
    annex: list[AnnexRow]


def order_view(proposal) -> OrderView:
    """Groups and annex: as frozen when proposed, as things stand while it is a draft."""
    if proposal.kind != ProposalKind.ORDER:
        return OrderView([], [])
    body = proposal.body
    if proposal.state == ProposalState.DRAFT:
        body = papers.frozen(proposal)
    standards = list(
        Standard.objects.filter(edition=proposal.cycle.assessment.edition_id).prefetch_related(
            "indicators__considerations"
        )
    )
    return OrderView(_groups(proposal, body, standards), _annex(body, standards))


def _groups(proposal, body, standards):
    inactive = _inactive(proposal, body)
    places = [(CommitteePart.ADVISER, None, ""), (CommitteePart.STEERING, None, "")]
    places += [(CommitteePart.WORKING, row.code, row.title) for row in standards]
    found = []
    for part, code, title in places:
        rows = [row for row in body["members"] if (row["part"], row["standard"]) == (part, code)]
        if not rows and part == CommitteePart.ADVISER:
            continue
        lines = [
            Line(
                row.get("name", ""),
                row.get("position", ""),
                official_seat(part, row["seat"]),
                row["user"] in inactive,
            )
            for row in rows
        ]
        heading = official_part(part, code, title)
        found.append(Group(heading, lines, body.get("duties", {}).get(part, "")))
    return found


def _inactive(proposal, body) -> set[int]:
    """Members of a draft who can no longer be appointed."""
    if proposal.state != ProposalState.DRAFT:
        return set()
    wanted = {row["user"] for row in body["members"]}
    return set(User.objects.filter(pk__in=wanted, is_active=False).values_list("pk", flat=True))


def _annex(body, standards):
    def names(part, key, code):
        return [row.get("name", "") for row in body[part] if row.get(key) == code]

    rows = []
    for standard in standards:
        named = names("supervisors", "standard", standard.code)
        rows.append(AnnexRow("standard", standard.code, standard.title, named))
        for indicator in standard.indicators.all():
            named = names("supervisors", "indicator", indicator.code)
            rows.append(AnnexRow("indicator", indicator.code, indicator.title, named))
            rows += [
                AnnexRow(
                    "consideration",
                    row.code,
                    row.title,
                    names("collectors", "consideration", row.code),
                )
                for row in indicator.considerations.all()
            ]
    return rows

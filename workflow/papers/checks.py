"""What keeps a draft from the director: each problem in a sentence, with the field it stands at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

import thai
from core import clock
from indicators.models import Standard
from people.models import User
from workflow.field_labels import FIELD_LABELS, MEMO_LABELS
from workflow.models import Cycle, Proposal
from workflow.papers import wording
from workflow.papers.committee.labels import part_title
from workflow.papers.memos import MEMO_TEXTS, memo_of
from workflow.papers.moves import day_in_words
from workflow.papers.wording import Body, Row
from workflow.states import CommitteePart, ProposalKind, Seat
from workflow.todos.contents import last_change

CODES_SHOWN = 8


@dataclass(frozen=True)
class Problem:
    """Why a draft can't be proposed; ``field`` is the form field it stands at, or empty."""

    message: str
    field: str = ""
    page: str = "draft"  # on which page the field is: draft, memo or assignments

    @property
    def anchor(self) -> str:
        """Where on that page."""
        if self.page == "assignments" or not self.field:
            return ""
        return "members-title" if self.field == "members" else f"id_{self.field}"


def problems_of(proposal: Proposal) -> list[Problem]:
    """Everything that keeps the draft from the director."""
    found = []
    if not thai.trimmed(proposal.subject):
        found.append(Problem(_("The subject is missing."), "subject"))
    required = {
        ProposalKind.ANNOUNCEMENT: ("text",),
        ProposalKind.ORDER: ("reason", "power"),
        ProposalKind.SAR: ("preface", "basic_info", "conclusion", "development"),
    }[ProposalKind(proposal.kind)]
    found += _empty(proposal.body, required, FIELD_LABELS)
    found += _effective_problems(proposal.body)
    if proposal.kind == ProposalKind.ORDER:
        found += _order_problems(proposal)
        found += _empty(memo_of(proposal), MEMO_TEXTS, MEMO_LABELS, page="memo")
    return found


def _empty(
    texts: Mapping[str, Any],
    required: Iterable[str],
    labels: Mapping[str, str | Promise],
    page: str = "draft",
) -> list[Problem]:
    return [
        Problem(_("“%(field)s” is empty.") % {"field": labels[name]}, name, page)
        for name in required
        if not thai.trimmed(texts.get(name, ""))
    ]


def _effective_problems(body: Body) -> list[Problem]:
    """A paper takes effect on the day of proposing at the earliest."""
    text = body.get("effective")
    if not text or date.fromisoformat(text) >= clock.today():
        return []
    return [
        Problem(
            _("It cannot be in force from %(day)s on: that day lies before the proposal.")
            % {"day": day_in_words(date.fromisoformat(text))},
            "effective",
        )
    ]


def _order_problems(proposal: Proposal) -> list[Problem]:
    cycle, body = proposal.cycle, {**proposal.body, **wording.named_in_assignments(proposal.cycle)}
    people = wording.people_of(body)
    found = _committee_problems(cycle, body["members"], people)
    found += _gone(cycle, body, people)
    missing = _unnamed(cycle, body)
    if missing:
        shown = ", ".join(missing[:CODES_SHOWN]) + (" …" if len(missing) > CODES_SHOWN else "")
        found.append(
            Problem(
                _("The assignment table names nobody for %(n)s rows: %(codes)s.")
                % {"n": len(missing), "codes": shown},
                "supervisors",
                "assignments",
            )
        )
    return found


def _committee_problems(cycle: Cycle, members: list[Row], people: dict[int, User]) -> list[Problem]:
    if not members:
        return [Problem(_("The order appoints nobody yet."), "members")]
    found = [*_part_problems(CommitteePart.STEERING, None, members, people)]
    standards = Standard.objects.filter(edition=cycle.assessment.edition_id)
    for code in standards.values_list("code", flat=True):
        found += _part_problems(CommitteePart.WORKING, code, members, people)
    return found + _twice([r for r in members if r["part"] == CommitteePart.ADVISER], people)


def gone_from(proposal: Proposal) -> list[User]:
    """Whom a proposed order names and who can't be appointed any more."""
    people = wording.people_of(proposal.body).values()
    return [person for person in people if _is_gone(person, proposal.cycle)]


def _is_gone(person: User, cycle: Cycle) -> bool:
    return not person.is_active or person.office_id != cycle.assessment.office_id


def _gone(cycle: Cycle, body: Body, people: dict[int, User]) -> list[Problem]:
    """People who can't be appointed any more, said where they are to be replaced."""
    gone = {pk: person.full_name for pk, person in people.items() if _is_gone(person, cycle)}
    seated = {row["user"] for row in body["members"]}
    found = []
    for field, page, names in (
        ("members", "draft", [name for pk, name in gone.items() if pk in seated]),
        ("supervisors", "assignments", [name for pk, name in gone.items() if pk not in seated]),
    ):
        if names:
            sentence = _("No longer active in this office: %(names)s.")
            found.append(Problem(sentence % {"names": ", ".join(names)}, field, page))
    return found


def _part_problems(
    part: CommitteePart, standard: str | None, members: list[Row], people: dict[int, User]
) -> list[Problem]:
    rows = [row for row in members if row["part"] == part and row["standard"] == standard]
    title = part_title(part, standard)
    if not rows:
        return [Problem(_("%(part)s: nobody is named.") % {"part": title}, "members")]
    found = _twice(rows, people)
    chairs = [row for row in rows if row["seat"] == Seat.CHAIR]
    if not chairs:
        found.append(Problem(_("%(part)s: the chair is missing.") % {"part": title}, "members"))
    elif len(chairs) > 1:
        found.append(
            Problem(_("%(part)s: there is more than one chair.") % {"part": title}, "members")
        )
    return found


def _twice(rows: list[Row], people: dict[int, User]) -> list[Problem]:
    counted = Counter(row["user"] for row in rows)
    return [
        Problem(
            _("%(part)s: %(name)s stands there twice.")
            % {
                "part": part_title(rows[0]["part"], rows[0]["standard"]),
                "name": people[user].full_name if user in people else user,
            },
            "members",
        )
        for user, times in counted.items()
        if times > 1
    ]


def _unnamed(cycle: Cycle, body: Body) -> list[str]:
    """Codes of what the assignment table leaves without a person."""
    standards = {row["standard"] for row in body["supervisors"]}
    indicators = {row["indicator"] for row in body["supervisors"]}
    considerations = {row["consideration"] for row in body["collectors"]}
    found = []
    for standard in Standard.objects.filter(edition=cycle.assessment.edition_id).prefetch_related(
        "indicators__considerations"
    ):
        found += [standard.code] if standard.code not in standards else []
        for indicator in standard.indicators.all():
            found += [indicator.code] if indicator.code not in indicators else []
            found += [
                row.code for row in indicator.considerations.all() if row.code not in considerations
            ]
    return found


def pdf_problem(proposal: Proposal) -> str:
    """Why the PDF of a SAR is none to decide on; empty when it is one."""
    if not proposal.rendered_sha256 or proposal.rendered_at is None:
        return _("The report was not made into a PDF yet.")
    changed = max(filter(None, (last_change(proposal.cycle), proposal.saved_at)), default=None)
    if changed is not None and proposal.rendered_at < changed:
        return _("Something changed after the PDF was made. Please make it again.")
    return ""

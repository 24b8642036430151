"""What several papers carry: the office, its edition, who signs, who is named in a body."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import thai
from indicators.catalogue.nodes import EditionTree
from indicators.models import Edition
from people.models import Acting, Office, RoleGrant, User
from people.states import Digits, Role
from reports.snapshot import EditionCard, LevelCard, OfficeCard, Person, SignatureCard
from workflow.models import Decision, Letterhead, Proposal
from workflow.papers.letterheads import letterhead_of

BodyRow = Mapping[str, Any]  # of a proposal's body: who sits where, who answers for what
DIRECTOR, DEPUTY = "ผู้อำนวยการ", "รองผู้อำนวยการ"


def office_card(office: Office, letterhead: Letterhead | None = None) -> OfficeCard:
    """The office as papers name it; ``letterhead`` spares the query when it is read already."""
    emblem = (letterhead or letterhead_of(office)).emblem
    return OfficeCard(
        name=office.name,
        short_name=office.short_name,
        address=office.address,
        province=office.province,
        digits="thai" if office.digits == Digits.THAI else "arabic",
        emblem=emblem.sha256 if emblem else "",
    )


def edition_card(edition: Edition, tree: EditionTree) -> EditionCard:
    """The edition with its quality levels, best first."""
    return EditionCard(
        code=edition.code,
        title=edition.title,
        verified=edition.is_verified,
        note=edition.note,
        levels=tuple(
            LevelCard(score=level.score, name=level.name, at_least=level.at_least)
            for level in tree.levels
        ),
    )


def signature_of(
    proposal: Proposal | None, office: Office, day: date, letterhead: Letterhead | None = None
) -> SignatureCard | None:
    """Who signed, as it stood at approval; before that, who would sign on ``day``."""
    signed = proposal.signed_as if proposal is not None else None
    if signed:
        return SignatureCard(
            name=signed["name"],
            position=signed.get("position", ""),
            acting_for=signed.get("acting", ""),
        )
    return _director(office, day, letterhead or letterhead_of(office))


def signs_as(user: User | None) -> SignatureCard | None:
    """Who signs for nobody but themselves; None for nobody."""
    return SignatureCard(name=user.full_name, position=user.position) if user else None


def decided_by(decision: Decision, office: Office, letterhead: Letterhead) -> SignatureCard | None:
    """The lines under a deputy's or director's decision."""
    if decision.role == Role.DIRECTOR and decision.proposal.signed_as:
        return signature_of(decision.proposal, office, thai.local_date(decision.at), letterhead)
    title, line = (
        (DEPUTY, letterhead.deputy_position)
        if decision.role == Role.DEPUTY
        else (DIRECTOR, letterhead.director_position)
    )
    by = decision.by
    if decision.acting:
        acting_for = f"{title}{office.name}"
        return SignatureCard(name=by.full_name, position=by.position, acting_for=acting_for)
    position = line or by.position or f"{title}{office.name}"
    return SignatureCard(name=by.full_name, position=position)


def _director(office: Office, day: date, letterhead: Letterhead) -> SignatureCard | None:
    title = f"{DIRECTOR}{office.name}"
    grant = (
        RoleGrant.objects.on(day)
        .filter(office=office, role=Role.DIRECTOR, user__is_active=True)
        .select_related("user")
        .first()
    )
    if grant is not None:
        position = letterhead.director_position or grant.user.position or title
        return SignatureCard(name=grant.user.full_name, position=position)
    acting = (
        Acting.objects.on(day)
        .filter(office=office, for_role=Role.DIRECTOR, user__is_active=True)
        .select_related("user")
        .first()
    )
    if acting is None:
        return None
    return SignatureCard(
        name=acting.user.full_name, position=acting.user.position, acting_for=title
    )


def day_on_paper(proposal: Proposal | None) -> date | None:
    """The date a paper bears: the one written on it, else the day of the approval."""
    if proposal is None:
        return None
    approved_on = thai.local_date(proposal.approved_at) if proposal.approved_at else None
    return proposal.dated or approved_on


def person(user: User) -> Person:
    """A person as papers name one."""
    return Person(name=user.full_name, position=user.position)


class BodyNames:
    """Names in a proposal's body: frozen since it was proposed, read live before. One query."""

    def __init__(self, office: Office, *rows: Iterable[BodyRow]) -> None:
        live = {row["user"] for part in rows for row in part if not row.get("name")}
        self._live = {
            user.pk: person(user) for user in User.objects.filter(office=office, pk__in=live)
        }

    def of(self, row: BodyRow) -> Person | None:
        """The person of one row; None for somebody the office does not have."""
        if row.get("name"):
            return Person(name=row["name"], position=row.get("position", ""))
        return self._live.get(row["user"])

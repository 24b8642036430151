"""What several papers carry: the office, its edition, who signs, who is named in a body."""

from esa_standards import thai
from people.models import Acting, RoleGrant, User
from people.states import Role
from reports.snapshot import EditionCard, Level, OfficeCard, Person, Signature
from workflow.domain.letterheads import letterhead_of

DIRECTOR, DEPUTY = "ผู้อำนวยการ", "รองผู้อำนวยการ"


def office_card(office, letterhead=None):
    """The office as papers name it; ``letterhead`` spares the query when it is read already."""
    emblem = (letterhead or letterhead_of(office)).emblem
    return OfficeCard(
        name=office.name,
        short_name=office.short_name,
        address=office.address,
        province=office.province,
        digits=office.digits,
        emblem=emblem.sha256 if emblem else "",
    )


def edition_card(edition, tree):
    """The edition with its quality levels, best first."""
    return EditionCard(
        code=edition.code,
        title=edition.title,
        verified=edition.is_verified,
        note=edition.note,
        levels=tuple(
            Level(score=level.score, name=level.name, at_least=level.at_least)
            for level in tree.levels
        ),
    )


def signature_of(proposal, office, day, letterhead=None):
    """Who signed, as it stood at approval; before that, who would sign on ``day``."""
    signed = proposal.signed_as if proposal is not None else None
    if signed:
        return Signature(
            name=signed["name"],
            position=signed.get("position", ""),
            acting_for=signed.get("acting", ""),
        )
    return _director(office, day, letterhead or letterhead_of(office))


def signs_as(user):
    """Who signs for nobody but themselves; None for nobody."""
    return user and Signature(name=user.full_name, position=user.position)


def decided_by(decision, office, letterhead):
    """The lines under a deputy's or director's decision."""
    if decision.role == Role.DIRECTOR and decision.proposal.signed_as:
        return signature_of(decision.proposal, office, None, letterhead)
    title, line = (
        (DEPUTY, letterhead.deputy_position)
        if decision.role == Role.DEPUTY
        else (DIRECTOR, letterhead.director_position)
    )
    by = decision.by
    if decision.acting:
        acting_for = f"{title}{office.name}"
        return Signature(name=by.full_name, position=by.position, acting_for=acting_for)
    position = line or by.position or f"{title}{office.name}"
    return Signature(name=by.full_name, position=position)


def _director(office, day, letterhead):
    title = f"{DIRECTOR}{office.name}"
    grant = (
        RoleGrant.objects.on(day)
        .filter(office=office, role=Role.DIRECTOR, user__is_active=True)
        .select_related("user")
        .first()
    )
    if grant is not None:
        position = letterhead.director_position or grant.user.position or title
        return Signature(name=grant.user.full_name, position=position)
    acting = (
        Acting.objects.on(day)
        .filter(office=office, for_role=Role.DIRECTOR, user__is_active=True)
        .select_related("user")
        .first()
    )
    if acting is None:
        return None
    return Signature(name=acting.user.full_name, position=acting.user.position, acting_for=title)


def day_on_paper(proposal):
    """The date a paper bears: the one written on it, else the day of the approval."""
    if proposal is None or not (proposal.dated or proposal.approved_at):
        return None
    return proposal.dated or thai.local_date(proposal.approved_at)


def person(user):
    """A person as papers name one."""
    return Person(name=user.full_name, position=user.position)


class Names:
    """Names in a proposal's body: frozen since it was proposed, read live before. One query."""

    def __init__(self, office, *rows):
        live = {row["user"] for part in rows for row in part if not row.get("name")}
        self._live = {
            user.pk: person(user) for user in User.objects.filter(office=office, pk__in=live)
        }

    def of(self, row):
        """The person of one row; None for somebody the office does not have."""
        if row.get("name"):
            return Person(name=row["name"], position=row.get("position", ""))
        return self._live.get(row["user"])

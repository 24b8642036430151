"""What the pages of people read: the list, one person, work groups, mail that was given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core.history_words import verb_of
from core.models import Event
from core.search import Found, Hit, SearchSource, Wanted, containing
from notifications.hold import hold_of
from notifications.models import Delivery, OutboxHold
from people import rules
from people.models import Acting, Office, RoleGrant, User, WorkGroup
from people.roles.queries import WaitingRole
from people.roles.second_person import Given
from people.states import Role

HISTORY_LENGTH = 20


def people_found(
    user: User, office: Office, wanted: Mapping[str, Any], day: date
) -> QuerySet[User]:
    """People of the office with ``roles_now`` and ``acting_now``; 3 queries with their rows.

    What awaits its confirmation is among them, and says so.

    ``wanted`` is what ``PersonFilterForm`` cleaned: ``q``, ``group`` and ``status``.
    """
    found: QuerySet[User] = User.objects.visible_to(user).filter(
        is_active=wanted.get("status") != "inactive"
    )
    if text := wanted.get("q"):
        found = found.filter(search_text__contains=thai.fold(text))
    if group := wanted.get("group"):
        found = found.filter(work_group=group)
    grants = RoleGrant.objects.covering(day).filter(office=office)
    periods = Acting.objects.covering(day).filter(office=office)
    return found.select_related("work_group").prefetch_related(
        Prefetch("role_grants", grants, to_attr="roles_now"),
        Prefetch("acting_periods", periods, to_attr="acting_now"),
    )


# -- one person -----------------------------------------------------------------------
@dataclass(frozen=True)
class GrantRow:
    """One role of a person, and what the reader may do about it."""

    grant: RoleGrant
    is_over: bool
    may_end: bool
    waiting: WaitingRole | None


@dataclass(frozen=True)
class ActingRow:
    """One acting period of a person."""

    period: Acting
    is_over: bool
    waiting: WaitingRole | None


@dataclass(frozen=True)
class PersonEvent:
    """One line of a person's history: what happened, with the role and the reason."""

    event: Event
    text: str


def grant_rows(
    user: User, who: User, waiting: Mapping[Given, WaitingRole], day: date
) -> list[GrantRow]:
    """All roles of ``who`` in the reader's office, ended ones too; 1 query."""
    rows = []
    for grant in RoleGrant.objects.visible_to(user).filter(user=who):
        over = grant.until is not None and grant.until < day
        may_end = not over and rules.may_end_role(user, grant, day)
        rows.append(GrantRow(grant, over, may_end, waiting.get(grant)))
    return rows


def acting_rows(
    user: User, who: User, waiting: Mapping[Given, WaitingRole], day: date
) -> list[ActingRow]:
    """All acting periods of ``who`` in the reader's office, ended ones too; 1 query."""
    periods = Acting.objects.visible_to(user).filter(user=who)
    return [ActingRow(period, period.until < day, waiting.get(period)) for period in periods]


def roles_now(who: User, day: date) -> list[RoleGrant]:
    """What ``who`` holds in any office, and what awaits its confirmation; 1 query."""
    return list(RoleGrant.objects.covering(day).filter(user=who))


def acting_now(who: User, day: date) -> list[Acting]:
    """For whom ``who`` acts in any office, also what awaits its confirmation; 1 query."""
    return list(Acting.objects.covering(day).filter(user=who))


def history_of(user: User, who: User) -> list[PersonEvent]:
    """The newest events about ``who`` that the reader may see; 1 query."""
    events = Event.objects.visible_to(user).about(who).select_related("actor")
    return [PersonEvent(row, _text_of(row)) for row in events.order_by("-number")[:HISTORY_LENGTH]]


def _text_of(event: Event) -> str:
    facts = event.before | event.after
    role = facts.get("role") or facts.get("for_role")
    label = Role(role).label if role in Role.values else ""
    what = f"{verb_of(event)} {label}".rstrip()
    return f"{what}: {event.why}" if event.why else what


def own_details(user: User) -> User:
    """A copy of the signed-in person with office and group, on which a form may write."""
    found: User = User.objects.select_related("office", "work_group").get(pk=user.pk)
    return found


# -- the office -----------------------------------------------------------------------
def groups_of(office: Office) -> list[WorkGroup]:
    """The office's work groups, each with ``active``: how many people it has; 1 query."""
    active = Count("people", filter=Q(people__is_active=True))
    return list(WorkGroup.objects.filter(office=office).annotate(active=active))


def undelivered_found(user: User, words: str) -> QuerySet[Delivery]:
    """Messages that were given up, the newest first, as far as they hold ``words``."""
    failed: QuerySet[Delivery] = Delivery.objects.visible_to(user).failed()
    if words:
        failed = failed.saying(words)  # type: ignore[attr-defined]  # its own queryset
    return failed.select_related("notification__recipient", "to").order_by("-pk")


def demo_accounts() -> list[User]:
    """Who may be chosen beside the sign-in while the demo runs: OBEC first; 1 query."""
    people = User.objects.active().without_it().select_related("office")
    return list(people.order_by("-office__kind", "-office__code", "pk"))


# -- after a restore ------------------------------------------------------------------
def held_messages(user: User, office: Office) -> tuple[OutboxHold | None, QuerySet[Delivery]]:
    """The office's hold and the messages that it holds, oldest first; 1 query and those of rows."""
    hold = hold_of(office)
    waiting: QuerySet[Delivery] = Delivery.objects.visible_to(user).unsent()
    if hold is None:
        waiting = waiting.none()
    return hold, waiting.select_related("notification__recipient", "to").order_by("pk")


def last_of(waiting: QuerySet[Delivery]) -> int:
    """The number of the last of them; 0 when nothing waits. 1 query."""
    return waiting.order_by("-pk").values_list("pk", flat=True).first() or 0


# -- the search of the whole product ---------------------------------------------------
ACTIVE, INACTIVE = "active", "inactive"


def find_people(user: User, wanted: Wanted, part: slice) -> Found:
    """By name, position or user name; 2 queries."""
    rows = User.objects.visible_to(user).filter(containing(wanted.words, "search_text"))
    if wanted.group:
        rows = rows.filter(work_group=wanted.group)
    if wanted.state:
        rows = rows.filter(is_active=wanted.state == ACTIVE)
    shown = rows.select_related("work_group").order_by("-is_active", "sort_name", "pk")[part]
    return Found(rows.count(), [_hit(person, wanted) for person in shown])


def _hit(person: User, wanted: Wanted) -> Hit:
    facts = [person.position, person.work_group.name if person.work_group else ""]
    facts.append("" if person.is_active else _("Deactivated"))
    return Hit(
        title=wanted.words.marked(person.full_name),
        url=reverse("people:person", args=[person.pk]),
        facts=[fact for fact in facts if fact],
    )


PEOPLE = SearchSource(
    name="people",
    label=gettext_lazy("People"),
    order=60,
    find=find_people,
    narrows=frozenset({"group", "state"}),
    states=((ACTIVE, gettext_lazy("Active")), (INACTIVE, gettext_lazy("Deactivated"))),
)

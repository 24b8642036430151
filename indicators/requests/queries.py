"""What pages and todos read of requests, each in a fixed number of queries."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

import thai
from core import clock
from indicators import rules
from indicators.models import (
    Assessment,
    Assignment,
    Citation,
    Evidence,
    Item,
    ItemRequest,
    ItemUserPermission,
    RequestStep,
)
from indicators.states import ItemState, RequestState
from people.models import User

# Which come first: what is to be done, what waits to be accepted, what is settled.
IN_ORDER = Case(
    When(state=RequestState.OPEN, then=Value(0)),
    When(state=RequestState.DONE, then=Value(1)),
    default=Value(2),
)


def _whole(rows: QuerySet[ItemRequest]) -> QuerySet[ItemRequest]:
    """With everything that one of them shows; 2 queries."""
    steps = RequestStep.objects.select_related("by", "asked_of").order_by("number")
    return rows.select_related("asked_by", "asked_of", "accepted_by", "evidence").prefetch_related(
        Prefetch("steps", steps, to_attr="said")
    )


def requests_of(item: Item) -> list[ItemRequest]:
    """What was asked about the item and not withdrawn, with the words exchanged; 2 queries."""
    rows = list(_whole(item.requests.standing()).order_by(IN_ORDER, "asked_at", "pk"))
    for row in rows:
        row.item = item
    return rows


def requests_about(evidence: Evidence, assessment: Assessment) -> list[ItemRequest]:
    """What was asked this year about a piece of evidence and not withdrawn; 1 query."""
    rows = ItemRequest.objects.standing().filter(evidence=evidence, item__assessment=assessment)
    return list(
        rows.select_related("asked_by", "item__consideration").order_by(IN_ORDER, "asked_at", "pk")
    )


def items_to_ask(
    user: User, evidence: Evidence, citations: Iterable[Citation], assessment: Assessment
) -> list[Item]:
    """The considerations of this year about whose use of the evidence ``user`` may ask."""
    if evidence.removed_at or not rules.may_ask(user, assessment, clock.today()):
        return []
    return [one.item for one in citations if one.item.assessment_id == assessment.pk]


def with_words(row: ItemRequest) -> ItemRequest:
    """The request with the words exchanged; 2 queries."""
    found = _whole(ItemRequest.objects.filter(pk=row.pk)).get()
    found.item = row.item
    return found


def request_rows(
    user: User, assessment: Assessment, chosen: Mapping[str, Any]
) -> QuerySet[ItemRequest]:
    """The year's requests as the list's form wants them, what waits longest first; 1 query."""
    rows = ItemRequest.objects.filter(item__assessment=assessment)
    if chosen.get("whose") == "mine":
        rows = rows.filter(_for(user, assessment))
    if chosen.get("whose") == "asked":
        rows = rows.filter(asked_by=user)
    if person := chosen.get("person"):
        rows = rows.filter(Q(asked_by=person) | Q(asked_of=person) | Q(done_by=person))
    if state := chosen.get("state"):
        rows = rows if state == "all" else rows.filter(state=state)
    else:
        rows = rows.filter(state__in=[RequestState.OPEN, RequestState.DONE])
    return rows.select_related("asked_by", "asked_of", "item__consideration", "evidence").order_by(
        IN_ORDER, F("due_on").asc(nulls_last=True), "asked_at", "pk"
    )


def _for(user: User, assessment: Assessment) -> Q:
    """Asked of this person, or of nobody by name about what they write."""
    return Q(asked_of=user) | Q(
        asked_of__isnull=True, item__in=rules.writable_items(user, assessment)
    )


def people_in(assessment: Assessment) -> list[tuple[int, str]]:
    """Everybody who asked or was asked this year, in name order; 1 query."""
    rows = ItemRequest.objects.filter(item__assessment=assessment)
    either = Q(pk__in=rows.values("asked_by")) | Q(
        pk__in=rows.filter(asked_of__isnull=False).values("asked_of")
    )
    return [(person.pk, person.full_name) for person in User.objects.filter(either)]


class Unsettled(NamedTuple):
    """What waits to be done or accepted, and who is there to do so; columns, no models.

    ``able`` is the person asked, as long as the order or the evidence lets them do it, ``asked``
    the same person while they work in the office: whether they coordinate it the caller knows.
    ``asker`` asked and is still there; ``writer`` is the collector named for the item, else the
    first of whomever else the order lets write it.
    """

    year: int
    pk: int
    item: int
    text: str
    state: str
    moved_at: datetime
    due_on: date | None
    is_return: bool
    writing: bool
    code: str
    indicator: str
    able: int | None
    asked: int | None
    writer: int | None
    asker: int | None
    asker_name: str


def unsettled_of(assessments: Collection[int]) -> list[Unsettled]:
    """Of these years, the oldest first; 1 query."""
    columns = (
        ItemRequest.objects.unsettled()
        .filter(item__assessment__in=assessments)
        .annotate(
            writing=Case(
                When(item__state=ItemState.WRITING, then=Value(True)), default=Value(False)
            ),
            able=Case(When(_is_able(), then=F("asked_of"))),
            asked=Case(When(_is_there("asked_of"), then=F("asked_of"))),
            writer=Coalesce(
                Subquery(_collectors().values("user")[:1]),
                Subquery(_writers().values("user")[:1]),
            ),
            asker=Case(When(_is_there("asked_by"), then=F("asked_by"))),
        )
        .order_by("asked_at", "pk")
        .values_list(
            "item__assessment",
            "pk",
            "item",
            "text",
            "state",
            "moved_at",
            "due_on",
            "is_return",
            "writing",
            "item__consideration__code",
            "item__consideration__indicator__code",
            "able",
            "asked",
            "writer",
            "asker",
            "asked_by__prefix",
            "asked_by__given_name",
            "asked_by__family_name",
        )
    )
    return [_row_of(row) for row in columns]


def _row_of(columns: Any) -> Unsettled:
    return Unsettled._make([*columns[:-3], thai.full_name(*columns[-3:])])


def _is_there(who: str) -> Q:
    return Q(
        **{f"{who}__is_active": True, f"{who}__office": F("item__assessment__office")},
    )


def _is_able() -> Q:
    """The person asked may write the item, brought the evidence, or writes where it is cited."""
    rights = ItemUserPermission.objects.filter(
        user=OuterRef("asked_of"), permission__codename=rules.WRITE
    )
    citing = rights.filter(
        content_object__assessment=OuterRef("item__assessment"),
        content_object__citations__evidence=OuterRef("evidence"),
        content_object__citations__removed_at__isnull=True,
    )
    able = Q(Exists(rights.filter(content_object=OuterRef("item"))))
    return _is_there("asked_of") & (
        able | Q(evidence__created_by=F("asked_of")) | Q(Exists(citing))
    )


def _writers() -> QuerySet[ItemUserPermission]:
    return ItemUserPermission.objects.filter(
        content_object=OuterRef("item"),
        permission__codename=rules.WRITE,
        user__is_active=True,
        user__office=OuterRef("item__assessment__office"),
    ).order_by("user")


def _collectors() -> QuerySet[Assignment]:
    """Named by whomever, only who may write there does it: the right comes from the order."""
    return Assignment.objects.current().filter(
        assessment=OuterRef("item__assessment"),
        consideration=OuterRef("item__consideration"),
        user__is_active=True,
        user__itemuserpermission__content_object=OuterRef("item"),
        user__itemuserpermission__permission__codename=rules.WRITE,
    )

"""Of whom something about an item can be asked, and for whom an open request waits."""

from django.db.models import Q, QuerySet

from core import clock
from indicators import rules
from indicators.models import Assignment, Evidence, Item, ItemRequest, ItemUserPermission
from people import roles
from people.models import Acting, RoleGrant, User
from people.states import Role


def people_to_ask(item: Item, evidence: Evidence | None = None) -> QuerySet[User]:
    """Who can do something about the item or the piece of evidence, in name order.

    Its writers by the order, the coordinator, and of evidence also who brought it and the writers
    of the other items that cite it this year. One query.
    """
    office = item.assessment.office
    writing = ItemUserPermission.objects.filter(
        content_object=item.pk, permission__codename=rules.WRITE
    )
    day = clock.today()
    granted = RoleGrant.objects.on(day).filter(office=office.pk, role=Role.COORDINATOR)
    acting = Acting.objects.on(day).filter(office=office.pk, for_role=Role.COORDINATOR)
    able = Q(pk__in=writing.values("user")) | Q(pk__in=granted.values("user"))
    able |= Q(pk__in=acting.values("user"))
    if evidence is not None:
        citing = ItemUserPermission.objects.filter(
            permission__codename=rules.WRITE,
            content_object__assessment=item.assessment_id,
            content_object__citations__evidence=evidence.pk,
            content_object__citations__removed_at__isnull=True,
        )
        able |= Q(pk=evidence.created_by_id) | Q(pk__in=citing.values("user"))
    found: QuerySet[User] = User.objects.active().filter(able, office=office.pk)
    return found


def waits_for(row: ItemRequest) -> list[User]:
    """Who is to do it: the one asked, as long as they can; else the collector, or the writers.

    With nobody left to write the item it is the coordinator's. The todo is for one of them
    (``queries.unsettled_of``).
    """
    if row.asked_of_id:
        asked = people_to_ask(row.item, row.evidence).filter(pk=row.asked_of_id)
        if found := list(asked):
            return found
    return writers_of(row.item) or roles.holders(row.item.assessment.office, Role.COORDINATOR)


def writers_of(item: Item) -> list[User]:
    """The collector named now, if the order lets them write; else whoever else it lets."""
    writers = User.objects.active().filter(
        office=item.assessment.office_id,
        itemuserpermission__content_object=item.pk,
        itemuserpermission__permission__codename=rules.WRITE,
    )
    named = Assignment.objects.current().filter(
        assessment=item.assessment_id, consideration=item.consideration_id
    )
    collector = list(writers.filter(pk__in=named.values("user")))
    return collector or list(writers)

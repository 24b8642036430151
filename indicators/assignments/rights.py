"""Rights to write and to score. They come from the approved order and from nothing else."""

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import Q

from indicators.assessments import log_event
from indicators.models import Assessment, AssessmentUserPermission, Item, ItemUserPermission
from indicators.rules import SCORE, WRITE
from people.models import User


def _permission(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="indicators", codename=codename)


@transaction.atomic
def set_rights(
    assessment: Assessment,
    *,
    scorers: Iterable[int],
    writers: Mapping[int, Iterable[int]],
    by: User,
) -> None:
    """Replace all rights of the year by those of a newly approved order.

    ``scorers`` are ids of users, ``writers`` maps item ids to ids of users. Items of another
    assessment and people of another office are passed over: an order cannot reach them.
    """
    scoring = set(scorers)
    writing = {item: set(users) for item, users in writers.items()}
    Assessment.objects.select_for_update().get(pk=assessment.pk)
    clear_rights(assessment)
    wanted = scoring.union(*writing.values())
    people = set(
        User.objects.filter(pk__in=wanted, office=assessment.office_id).values_list("pk", flat=True)
    )
    items = set(assessment.items.filter(pk__in=writing).values_list("pk", flat=True))
    score, write = _permission(SCORE), _permission(WRITE)
    AssessmentUserPermission.objects.bulk_create(
        AssessmentUserPermission(user_id=user, permission=score, content_object=assessment)
        for user in sorted(scoring & people)
    )
    ItemUserPermission.objects.bulk_create(
        ItemUserPermission(user_id=user, permission=write, content_object_id=item)
        for item in sorted(items)
        for user in sorted(writing[item] & people)
    )
    log_event(
        assessment,
        by=by,
        verb="rights.set",
        after={"scorers": sorted(scoring & people), "items": len(items)},
    )


@transaction.atomic
def transfer_writing(item: Item, *, from_user: User, to_user: User | None) -> bool:
    """Hand the right to write ``item`` on, if ``from_user`` has it; says whether it did.

    With nobody to take it (``to_user`` None: the assignment just ended) it is only taken away.

    Call it after the old assignment has ended: ``from_user`` keeps the right as long as another
    current assignment (collector here, supervisor of the indicator or standard) speaks for it.
    The transfer of the assignment is what the history tells.
    """
    held = ItemUserPermission.objects.filter(
        content_object=item, user=from_user, permission__codename=WRITE
    )
    if not held.exists():
        return False
    consideration = item.consideration
    still_named = (
        item.assessment.assignments.current()
        .filter(user=from_user)
        .filter(
            Q(consideration=consideration)
            | Q(indicator=consideration.indicator_id)
            | Q(standard=consideration.indicator.standard_id)
        )
    )
    if not still_named.exists():
        held.delete()
    if to_user is not None:
        ItemUserPermission.objects.get_or_create(
            user=to_user, permission=_permission(WRITE), content_object=item
        )
    return True


def clear_rights(assessment: Assessment) -> None:
    """Take every right of the year away, as before an order was approved."""
    AssessmentUserPermission.objects.filter(content_object=assessment).delete()
    ItemUserPermission.objects.filter(content_object__assessment=assessment).delete()

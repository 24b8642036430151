"""Who gave a role, and which second person confirmed it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.states import ROLES_TO_CONFIRM


class Confirmable(models.Model):
    """A role or acting period. One that decides on papers holds from the confirmation on.

    ``granted_by`` is empty for what the program itself gave (a founding, the demo) and for rows
    older than this rule: both count as confirmed. ``granted_at`` is the moment of the giving,
    for ``since`` may lie before it. ``confirmed_at`` without ``confirmed_by`` says that the
    operator confirmed it by ``manage.py role_confirm``.
    """

    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(null=True, blank=True, editable=False)
    awaits_confirmation = models.BooleanField(default=False, editable=False)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def confirmation_constraints(name: str, role: str) -> list[models.BaseConstraint]:
    """What must never be false of a row called ``name``, whose role stands in ``role``."""
    return [
        models.CheckConstraint(
            condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
            name=f"{name}_not_granted_to_oneself",
        ),
        models.CheckConstraint(
            condition=Q(confirmed_by__isnull=True)
            | (
                ~Q(confirmed_by=F("user"))
                & ~Q(confirmed_by=F("granted_by"))
                & Q(granted_by__isnull=False)
            ),
            name=f"{name}_confirmed_by_a_second",
        ),
        models.CheckConstraint(
            condition=Q(awaits_confirmation=False) | Q(confirmed_at__isnull=True),
            name=f"{name}_awaits_or_is_confirmed",
        ),
        models.CheckConstraint(
            condition=Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False),
            name=f"{name}_confirmed_at_a_moment",
        ),
        models.CheckConstraint(
            condition=Q(granted_by__isnull=True)
            | ~Q(**{f"{role}__in": [str(one) for one in ROLES_TO_CONFIRM]})
            | Q(awaits_confirmation=True)
            | Q(confirmed_at__isnull=False),
            name=f"{name}_that_decides_is_confirmed",
        ),
    ]

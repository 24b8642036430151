"""Requests about a consideration: who asks whom for what, by when, and what came of it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

import thai
from core.models import AppendOnly
from indicators.models.assessment import Item
from indicators.models.evidence import Evidence
from indicators.states import RequestMove, RequestState

DONE_WITHIN = timedelta(days=7)  # where no day was said
NOT_DONE = Q(done_at__isnull=True, done_by__isnull=True)
DONE = Q(done_at__isnull=False, done_by__isnull=False)
NOT_ACCEPTED = Q(accepted_at__isnull=True, accepted_by__isnull=True)
ACCEPTED = Q(accepted_at__isnull=False) & (Q(accepted_by__isnull=False) | Q(answered_before=True))


class ItemRequestQuerySet(models.QuerySet["ItemRequest"]):
    """Rows of requests."""

    def visible_to(self, user) -> "ItemRequestQuerySet":
        """Those of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(item__assessment__office=user.office_id)

    def standing(self) -> "ItemRequestQuerySet":
        """Not withdrawn."""
        return self.exclude(state=RequestState.WITHDRAWN)

    def unsettled(self) -> "ItemRequestQuerySet":
        """What somebody still has to do or to accept.

        Answers to questions that were asked before there were requests are accepted by whoever
        wants to; nobody has to.
        """
        done = Q(state=RequestState.DONE, answered_before=False)
        return self.filter(Q(state=RequestState.OPEN) | done)


class ItemRequest(models.Model):
    """One thing that somebody asks of somebody else, about an item or a piece of its evidence.

    ``asked_of`` is the person; nobody means whoever collects the item. What was said on the way
    stands in the steps. ``is_return`` marks the one that came of handing the item back: handing
    it in again reports it done.

    ``answered_before`` marks a question of the time before requests, with its answer as the step
    that reported it done. In a year that was locked it counts as accepted, by nobody: only of
    these ``accepted_by`` may be empty.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="requests")
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="requests"
    )
    # The piece it was asked about, where that was joined with others since.
    first_evidence = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_("request"))
    # Its text and the words of its steps, folded for search (thai.fold).
    search_text = models.TextField(editable=False, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)  # Bangkok
    is_return = models.BooleanField(default=False)
    answered_before = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    # Counts the steps: who decides decides over the one that was on screen.
    version = models.PositiveIntegerField(default=1)
    moved_at = models.DateTimeField()  # the last step
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ItemRequestQuerySet.as_manager()

    class Meta:
        ordering = ["item", "asked_at", "pk"]
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(state=RequestState.OPEN, withdrawn_at__isnull=True) & NOT_DONE & NOT_ACCEPTED
                )
                | (Q(state=RequestState.DONE, withdrawn_at__isnull=True) & DONE & NOT_ACCEPTED)
                | (Q(state=RequestState.ACCEPTED, withdrawn_at__isnull=True) & DONE & ACCEPTED)
                | (
                    Q(state=RequestState.WITHDRAWN, withdrawn_at__isnull=False)
                    & NOT_DONE
                    & NOT_ACCEPTED
                ),
                name="request_times_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(answered_before=False)
                | Q(state__in=[RequestState.DONE, RequestState.ACCEPTED]),
                name="request_answered_before",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="request_says_something"),
        ]
        indexes = [models.Index(fields=["item", "state"], name="request_item_state")]

    def __str__(self):
        return str(self.item)

    @property
    def is_settled(self):
        """Whether nobody has anything to do with it any more."""
        return self.state == RequestState.ACCEPTED

    @property
    def done_by_day(self):
        """The Bangkok day to do it by: a week after the last word where none was said."""
        return self.due_on or thai.local_date(self.moved_at) + DONE_WITHIN

    def is_late_on(self, day):
        """Whether its day was over before it was done."""
        return self.done_by_day < day and self.state == RequestState.OPEN


class RequestStep(AppendOnly):
    """What one person did or said; in their order they are the conversation about a request."""

    request = models.ForeignKey(ItemRequest, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    move = models.CharField(max_length=10, choices=RequestMove)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    before = models.CharField(max_length=10, choices=RequestState, blank=True)
    after = models.CharField(max_length=10, choices=RequestState)
    text = models.TextField(blank=True)
    # Whom it was asked of, or handed on to.
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["request", "number"]
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="request_step_once"),
            models.CheckConstraint(
                condition=Q(number=1, move=RequestMove.ASK, before="")
                | (Q(number__gt=1) & ~Q(move=RequestMove.ASK) & ~Q(before="")),
                name="request_begins_by_asking",
            ),
        ]

    def __str__(self):
        return f"{self.request_id}.{self.number}"

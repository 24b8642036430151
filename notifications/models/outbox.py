"""The outbox: who is to be notified of what, and how far it got."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

import thai
from core.leases import Lease
from notifications.models.channels import PersonalChannel
from notifications.models.hold import OutboxHold
from notifications.states import Channel, DeliveryState

LEASE = timedelta(minutes=5)
CLAIM: Lease["Delivery"] = Lease(
    waiting=DeliveryState.WAITING, working=DeliveryState.CLAIMED, length=lambda: LEASE
)


class NotificationQuerySet(models.QuerySet):
    """Rows of notifications."""

    def visible_to(self, user):
        """A person's own."""
        return self.filter(recipient=user.pk)

    def unread(self):
        """Not opened yet."""
        return self.filter(read_at__isnull=True)

    def saying(self, words):
        """Those whose title or text holds every word, compared as searches compare."""
        found = self
        for word in thai.fold(words).split():
            found = found.filter(search_text__contains=word)
        return found


class Notification(models.Model):
    """One message to one person. ``key`` makes it happen once, however often it is planned."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications"
    )
    key = models.CharField(max_length=250, unique=True)
    kind = models.CharField(max_length=40)
    # Key of the todo this reminds of; blank for plain news. Asked again before sending.
    todo_key = models.CharField(max_length=160, blank=True)
    due_date = models.DateField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=300)
    body = models.TextField(_("text"), blank=True)
    # Title and text as searches compare them; folded once, when the row is written.
    search_text = models.TextField(editable=False, blank=True)
    url = models.CharField(max_length=300, blank=True)
    # What a digest lists, each with its own address: [{"title", "note", "url"}].
    lines = models.JSONField(default=list, blank=True)
    # An iCalendar text that its e-mail carries as a file (RFC 5545); blank for none.
    calendar = models.TextField(blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=Q(read_at__isnull=True),
                name="notification_unread",
            )
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        self.fold_for_search()
        super().save(*args, **kwargs)

    def fold_for_search(self):
        """Set ``search_text``; ``bulk_create`` does not ask for it by itself."""
        self.search_text = thai.fold(f"{self.title} {self.body}")


class DeliveryQuerySet(models.QuerySet):
    """Rows of deliveries."""

    def visible_to(self, user):
        """Those to people of the user's own office."""
        if not user.is_authenticated or user.office_id is None:
            return self.none()
        return self.filter(notification__recipient__office=user.office_id)

    def due(self, at):
        """Waiting and past its hour, or left behind by a worker that died."""
        return self.filter(CLAIM.free(at), not_before__lte=at)

    def unsent(self):
        """To be sent one day, whoever works on them now."""
        return self.filter(state__in=[DeliveryState.WAITING, DeliveryState.CLAIMED])

    def of_office(self, office):
        """Those to an office's people; None: to people of no office."""
        return self.filter(notification__recipient__office=office)

    def held(self):
        """Those to people whose office nobody has released since a restore."""
        return self.filter(_is_held())

    def free(self):
        """The others. For lists: a claim asks one row alone, by ``due``."""
        return self.exclude(_is_held())

    def unheard(self):
        """Tried, but nobody was there to refuse it: that attempt is not counted."""
        return self.exclude(last_error="").filter(
            Q(state=DeliveryState.WAITING, attempts=0) | Q(state=DeliveryState.CLAIMED, attempts=1)
        )

    def refused(self):
        """Refused at least once, and to be tried again."""
        return self.exclude(last_error="").filter(
            Q(state=DeliveryState.WAITING, attempts__gt=0)
            | Q(state=DeliveryState.CLAIMED, attempts__gt=1)
        )

    def failed(self):
        """Given up; an administrator looks at them."""
        return self.filter(state=DeliveryState.FAILED)

    def saying(self, words):
        """Those whose recipient, address or message holds the words, as searches compare."""
        needle, who = thai.fold(words), "notification__recipient"
        return self.filter(
            Q(**{f"{who}__search_text__contains": needle})
            | Q(**{f"{who}__email__icontains": needle})
            | Q(notification__search_text__contains=needle)
        )


def _is_held():
    open_holds = OutboxHold.objects.open()
    office = "notification__recipient__office"
    return Q(Exists(open_holds.filter(office=OuterRef(office)))) | Q(
        Exists(open_holds.filter(office__isnull=True)), **{f"{office}__isnull": True}
    )


class Delivery(models.Model):
    """One notification on one channel; claimed by lease, retried with backoff and a cap."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    # Which of the person's own channels; None for the e-mail address.
    to = models.ForeignKey(
        PersonalChannel, models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "channel"],
                condition=Q(to__isnull=True),
                name="delivery_channel_once",
            ),
            models.UniqueConstraint(
                fields=["notification", "to"],
                condition=Q(to__isnull=False),
                name="delivery_personal_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=Q(state__in=["waiting", "claimed"]),
                name="delivery_open",
            )
        ]

    def __str__(self):
        return f"{self.notification} · {self.channel} · {self.state}"

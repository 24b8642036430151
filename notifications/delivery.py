"""Sending what stands in the outbox.

A delivery is claimed by a conditional UPDATE with a lease, sent, then marked sent. A worker that
dies leaves a lease that runs out; the next sweep sends again, under the same Message-ID. So no
mail is lost, and one may repeat only if the machine died after the mail server took it.
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from email.errors import MessageError
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from core import clock
from core.leases import holder, pause_after
from core.refusals import MoveRefused
from notifications import channels
from notifications.channels import ChannelRefused
from notifications.contact_settings import takes_mail
from notifications.mail import plain_text, write_mail
from notifications.models import Delivery, Notification
from notifications.models.outbox import CLAIM
from notifications.states import Channel, DeliveryState

log = logging.getLogger(__name__)

# How long to rest after the first, second, … refusal of a message; after the last it is given up.
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))
# A server that is not there is no fault of the message: it waits, without counting, so long.
SERVER_PAUSE, SERVER_PATIENCE = timedelta(minutes=5), timedelta(days=7)
# After so many in a row that a server or service did not take, it is left alone until the next
# sweep.
IN_A_ROW = 3
PERMANENT = range(500, 600)  # SMTP: asking again brings the same answer

# Refusals of the very message; every other trouble with a server is the server's.
OWN_TROUBLE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ChannelRefused)


class AddressRefused(Exception):
    """The mail server refuses this address for good; asking again brings the same answer."""


class DueDelivery(NamedTuple):
    """What is known of a delivery before it is claimed."""

    pk: int
    channel: str
    to: int | None  # one of the person's own channels; None for the e-mail address
    service: str | None


COLUMNS = ("pk", "channel", "to", "to__service")


def deliver_due(*, at: datetime | None = None, worker: str = "", limit: int = 200) -> int:
    """Send what is due; returns how many messages the servers took.

    Safe to run twice, in parallel and at any time. ``at`` pins the clock (tests). At most
    ``limit`` e-mails and as many messages to personal channels are tried.
    """
    run = Run(worker=holder(worker), at=at)
    due = Delivery.objects.due(run.now()).free().order_by("not_before", "pk")
    breaker = CircuitBreaker(limit)
    try:
        for row in [DueDelivery(*row) for row in due.values_list(*COLUMNS)]:
            if breaker.allows(row) and run.claim(row.pk):
                breaker.count(row, run.attempt(row.pk))
    finally:
        run.close()
    return run.sent


def put_back(delivery: Delivery) -> None:
    """Put a delivery that was given up back into the queue; the caller asked who may."""
    failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED)
    afresh = {"attempts": 0, "not_before": clock.now(), "lease_until": None, "last_error": ""}
    if not failed.update(state=DeliveryState.WAITING, **afresh):
        raise MoveRefused(_("This e-mail is not among the undelivered any more."))


class CircuitBreaker:
    """Whom a run leaves alone, so that one in trouble holds up no other.

    The mail server, or a service, after ``IN_A_ROW`` refusals; one person's channel after one.
    Counted while sending: a limit on the rows that are read would bring the same rows each time.
    """

    def __init__(self, limit: int) -> None:
        self.left: dict[str, int] = {channel.value: limit for channel in Channel}
        self.refused: Counter[tuple[str, str | None]] = Counter()
        self.resting: set[int] = set()

    def allows(self, row: DueDelivery) -> bool:
        """Whether this row's turn has come."""
        server = (row.channel, row.service)
        return (
            self.left[row.channel] > 0
            and self.refused[server] < IN_A_ROW
            and row.to not in self.resting
        )

    def count(self, row: DueDelivery, outcome: DeliveryState) -> None:
        """Remember what came of it; what nobody was asked about says nothing of a server."""
        server = (row.channel, row.service)
        self.left[row.channel] -= 1
        if outcome == DeliveryState.WAITING:
            self.refused[server] += 1
            if row.to is not None:
                self.resting.add(row.to)
        elif outcome == DeliveryState.SENT:
            self.refused[server] = 0


class Run:
    """One run of a worker: its name, its clock, one connection to the mail server."""

    def __init__(self, *, worker: str, at: datetime | None = None) -> None:
        self.worker, self.at, self.sent = worker, at, 0
        self.revalidate: Callable[[Notification, datetime], Notification | None] = import_string(
            settings.NOTIFICATION_REVALIDATION
        )()
        self._post: BaseEmailBackend | None = None

    def now(self) -> datetime:
        """The moment of this run, pinned or not."""
        return self.at or clock.now()

    def claim(self, pk: int) -> bool:
        """Take one delivery by lease; of two workers who try, one gets it."""
        due = Delivery.objects.due(self.now()).filter(pk=pk)
        if due.filter(attempts__gt=len(BACKOFF)).update(
            state=DeliveryState.FAILED, lease_until=None, last_error="the worker died each time"
        ):
            return False
        until = CLAIM.take(due, at=self.now(), claimed_by=self.worker, attempts=F("attempts") + 1)
        return until is not None

    def attempt(self, pk: int) -> DeliveryState:
        """Send one claimed delivery and write down what came of it."""
        rows = Delivery.objects.select_related("notification__recipient__office", "to")
        delivery = rows.get(pk=pk)
        try:
            notification = self._wanted(delivery)
            if notification is None:
                return self.mark(delivery, DeliveryState.DROPPED)
            self._send(delivery, notification)
        except AddressRefused as error:
            _remember_refusal(delivery, _short(error))
            return self._give_up(delivery, error)
        except OWN_TROUBLE as error:
            return self._wait_longer(delivery, error)
        except OSError as error:
            return self._wait_for_server(delivery, error)
        except DatabaseError:
            raise
        except Exception as error:
            if not isinstance(error, (MessageError, ValueError)):
                log.exception("delivery %s cannot be handled", delivery.pk)
            return self._give_up(delivery, error)
        self.sent += 1
        _forget_refusal(delivery)
        return self.mark(delivery, DeliveryState.SENT, sent_at=clock.now(), last_error="")

    def mark(self, delivery: Delivery, state: DeliveryState, **fields: Any) -> DeliveryState:
        """Only who holds the claim writes; one whose lease ran out meanwhile changes nothing."""
        delivery.claimed_by = self.worker  # read after the claim, it may bear a later worker's name
        CLAIM.let_go(delivery, state, **fields)
        return state

    def close(self) -> None:
        """Leave the mail server."""
        if self._post is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._post.close()
            self._post = None

    def _wanted(self, delivery: Delivery) -> Notification | None:
        """What is to be said now. None: a person who is gone or wants none, a todo that is done."""
        notification = delivery.notification
        person = notification.recipient
        if not person.is_active:
            return None
        if delivery.channel == Channel.EMAIL and not takes_mail(person, notification.kind):
            return None
        if delivery.to is not None and (delivery.to.removed_at or delivery.to.paused_at):
            return None
        return self.revalidate(notification, self.now())

    def _send(self, delivery: Delivery, notification: Notification) -> None:
        if delivery.to is not None:
            with override(notification.recipient.language):
                channels.send(delivery.to, notification.title, plain_text(notification))
            return
        try:
            self._mail(write_mail(notification))
        except smtplib.SMTPRecipientsRefused as error:
            answers = list(error.recipients.values())
            if all(code in PERMANENT for code, _words in answers):
                raise AddressRefused(_words_of(answers)) from error
            raise

    def _mail(self, message: EmailMessage) -> None:
        """Over the run's one connection; after trouble the next mail opens another."""
        try:
            if self._post is None:
                self._post = get_connection()
                self._post.open()
            self._post.send_messages([message])
        except BaseException:
            self.close()
            raise

    def _wait_longer(self, delivery: Delivery, error: Exception) -> DeliveryState:
        """Wait longer after each refusal; after the last, an administrator is shown it."""
        kind = type(error).__name__
        log.warning("delivery %s failed (%s), attempt %s", delivery.pk, kind, delivery.attempts)
        pause = pause_after(delivery.attempts, BACKOFF)
        if pause is None:
            _remember_refusal(delivery, _short(error))
            return self._give_up(delivery, error)
        return self._again(delivery, error, pause)

    def _wait_for_server(self, delivery: Delivery, error: Exception) -> DeliveryState:
        """Wait until the server is back, for days; only what is of no use by then is given up."""
        log.warning("delivery %s: no server (%s)", delivery.pk, type(error).__name__)
        if delivery.notification.created_at < self.now() - SERVER_PATIENCE:
            return self._give_up(delivery, error)
        return self._again(delivery, error, SERVER_PAUSE, attempts=F("attempts") - 1)

    def _again(
        self, delivery: Delivery, error: Exception, pause: timedelta, **fields: Any
    ) -> DeliveryState:
        later = self.now() + pause
        return self.mark(
            delivery,
            DeliveryState.WAITING,
            not_before=later,
            last_error=_short(error),
            **fields,
        )

    def _give_up(self, delivery: Delivery, error: Exception) -> DeliveryState:
        return self.mark(delivery, DeliveryState.FAILED, last_error=_short(error))


def _remember_refusal(delivery: Delivery, why: str) -> None:
    """The person and the administrators see that this address does not work."""
    if delivery.to is not None:
        channels.mark_refused(delivery.to, why)
        return
    people = get_user_model().objects.filter(pk=delivery.notification.recipient_id)
    person = people.filter(email_refused_at=None)
    person.update(email_refused_at=clock.now(), email_refusal=why)


def _forget_refusal(delivery: Delivery) -> None:
    if delivery.to is not None:
        channels.mark_reached(delivery.to)
        return
    person = get_user_model().objects.filter(
        pk=delivery.notification.recipient_id, email_refused_at__isnull=False
    )
    person.update(email_refused_at=None, email_refusal="")


def _words_of(answers: Iterable[tuple[int, bytes | str]]) -> str:
    return "; ".join(
        f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
        for code, words in answers
    )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:300]

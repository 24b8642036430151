"""Sending what stands in the outbox.

A delivery is claimed by a conditional UPDATE with a lease, sent, then marked sent. A worker that
dies leaves a lease that runs out; the next sweep sends again, under the same Message-ID. So no
mail is lost, and one may repeat only if the machine died after the mail server took it.
"""

import logging
import os
import secrets
import smtplib
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from email.errors import MessageError

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from people import clock
from people.domain import personal_channels
from people.domain.events import record
from people.domain.mail import plain_text, write_mail
from people.domain.personal_channels import ChannelRefused
from people.domain.reaching import takes_mail
from people.domain.roles import require_administrator
from people.models import Delivery, User
from people.refusals import MoveRefused
from people.states import Channel, DeliveryState

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
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


def deliver_due(*, at=None, worker="", limit=200) -> int:
    """Send what is due; returns how many messages the servers took.

    Safe to run twice, in parallel and at any time. ``at`` pins the clock (tests). At most
    ``limit`` e-mails and as many messages to personal channels are tried.
    """
    run = Run(worker=f"{worker or os.getpid()}:{secrets.token_hex(8)}"[:40], at=at)
    due = Delivery.objects.due(run.now()).order_by("not_before", "pk")
    brakes = Brakes(limit)
    try:
        for row in list(due.values_list("pk", "channel", "to", "to__service", named=True)):
            if brakes.let(row) and run.claim(row.pk):
                brakes.note(row, run.attempt(row.pk))
    finally:
        run.close()
    return run.sent


@transaction.atomic
def retry(delivery, *, by):
    """Put a delivery that was given up back into the queue."""
    recipient = delivery.notification.recipient
    require_administrator(by, recipient.office)
    failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED)
    afresh = {"attempts": 0, "not_before": clock.now(), "lease_until": None, "last_error": ""}
    if not failed.update(state=DeliveryState.WAITING, **afresh):
        raise MoveRefused(_("This e-mail is not among the undelivered any more."))
    record(recipient.office, actor=by, verb="delivery.retry", target=recipient)


class Brakes:
    """Whom a run leaves alone, so that one in trouble holds up no other.

    The mail server, or a service, after ``IN_A_ROW`` refusals; one person's channel after one.
    Counted while sending: a limit on the rows that are read would bring the same rows each time.
    """

    def __init__(self, limit):
        self.left = {channel: limit for channel in Channel}
        self.refused, self.resting = Counter(), set()

    def let(self, row) -> bool:
        """Whether this row's turn has come."""
        server = (row.channel, row.to__service)
        return (
            self.left[row.channel] > 0
            and self.refused[server] < IN_A_ROW
            and row.to not in self.resting
        )

    def note(self, row, outcome):
        """Remember what came of it; what nobody was asked about says nothing of a server."""
        server = (row.channel, row.to__service)
        self.left[row.channel] -= 1
        if outcome == DeliveryState.WAITING:
            self.refused[server] += 1
            self.resting |= {row.to} - {None}
        elif outcome == DeliveryState.SENT:
            self.refused[server] = 0


class Run:
    """One run of a worker: its name, its clock, one connection to the mail server."""

    def __init__(self, *, worker, at=None):
        self.worker, self.at, self.sent = worker, at, 0
        self.truth = import_string(settings.NOTIFICATION_TRUTH)()
        self._post = None

    def now(self):
        return self.at or clock.now()

    def claim(self, pk) -> bool:
        """Take one delivery for ``LEASE``; of two workers who try, one gets it."""
        due = Delivery.objects.due(self.now()).filter(pk=pk)
        if due.filter(attempts__gt=len(BACKOFF)).update(
            state=DeliveryState.FAILED, lease_until=None, last_error="the worker died each time"
        ):
            return False
        return bool(
            due.update(
                state=DeliveryState.CLAIMED,
                claimed_by=self.worker,
                lease_until=self.now() + LEASE,
                attempts=F("attempts") + 1,
            )
        )

    def attempt(self, pk) -> DeliveryState:
        """Send one claimed delivery and write down what came of it."""
        rows = Delivery.objects.select_related("notification__recipient__office", "to")
        delivery = rows.get(pk=pk)
        try:
            told = self._wanted(delivery)
            if told is None:
                return self.mark(delivery, DeliveryState.DROPPED)
            self._send(delivery, told)
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

    def mark(self, delivery, state, **fields):
        """Only who holds the claim writes; one whose lease ran out meanwhile changes nothing."""
        mine = Delivery.objects.filter(
            pk=delivery.pk, state=DeliveryState.CLAIMED, claimed_by=self.worker
        )
        mine.update(state=state, lease_until=None, **fields)
        return state

    def close(self):
        """Leave the mail server."""
        if self._post is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._post.close()
            self._post = None

    def _wanted(self, delivery):
        """The present truth, or None: a person who is gone or wants none, a todo that is done."""
        told = delivery.notification
        if not told.recipient.is_active:
            return None
        if delivery.channel == Channel.EMAIL and not takes_mail(told.recipient, told.kind):
            return None
        if delivery.to is not None and (delivery.to.removed_at or delivery.to.paused_at):
            return None
        return self.truth(told, self.now())

    def _send(self, delivery, told):
        if delivery.channel == Channel.PERSONAL:
            with override(told.recipient.language):
                personal_channels.send(delivery.to, told.title, plain_text(told))
            return
        try:
            self._mail(write_mail(told))
        except smtplib.SMTPRecipientsRefused as error:
            answers = [answer for answer in error.recipients.values()]
            if all(code in PERMANENT for code, _words in answers):
                raise AddressRefused(_words_of(answers)) from error
            raise

    def _mail(self, message):
        """Over the run's one connection; after trouble the next mail opens another."""
        try:
            if self._post is None:
                self._post = get_connection()
                self._post.open()
            self._post.send_messages([message])
        except BaseException:
            self.close()
            raise

    def _wait_longer(self, delivery, error):
        """Wait longer after each refusal; after the last, an administrator is shown it."""
        kind = type(error).__name__
        log.warning("delivery %s failed (%s), attempt %s", delivery.pk, kind, delivery.attempts)
        if delivery.attempts > len(BACKOFF):
            _remember_refusal(delivery, _short(error))
            return self._give_up(delivery, error)
        return self._again(delivery, error, BACKOFF[delivery.attempts - 1])

    def _wait_for_server(self, delivery, error):
        """Wait until the server is back, for days; only what is of no use by then is given up."""
        log.warning("delivery %s: no server (%s)", delivery.pk, type(error).__name__)
        if delivery.notification.created_at < self.now() - SERVER_PATIENCE:
            return self._give_up(delivery, error)
        return self._again(delivery, error, SERVER_PAUSE, attempts=F("attempts") - 1)

    def _again(self, delivery, error, pause, **fields):
        later = self.now() + pause
        return self.mark(
            delivery,
            DeliveryState.WAITING,
            not_before=later,
            last_error=_short(error),
            **fields,
        )

    def _give_up(self, delivery, error):
        return self.mark(delivery, DeliveryState.FAILED, last_error=_short(error))


def _remember_refusal(delivery, why):
    """The person and the administrators see that this address does not work."""
    if delivery.to is not None:
        personal_channels.mark_refused(delivery.to, why)
        return
    person = User.objects.filter(pk=delivery.notification.recipient_id, email_refused_at=None)
    person.update(email_refused_at=clock.now(), email_refusal=why)


def _forget_refusal(delivery):
    if delivery.to is not None:
        personal_channels.mark_reached(delivery.to)
        return
    person = User.objects.filter(
        pk=delivery.notification.recipient_id, email_refused_at__isnull=False
    )
    person.update(email_refused_at=None, email_refusal="")


def _words_of(answers):
    return "; ".join(
        f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
        for code, words in answers
    )


def _short(error):
    return f"{type(error).__name__}: {error}".replace("\x00", "")[:300]

"""Thin Celery wrappers of the outbox."""

from celery import shared_task

from people import bell


def ring(*_args):
    """Wake somebody up who sends."""
    bell.ring(deliver_notifications)


@shared_task
def deliver_notifications():
    """Send what is waiting; safe to run twice or in parallel."""
    from people.domain.delivery import deliver_due  # noqa: PLC0415 - tasks stand below domain
    from people.domain.pulse import Part, note  # noqa: PLC0415 - likewise

    note(Part.WORKER)
    deliver_due()

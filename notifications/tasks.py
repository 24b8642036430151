"""Thin Celery wrappers of the outbox."""

from celery import shared_task

from core.heartbeat import Component, beat
from notifications.delivery import deliver_due


@shared_task
def deliver_notifications() -> None:
    """Send what is waiting; safe to run twice or in parallel."""
    beat(Component.WORKER)
    deliver_due()

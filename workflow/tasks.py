"""Thin Celery wrappers of the workflow."""

from celery import shared_task

from core import clock
from workflow.reminders.sweep import run_reminders


@shared_task
def plan_reminders() -> None:
    """Write what is owed and make messages of it; safe to run twice or in parallel."""
    run_reminders(clock.now())

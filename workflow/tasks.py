"""Thin Celery wrappers of the workflow."""

from celery import shared_task


@shared_task
def plan_reminders():
    """Write the reminders that are owed and gather them; safe to run twice or in parallel."""
    from people import clock  # noqa: PLC0415 - tasks stand below domain
    from workflow.domain.chasing.sweep import chase  # noqa: PLC0415 - tasks stand below domain

    chase(clock.now())

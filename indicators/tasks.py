"""Thin Celery wrappers around the keeping of files."""

from celery import shared_task


@shared_task
def sweep_files():
    """Remove leftovers of uploads; safe to run twice or in parallel."""
    from indicators.domain.sweep import sweep  # noqa: PLC0415 - tasks stand below domain

    sweep()


@shared_task
def check_files():
    """Hash every stored file anew, weekly."""
    from indicators.domain.sweep import check_blobs  # noqa: PLC0415 - tasks stand below domain

    check_blobs()

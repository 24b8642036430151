"""Thin Celery wrappers around the keeping of files."""

from celery import shared_task

from indicators.evidence.sweep import check_blobs, sweep
from indicators.search.texts import read_due


@shared_task
def sweep_files():
    """Remove leftovers of uploads; safe to run twice or in parallel.

    Damaged files are looked at again, so that one that was put back is served within the hour.
    """
    sweep()
    check_blobs(only_damaged=True)


@shared_task
def check_files():
    """Hash every stored file anew, weekly."""
    check_blobs()


@shared_task
def read_files():
    """Read what stands in files that were not read yet; safe to run twice or in parallel."""
    read_due()

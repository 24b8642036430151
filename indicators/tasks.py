"""Thin Celery wrappers around the keeping of files."""

from celery import shared_task

from indicators.evidence.scans.scanning import scan_due
from indicators.evidence.sweep import check_blobs, sweep
from indicators.evidence.verifying import verify_all


@shared_task
def sweep_files():
    """Remove leftovers of uploads; safe to run twice or in parallel.

    Damaged files are looked at again, so that one that was put back is served within the hour.
    """
    sweep()
    check_blobs(only_damaged=True)


@shared_task
def scan_files():
    """Ask the virus scanner about what waits; safe to run twice or in parallel."""
    scan_due()


@shared_task
def check_files():
    """Hash every stored file anew, weekly; the report lies in the data folder."""
    verify_all()

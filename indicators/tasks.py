"""Thin Celery wrappers around the keeping of files."""

from celery import shared_task

from indicators.evidence.sweep import check_blobs, sweep


@shared_task
def sweep_files():
    """Remove leftovers of uploads; safe to run twice or in parallel."""
    sweep()


@shared_task
def check_files():
    """Hash every stored file anew, weekly."""
    check_blobs()

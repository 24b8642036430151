"""Thin Celery wrappers around the keeping of files."""

from celery import shared_task

from indicators.evidence.scans.scanning import scan_due
from indicators.evidence.stored.sweep import check_blobs, sweep
from indicators.evidence.stored.verifying import verify_all
from indicators.evidence.tus.uploads import finish_whole
from indicators.handovers import handovers
from indicators.renditions import folders
from indicators.renditions.rendering import draw_due
from indicators.search.texts import read_due


@shared_task
def sweep_files():
    """Remove leftovers of uploads; safe to run twice or in parallel.

    Damaged files are looked at again, so that one that was put back is served within the hour.
    """
    sweep()
    handovers.sweep()
    folders.sweep()
    check_blobs(only_damaged=True)


@shared_task
def finish_uploads():
    """Finish uploads whose process died when they were whole; safe to run twice."""
    finish_whole()


@shared_task
def scan_files():
    """Ask the virus scanner about what waits; safe to run twice or in parallel."""
    scan_due()


@shared_task
def check_files():
    """Hash every stored file anew, weekly; the report lies in the data folder."""
    verify_all()


@shared_task
def prepare_handovers():
    """Write the index of every ZIP that waits for one; safe to run twice or in parallel."""
    handovers.prepare_due()


@shared_task
def draw_files():
    """Draw pages and thumbnails that are owed; safe to run twice or in parallel."""
    draw_due()


@shared_task
def read_files():
    """Read what stands in files that were not read yet; safe to run twice or in parallel."""
    read_due()

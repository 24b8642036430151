"""Thin Celery wrappers of the render queue."""

from celery import shared_task

from core.heartbeat import Component, beat
from reports.documents import files
from reports.documents.documents import render_due
from reports.documents.pages import draw_ahead
from reports.documents.previews import preview_due, sweep
from reports.models import Document


@shared_task
def render_documents():
    """Render what is queued, previews first: somebody sits before those. Safe to run twice."""
    beat(Component.RENDERER)
    preview_due()
    render_due()
    sweep()


@shared_task
def draw_previews():
    """Draw the previews that are asked for; safe to run twice or in parallel."""
    preview_due()


@shared_task
def draw_pages(*, document_id):
    """Draw one registered paper; nothing to do when its pictures are there."""
    rows = Document.objects.defer("snapshot").select_related("cycle__assessment__office")
    if document := rows.filter(pk=document_id, state="ready").first():
        draw_ahead(document)


@shared_task
def check_papers(*, only_damaged=False):
    """Hash every paper of the register anew, weekly; hourly those that were damaged."""
    files.check_papers(only_damaged=only_damaged)

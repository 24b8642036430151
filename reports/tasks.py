"""Thin Celery wrappers of the render queue."""

from celery import shared_task

from people import bell


def ring():
    """Wake a renderer up."""
    bell.ring(render_documents)


def ring_previews():
    """Wake somebody up for a preview; the same sweep draws what nobody heard of."""
    bell.ring(draw_previews)


def ring_pages(document):
    """Have the pages of a registered paper drawn; unheard, the PDF itself can still be read."""
    bell.ring(draw_pages, document_id=document.pk)


@shared_task
def render_documents():
    """Render what is queued, previews first: somebody sits before those. Safe to run twice."""
    from people.domain.pulse import Part, note  # noqa: PLC0415 - tasks stand below domain
    from reports.domain.documents import render_due  # noqa: PLC0415 - likewise
    from reports.domain.previews import preview_due, sweep  # noqa: PLC0415 - likewise

    note(Part.RENDERER)
    preview_due()
    render_due()
    sweep()


@shared_task
def draw_previews():
    """Draw the previews that are wished for; safe to run twice or in parallel."""
    from reports.domain.previews import preview_due  # noqa: PLC0415 - tasks stand below domain

    preview_due()


@shared_task
def draw_pages(*, document_id):
    """Draw one registered paper; nothing to do when its pictures are there."""
    from reports.domain.pages import draw_ahead  # noqa: PLC0415 - tasks stand below domain
    from reports.models import Document  # noqa: PLC0415 - likewise

    rows = Document.objects.defer("snapshot").select_related("cycle__assessment__office")
    if document := rows.filter(pk=document_id, state="ready").first():
        draw_ahead(document)

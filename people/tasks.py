"""Thin Celery wrappers of what signing in leaves to do."""

from celery import shared_task

from core.heartbeat import Component, beat
from people.sign_in.password_links import answer_requests


@shared_task
def answer_password_requests() -> None:
    """Send the links that were asked for; safe to run twice or in parallel."""
    beat(Component.WORKER)
    answer_requests()

"""Addresses and form data of the pages of papers."""

from datetime import timedelta

from django.urls import reverse

from core import clock
from tests.factories.workflow import (
    load_proposal,
    make_proposed,
)
from workflow.papers import decisions
from workflow.states import ProposalKind


def url(name="proposal", kind="announcement", *args):
    return reverse(f"workflow:{name}", args=["skn2", 2560, kind, *args])


def seen(proposal, prefix="", **changes):
    return {f"{prefix}version": proposal.version, f"{prefix}seen": proposal.edit} | changes


def endorsed(cycle, cast, kind=ProposalKind.ANNOUNCEMENT):
    proposal = make_proposed(cycle, kind, by=cast.coordinator)
    decisions.endorse(proposal, by=cast.deputy)
    return load_proposal(proposal.pk)


def days_from_today(days):
    day = clock.today() + timedelta(days=days)
    return f"{day.day}/{day.month}/{day.year + 543}"

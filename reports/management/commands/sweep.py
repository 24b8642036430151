"""Everything that waits, without a broker: for cron, or as the one process beside the pages."""

import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from core import clock
from core.heartbeat import Component, beat
from indicators.evidence.scans.scanning import scan_due
from indicators.evidence.tus.uploads import finish_whole
from indicators.search.texts import read_due
from notifications.delivery import deliver_due
from people.sign_in.password_links import answer_requests
from reports.documents.documents import render_due
from reports.documents.previews import preview_due
from workflow.reminders.sweep import run_reminders


class Command(BaseCommand):
    """Does what the tasks do, once or again and again; beside workers it does no harm."""

    help = "Plan reminders, send messages, render papers: once, or every N seconds."

    def add_arguments(self, parser):
        parser.add_argument("--every", type=int, metavar="N", help="seconds between two rounds")

    def handle(self, *args, every, **options):
        self.round()
        while every:
            time.sleep(every)
            close_old_connections()
            self.round()

    def round(self):
        for part in Component:
            beat(part)
        done = run_reminders(clock.now())
        answer_requests()
        finish_whole()
        scan_due()
        sent, papers = deliver_due(), render_due()
        drawn, read = preview_due(), read_due()
        self.stdout.write(
            f"{done.reminders} reminders, {done.messages} messages made, {sent} sent, "
            f"{papers} papers, {drawn} previews, {read} files read"
        )

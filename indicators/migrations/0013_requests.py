"""Requests about considerations, and the words exchanged about each."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0012_scans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="request")),
                ("asked_at", models.DateTimeField()),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                ("is_return", models.BooleanField(default=False)),
                ("answered_before", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "To be done"),
                            ("done", "Done, waits to be accepted"),
                            ("accepted", "Accepted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("moved_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="indicators.evidence",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="indicators.item",
                    ),
                ),
            ],
            options={
                "verbose_name": "request",
                "verbose_name_plural": "requests",
                "ordering": ["item", "asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "move",
                    models.CharField(
                        choices=[
                            ("ask", "asked"),
                            ("finish", "reported it done"),
                            ("hand_in", "handed the consideration in again"),
                            ("send_back", "sent it back"),
                            ("accept", "accepted it"),
                            ("unaccept", "took the acceptance back"),
                            ("hand_on", "handed it on to"),
                            ("withdraw", "withdrew it"),
                            ("restore", "put it back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("open", "To be done"),
                            ("done", "Done, waits to be accepted"),
                            ("accepted", "Accepted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("open", "To be done"),
                            ("done", "Done, waits to be accepted"),
                            ("accepted", "Accepted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                (
                    "asked_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="indicators.itemrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of a request",
                "verbose_name_plural": "steps of requests",
                "ordering": ["request", "number"],
            },
        ),
        migrations.AddIndex(
            model_name="itemrequest",
            index=models.Index(fields=["item", "state"], name="request_item_state"),
        ),
        migrations.AddConstraint(
            model_name="itemrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "open"),
                        ("withdrawn_at__isnull", True),
                        ("done_at__isnull", True),
                        ("done_by__isnull", True),
                        ("accepted_at__isnull", True),
                        ("accepted_by__isnull", True),
                    ),
                    models.Q(
                        ("state", "done"),
                        ("withdrawn_at__isnull", True),
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                        ("accepted_at__isnull", True),
                        ("accepted_by__isnull", True),
                    ),
                    models.Q(
                        ("state", "accepted"),
                        ("withdrawn_at__isnull", True),
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                        ("accepted_at__isnull", False),
                        models.Q(
                            ("accepted_by__isnull", False),
                            ("answered_before", True),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        ("done_at__isnull", True),
                        ("done_by__isnull", True),
                        ("accepted_at__isnull", True),
                        ("accepted_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="request_times_fit_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_before", False), ("state__in", ["done", "accepted"]), _connector="OR"
                ),
                name="request_answered_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="itemrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="request_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="requeststep",
            constraint=models.UniqueConstraint(
                fields=("request", "number"), name="request_step_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="requeststep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("before", ""), ("move", "ask"), ("number", 1)),
                    models.Q(
                        ("number__gt", 1),
                        models.Q(("move", "ask"), _negated=True),
                        models.Q(("before", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_begins_by_asking",
            ),
        ),
    ]

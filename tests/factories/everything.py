"""All rows of our tables as plain values: what was refused must have changed nothing at all."""

from functools import cache

from django.apps import apps
from django.db import connection

OURS = ("core", "people", "indicators", "workflow", "reports", "notifications")


@cache
def _questions():
    """Label of a model → the question for all its rows, put together once for thousands of uses."""
    quote = connection.ops.quote_name
    return {
        model._meta.label: f"SELECT * FROM {quote(model._meta.db_table)}"  # noqa: S608 - ours
        for name in OURS
        for model in apps.get_app_config(name).get_models(include_auto_created=True)
    }


def everything():
    """Label of a model → its rows. Two answers are equal when nothing was written between them."""
    found = {}
    with connection.cursor() as cursor:
        for label, question in _questions().items():
            cursor.execute(question)
            found[label] = sorted(map(repr, cursor.fetchall()))
    return found


def changed(before):
    """Labels of the models in which something is different from ``before``."""
    now = everything()
    return {label for label, rows in now.items() if rows != before[label]}

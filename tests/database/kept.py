"""Databases of earlier versions, kept as rows: ``kept/<version>.json.gz``.

    DATABASE_URL=… python -m tests.database.kept keep 0.1.0    writes what stands there now
    DATABASE_URL=… python -m tests.database.kept load 0.1.0    brings it into an empty database

From the first version on every change upgrades the data of the one before it. A file is written
once, when its version is released, and never again: ``load`` goes by the models of its day.
"""

import gzip
import json
import sys
from pathlib import Path

import django
from django.apps import apps as present
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

FOLDER = Path(__file__).parent / "kept"
# Sessions, sign-in attempts and the like are not what an office would miss.
LEFT_OUT = {"sessions", "usersessions", "admin", "account", "mfa"}


def keep(version):
    """Write all rows of the database and how far it was migrated."""
    executor = MigrationExecutor(connection)
    tables = {}
    for model in present.get_models(include_auto_created=True):
        if model._meta.app_label in LEFT_OUT or model._meta.proxy or not model._meta.managed:
            continue
        fields = model._meta.local_concrete_fields
        rows = model._base_manager.order_by("pk").values_list(*(f.attname for f in fields))
        if rows:
            names = [field.attname for field in fields]
            tables[model._meta.label_lower] = {"fields": names, "rows": list(rows)}
    content = {"migrations": sorted(executor.loader.graph.leaf_nodes()), "tables": tables}
    text = json.dumps(content, default=_text, ensure_ascii=False, sort_keys=True)
    FOLDER.mkdir(exist_ok=True)
    # Without a time inside, so that the same rows make the same file.
    (FOLDER / f"{version}.json.gz").write_bytes(gzip.compress(text.encode(), mtime=0))


def load(version):
    """Migrate an empty database to that version's migrations and bring its rows in."""
    content = json.loads(gzip.decompress((FOLDER / f"{version}.json.gz").read_bytes()))
    executor = MigrationExecutor(connection)
    targets = [tuple(target) for target in content["migrations"]]
    state = executor.migrate(targets)
    past = state.apps
    with transaction.atomic(), connection.constraint_checks_disabled():
        for label, table in content["tables"].items():
            model = past.get_model(label)
            fields = [_field(model, name) for name in table["fields"]]
            model._base_manager.bulk_create(
                [
                    model(**{f.attname: _value(f, v) for f, v in zip(fields, row, strict=True)})
                    for row in table["rows"]
                ],
                batch_size=200,
            )
    connection.check_constraints()
    _continue_numbers([past.get_model(label) for label in content["tables"]])


def _text(value):
    """Dates and moments to the last digit: the history's chain is made of them."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _field(model, attname):
    return next(field for field in model._meta.local_concrete_fields if field.attname == attname)


def _value(field, value):
    return value if field.is_relation else field.to_python(value)


def _continue_numbers(models):
    """PostgreSQL counts on from the highest number that was brought in."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


if __name__ == "__main__":
    django.setup()
    {"keep": keep, "load": load}[sys.argv[1]](sys.argv[2])

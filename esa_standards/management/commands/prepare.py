"""Brings the data folder and the database up to this version of the program.

Runs before every start, so each part first asks whether anything is to be done. An empty database
gets the catalogue, and in demo mode the demo office. A database whose data this version cannot take
over is left as it is.
"""

import hashlib
import io
from contextlib import suppress
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import translation
from django.utils.translation import gettext as _

from core.catalogues import compile_messages
from core.files.temporary import temporary_folder
from core.history.keeping import KeyLost, keep_key
from esa_standards.backup import is_unfinished

CATALOGUE = "indicators/data/esa-2560.yaml"
# What earlier versions of the program brought (``EditionPlan.content_hash``).
EARLIER_CATALOGUES = {"6a123d945140cbe90e8badc547192b50c66af9efe3b07b3d76518f4693370890"}
SHOWN = ("coordinator", "director", "deputy", "group1", "member1", "staff1", "admin", "obec")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # asked below, when the folders they look at are there

    def handle(self, **options):
        compile_messages(settings.LOCALE_PATHS)
        if is_unfinished():
            raise CommandError(
                "A restore was cut off here: give `manage.py restore` with the same backup again."
            )
        refuse_foreign_database()
        settings.DATA_DIR.mkdir(mode=0o750, parents=True, exist_ok=True)
        for folder in (settings.BLOB_ROOT, settings.DOCUMENT_ROOT, settings.FONT_ROOT):
            folder.mkdir(mode=0o750, exist_ok=True)
        if settings.CELERY_BROKER_URL.startswith("filesystem"):
            for key in ("data_folder_in", "control_folder"):
                Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key]).mkdir(exist_ok=True)
        self.keep_history_key()
        self.check()
        self.migrate()
        self.build_fonts()
        self.collect_static()
        self.load_catalogue()
        if settings.DEMO_MODE:
            self.load_demo()
            self.stdout.write(demo_accounts())

    def say(self, text):
        self.stderr.write(text)
        self.stderr.flush()

    def keep_history_key(self):
        try:
            keep_key(connection)
        except KeyLost as lost:
            raise CommandError(str(lost)) from lost

    def migrate(self):
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.say("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)

    def build_fonts(self):
        stamp = Stamp(settings.FONT_ROOT, digest_of_files(fonts_inputs()))
        if stamp.is_old():
            self.say("Building the fonts …")
            call_command("fonts_build", verbosity=0, stdout=io.StringIO())
            stamp.write()

    def collect_static(self):
        stamp = Stamp(settings.STATIC_ROOT, digest_of_files(static_inputs()))
        if stamp.is_old():
            self.say("Collecting static files …")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write()

    def load_catalogue(self):
        """Give an empty catalogue the edition that comes with the program.

        Where the newest is still what an earlier version brought, and nobody vouched for it, this
        one becomes the next version of it: for years that are still to be opened.
        """
        newest = (
            apps.get_model("indicators", "Edition").objects.order_by("imported_at", "pk").last()
        )
        if newest is None or (
            newest.content_hash in EARLIER_CATALOGUES and newest.verified_at is None
        ):
            self.say("Loading the catalogue …")
            call_command("edition_import", settings.BASE_DIR / CATALOGUE, verbosity=0)

    def load_demo(self):
        """Fill an empty database; ``demo`` does it whole or not at all."""
        if apps.get_model("people", "Office").objects.exists():
            return
        self.say("Making the demo office (only the first time) …")
        call_command("demo", until=4, living=True, stdout=io.StringIO())


def refuse_foreign_database() -> None:
    """Stop, in both languages, before anything is written to a database of another history.

    It is known by a migration of ours that this version does not hold, or by the history's table
    under its earlier name.
    """
    kept = Path(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not kept.exists():
        return  # asking would make the file
    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs() if is_ours(app)}
    held = set(loader.disk_migrations).union(*(m.replaces for m in loader.disk_migrations.values()))
    unknown = {key for key in loader.applied_migrations if key[0] in ours and key not in held}
    tables = set(connection.introspection.table_names())
    if unknown or ("people_event" in tables and "core_event" not in tables):
        with suppress(OSError):  # not empty, so not what the start of this program made
            temporary_folder().rmdir()
        raise CommandError("\n".join(foreign_database_words()))


def is_ours(app) -> bool:
    """Whether an app stands in this tree, not in an installed package."""
    return Path(app.path).parent == settings.BASE_DIR


def foreign_database_words() -> list[str]:
    """The sentence in each language of the program."""
    words = []
    for language in ("th", "en"):
        with translation.override(language):
            words.append(
                _(
                    "Another version made this database and this one cannot take its data over: "
                    "start with an empty database. Nothing was changed."
                )
            )
    return words


def demo_accounts() -> str:
    """Who can sign in to the demo: one of each kind, for the terminal."""
    people = apps.get_model("people", "User").objects.in_bulk(SHOWN, field_name="username")
    rows = [f"  {name:<12} {people[name].position}" for name in SHOWN if name in people]
    return "\n".join(["Accounts, all with the password " + settings.DEMO_PASSWORD, *rows])


class Stamp:
    """A note inside a made folder: which input it was made from."""

    def __init__(self, folder, digest):
        self.path, self.digest = Path(folder) / "made-from.stamp", digest

    def is_old(self):
        return not self.path.exists() or self.path.read_text() != self.digest

    def write(self):
        self.path.write_text(self.digest)


def fonts_inputs():
    """What the built fonts depend on: the pinned packages and our patches."""
    yield settings.BASE_DIR / "requirements.txt"
    yield from sorted((settings.BASE_DIR / "reports").glob("**/font*.py"))


def static_inputs():
    """Every file that collectstatic would take, ours and the packages'."""
    for finder in get_finders():
        for path, storage in finder.list(apps.get_app_config("staticfiles").ignore_patterns):
            yield Path(storage.path(path))


def digest_of_files(paths) -> str:
    """A digest of names, sizes and times: cheap enough for every start."""
    seen = hashlib.sha256()
    for path in sorted(set(paths)):
        facts = path.stat()
        seen.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()

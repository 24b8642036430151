"""System checks: wrong combinations of settings stop the start with a sentence that helps.

Errors stop every command and the worker; what only matters in an office is asked by
``manage.py check --deploy``.
"""

import ipaddress
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import connections

from core.history.key import SHORTEST, read_key
from esa_standards.backup import is_unfinished
from indicators.evidence.kinds import wrong_policies

LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1"}
TESTING = {"testserver"}
LARGEST_OBJECT = 5 * 1024**3  # bytes that S3 takes in one request
DATABASE_ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
BROKERS = {"filesystem", "redis", "rediss", "memory"}
MUTE_MAIL = {
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased")
}


def public_hosts() -> list[str]:
    """Names in ALLOWED_HOSTS by which other machines reach this one."""
    return sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK - TESTING)


@register()
def data_folder(app_configs, **kwargs):
    """esa.E001: everything people bring lies in DATA_DIR."""
    folder = Path(settings.DATA_DIR)
    existing = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if existing.is_dir() and os.access(existing, os.W_OK | os.X_OK):
        return []
    hint = "Give the service's user the folder, or set DATA_DIR to one it may write."
    return [Error(f"The data folder {folder} cannot be written.", hint, id="esa.E001")]


@register()
def nothing_half_restored(app_configs, **kwargs):
    """esa.E014: files of a backup lie here, and its database not yet."""
    if not is_unfinished():
        return []
    hint = "Give `manage.py restore` with the same backup again; see docs/operator.md."
    return [Error("A restore was cut off here.", hint, id="esa.E014")]


@register(Tags.security)
def demo_stays_home(app_configs, **kwargs):
    """esa.E002: the demo password is published."""
    if not settings.DEMO_MODE or not (settings.HTTPS or public_hosts()):
        return []
    hint = "Unset DEMO_MODE; the demo is for loopback only, with HTTPS=off and no public host."
    return [Error("Demo mode on a site that others reach.", hint, id="esa.E002")]


@register(Tags.security)
def plain_http_stays_home(app_configs, **kwargs):
    """esa.E003: over plain HTTP anyone on the way reads passwords."""
    if settings.HTTPS or not public_hosts():
        return []
    hint = "Put a web server with a certificate in front and unset HTTPS (it is on by default)."
    names = ", ".join(public_hosts())
    return [Error(f"HTTPS is off, but ALLOWED_HOSTS has {names}.", hint, id="esa.E003")]


@register(Tags.security)
def debug_stays_home(app_configs, **kwargs):
    """esa.E004: a debug page shows settings and rows."""
    if not settings.DEBUG or not public_hosts():
        return []
    return [Error("DEBUG on a site that others reach.", "Unset DEBUG.", id="esa.E004")]


@register(Tags.security)
def hosts_are_named(app_configs, **kwargs):
    """esa.E005: with '*' a stranger chooses the host in links that the product mails."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Write the site's names, separated by commas."
    return [Error("ALLOWED_HOSTS holds '*'.", hint, id="esa.E005")]


@register(Tags.database)
def database_is_known(app_configs, **kwargs):
    """esa.E006: constraints and locks are tested on these two and on no other."""
    if settings.DATABASES["default"]["ENGINE"] in DATABASE_ENGINES:
        return []
    hint = "Use postgres://… or leave DATABASE_URL unset for SQLite."
    return [Error("DATABASE_URL names neither PostgreSQL nor SQLite.", hint, id="esa.E006")]


@register()
def broker_is_known(app_configs, **kwargs):
    """esa.E007."""
    if urlsplit(settings.CELERY_BROKER_URL).scheme in BROKERS:
        return []
    hint = "Use redis://… or leave CELERY_BROKER_URL unset for the data folder."
    return [Error("CELERY_BROKER_URL names no known broker.", hint, id="esa.E007")]


@register()
def sizes_make_sense(app_configs, **kwargs):
    """esa.E008: a limit of nothing refuses every upload."""
    upload, quota = settings.UPLOAD_MAX_BYTES, settings.OFFICE_QUOTA_BYTES
    if 0 < upload <= quota and settings.FREE_SPACE_FLOOR_BYTES >= 0:
        return []
    hint = "0 < UPLOAD_MAX_MB ≤ OFFICE_QUOTA_MB, and FREE_SPACE_FLOOR_MB not below 0."
    return [Error("The limits for uploads contradict each other.", hint, id="esa.E008")]


@register()
def kinds_are_known(app_configs, **kwargs):
    """esa.E015: what is written in another way would be taken, at any size, all the same."""
    wrong = wrong_policies(settings.EVIDENCE_KINDS)
    hint = "Write it as in pictures:50,video:1024:download,rar:off; see docs/operator.md."
    return [Error(f"EVIDENCE_KINDS: {what}.", hint, id="esa.E015") for what in wrong]


@register()
def store_is_whole(app_configs, **kwargs):
    """esa.E017: files would go nowhere, or their keys to whoever listens on the way."""
    if not settings.EVIDENCE_S3_BUCKET:
        return []
    wrong = []
    if not (settings.EVIDENCE_S3_ACCESS_KEY and settings.EVIDENCE_S3_SECRET_KEY):
        wrong.append("EVIDENCE_S3_ACCESS_KEY and EVIDENCE_S3_SECRET_KEY are needed beside it")
    endpoint = urlsplit(settings.EVIDENCE_S3_ENDPOINT)
    if settings.EVIDENCE_S3_ENDPOINT and not (
        endpoint.scheme in ("http", "https") and endpoint.hostname
    ):
        wrong.append("EVIDENCE_S3_ENDPOINT is no address such as https://s3.example.go.th")
    if not settings.EVIDENCE_S3_ENDPOINT and not settings.EVIDENCE_S3_REGION:
        wrong.append("EVIDENCE_S3_ENDPOINT or, with Amazon, EVIDENCE_S3_REGION says where it is")
    if settings.UPLOAD_MAX_BYTES > LARGEST_OBJECT:
        wrong.append("UPLOAD_MAX_MB is above 5120, the most that S3 takes at once")
    hint = "See “Files in S3” in docs/operator.md; unset it to keep files here."
    return [Error(f"EVIDENCE_S3_BUCKET is set, but {why}.", hint, id="esa.E017") for why in wrong]


@register(deploy=True)
def store_is_private(app_configs, **kwargs):
    """esa.W008: over plain HTTP anyone on the way reads the files."""
    endpoint = urlsplit(settings.EVIDENCE_S3_ENDPOINT)
    if not settings.EVIDENCE_S3_BUCKET or endpoint.scheme != "http":
        return []
    if endpoint.hostname in LOOPBACK:
        return []
    hint = "Give the store a certificate and use https://."
    return [Warning("EVIDENCE_S3_ENDPOINT is plain HTTP.", hint, id="esa.W008")]


@register()
def scanner_has_a_place(app_configs, **kwargs):
    """esa.E016: no file would ever be scanned, and none could be opened."""
    place = settings.CLAMAV_HOST
    if not place or place.startswith("/") or re.fullmatch(r".+:\d{1,5}", place):
        return []
    hint = "Use /run/clamav/clamd.ctl or 127.0.0.1:3310, or leave it unset."
    return [Error("CLAMAV_HOST is neither a path nor host:port.", hint, id="esa.E016")]


@register(Tags.security)
def history_key_is_strong(app_configs, **kwargs):
    """esa.E009: whoever guesses the key can write a history that passes for this one."""
    given = settings.HISTORY_KEY
    if not given or (len(given) >= SHORTEST and given != settings.SECRET_KEY):
        return []
    hint = f"Give {SHORTEST} random characters or more, others than SECRET_KEY."
    return [Error("HISTORY_KEY is short, or the same as SECRET_KEY.", hint, id="esa.E009")]


@register(Tags.security)
def history_key_is_there(app_configs, **kwargs):
    """esa.E010: without it nothing is logged, so nothing can be done. `prepare` makes the file."""
    prepared = Path(settings.BLOB_ROOT).is_dir()
    if read_key() or not prepared:
        return []
    hint = "Bring back history.key into DATA_DIR, set HISTORY_KEY, or run `manage.py prepare`."
    return [Error("The history's key is missing.", hint, id="esa.E010")]


@register(deploy=True)
def history_key_is_private(app_configs, **kwargs):
    """esa.W005: a key that others of the machine can read is no secret."""
    path = Path(settings.HISTORY_KEY_PATH)
    if settings.HISTORY_KEY or not path.exists() or not path.stat().st_mode & 0o077:
        return []
    hint = f"Let only the service's user read it: chmod 600 {path}"
    return [Warning("Others can read the history's key.", hint, id="esa.W005")]


@register(Tags.security)
def trusted_ranges_are_networks(app_configs, **kwargs):
    """esa.E011: a range that holds half the world trusts whoever guesses passwords."""
    wrong = []
    for text in settings.SIGN_IN_TRUSTED_RANGES:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            wrong.append(text)
            continue
        if network.prefixlen < (8 if network.version == 4 else 32):
            wrong.append(text)
    if not wrong:
        return []
    hint = "Write networks such as 203.0.113.0/24,2001:db8::/32, no wider than /8 (IPv6: /32)."
    names = ", ".join(wrong)
    return [Error(f"SIGN_IN_TRUSTED_RANGES holds {names}.", hint, id="esa.E011")]


@register(Tags.security)
def idle_time_makes_sense(app_configs, **kwargs):
    """esa.E012: shorter nobody can work, longer nobody is signed out on a shared machine."""
    if 5 <= settings.IDLE_MINUTES <= 24 * 60:
        return []
    hint = "IDLE_MINUTES takes 5 to 1440; 15 to 60 suit machines that several people use."
    return [Error("IDLE_MINUTES is out of bounds.", hint, id="esa.E012")]


@register(Tags.security)
def single_sign_on_is_whole(app_configs, **kwargs):
    """esa.E013: over plain HTTP anyone on the way signs in as anyone."""
    if not settings.OIDC_SERVER:
        return []
    server = urlsplit(settings.OIDC_SERVER)
    safe = server.scheme == "https" or (server.scheme == "http" and server.hostname in LOOPBACK)
    if safe and server.hostname and settings.OIDC_CLIENT_ID and settings.OIDC_CLIENT_SECRET:
        return []
    hint = "OIDC_SERVER needs https://, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET."
    return [Error("Single sign-on is set up in part.", hint, id="esa.E013")]


@register(deploy=True)
def broker_reaches_all_machines(app_configs, **kwargs):
    """esa.W001: files in a folder wake only workers that see the folder."""
    on_files = urlsplit(settings.CELERY_BROKER_URL).scheme == "filesystem"
    if not on_files or settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    hint = "Set CELERY_BROKER_URL=redis://…; the folder serves one machine only."
    return [Warning("PostgreSQL with the file-system broker.", hint, id="esa.W001")]


@register(deploy=True)
def mail_leaves_the_house(app_configs, **kwargs):
    """esa.W002: reminders and password resets go by mail."""
    if settings.DEMO_MODE or settings.EMAIL_BACKEND not in MUTE_MAIL:
        return []
    hint = "Set EMAIL_URL, e.g. smtp+tls://user:password@mail.example.go.th:587."
    return [Warning("Mail is written to the log, not sent.", hint, id="esa.W002")]


@register(deploy=True)
def links_lead_here(app_configs, **kwargs):
    """esa.W003: links in mail are built from SITE_URL."""
    site = urlsplit(settings.SITE_URL)
    scheme = "https" if settings.HTTPS else "http"
    if site.scheme == scheme and site.hostname in settings.ALLOWED_HOSTS:
        return []
    hint = f"Set SITE_URL to {scheme}://<one of ALLOWED_HOSTS>."
    return [Warning("SITE_URL does not lead to this site.", hint, id="esa.W003")]


@register(deploy=True)
def clock_is_true(app_configs, **kwargs):
    """esa.W004: due dates and signatures of a real office need the real date."""
    if settings.CLOCK_OFFSET_DAYS == 0:
        return []
    hint = f"Unset CLOCK_OFFSET_DAYS and remove {settings.DEMO_CLOCK}, or use another DATA_DIR."
    return [Warning("The calendar is shifted, as in the demonstration.", hint, id="esa.W004")]


@register(Tags.database)
def search_is_indexed(app_configs, databases=None, **kwargs):
    """esa.W006 and W007: without groups of three letters a search reads every page of every file.

    Asked with a database at hand: ``manage.py check --database default``, and by ``migrate``.
    """
    from indicators.search import index  # noqa: PLC0415 - checks are found before models

    found = []
    for connection in (connections[name] for name in databases or ()):
        if index.PAGES.table not in connection.introspection.table_names():
            continue  # the first migrate makes both
        if index.missing(connection):
            hint = (
                "Let the owner of the database give CREATE EXTENSION pg_trgm, then run "
                "`manage.py migrate` once more."
                if connection.vendor == "postgresql"
                else "Use a Python whose SQLite has FTS5 with trigrams (3.34 or later)."
            )
            found.append(Warning("The search has no index and is slow.", hint, id="esa.W006"))
        if connection.vendor == "postgresql" and not index.knows_thai(connection):
            hint = (
                "Make a database with LC_CTYPE C.UTF-8 or th_TH.UTF-8 and restore a backup into it."
            )
            found.append(
                Warning(
                    "The database's LC_CTYPE does not know Thai letters: the search is slow.",
                    hint,
                    id="esa.W007",
                )
            )
    return found

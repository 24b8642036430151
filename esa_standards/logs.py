"""Log lines: each carries the reference number that the person saw, and no person's data."""

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

# Without 0/O, 1/I/L: people read references out over the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
reference = ContextVar("reference", default="-")

# What PostgreSQL and SQLite quote of a row when a constraint fails.
ROW_DATA = (
    (re.compile(r"(Key \([^)]*\)=)\(.*\)"), r"\1(…)"),
    (re.compile(r"(Failing row contains )\(.*\)"), r"\1(…)"),
    (re.compile(r"(parameters?: ).*", re.IGNORECASE), r"\1…"),
)


def new_reference() -> str:
    """A short number for one request: 8 letters, 39 bits, unique enough to find a log line."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


class ReferenceFilter(logging.Filter):
    """Puts the request's reference on every record.

    Django logs refusals after the middleware is through, but hands the request along.
    """

    def filter(self, record):
        request = getattr(record, "request", None)
        record.reference = getattr(request, "reference", None) or reference.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs that collect logs; ``extra`` fields stand in it too.

    Times are UTC. Leaves out what ``LineFormatter`` leaves out.
    """

    def format(self, record):
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "reference": getattr(record, "reference", "-"),
            "message": record.getMessage(),
        }
        said |= {key: value for key, value in vars(record).items() if key.startswith("esa_")}
        if record.exc_info:
            said["exception"] = without_rows(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False, default=str)


class LineFormatter(logging.Formatter):
    """Leaves out the row that a database quotes in its error: it may hold names."""

    def formatException(self, exc_info):
        return without_rows(super().formatException(exc_info))


def without_rows(text: str) -> str:
    """A traceback without the rows that a database quotes."""
    for pattern, replacement in ROW_DATA:
        text = pattern.sub(replacement, text)
    return text


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """What Django's ``LOGGING`` takes; ``form`` is ``line`` or ``json``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"reference": {"()": "esa_standards.logs.ReferenceFilter"}},
        "formatters": {
            "line": {
                "()": "esa_standards.logs.LineFormatter",
                "format": "{asctime} {levelname} {name} [{reference}] {message}",
                "style": "{",
            },
            "json": {"()": "esa_standards.logs.JsonFormatter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["reference"],
            },
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers would print each line a second time while DEBUG is on.
            "django": {"handlers": [], "level": "NOTSET"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            # Both tell every step they take.
            "weasyprint": {"level": "WARNING"},
            "fontTools": {"level": "WARNING"},
            # It writes addresses whole, which carry secrets; its words are read where it is asked.
            "apprise": {"handlers": ["nowhere"], "propagate": False},
        },
    }

"""The history in words: what each verb, key and state is called.

Every app registers its own in its ``AppConfig.ready``; a verb nobody described shows its code.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db.models import Choices
from django.utils.functional import Promise

import thai

if TYPE_CHECKING:  # apps register before models are loaded
    from core.models import Event

Text: TypeAlias = "str | Promise"

VERBS: dict[str, Text] = {}
KEYS: dict[str, Text] = {}
FIELDS: dict[str, Text] = {}
CODES: dict[str, Text] = {}

# What the filter shows: subject → how its verbs begin.
SUBJECTS = {
    "cycle": ("cycle.", "step.", "reminder.", "reminders."),
    "proposal": ("proposal.", "rights."),
    "people": (
        "assignment.",
        "project.",
        "person.",
        "role.",
        "acting.",
        "group.",
        "office.",
        "letterhead.",
        "phrase.",
        "delivery.",
        "outbox.",
        "rest_day.",
        "key.",
    ),
    "content": (
        "edition.",
        "item.",
        "request.",
        "question.",
        "thread.",
        "review.",
        "evidence.",
        "inbox.",
        "checklist.",
        "score.",
        "scores.",
    ),
    "meeting": ("meeting.", "task."),
    "document": ("document.", "assessment.", "recommendation."),
}
TARGET_CODE = re.compile(r"[0-9]+(\.[0-9]+)*")
DATES = {"dated", "due", "planned_start", "planned_end", "since", "until"}
MOMENTS = {"starts_at"}


def register(
    *,
    verbs: Mapping[str, Text],
    keys: Mapping[str, Text] | None = None,
    fields: Mapping[str, Text] | None = None,
    codes: Iterable[type[Choices]] = (),
) -> None:
    """Say what an app's verbs and keys are called.

    ``fields`` are names that stand as values of “changed”; ``codes`` are enums whose values the
    history keeps.
    """
    VERBS.update(verbs)
    KEYS.update(keys or {})
    FIELDS.update(fields or {})
    for enum in codes:
        CODES.update({choice.value: choice.label for choice in enum})


def verb_of(event: "Event") -> Text:
    """What was done, in words; a verb nobody described shows its code."""
    return VERBS.get(event.verb, event.verb)


def changes_of(event: "Event") -> list[tuple[Text, Any, Any]]:
    """``(key, before, after)`` of what the event says changed, in words a reader knows."""
    found = []
    for key in [*event.before, *(key for key in event.after if key not in event.before)]:
        before, after = event.before.get(key), event.after.get(key)
        label = key if TARGET_CODE.fullmatch(key) else KEYS.get(key)
        if label is not None and before != after:
            found.append((label, _shown(key, before), _shown(key, after)))
    return found


def _moment(key: str, text: str) -> str:
    """ISO text as a reader's date; history that was written otherwise stays as it is."""
    try:
        if key in MOMENTS:
            return thai.format_datetime(datetime.fromisoformat(text))
        return thai.format_date(date.fromisoformat(text))
    except ValueError:
        return text


def _shown(key: str, value: Any) -> Any:
    if value is None or value == "" or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(str(_shown(key, part)) for part in value)
    if key in DATES | MOMENTS:
        return _moment(key, str(value))
    if key == "changed":
        return KEYS.get(value) or FIELDS.get(value, "")
    return CODES.get(value, value) if isinstance(value, str) else value

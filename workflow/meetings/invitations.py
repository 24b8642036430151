"""The words of a meeting's invitation paper: the office's phrases, unless somebody wrote others."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core.refusals import StaleEdit
from people import roles
from people.models import User
from people.states import Role
from workflow.meetings import moves as state
from workflow.models import Meeting
from workflow.papers import phrases

WORDS = ("subject", "to", "opening", "closing")
PRINTED = ("number", *WORDS)  # the number as the office's register has it; "" leaves dots


def signer(meeting: Meeting) -> User | None:
    """Who signs the invitation: the director, or who acts for the director today."""
    return next(iter(roles.holders(meeting.cycle.assessment.office, Role.DIRECTOR)), None)


def where(meeting: Meeting) -> str:
    """The place as a sentence needs it after ณ; the link stands on the paper by itself."""
    if not meeting.link:
        return meeting.place
    return f"{meeting.place} และผ่านระบบออนไลน์" if meeting.place else "ระบบการประชุมออนไลน์"


def usual_words(meeting: Meeting) -> dict[str, str]:
    """The office's phrases, filled with what the meeting is as it stands."""
    assessment = meeting.cycle.assessment
    words = phrases.office_words(assessment.office, year=assessment.fiscal_year) | {
        "meeting": meeting.title,
        "date": thai.format_date(meeting.starts_at),
        "time": thai.format_time(meeting.starts_at),
        "place": where(meeting),
    }
    templates = phrases.templates_of(assessment.office)
    usual = {name: phrases.filled(templates[f"invitation_{name}"], words) for name in WORDS}
    return {"number": ""} | usual


def words_of(meeting: Meeting) -> dict[str, str]:
    """The words as the paper prints them."""
    return {
        name: meeting.invitation.get(name) or usual for name, usual in usual_words(meeting).items()
    }


@transaction.atomic
def save_words(meeting: Meeting, *, words: Mapping[str, str], version: int, by: User) -> Meeting:
    """Keep what differs from the usual words; those follow the meeting's date and place."""
    state.require_caller(meeting.cycle, by)
    before = meeting.invitation
    usual = usual_words(meeting)
    typed = {name: words.get(name, "").strip() for name in PRINTED}
    own = {name: text for name, text in typed.items() if text not in ("", usual[name])}
    try:
        state.save(meeting, version, invitation=own)
    except StaleEdit as stale:
        theirs = {str(label): words_of(meeting)[name] for name, label in labels().items()}
        raise StaleEdit(stale.message, theirs) from stale
    state.log_event(
        meeting, "edit", by=by, before={"invitation": before}, after={"invitation": own}
    )
    return meeting


def labels() -> dict[str, str]:
    """What the words are called on screen."""
    return {
        "number": _("Number of the invitation"),
        "subject": _("Subject"),
        "to": _("Addressed to"),
        "opening": _("Opening words"),
        "closing": _("Closing words"),
    }

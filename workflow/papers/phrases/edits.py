"""Changing the wording of an office's papers: checked before it is kept, with a sample to read."""

from django.db import transaction
from django.utils.translation import gettext as _

import thai
from core.history import log_event
from core.refusals import RuleBroken, StaleEdit
from people.models import Office, User
from workflow.models import StandingPhrase
from workflow.papers.letterheads import require_editor
from workflow.papers.phrases import (
    PHRASES,
    filled,
    lone_braces,
    nearest,
    office_words,
    template_of,
    templates_of,
    unknown_fields,
)

LONGEST_LINE = 300  # what the subject of a paper holds
EXAMPLE_YEAR = 2560
SHOWN = 40  # characters of a mistyped field that a message repeats

# For samples only: what a paper's own meeting or order would say there.
EXAMPLES = {
    "meeting": "ประชุมคณะกรรมการดำเนินงานตามมาตรฐานสำนักงานเขตพื้นที่การศึกษา ครั้งที่ 1",
    "date": "15 มกราคม 2560",
    "time": "09.30 น.",
    "place": "ห้องประชุม 1",
}


# -- checking ---------------------------------------------------------------------
def problems_of(name: str, template: str, office: Office) -> list[str]:
    """Why the wording can't be kept, each a sentence; empty when it can."""
    found = [_unknown_said(name, unknown) for unknown in unknown_fields(name, template)]
    if lone_braces(template):
        found.append(
            _("A brace stands alone. A field has one on each side, as in %(example)s.")
            % {"example": "{year}"}
        )
    if not thai.trimmed(template):
        found.append(_("The wording is empty. “Back to the usual wording” needs no text."))
    elif PHRASES[name].one_line and len(sample(template, office, year=EXAMPLE_YEAR)) > LONGEST_LINE:
        found.append(
            _("With its fields filled the line has more than %(most)s characters.")
            % {"most": LONGEST_LINE}
        )
    return found


def _unknown_said(name: str, unknown: str) -> str:
    allowed = ", ".join(f"{{{field}}}" for field in PHRASES[name].fields)
    said = _("The field {%(unknown)s} is not known; fields that may be used: %(fields)s.") % {
        "unknown": unknown[:SHOWN],
        "fields": allowed,
    }
    if meant := nearest(name, unknown):
        said += " " + _("Did you mean {%(field)s}?") % {"field": meant}
    return said


def samples(office: Office, *, year: int) -> dict[str, str]:
    """Every phrase as a paper would print it. One query."""
    templates = templates_of(office)
    words = _words(office, templates["order_subject"], year)
    return {name: filled(template, words) for name, template in templates.items()}


def sample(template: str, office: Office, *, year: int) -> str:
    """One template as a paper would print it, with an example for what is not known yet."""
    return filled(template, _words(office, template_of(office, "order_subject"), year))


def _words(office: Office, order_subject: str, year: int) -> dict[str, str]:
    words = office_words(office, year=year)
    return {**EXAMPLES, **words, "subject": filled(order_subject, words)}


# -- changing ---------------------------------------------------------------------
@transaction.atomic
def save_phrase(office: Office, name: str, text: str, *, seen: str, by: User) -> str:
    """Keep the office's own wording; ``seen`` is the template the form was filled from.

    The usual wording typed again is the usual wording: no row is kept of it. The same form
    sent twice changes nothing the second time.
    """
    require_editor(by, office)
    text = tidy(name, text)
    if problems := problems_of(name, text, office):
        raise RuleBroken(" ".join(problems))
    # Held until the commit: two who save the same phrase come one after the other.
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    standing = template_of(office, name)
    if standing == text:
        return text
    if standing != tidy(name, seen):
        raise StaleEdit(
            _("Somebody changed this meanwhile. Yours was not saved yet."), {"text": standing}
        )
    _write(office, name, text)
    log_event(
        office,
        actor=by,
        verb="phrase.change",
        target=office,
        before={"phrase": name, "text": standing},
        after={"phrase": name, "text": text},
    )
    return text


def _write(office: Office, name: str, text: str) -> None:
    if text == PHRASES[name].default:
        StandingPhrase.objects.filter(office=office, name=name).delete()
    else:
        StandingPhrase.objects.update_or_create(office=office, name=name, defaults={"text": text})


def tidy(name: str, text: str) -> str:
    """One kind of line break, no blank ends; a line of a paper's head holds no break."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return (" " if PHRASES[name].one_line else "\n").join(line for line in lines if line)

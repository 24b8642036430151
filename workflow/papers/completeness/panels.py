"""The shape of a panel: what is complete, what blocks, what is a gap; and what verbs ask of it.

What blocks is refused. ``require`` also refuses once what became incomplete after the page was
shown, ``require_reason`` an approval over gaps without the director's written reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import thai
from core.refusals import RuleBroken
from workflow.todo import Address, Text

# Key of a check → what it asks for, as it reads when all is there, and what it says when not.
# The keys are kept with approved papers for ever.
WORDS: dict[str, tuple[Text, Text]] = {
    "texts": (
        gettext_lazy("Subject and texts are written"),
        gettext_lazy("Texts to be written or corrected: %(n)s"),
    ),
    "committee": (
        gettext_lazy("Every part of the committee has its people and one chair"),
        gettext_lazy("The committee is not complete"),
    ),
    "assignments": (
        gettext_lazy("Everything to be assessed has a responsible person"),
        gettext_lazy("The assignment table is not complete"),
    ),
    "memo": (
        gettext_lazy("The memo to the director is written"),
        gettext_lazy("Texts of the memo to be written: %(n)s"),
    ),
    "scores": (
        gettext_lazy("Every consideration has an agreed score"),
        gettext_lazy("%(n)s considerations have no agreed score yet."),
    ),
    "pdf": (
        gettext_lazy("The PDF shows everything as it stands now"),
        gettext_lazy("The PDF to decide on is not ready"),
    ),
    "sar": (
        gettext_lazy("The SAR is approved by the director"),
        gettext_lazy("The SAR has not been approved by the director."),
    ),
    "sar_decided": (
        gettext_lazy("No later version of the SAR waits for a decision"),
        gettext_lazy("A later version of the SAR waits for a decision."),
    ),
    "step_open": (
        gettext_lazy("Step 6 is in progress"),
        gettext_lazy("Step 6 is not in progress."),
    ),
    "gone": (
        gettext_lazy("Everybody named works in this office"),
        gettext_lazy("%(n)s people named no longer work in this office"),
    ),
    "steps": (
        gettext_lazy("The steps before this one are done"),
        gettext_lazy("%(n)s of the steps before this one are not done"),
    ),
    "papers": (
        gettext_lazy("Announcement and order are decided, and the announcement is published"),
        gettext_lazy("Papers that are revoked, not decided or not published: %(n)s"),
    ),
    "narratives": (
        gettext_lazy("Every consideration says what was done"),
        gettext_lazy("%(n)s considerations do not say what was done"),
    ),
    "evidence": (
        gettext_lazy("Every consideration has evidence, or a reason why not"),
        gettext_lazy("%(n)s considerations have neither evidence nor a reason why not"),
    ),
    "required": (
        gettext_lazy("Every required piece of evidence is there"),
        gettext_lazy("%(n)s considerations lack required pieces of evidence"),
    ),
    "handed_in": (
        gettext_lazy("Every consideration is handed in"),
        gettext_lazy("%(n)s considerations are written but not handed in"),
    ),
    "verified": (
        gettext_lazy("What was brought from an earlier year is re-verified"),
        gettext_lazy("%(n)s considerations have something of an earlier year to re-verify"),
    ),
    "members": (
        gettext_lazy("Every committee member has handed in scores"),
        gettext_lazy("%(n)s committee members have not handed in their scores"),
    ),
    "committee_in_force": (
        gettext_lazy("A committee is in force"),
        gettext_lazy("No committee is in force to score the considerations"),
    ),
    "reviews": (
        gettext_lazy("Every indicator has strengths and points to improve"),
        gettext_lazy("%(n)s indicators lack strengths or points to improve"),
    ),
    "requests": (
        gettext_lazy("Every request about a consideration is settled"),
        gettext_lazy("%(n)s requests are not done or not accepted"),
    ),
    # Only in what is kept with papers of the time before requests.
    "questions": (
        gettext_lazy("Every question about a consideration is answered"),
        gettext_lazy("%(n)s questions are not answered"),
    ),
    "minutes": (
        gettext_lazy("The minutes of every meeting are closed and confirmed"),
        gettext_lazy("%(n)s meetings have minutes that are not closed or not confirmed"),
    ),
}
# Printed with their codes.
OF_CODES = {
    "narratives",
    "evidence",
    "required",
    "handed_in",
    "verified",
    "reviews",
    "scores",
}


class Place(NamedTuple):
    """One thing that is missing, and where it is corrected. ``key`` names it within its check."""

    key: str
    label: str
    address: Address
    anchor: str = ""

    @property
    def url(self) -> str:
        """The very place."""
        name, *args = self.address
        url = reverse(str(name), args=args)
        return f"{url}#{self.anchor}" if self.anchor else url


@dataclass(frozen=True)
class Criterion:
    """One thing to be complete; complete when no place is missing."""

    key: str
    places: tuple[Place, ...] = ()
    blocks: bool = False
    sentences: bool = False  # the places are whole sentences
    asks: bool = True  # False: by itself it asks nobody for a reason

    @property
    def complete(self) -> str:
        """How it reads when all is there."""
        return str(WORDS[self.key][0])

    @property
    def sentence(self) -> str:
        """How it reads when something is missing."""
        return str(WORDS[self.key][1]) % {"n": len(self.places)}

    @property
    def messages(self) -> list[str]:
        """The same for a refusal, which shows no list."""
        return [place.label for place in self.places] if self.sentences else [self.sentence]


@dataclass(frozen=True)
class Panel:
    """What is complete and what is not, in the order of the page."""

    checks: tuple[Criterion, ...]
    asks_reason: bool = False  # approving over its gaps needs a written reason

    @property
    def blocks(self) -> list[Criterion]:
        """What is refused."""
        return [check for check in self.checks if check.places and check.blocks]

    @property
    def gaps(self) -> list[Criterion]:
        """What is missing and does not keep anybody from deciding."""
        return [check for check in self.checks if check.places and not check.blocks]

    @property
    def needs_reason(self) -> bool:
        """Whether approving over what is missing needs a written reason."""
        return self.asks_reason and any(check.asks for check in self.gaps)

    @property
    def complete(self) -> list[Criterion]:
        """What is all there."""
        return [check for check in self.checks if not check.places]

    @property
    def seen(self) -> str:
        """Names every gap; a form sends it back as what the person had on screen."""
        return " ".join(sorted(self._gap_keys()))

    def fresh(self, seen: str) -> list[Criterion]:
        """The gaps that hold something which ``seen`` did not name."""
        known = set(seen.split())
        return [check for check in self.gaps if _keys_of(check) - known]

    def record(self) -> list[dict[str, Any]]:
        """The gaps as an approved paper keeps them: nobody's name, codes where there are.

        None where no reason is kept beside them: what then was missing the locked year itself says.
        """
        if not self.needs_reason:
            return []
        return [
            {
                "check": check.key,
                "n": len(check.places),
                "codes": [p.label for p in check.places] if check.key in OF_CODES else [],
            }
            for check in self.gaps
        ]

    def _gap_keys(self) -> set[str]:
        return {key for check in self.gaps for key in _keys_of(check)}


def _keys_of(check: Criterion) -> set[str]:
    return {f"{check.key}:{place.key}" for place in check.places}


def recorded_lines(record: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """Sentence and codes of each gap that an approved paper keeps."""
    return [(str(WORDS[row["check"]][1]) % {"n": row["n"]}, list(row["codes"])) for row in record]


def require(panel: Panel, *, seen: str | None = None) -> None:
    """Refuse what blocks, and once what became incomplete since the page was shown.

    ``seen`` is the panel's ``seen`` as the page had it; None when there was no page.
    """
    if panel.blocks:
        raise RuleBroken(" ".join(text for check in panel.blocks for text in check.messages))
    if seen is not None and (fresh := panel.fresh(seen)):
        raise RuleBroken(
            _("Something became incomplete after you opened the page: %(what)s. Read it again.")
            % {"what": "; ".join(check.sentence for check in fresh)}
        )


def require_reason(panel: Panel, reason: str) -> str:
    """The reason to be kept with the approval; refused when there are gaps and none is given."""
    if not panel.needs_reason:
        return ""
    if not thai.trimmed(reason):
        raise RuleBroken(
            _("Not everything is complete. Write why you approve it all the same."), "gaps_reason"
        )
    return thai.trimmed(reason)

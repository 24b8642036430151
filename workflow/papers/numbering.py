"""Registers of numbers: ``ที่ n/พ.ศ.``, counted per office, register and calendar year.

A number is given with the approval and in its transaction, so that a refused approval leaves no
gap. Announcements carry no number. Pages propose the number that follows those of the register,
and the director confirms it: where the register of the year holds none, it is typed from the
office's own book, for nobody here knows which came before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

import thai
from core import clock
from core.refusals import RuleBroken
from people.models import Office
from workflow.models import IssuedNumber, Proposal
from workflow.papers.memos import dated_on
from workflow.states import ProposalKind, Register

NUMBERED = {ProposalKind.ORDER}
LONGEST = 20
LONGEST_COUNT = 9  # digits of a number that the next one is counted from
PLAIN = re.compile(r"[0-9A-Za-z\u0e01-\u0e3a\u0e40-\u0e4e .()/-]+")
COUNTED = re.compile(r"(.*?)([0-9]{1,9})")  # what stands before the number, and the number
FIELDS = {Register.ORDER: "number", Register.MEMO: "memo_number"}


class NumberMoved(RuleBroken):
    """The number that was shown is no longer the next one; ``proposed`` is, or empty."""

    def __init__(self, message: str, field: str, proposed: str) -> None:
        super().__init__(message, field)
        self.proposed = proposed


def _numbers(office: Office, register: Register, dated: date) -> QuerySet[IssuedNumber, str]:
    return IssuedNumber.objects.filter(
        office=office, register=register, year=thai.be_year(dated)
    ).values_list("number", flat=True)


def next_number(office: Office, dated: date, register: Register = Register.ORDER) -> str:
    """The number after the highest purely numeric one of the calendar year."""
    counted = [int(number) for number in _numbers(office, register, dated) if number.isdecimal()]
    return str(max(counted, default=0) + 1)


@dataclass(frozen=True)
class Proposed:
    """The number that a page proposes, and the last one of the register that it follows."""

    number: str  # empty where the register of the year holds none to follow
    year: int
    last: str  # with its year, of this register or an earlier year's; empty where there is none


def proposed_number(office: Office, dated: date, register: Register = Register.ORDER) -> Proposed:
    """What follows the numbers of this register and calendar year, counted or typed.

    A number with its year (147/2560, 147/60) counts as one without. Numbers of a series of their
    own (a code or a word before them) are followed only where the register holds no others.
    """
    year = thai.be_year(dated)
    rows = IssuedNumber.objects.filter(office=office, register=register, year__lte=year)
    kept = list(rows.order_by("year", "pk").values_list("year", "number"))
    series: dict[str, int] = {}
    for number in (number for of, number in kept if of == year):
        if found := COUNTED.fullmatch(_without_year(number, year)):
            before, counted = found[1], int(found[2])
            series[before] = max(counted, series.pop(before, 0))  # the newest series comes last
    prefix = "" if "" in series else next(reversed(series), "")
    number = f"{prefix}{series[prefix] + 1}" if series else ""
    last = f"{prefix}{series[prefix]}/{year}" if series else _newest(kept)
    return Proposed(number, year, last)


def _newest(kept: list[tuple[int, str]]) -> str:
    return f"{kept[-1][1]}/{kept[-1][0]}" if kept else ""


def _without_year(number: str, year: int) -> str:
    for written in (f"/{year}", f"/{year % 100:02}"):
        if number.endswith(written) and number.removesuffix(written)[-1:].isdecimal():
            return number.removesuffix(written)
    return number


def is_taken(office: Office, number: str, dated: date, register: Register = Register.ORDER) -> bool:
    """Whether the register of this office and year has the number already."""
    return _numbers(office, register, dated).filter(number=plain(number)).exists()


def plain(typed: str) -> str:
    """One way to write each number: Arabic digits, single spaces, no leading zeros."""
    number = " ".join(thai.to_arabic_digits(typed).split())
    return number.lstrip("0") or "0" if number.isdecimal() else number


def checked(typed: str, register: Register = Register.ORDER, *, dated: date) -> str:
    """What was typed, in the one way to write it; refused with its reason when it can't be."""
    number, field = plain(typed), FIELDS[register]
    if len(number) > LONGEST or (number.isdecimal() and len(number) > LONGEST_COUNT):
        raise RuleBroken(_("The number is too long."), field)
    if number.endswith(f"/{thai.be_year(dated)}"):
        raise RuleBroken(_("Leave out the year: the paper adds it."), field)
    if not PLAIN.fullmatch(number) or number == "0":
        raise RuleBroken(_("Write the number in digits, with letters where needed."), field)
    return number


def proposed_numbers(proposal: Proposal, day: date) -> dict[str, Proposed]:
    """What a page proposes as the numbers of an order and its memo; nothing for others."""
    if proposal.kind not in NUMBERED:
        return {}
    office = proposal.cycle.assessment.office
    return {
        "number": proposed_number(office, day),
        "memo_number": proposed_number(office, dated_on(proposal) or day, Register.MEMO),
    }


def _require_shown(
    proposal: Proposal, register: Register, *, dated: date, typed: str, shown: str
) -> None:
    """Whoever confirms the number on screen is asked again when another one follows now."""
    if not shown or plain(typed) != plain(shown):
        return
    office = proposal.cycle.assessment.office
    # One approval at a time gives numbers in this office.
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    counted_for = dated if register == Register.MEMO else clock.today()
    other_year = thai.be_year(dated) != thai.be_year(counted_for)
    if not (other_year or is_taken(office, typed, dated, register)):
        return
    now = proposed_number(office, dated, register)
    if now.number == plain(typed):
        return
    sentence = (
        _("%(shown)s is not the next number any more. Please confirm %(number)s/%(year)s.")
        if now.number
        else _("%(shown)s was counted for another year. Enter the number of %(year)s.")
    )
    facts = {"shown": plain(shown), "number": now.number, "year": now.year}
    raise NumberMoved(sentence % facts, FIELDS[register], now.number)


def issue_all(
    proposal: Proposal,
    dated: date,
    number: str,
    memo_number: str,
    shown: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The numbers of an order and its memo, entered in their registers; others have none.

    ``number`` and ``memo_number`` are what was typed, ``shown`` what the page proposed. A caller
    without a page may leave them empty: then the next ones are given.
    """
    if proposal.kind not in NUMBERED:
        return {}
    memo_dated = dated_on(proposal) or dated
    for register, day, typed in (
        (Register.ORDER, dated, number),
        (Register.MEMO, memo_dated, memo_number),
    ):
        was = (shown or {}).get(FIELDS[register], "")
        _require_shown(proposal, register, dated=day, typed=typed, shown=was)
    return {
        "number": issue(proposal, Register.ORDER, dated=dated, typed=number),
        "memo_number": issue(proposal, Register.MEMO, dated=memo_dated, typed=memo_number),
    }


def issue(proposal: Proposal, register: Register, *, dated: date, typed: str = "") -> str:
    """Enter the paper in the register and return its number, the next one unless ``typed``.

    Inside the approval's transaction: whoever asks at the same moment waits for its end.
    """
    office = proposal.cycle.assessment.office
    # One approval at a time gives numbers in this office, also of two years.
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    if typed.strip():
        number = checked(typed, register, dated=dated)
        if is_taken(office, number, dated, register):
            raise RuleBroken(_taken(register, number, dated), FIELDS[register])
    else:
        number = next_number(office, dated, register)
    IssuedNumber.objects.create(
        office=office,
        register=register,
        year=thai.be_year(dated),
        number=number,
        proposal=proposal,
        typed=bool(typed.strip()),
        issued_at=clock.now(),
    )
    return number


def enter_corrected(proposal: Proposal, register: Register, *, dated: date, number: str) -> str:
    """Enter the number of a corrected paper beside the wrong one, which stays where it is.

    A number that an earlier version of the same paper bore is its own already.
    """
    office, year = proposal.cycle.assessment.office, thai.be_year(dated)
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    there = IssuedNumber.objects.filter(
        office=office, register=register, year=year, number=number
    ).first()
    if there is None:
        return issue(proposal, register, dated=dated, typed=number)
    if there.proposal_id not in proposal.correction["of"]:
        raise RuleBroken(_taken(register, number, dated), FIELDS[register])
    return number


def _taken(register: Register, number: str, dated: date) -> str:
    sentence = (
        _("Another memo of this year bears the number %(n)s.")
        if register == Register.MEMO
        else _("Another order of this year bears the number %(n)s.")
    )
    return sentence % {"n": f"{number}/{thai.be_year(dated)}"}

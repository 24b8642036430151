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
# It begins with a letter or digit and ends with one, a full stop or a bracket.
WRITTEN = re.compile(
    r"[0-9A-Za-z\u0e01-\u0e2e\u0e40-\u0e44]"
    r"(?:[0-9A-Za-z\u0e01-\u0e3a\u0e40-\u0e4e .()/-]*[0-9A-Za-z\u0e01-\u0e3a\u0e40-\u0e4e.)])?"
)
# What the paper itself prints before the number: ที่ 147, คำสั่งที่ 147; also คำสั่ง 147.
NUMBER_OF = re.compile(
    r"^(?:(?:คำสั่ง|บันทึกข้อความ)? ?(?:เลข)?ที่(?:คำสั่ง)? ?|คำสั่ง(?=[ 0-9]) ?)+(?![\u0e01-\u0e4e])"
)
CALCULATED = re.compile(r"[0-9](?:[A-Za-z]+|[eE]-)[0-9]")  # 1e3
PART = re.compile(r".*[0-9].*|[\u0e01-\u0e2e]")  # what stands behind a slash
YEAR_BEHIND = re.compile(
    r"(?P<number>.+?) ?(?P<between>/|[-.( ]) ?(?:(?:พ\.? ?ศ|ค\.? ?ศ|B\.?E)\.? ?)?"
    r"(?P<year>[0-9]{4}|[0-9]{2})\)?",
    re.IGNORECASE,
)
# What stands before the number of a letter, as in ศธ 04188/523.
AGENCY = re.compile(r"[\u0e01-\u0e2e.]{1,6} ?0[0-9]{3,4}(?:\.[0-9]+)*")
# A number that needs nothing behind it, so that two digits there are a year: 147, 8 ก, พิเศษ 3.
WHOLE = re.compile(r"(?:.*/)?[^0-9./]*[0-9]+(?:-[0-9]+)?(?: ?[\u0e01-\u0e2eA-Za-z])?")
COUNTED = re.compile(r"(.*?)([0-9]{1,9})")  # what stands before the number, and the number
DIGIT = re.compile(r"[0-9]")
LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
SPACE_APART = re.compile(r"(?<![0-9]) | (?![0-9])")  # one that holds no two numbers apart
FIELDS = {Register.ORDER: "number", Register.MEMO: "memo_number"}


class NumberMoved(RuleBroken):
    """The number that was shown is no longer the next one; ``proposed`` is, or empty."""

    def __init__(self, message: str, field: str, proposed: str) -> None:
        super().__init__(message, field)
        self.proposed = proposed


def next_number(office: Office, dated: date, register: Register = Register.ORDER) -> str:
    """The number after the highest purely numeric one of the calendar year."""
    year = thai.be_year(dated)
    kept, taken = _kept(office, register, year)
    own = (_without_year(number, year) for of, number in kept if of == year)
    highest = max((int(number) for number in own if number.isdecimal()), default=0)
    return _following(str(highest), taken)


def _kept(office: Office, register: Register, year: int) -> tuple[list[tuple[int, str]], set[str]]:
    """Years and numbers up to this year that count, oldest first; and what this year's are like.

    A number that was corrected stays taken, but nothing is counted from it.
    """
    rows = IssuedNumber.objects.filter(office=office, register=register, year__lte=year)
    found = rows.order_by("year", "pk").values_list("year", "number", "proposal__cycle")
    wrong = _corrected(office, register)
    kept, taken = [], set()
    for of, number, cycle in found:
        if of == year:
            taken.add(_alike(_without_year(number, year)))
        if (cycle, f"{number}/{of}") not in wrong:
            kept.append((of, number))
    return kept, taken


def _corrected(office: Office, register: Register) -> set[tuple[int, str]]:
    """Cycle and number, with its year, of what a corrected order bears no more."""
    papers = Proposal.objects.filter(cycle__assessment__office=office, kind__in=NUMBERED)
    rows = papers.exclude(correction={}).order_by("cycle", "version")
    wrong: set[tuple[int, str]] = set()
    for cycle, correction in rows.values_list("cycle", "correction"):
        for row in correction["fields"]:
            if row["name"] == FIELDS[register]:
                wrong.add((cycle, row["old"]))
                wrong.discard((cycle, row["new"]))
    return wrong


def _following(number: str, taken: set[str]) -> str:
    """The next number that nobody has, written as ``number`` is (012, 013)."""
    found = COUNTED.fullmatch(number)
    while found:
        number = f"{found[1]}{str(int(found[2]) + 1).zfill(len(found[2]))}"
        found = COUNTED.fullmatch(number) if _alike(number) in taken else None
    return number


@dataclass(frozen=True)
class Proposed:
    """The number that a page proposes, and the last one of the register that it follows."""

    number: str  # empty where the register of the year holds none to follow
    year: int
    last: str  # with its year, of this register or an earlier year's; empty where there is none


def proposed_number(office: Office, dated: date, register: Register = Register.ORDER) -> Proposed:
    """What follows the numbers of this register and calendar year, counted or typed.

    A number with a year behind it (147/2560, 147/60) counts as one without. Numbers of a series of
    their own (a code or a word before them) are followed only where the register holds no others.
    """
    year = thai.be_year(dated)
    kept, taken = _kept(office, register, year)
    series: dict[str, tuple[int, str]] = {}  # of each its highest number, and how it is written
    for number in (_without_year(number, year) for of, number in kept if of == year):
        if found := COUNTED.fullmatch(number):
            own = _alike(found[1])  # the newest series comes last
            series[own] = max((int(found[2]), number), series.pop(own, (0, "")))
    if not series:
        return Proposed("", year, _newest(kept))
    last = series["" if "" in series else next(reversed(series))][1]
    number = _following(last, taken)
    return Proposed(number if _is_accepted(number, dated) else "", year, f"{last}/{year}")


def _is_accepted(number: str, dated: date) -> bool:
    """Whether the register takes the number as it is proposed."""
    try:
        return checked(number, dated=dated) == number
    except RuleBroken:
        return False


def _newest(kept: list[tuple[int, str]]) -> str:
    return f"{_without_year(kept[-1][1], kept[-1][0])}/{kept[-1][0]}" if kept else ""


def _without_year(number: str, year: int) -> str:
    """The number alone, of a register of ``year``, whatever year was written behind it."""
    while (found := YEAR_BEHIND.fullmatch(number)) and _is_year(found, year):
        number = found["number"]
    return number


def _is_year(found: re.Match[str], year: int) -> bool:
    """Whether the digits at the end are a year and not the number: ศธ 04188/2560 is a letter's."""
    before, written = found["number"], found["year"]
    if found["between"] != "/":
        return before.isdecimal() and 2400 <= int(written) <= 2699
    if AGENCY.fullmatch(before):
        return False
    if len(written) == 4:
        return 2400 <= int(written) <= 2699 or int(written) == year - thai.BE_OFFSET
    late = {f"{one % 100:02}" for one in range(year - 10, year + 2)}
    return written in late and WHOLE.fullmatch(before) is not None


def _same(office: Office, number: str, dated: date, register: Register) -> list[IssuedNumber]:
    """What the register of this office and year holds under the number, a year behind it or not."""
    year = thai.be_year(dated)
    kept = IssuedNumber.objects.filter(office=office, register=register, year=year)
    wanted = _alike(_without_year(plain(number), year))
    return [row for row in kept if _alike(_without_year(row.number, year)) == wanted]


def _alike(number: str) -> str:
    """What all ways of writing one number have in common: 8 ก and 8ก, พิเศษ 012 and พิเศษ 12."""
    return LEADING_ZEROS.sub("", SPACE_APART.sub("", number)).casefold()


def is_taken(office: Office, number: str, dated: date, register: Register = Register.ORDER) -> bool:
    """Whether the register of this office and year has the number already."""
    return bool(_same(office, number, dated, register))


def plain(typed: str) -> str:
    """One way to write each number: Arabic digits, single spaces (none at /), no leading zeros."""
    number = " ".join(thai.to_arabic_digits(typed).split())
    number = "/".join(part.strip() for part in number.split("/"))
    counted = number.rstrip(".")  # as the end of a sentence
    return counted.lstrip("0") or "0" if counted.isdecimal() else number


def checked(typed: str, register: Register = Register.ORDER, *, dated: date) -> str:
    """What was typed, in the one way to write it; refused with its reason when it can't be."""
    number, field = plain(NUMBER_OF.sub("", plain(typed))), FIELDS[register]
    if len(number) > LONGEST or (number.isdecimal() and len(number) > LONGEST_COUNT):
        raise RuleBroken(_("The number is too long."), field)
    alone = _without_year(number, thai.be_year(dated))
    if not _is_written_right(alone):
        raise RuleBroken(_("Write the number in digits, with letters where needed."), field)
    if alone != number:
        raise RuleBroken(
            _("Type %(number)s alone, without the year: the paper adds it.")
            % {"number": plain(alone)},
            field,
        )
    return number


def _is_written_right(number: str) -> bool:
    return (
        number != "0"
        and (len(number) == 1 or DIGIT.search(number) is not None)  # ก may be one, a word is none
        and WRITTEN.fullmatch(number) is not None
        and not CALCULATED.search(number)
        and all(PART.fullmatch(part) for part in number.split("/")[1:])
    )


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
    _enter(proposal, register, dated=dated, number=number, typed=bool(typed.strip()))
    return number


def _enter(
    proposal: Proposal, register: Register, *, dated: date, number: str, typed: bool
) -> None:
    IssuedNumber.objects.create(
        office=proposal.cycle.assessment.office,
        register=register,
        year=thai.be_year(dated),
        number=number,
        proposal=proposal,
        typed=typed,
        issued_at=clock.now(),
    )


def enter_corrected(proposal: Proposal, register: Register, *, dated: date, number: str) -> str:
    """Enter the number of a corrected paper beside the wrong one, which stays where it is.

    A number that an earlier version of the same paper bore is its own already.
    """
    office = proposal.cycle.assessment.office
    Office.objects.select_for_update(no_key=True).get(pk=office.pk)
    there = _same(office, number, dated, register)
    if any(row.proposal_id not in proposal.correction["of"] for row in there):
        raise RuleBroken(_taken(register, number, dated), FIELDS[register])
    if number not in {row.number for row in there}:
        number = checked(number, register, dated=dated)
        _enter(proposal, register, dated=dated, number=number, typed=True)
    return number


def _taken(register: Register, number: str, dated: date) -> str:
    sentence = (
        _("Another memo of this year bears the number %(n)s.")
        if register == Register.MEMO
        else _("Another order of this year bears the number %(n)s.")
    )
    return sentence % {"n": f"{number}/{thai.be_year(dated)}"}

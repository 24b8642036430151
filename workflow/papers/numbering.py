"""Registers of numbers: ``ที่ n/พ.ศ.``, counted per office, register and calendar year.

A number is given with the approval and in its transaction, so that a refused approval leaves no
gap. Announcements carry no number.
"""

import re
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
FIELDS = {Register.ORDER: "number", Register.MEMO: "memo_number"}


def _numbers(office: Office, register: Register, dated: date) -> QuerySet[IssuedNumber, str]:
    return IssuedNumber.objects.filter(
        office=office, register=register, year=thai.be_year(dated)
    ).values_list("number", flat=True)


def next_number(office: Office, dated: date, register: Register = Register.ORDER) -> str:
    """The number after the highest purely numeric one of the calendar year."""
    counted = [int(number) for number in _numbers(office, register, dated) if number.isdecimal()]
    return str(max(counted, default=0) + 1)


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


def next_numbers(proposal: Proposal, day: date) -> dict[str, str]:
    """What an order and its memo are numbered when nobody types a number; nothing for others."""
    if proposal.kind not in NUMBERED:
        return {}
    office = proposal.cycle.assessment.office
    return {
        "number": next_number(office, day),
        "memo_number": next_number(office, dated_on(proposal) or day, Register.MEMO),
    }


def issue_all(proposal: Proposal, dated: date, number: str, memo_number: str) -> dict[str, str]:
    """The numbers of an order and its memo, entered in their registers; others have none.

    ``number`` and ``memo_number`` are what was typed: the next ones are given for empty ones.
    """
    if proposal.kind not in NUMBERED:
        return {}
    return {
        "number": issue(proposal, Register.ORDER, dated=dated, typed=number),
        "memo_number": issue(
            proposal, Register.MEMO, dated=dated_on(proposal) or dated, typed=memo_number
        ),
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


def _taken(register: Register, number: str, dated: date) -> str:
    sentence = (
        _("Another memo of this year bears the number %(n)s.")
        if register == Register.MEMO
        else _("Another order of this year bears the number %(n)s.")
    )
    return sentence % {"n": f"{number}/{thai.be_year(dated)}"}

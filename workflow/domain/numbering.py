"""Registers of numbers: ``ที่ n/พ.ศ.``, counted per office, register and calendar year.

A number is given with the approval and in its transaction, so that a refused approval leaves no
gap. Announcements carry no number.
"""

import re
from datetime import date

from django.utils.translation import gettext as _

from esa_standards import thai
from people import clock
from people.models import Office
from people.refusals import RuleBroken
from workflow.models import IssuedNumber
from workflow.states import ProposalKind, Register

NUMBERED = {ProposalKind.ORDER}
LONGEST = 20
LONGEST_COUNT = 9  # digits of a number that the next one is counted from
PLAIN = re.compile(r"[0-9A-Za-z\u0e01-\u0e3a\u0e40-\u0e4e .()/-]+")
FIELDS = {Register.ORDER: "number", Register.MEMO: "memo_number"}


def _numbers(office, register, dated):
    return IssuedNumber.objects.filter(
        office=office, register=register, year=thai.be_year(dated)
    ).values_list("number", flat=True)


def next_number(office, dated: date, register=Register.ORDER) -> str:
    """The number after the highest purely numeric one of the calendar year."""
    counted = [int(number) for number in _numbers(office, register, dated) if number.isdecimal()]
    return str(max(counted, default=0) + 1)


def is_taken(office, number: str, dated: date, register=Register.ORDER) -> bool:
    """Whether the register of this office and year has the number already."""
    return _numbers(office, register, dated).filter(number=plain(number)).exists()


def plain(typed: str) -> str:
    """One way to write each number: Arabic digits, single spaces, no leading zeros."""
    number = " ".join(thai.to_arabic_digits(typed).split())
    return number.lstrip("0") or "0" if number.isdecimal() else number


def checked(typed: str, register=Register.ORDER, *, dated: date) -> str:
    """What was typed, in the one way to write it; refused with its reason when it can't be."""
    number, field = plain(typed), FIELDS[register]
    if len(number) > LONGEST or (number.isdecimal() and len(number) > LONGEST_COUNT):
        raise RuleBroken(_("The number is too long."), field)
    if number.endswith(f"/{thai.be_year(dated)}"):
        raise RuleBroken(_("Leave out the year: the paper adds it."), field)
    if not PLAIN.fullmatch(number) or number == "0":
        raise RuleBroken(_("Write the number in digits, with letters where needed."), field)
    return number


def lock_registers(office_id) -> None:
    """Let one approval at a time give numbers in this office; held until the commit."""
    Office.objects.select_for_update(no_key=True).get(pk=office_id)


def issue(proposal, register, *, dated: date, typed="") -> str:
    """Enter the paper in the register and return its number, the next one unless ``typed``.

    Inside the approval's transaction: whoever asks at the same moment waits for its end.
    """
    office = proposal.cycle.assessment.office
    lock_registers(office.pk)
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


def _taken(register, number, dated):
    sentence = (
        _("Another memo of this year bears the number %(n)s.")
        if register == Register.MEMO
        else _("Another order of this year bears the number %(n)s.")
    )
    return sentence % {"n": f"{number}/{thai.be_year(dated)}"}

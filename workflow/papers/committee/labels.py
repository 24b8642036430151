"""What the committees of an order and their seats are called: on forms, pages and papers alike.

The catalogue holds each name once. A paper asks for it in Thai whatever the screen speaks.
"""

from django.utils.translation import gettext as _
from django.utils.translation import override

from workflow.states import CommitteePart, Seat


def part_title(part: str, standard: str | None = None) -> str:
    """Steering committee, or Working committee of standard 1."""
    label = CommitteePart(part).label
    if standard is None:
        return str(label)
    return _("%(part)s, standard %(code)s") % {"part": label, "code": standard}


def seat_title(part: str, seat: str) -> str:
    """Chair, member …; who advises is chair of the advisers or an adviser."""
    if part == CommitteePart.ADVISER:
        return _("Chair of the advisers") if seat == Seat.CHAIR else _("Adviser")
    return str(Seat(seat).label)


def official_part(part: str, standard: str | None = None, title: str = "") -> str:
    """The part as an order heads it: ``คณะกรรมการดำเนินงาน มาตรฐานที่ 1 การบริหารจัดการองค์การ``."""
    with override("th"):
        return f"{part_title(part, standard)} {title}".strip()


def official_seat(part: str, seat: str) -> str:
    """The seat as an order names it."""
    with override("th"):
        return seat_title(part, seat)

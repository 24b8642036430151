"""How Thai papers put names and signatures together.

Spacing after สำนักงานราชบัณฑิตยสภา, หลักเกณฑ์การเว้นวรรค: a title that is part of the address
(นาย นาง นางสาว คุณหญิง …) touches the name (ข้อ ๒), a rank stands off by a space (ข้อ ๑.๒.๘).
"""

from typing import NamedTuple

from thai.prefixes import JOINED_PREFIXES, Typed, all_at_start

ACTING = "รักษาราชการแทน"
SHORTEST_NAME = 2


def full_name(prefix: str | None, given: str | None, family: str | None) -> str:
    """``นายสมชาย ใจดี``, ``ว่าที่ ร.ต. สมชาย ใจดี``: missing parts leave no stray space."""
    prefix, given, family = (" ".join((part or "").split()) for part in (prefix, given, family))
    first = f"{prefix}{given}" if prefix in JOINED_PREFIXES else f"{prefix} {given}"
    return f"{first.strip()} {family}".strip()


def signature_position(own_position: str, acting_position: str | None = None) -> str:
    """The line under a signature: the own position, or ``<own> รักษาราชการแทน <position>``.

    พระราชบัญญัติระเบียบบริหารราชการแผ่นดิน พ.ศ. 2534 มาตรา 41–48: who acts has the powers of
    the position, and says so by naming both.
    """
    if not acting_position:
        return own_position
    return f"{own_position} {ACTING} {acting_position}".strip()


class GivenName(NamedTuple):
    """A given name as it was typed, taken apart: ``prefix`` stood before it once more."""

    prefix: str
    name: str
    sure: bool  # whether nothing but a prefix can be meant


def single_prefix(prefix: str) -> str:
    """The prefix without what stands in it a second time: ``นาย นาย`` and ``นายนาย`` are นาย.

    Of two that mean the same the later stays, unless it says less: ว่าที่ ร.ต. is no ร.ต. A prefix
    that nobody foresaw is known by its two halves.
    """
    prefix = " ".join(prefix.split())
    half, _space, same = prefix.partition(" ")
    if half and half == same:
        return half
    found, pieces, behind = all_at_start(prefix), list[tuple[str, Typed]](), prefix
    for one in found:
        piece = behind[: len(behind) - len(one.rest)]
        same_before = [n for n, (_text, kept) in enumerate(pieces) if kept.means & one.means]
        if any(pieces[n][1].means < one.means for n in same_before):
            behind = one.rest
            continue
        pieces = [kept for n, kept in enumerate(pieces) if n not in same_before]
        pieces.append((piece, one))
        behind = one.rest
    return prefix if behind else "".join(piece for piece, _one in pieces).strip()


def prefix_in(prefix: str, given: str) -> GivenName | None:
    """What ``given`` begins with although it has a box of its own, or None; all that is sure first.

    It is sure where a full stop or a space stands between (น.ส.ใจดี, นาย ใจดี). นายใจดี may be a
    name, as นางนวล is one: that is for the person to say, and whether นางสาวใจดี is a นาง.
    นายิกา is no นาย. Without a prefix in its box only what is sure counts.
    """
    prefix, given = " ".join(prefix.split()), " ".join(given.split())
    own = max(all_at_start(prefix), all_at_start(f"{prefix}."), key=len)
    means = frozenset[str]().union(*(one.means for one in own))
    found = all_at_start(given, SHORTEST_NAME)
    ours = [not prefix or bool(one.means & means) for one in found]
    sure = next((n for n, one in enumerate(found) if not (ours[n] and one.sure)), len(found))
    if sure:
        return _apart(given, found[sure - 1], sure=True)
    if not prefix or not found:
        return _unforeseen(prefix, given) if prefix and not own else None
    asked = max((n for n in range(len(found)) if ours[n]), default=-1)
    if asked < 0 and any(_begins_as(found[0], one) for one in own):
        asked = 0
    return None if asked < 0 else _apart(given, found[asked], sure=False)


def _begins_as(longer: Typed, one: Typed) -> bool:
    """นางสาว begins as นาง does, and พ.ต.อ. as พ.ต.: only the person knows which is right."""
    return longer.text.startswith(one.text) or any(
        long.startswith(short) for long in longer.means for short in one.means
    )


def _apart(given: str, last: Typed, *, sure: bool) -> GivenName:
    return GivenName(given.removesuffix(last.rest).strip(), last.rest, sure)


def _unforeseen(prefix: str, given: str) -> GivenName | None:
    """A prefix that nobody foresaw is known from its own box."""
    rest = given.removeprefix(prefix)
    name = rest.lstrip(" .")
    if rest == given or len(name) < SHORTEST_NAME:
        return None
    return GivenName(prefix, name, sure=prefix.endswith(".") or rest.startswith((" ", ".")))

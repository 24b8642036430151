"""What a version says differently from the one before: texts by paragraph, people by name.

Texts are compared by whole words and, where Thai writes none apart, by whole clusters: no vowel
or tone mark ever stands away from its letter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby

from django.utils.translation import gettext as _

import thai
from people.models import User
from workflow.field_labels import DUTY_LABELS, FIELD_LABELS, MEMO_LABELS
from workflow.models import Proposal
from workflow.papers import wording
from workflow.papers.committee.labels import part_title, seat_title
from workflow.papers.memos import memo_of
from workflow.papers.moves import day_in_words
from workflow.papers.wording import Body
from workflow.states import ProposalKind, ProposalState

SAME, GONE, NEW = "same", "gone", "new"
LONGEST = 4_000_000  # pairs of tokens; beyond that a paragraph counts as rewritten
LEADING_VOWELS = "เแโใไ"
FIRST_THAI, LAST_THAI = "\u0e01", "\u0e4e"  # letters, vowels and marks; the digits follow
SHORTEST_SAME = 3  # tokens; shorter agreements between two changes only make it hard to read


@dataclass(frozen=True)
class DiffPart:
    """A piece of a line: ``same`` in both versions, ``gone`` or ``new``."""

    op: str
    text: str


DiffLine = tuple[DiffPart, ...]


@dataclass(frozen=True)
class Change:
    """What changed at one place of the paper: only the lines that differ."""

    title: str
    lines: tuple[DiffLine, ...]


def before(proposal: Proposal) -> Proposal | None:
    """The version before this one."""
    return Proposal.objects.filter(
        cycle=proposal.cycle_id, kind=proposal.kind, version=proposal.version - 1
    ).first()


def changes(proposal: Proposal) -> tuple[Change, ...]:
    """What differs from the version before, in the order of the paper; nothing for the first."""
    old = before(proposal)
    if old is None:
        return ()
    old.cycle = proposal.cycle
    found = [
        Change(title, lines)
        for title, said, says in _texts(old, proposal)
        if (lines := text_lines(said, says))
    ]
    if proposal.kind == ProposalKind.ORDER:
        now = wording.frozen(proposal) if proposal.state == ProposalState.DRAFT else proposal.body
        found += _people_changes(old.body, now)
    return tuple(found)


# -- texts ----------------------------------------------------------------------
def _texts(old: Proposal, new: Proposal) -> Iterator[tuple[str, str, str]]:
    """``(title, before, now)`` of every text of the paper."""
    yield _("Subject"), old.subject, new.subject
    for name, label in FIELD_LABELS.items():
        yield str(label), old.body.get(name, ""), new.body.get(name, "")
    yield _("In force from"), _effective(old.body), _effective(new.body)
    for name, label in DUTY_LABELS.items():
        was, now = (body.get("duties", {}).get(name, "") for body in (old.body, new.body))
        yield str(label), was, now
    # An order of before there were memos has none; what is new then is not a change.
    if old.body.get("memo"):
        old_memo, new_memo = memo_of(old), memo_of(new)
        for name, label in MEMO_LABELS.items():
            yield str(label), old_memo[name], new_memo[name]


def _effective(body: Body) -> str:
    text = body.get("effective")
    return day_in_words(date.fromisoformat(text)) if text else ""


def text_lines(was: str, now: str) -> tuple[DiffLine, ...]:
    """The paragraphs that differ, each as parts; paragraphs that stayed are left out."""
    old, new = _paragraphs(was), _paragraphs(now)
    found: list[DiffLine] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            continue
        both = min(b - a, d - c)
        found += [parts_of(x, y) for x, y in zip(old[a : a + both], new[c : c + both], strict=True)]
        found += [(DiffPart(GONE, text),) for text in old[a + both : b]]
        found += [(DiffPart(NEW, text),) for text in new[c + both : d]]
    return tuple(found)


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def parts_of(was: str, now: str) -> DiffLine:
    """One paragraph against another; the parts give both texts back."""
    old, new = tokens(was), tokens(now)
    if len(old) * len(new) > LONGEST:
        return (DiffPart(GONE, was), DiffPart(NEW, now))
    pieces = []
    opcodes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (op, a, b, c, d) in enumerate(opcodes):
        inside = 0 < number < len(opcodes) - 1
        if op == "equal" and not (inside and b - a < SHORTEST_SAME):
            pieces.append((SAME, "".join(old[a:b]), ""))
        else:
            pieces.append((GONE, "".join(old[a:b]), "".join(new[c:d])))
    kept = sum(len(text) for op, text, _new in pieces if op == SAME)
    # What two sentences share by chance, struck out around, reads like neither of them.
    if 2 * kept < min(len(was), len(now)):
        return (DiffPart(GONE, was), DiffPart(NEW, now))
    return tuple(_joined(pieces))


def _joined(pieces: Iterable[tuple[str, str, str]]) -> Iterator[DiffPart]:
    """Neighbouring changes as one: first all that went, then all that came."""
    for op, group in groupby(pieces, key=lambda piece: piece[0]):
        rows = list(group)
        was, now = ("".join(row[at] for row in rows) for at in (1, 2))
        if op == SAME:
            yield DiffPart(SAME, was)
            continue
        if was:
            yield DiffPart(GONE, was)
        if now:
            yield DiffPart(NEW, now)


# -- tokens ---------------------------------------------------------------------
def tokens(text: str) -> list[str]:
    """Words and numbers whole, blanks together, Thai by clusters with the vowel before them.

    Joining the tokens gives the text back.
    """
    found: list[str] = []
    for cluster in thai.clusters(text):
        if found and _joins(found[-1], cluster):
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def _joins(token: str, cluster: str) -> bool:
    if token[-1] in LEADING_VOWELS:
        return not cluster.isspace()
    if token.isspace() or cluster.isspace():
        return token.isspace() and cluster.isspace()
    return _in_a_word(token[0]) and _in_a_word(cluster[0])


def _in_a_word(char: str) -> bool:
    return char.isalnum() and not FIRST_THAI <= char <= LAST_THAI


# -- people ---------------------------------------------------------------------
def _people_changes(was: Body, now: Body) -> list[Change]:
    names = _names(was, now)
    found = [Change(_("Members"), _seat_lines(was, now, names))]
    for part, keys, title in (
        ("supervisors", ("standard", "indicator"), _("Supervisors")),
        ("collectors", ("consideration",), _("Data collectors")),
    ):
        old, new = _charges(was, part, keys), _charges(now, part, keys)
        found.append(Change(title, _charge_lines(old, new, names)))
    return [change for change in found if change.lines]


def _names(*versions: Body) -> dict[int, str]:
    rows = [
        row
        for body in versions
        for part in ("members", "supervisors", "collectors")
        for row in body.get(part, [])
    ]
    found = {row["user"]: row["name"] for row in rows if row.get("name")}
    missing = {row["user"] for row in rows} - set(found)
    if missing:
        found |= {user.pk: user.full_name for user in User.objects.filter(pk__in=missing)}
    return found


def _seats(body: Body) -> dict[int, list[str]]:
    """User → the seats held, in words."""
    found: dict[int, list[str]] = {}
    for row in body.get("members", []):
        seat = seat_title(row["part"], row["seat"])
        place = f"{part_title(row['part'], row['standard'])} · {seat}"
        found.setdefault(row["user"], []).append(place)
    return found


def _seat_lines(was: Body, now: Body, names: dict[int, str]) -> tuple[DiffLine, ...]:
    """Who came, who went, whose seat changed."""
    old, new = _seats(was), _seats(now)
    lines: list[DiffLine] = []
    for user in dict.fromkeys([*old, *new]):
        name = names.get(user, str(user))
        gone = [seat for seat in old.get(user, []) if seat not in new.get(user, [])]
        come = [seat for seat in new.get(user, []) if seat not in old.get(user, [])]
        if not gone and not come:
            continue
        if user not in new:
            lines.append((DiffPart(GONE, f"{name}: {', '.join(gone)}"),))
        elif user not in old:
            lines.append((DiffPart(NEW, f"{name}: {', '.join(come)}"),))
        else:
            line = [DiffPart(SAME, f"{name}: ")]
            line += [DiffPart(GONE, ", ".join(gone))] if gone else []
            line += [DiffPart(NEW, ", ".join(come))] if come else []
            lines.append(tuple(line))
    return tuple(lines)


def _charges(body: Body, part: str, keys: Iterable[str]) -> dict[str, list[int]]:
    """Code → who answers for it."""
    found: dict[str, list[int]] = {}
    for row in body.get(part, []):
        code = next((row[key] for key in keys if row.get(key)), "")
        found.setdefault(code, []).append(row["user"])
    return found


def _charge_lines(
    was: dict[str, list[int]], now: dict[str, list[int]], names: dict[int, str]
) -> tuple[DiffLine, ...]:
    """Per code of standard, indicator or consideration: who went, who came."""
    lines: list[DiffLine] = []
    for code in sorted({*was, *now}, key=_code_order):
        old, new = was.get(code, []), now.get(code, [])
        gone = [names.get(user, str(user)) for user in old if user not in new]
        come = [names.get(user, str(user)) for user in new if user not in old]
        if gone or come:
            line = [DiffPart(SAME, f"{code}: ")]
            line += [DiffPart(GONE, ", ".join(gone))] if gone else []
            line += [DiffPart(NEW, ", ".join(come))] if come else []
            lines.append(tuple(line))
    return tuple(lines)


def _code_order(code: str) -> list[tuple[int, str]]:
    """1.2 before 1.10."""
    return [(int(part) if part.isdecimal() else 0, part) for part in code.split(".")]

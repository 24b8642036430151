"""What a version says differently from the one before: texts by paragraph, people by name.

Texts are compared by whole words and, where Thai writes none apart, by whole clusters: no vowel
or tone mark ever stands away from its letter.
"""

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby

from django.utils.translation import gettext as _

from people.models import User
from workflow.domain import papers
from workflow.domain.bodies import part_title, seat_title
from workflow.domain.memos import memo_labels, memo_of
from workflow.domain.paper_checks import field_labels
from workflow.domain.proposal_moves import day_in_words
from workflow.domain.tokens import tokens
from workflow.models import Proposal
from workflow.states import ProposalKind, ProposalState

SAME, GONE, NEW = "same", "gone", "new"
LONGEST = 4_000_000  # pairs of tokens; beyond that a paragraph counts as rewritten
SHORTEST_SAME = 3  # tokens; shorter agreements between two changes only make it hard to read


@dataclass(frozen=True)
class Part:
    """A piece of a line: ``same`` in both versions, ``gone`` or ``new``."""

    op: str
    text: str


@dataclass(frozen=True)
class Change:
    """What changed at one place of the paper: only the lines that differ."""

    title: str
    lines: tuple[tuple[Part, ...], ...]


def before(proposal) -> Proposal | None:
    """The version before this one."""
    return Proposal.objects.filter(
        cycle=proposal.cycle_id, kind=proposal.kind, version=proposal.version - 1
    ).first()


def changes(proposal) -> tuple[Change, ...]:
    """What differs from the version before, in the order of the paper; nothing for the first."""
    old = before(proposal)
    if old is None:
        return ()
    old.cycle = proposal.cycle
    found = [
        Change(title, lines)
        for title, was, now in _texts(old, proposal)
        if (lines := text_lines(was, now))
    ]
    if proposal.kind == ProposalKind.ORDER:
        found += _people_changes(*_bodies(old, proposal))
    return tuple(found)


# -- texts ----------------------------------------------------------------------
def _texts(old, new):
    """``(title, before, now)`` of every text of the paper."""
    yield _("Subject"), old.subject, new.subject
    for name, label in field_labels().items():
        yield label, old.body.get(name, ""), new.body.get(name, "")
    yield _("In force from"), _effective(old.body), _effective(new.body)
    for name, label in _duty_labels().items():
        yield label, *(body.get("duties", {}).get(name, "") for body in (old.body, new.body))
    # An order of before there were memos has none; what is new then is not a change.
    if old.body.get("memo"):
        was, now = memo_of(old), memo_of(new)
        for name, label in memo_labels().items():
            yield label, was[name], now[name]


def _effective(body):
    text = body.get("effective")
    return day_in_words(date.fromisoformat(text)) if text else ""


def _duty_labels():
    return {
        "adviser": _("Duties of the advisers"),
        "steering": _("Duties of the steering committee"),
        "working": _("Duties of the working committees"),
        "supervisor": _("Duties of the supervisors"),
        "collector": _("Duties of the data collectors"),
    }


def text_lines(was: str, now: str) -> tuple[tuple[Part, ...], ...]:
    """The paragraphs that differ, each as parts; paragraphs that stayed are left out."""
    old, new = _paragraphs(was), _paragraphs(now)
    found = []
    for op, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if op == "equal":
            continue
        both = min(b - a, d - c)
        found += [parts_of(x, y) for x, y in zip(old[a : a + both], new[c : c + both], strict=True)]
        found += [(Part(GONE, text),) for text in old[a + both : b]]
        found += [(Part(NEW, text),) for text in new[c + both : d]]
    return tuple(found)


def _paragraphs(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def parts_of(was: str, now: str) -> tuple[Part, ...]:
    """One paragraph against another; the parts give both texts back."""
    old, new = tokens(was), tokens(now)
    if len(old) * len(new) > LONGEST:
        return (Part(GONE, was), Part(NEW, now))
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
        return (Part(GONE, was), Part(NEW, now))
    return tuple(_joined(pieces))


def _joined(pieces):
    """Neighbouring changes as one: first all that went, then all that came."""
    for op, group in groupby(pieces, key=lambda piece: piece[0]):
        rows = list(group)
        was, now = ("".join(row[at] for row in rows) for at in (1, 2))
        if op == SAME:
            yield Part(SAME, was)
            continue
        if was:
            yield Part(GONE, was)
        if now:
            yield Part(NEW, now)


# -- people ---------------------------------------------------------------------
def _bodies(old, new):
    """Both bodies with everybody named."""
    now = papers.frozen(new) if new.state == ProposalState.DRAFT else new.body
    return old.body, now


def _people_changes(was, now):
    names = _names(was, now)
    found = [Change(_("Members"), _seat_lines(was, now, names))]
    for part, keys, title in (
        ("supervisors", ("standard", "indicator"), _("Supervisors")),
        ("collectors", ("consideration",), _("Data collectors")),
    ):
        old, new = _charges(was, part, keys), _charges(now, part, keys)
        found.append(Change(title, _charge_lines(old, new, names)))
    return [change for change in found if change.lines]


def _names(*bodies):
    rows = [
        row
        for body in bodies
        for part in ("members", "supervisors", "collectors")
        for row in body.get(part, [])
    ]
    found = {row["user"]: row["name"] for row in rows if row.get("name")}
    missing = {row["user"] for row in rows} - set(found)
    if missing:
        found |= {user.pk: user.full_name for user in User.objects.filter(pk__in=missing)}
    return found


def _seats(body):
    """User → the seats held, in words."""
    found = {}
    for row in body.get("members", []):
        seat = seat_title(row["part"], row["seat"])
        place = f"{part_title(row['part'], row['standard'])} · {seat}"
        found.setdefault(row["user"], []).append(place)
    return found


def _seat_lines(was, now, names):
    """Who came, who went, whose seat changed."""
    old, new = _seats(was), _seats(now)
    lines = []
    for user in dict.fromkeys([*old, *new]):
        name = names.get(user, str(user))
        gone = [seat for seat in old.get(user, []) if seat not in new.get(user, [])]
        come = [seat for seat in new.get(user, []) if seat not in old.get(user, [])]
        if not gone and not come:
            continue
        if user not in new:
            lines.append((Part(GONE, f"{name}: {', '.join(gone)}"),))
        elif user not in old:
            lines.append((Part(NEW, f"{name}: {', '.join(come)}"),))
        else:
            line = [Part(SAME, f"{name}: ")]
            line += [Part(GONE, ", ".join(gone))] if gone else []
            line += [Part(NEW, ", ".join(come))] if come else []
            lines.append(tuple(line))
    return tuple(lines)


def _charges(body, part, keys):
    """Code → who answers for it."""
    found = {}
    for row in body.get(part, []):
        code = next((row[key] for key in keys if row.get(key)), "")
        found.setdefault(code, []).append(row["user"])
    return found


def _charge_lines(was, now, names):
    """Per code of standard, indicator or consideration: who went, who came."""
    lines = []
    for code in sorted({*was, *now}, key=_code_order):
        old, new = was.get(code, []), now.get(code, [])
        gone = [names.get(user, str(user)) for user in old if user not in new]
        come = [names.get(user, str(user)) for user in new if user not in old]
        if gone or come:
            line = [Part(SAME, f"{code}: ")]
            line += [Part(GONE, ", ".join(gone))] if gone else []
            line += [Part(NEW, ", ".join(come))] if come else []
            lines.append(tuple(line))
    return tuple(lines)


def _code_order(code):
    """1.2 before 1.10."""
    return [(int(part) if part.isdecimal() else 0, part) for part in code.split(".")]

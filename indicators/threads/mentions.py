"""Whom a comment calls: ``@`` and the name of one of the office's people, however it is spelt.

Thai names hold a space and need none around them: ``@สมชาย ใจดีช่วยดู`` calls นายสมชาย ใจดี. So
the longest name that begins behind the ``@`` counts, compared as searches compare.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

import thai
from core.refusals import RuleBroken
from people.models import Office, User

# Not within an address of e-mail.
AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@\uff20]")
# So many letters in a row may fit no name: a mark or a vowel that was torn off comes later.
TORN = 3
LONGEST = 250
SHOWN = 40


@dataclass
class Called:
    """Who is called and by which letters; what was meant to call somebody and does not."""

    people: dict[User, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


class WhoIsMeant(RuleBroken):
    """Several people bear this name: whoever writes says which of ``people``."""

    def __init__(self, written: str, people: list[User]) -> None:
        super().__init__(
            _("Several people are called “%(name)s”. Choose who is meant.") % {"name": written},
            field="meant",
        )
        self.people = people


def people_of(office: Office) -> list[User]:
    """Everybody who is or was of the office, with their groups, in the order of names; 1 query."""
    people = User.objects.filter(office=office).without_it().select_related("work_group")
    return list(people.order_by("sort_name", "pk"))


def call(
    text: str, office: Office, *, meant: Collection[User] = (), notify: Collection[User] = ()
) -> Called:
    """Read whom ``text`` calls; who shares a name is among ``meant``. ``notify`` are called, too.

    Who can't sign in any more is not called: a name of theirs is text.
    """
    people, called = people_of(office), Called()
    wanted = {person.pk for person in meant}
    for written, bearers in read(text, people):
        here = [person for person in bearers if person.is_active]
        if len(here) > 1 and not (here := [one for one in here if one.pk in wanted]):
            raise WhoIsMeant(written, [person for person in bearers if person.is_active])
        if not here:
            (called.gone if bearers else called.unknown).append(written)
        for person in here:
            called.people.setdefault(person, written)
    chosen = {person.pk for person in notify}
    for person in people:
        if person.pk in chosen and person.is_active:
            called.people.setdefault(person, "")
    return called


def read(text: str, people: Iterable[User]) -> Iterator[tuple[str, list[User]]]:
    """What stands behind each ``@``, and who of ``people`` is called so: nobody, one, several."""
    names = _Names(people)
    behind = 0
    for at in AT.finditer(text):
        if at.end() <= behind:
            continue
        line = text[at.end() : at.end() + LONGEST].splitlines()
        written, bearers = names.longest(line[0]) if line else ("", [])
        if bearers:
            behind = at.end() + len(written)
            yield written.strip(), bearers
        elif line and line[0][:1].isalpha():
            yield line[0].split()[0][:SHOWN], []


class _Names:
    """The names of people: whole ones, with and without the prefix, and given names alone."""

    def __init__(self, people: Iterable[User]) -> None:
        self.whole: defaultdict[str, list[User]] = defaultdict(list)
        self.given: defaultdict[str, list[User]] = defaultdict(list)
        for person in people:
            name = f"{person.given_name} {person.family_name}"
            for key in {_key(person.full_name), _key(name)} - {""}:
                self.whole[key].append(person)
            if key := _key(person.given_name):
                self.given[key].append(person)
        self.keys = sorted({*self.whole, *self.given})

    def longest(self, text: str) -> tuple[str, list[User]]:
        """The longest name with which ``text`` begins, as it is written there, and its bearers."""
        written, found, best, misses = "", ("", list[User]()), "", 0
        letters = thai.clusters(text)
        for number, cluster in enumerate(letters):
            written += cluster
            key = _key(written)
            if not key or key == best:
                continue
            # A given name alone ends where the word ends: นภา is not called by @นภาพร.
            ends = number + 1 == len(letters) or not letters[number + 1][0].isalnum()
            bearers = self.whole.get(key) or (self.given.get(key) if ends else None)
            if bearers:
                found, best = (written, bearers), key
            misses = 0 if self._begins(key) else misses + 1
            if misses > TORN:
                break
        return found

    def _begins(self, key: str) -> bool:
        place = bisect_left(self.keys, key)
        return place < len(self.keys) and self.keys[place].startswith(key)


def _key(name: str) -> str:
    """What all spellings of a name share: also a space more or less."""
    return thai.fold(name).replace(" ", "")

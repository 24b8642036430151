"""Whom a typed name means: one account, however its name is written."""

import unicodedata
from typing import Literal

from django.db.models import Q, QuerySet

import thai
from people.models import User

UNPRINTED = {"Co", "Cn"}  # letters of private use, and such as no writing has
FORMS: tuple[Literal["NFC", "NFKC", "NFD"], ...] = ("NFC", "NFKC", "NFD")
SEVERAL = 10  # accounts that one name may look like


def plain(typed: str) -> str:
    """What is seen of a typed name; usernames and addresses hold no spaces."""
    return "".join(
        sign
        for sign in typed
        if not thai.shows_nothing(sign) and unicodedata.category(sign) not in UNPRINTED
    )


def account_of(typed: str) -> User | None:
    """The account that ``typed`` names by username or e-mail, in any case; 1 query.

    Of several that look alike the one whose address it is, or whose username to the letter.
    """
    name = plain(typed)
    forms = _spellings(name)
    found = list(User.objects.filter(_named(forms)).order_by("pk")[:SEVERAL])
    by_address = [user for user in found if user.email in {form.lower() for form in forms}]
    to_the_letter = [user for user in found if user.username.lower() == name.lower()]
    return next(iter(by_address or to_the_letter or found), None)


def _spellings(name: str) -> set[str]:
    """Every way in which a name that looks like this one may be stored.

    Full-width letters are what a Thai or Japanese keyboard makes; telephones put Thai marks in
    another order, and digits are Thai or not. The composed form is what most names are stored in,
    and of Thai ำ the compatible form would be another word. SQLite knows no case but of ASCII.
    """
    narrow = thai.clean_address(name)
    ordered = thai.canonical_spelling(narrow)
    same = {name, narrow, ordered, *thai.digit_spellings(ordered)}
    forms = {unicodedata.normalize(form, one) for one in same for form in FORMS}
    return same | forms | {one.lower() for one in forms}


def is_name_of(people: QuerySet[User], name: str) -> bool:
    """Whether one of ``people`` signs in by ``name`` or what looks like it; 1 query."""
    return people.filter(_named(_spellings(plain(name)))).exists()


def _named(forms: set[str]) -> Q:
    """Username or e-mail is one of these, in any case."""
    wanted = Q(email__in=[form.lower() for form in forms])
    for form in forms:
        wanted |= Q(username__iexact=form)
    return wanted


def counted_as(typed: str) -> str:
    """Under which name attempts are counted when there is no such account."""
    return unicodedata.normalize("NFKC", plain(typed)).casefold()

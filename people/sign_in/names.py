"""Whom a typed name means: one account, however its name is written."""

import unicodedata

from django.db.models import Q, QuerySet

import thai
from people.models import User

UNPRINTED = {"Co", "Cn"}  # letters of private use, and such as no writing has


def plain(typed: str) -> str:
    """What is seen of a typed name; usernames and addresses hold no spaces."""
    return "".join(
        sign
        for sign in typed
        if not thai.shows_nothing(sign) and unicodedata.category(sign) not in UNPRINTED
    )


def account_of(typed: str) -> User | None:
    """The account that ``typed`` names by username or e-mail, in any case; 1 query."""
    name = plain(typed)
    # Full-width letters are what a Thai or Japanese keyboard makes; the composed form is what
    # most names are stored in, and of Thai ำ the compatible form would be another word.
    forms = {name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFKC", name)}
    wanted = Q(email__in=[form.lower() for form in forms])
    for form in forms:
        wanted |= Q(username__iexact=form)
    found = list(User.objects.filter(wanted).order_by("pk")[:3])
    by_address = [user for user in found if user.email in {form.lower() for form in forms}]
    return next(iter(by_address or found), None)


def is_name_of(people: QuerySet[User], name: str) -> bool:
    """Whether one of ``people`` signs in by ``name``, be it username or e-mail; 1 query."""
    return people.filter(Q(username__iexact=name) | Q(email__iexact=name)).exists()


def counted_as(typed: str) -> str:
    """Under which name attempts are counted when there is no such account."""
    return unicodedata.normalize("NFKC", plain(typed)).casefold()

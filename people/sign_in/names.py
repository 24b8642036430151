"""Whom a typed name means: one account, however its name is written."""

import re
import unicodedata

from django.db.models import Q, QuerySet

from people.models import User

# Letters that show nothing though they count as letters or marks: Hangul fillers, the grapheme
# joiner, variation selectors. Spaces and everything of the kinds "control" and "format" go anyway.
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
INVISIBLE = {"Cc", "Cf", "Co", "Cn", "Zs", "Zl", "Zp"}


def plain(typed: str) -> str:
    """What is seen of a typed name; usernames and addresses hold no spaces."""
    seen = "".join(sign for sign in typed if unicodedata.category(sign) not in INVISIBLE)
    return BLANK.sub("", seen)


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

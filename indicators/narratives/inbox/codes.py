"""For what an entry of the inbox is: a code as people write it, and what it names in a year."""

from django.utils.translation import gettext as _

import thai
from core.refusals import RuleBroken
from indicators.catalogue.trees import edition_tree
from indicators.models import Edition

LONGEST = 20


def clean_code(text: str) -> str:
    """``๒.๑ การบริหาร`` is 2.1; it need not be in any edition, because next year's may be new."""
    words = thai.to_arabic_digits(thai.trimmed(text)).split()
    code = words[0].strip(".,;:") if words else ""
    if len(code) > LONGEST or not all(sign.isalnum() or sign in ".-" for sign in code):
        raise RuleBroken(
            _("Write the code only, such as 2.1 or 2.1.1, or leave it empty."), "for_code"
        )
    return code


def known_codes(edition: Edition) -> list[tuple[str, str]]:
    """``(code, title)`` of every indicator and consideration; no query once it was read."""
    found = []
    for standard in edition_tree(edition).standards:
        for indicator in standard.indicators:
            found.append((indicator.code, indicator.title))
            found += [(node.code, node.title) for node in indicator.considerations]
    return found


def codes_around(edition: Edition, code: str) -> list[str]:
    """What is meant by whoever asks for ``code``: of an indicator also its considerations, of a
    consideration also its indicator; no query once the edition was read.
    """
    for standard in edition_tree(edition).standards:
        for indicator in standard.indicators:
            below = [node.code for node in indicator.considerations]
            if code == indicator.code:
                return [code, *below]
            if code in below:
                return [code, indicator.code]
    return [code]

"""A text in the pieces by which two versions of it are compared."""

from esa_standards import thai

LEADING_VOWELS = "เแโใไ"
FIRST_THAI, LAST_THAI = "\u0e01", "\u0e4e"  # letters, vowels and marks; the digits follow


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


def _joins(token, cluster):
    if token[-1] in LEADING_VOWELS:
        return not cluster.isspace()
    if token.isspace() or cluster.isspace():
        return token.isspace() and cluster.isspace()
    return _in_a_word(token[0]) and _in_a_word(cluster[0])


def _in_a_word(char):
    return char.isalnum() and not FIRST_THAI <= char <= LAST_THAI

"""All hostile files: names and bytes as a browser sends them."""

from tests.indicators.evidence.hostile import archives, documents, media


def make_all():
    """``{name: bytes}`` of every one."""
    found = {}
    for family in (archives, documents, media):
        for name, data in family.make().items():
            assert name not in found, name
            found[name] = data
    return found

"""Who may ask for papers. Predicates only. ``day`` is a Bangkok date.

Who may read a paper, ``Document.objects.visible_to`` says: a row one may not read does not exist.
"""

from people.rules import is_admin, is_coordinator, is_deputy, is_director, is_obec, is_of_office
from reports.states import DocumentKind

# These show what the office has not decided yet to be its own account of the year.
RESERVED = {DocumentKind.SAR, DocumentKind.SUMMARY}


def may_request(user, cycle, kind, day):
    """Ask for a paper, or for another try: everyone of the office; SAR and summary only who
    compiles, reviews or approves them."""
    office = cycle.assessment.office_id
    if not is_of_office(user, office):
        return False
    return kind not in RESERVED or (
        is_coordinator(user, office, day)
        or is_director(user, office, day)
        or is_deputy(user, office, day)
    )


def may_read_submitted(user, day):
    """Open what offices submitted; the office's own people have their register."""
    return is_obec(user, day)


def may_see_certificate(user, office_id, day):
    """Read what the office signs its papers with: who answers for its papers or its people."""
    return is_admin(user, office_id, day) or is_coordinator(user, office_id, day)

"""Who may do what with one year's content. Predicates only: they read, never write.

Rights to write and to score are django-guardian rows that the approved order gave
(``assignments/rights.py``). They are read straight from their tables and never through
``has_perm``, which would let IT's superusers write in an office's name.
"""

from dataclasses import dataclass

from indicators.states import AssessmentState
from people.rules import (
    holds,
    is_admin,
    is_coordinator,
    is_deputy,
    is_director,
    is_obec,
    is_of_office,
)
from people.states import Role

WRITE, SCORE = "write_item", "score_assessment"


# -- rights of the order --------------------------------------------------------
def writable_items(user, assessment):
    """Primary keys of the items that the order lets ``user`` write; one query for a whole page."""
    if not is_of_office(user, assessment.office_id):
        return frozenset()
    return frozenset(
        user.itemuserpermission_set.filter(
            content_object__assessment=assessment.pk, permission__codename=WRITE
        ).values_list("content_object_id", flat=True)
    )


def has_writing(user, item):
    """Whether the order lets ``user`` write ``item``, locked or not."""
    return (
        is_of_office(user, item.assessment.office_id)
        and user.itemuserpermission_set.filter(
            content_object=item.pk, permission__codename=WRITE
        ).exists()
    )


def is_scorer(user, assessment):
    """Whether the order made ``user`` a member who scores, locked or not."""
    return (
        is_of_office(user, assessment.office_id)
        and user.assessmentuserpermission_set.filter(
            content_object=assessment.pk, permission__codename=SCORE
        ).exists()
    )


# -- items and reviews ----------------------------------------------------------
def may_write_item(user, item):
    """Collector and supervisors of the approved order, while the year is open."""
    return item.assessment.is_open and has_writing(user, item)


def may_return_item(user, item, day):
    """Take an item that was handed in back into work: its writers and the coordinator."""
    return item.assessment.is_open and (
        has_writing(user, item) or is_coordinator(user, item.assessment.office_id, day)
    )


def may_keep_checklist(user, item, day):
    """Say which evidence is required: who writes the item, and the coordinator."""
    return may_return_item(user, item, day)


def may_write_review(user, assessment, indicator, day):
    """The coordinator, and whoever may write any consideration of the indicator."""
    if not assessment.is_open:
        return False
    if is_coordinator(user, assessment.office_id, day):
        return True
    return (
        is_of_office(user, assessment.office_id)
        and user.itemuserpermission_set.filter(
            content_object__assessment=assessment.pk,
            content_object__consideration__indicator=indicator.pk,
            permission__codename=WRITE,
        ).exists()
    )


def may_set_due(user, assessment, day):
    """The coordinator gives single considerations a due date of their own."""
    return may_assign(user, assessment, day)


# -- requests -------------------------------------------------------------------
def may_ask(user, assessment, day):
    """The committee, the coordinator, and who leads: directors, deputies, group directors."""
    office = assessment.office_id
    return assessment.is_open and (
        is_coordinator(user, office, day)
        or is_director(user, office, day)
        or is_deputy(user, office, day)
        or holds(user, Role.GROUP_DIRECTOR, office, day)
        or is_scorer(user, assessment)
        or bool(writable_items(user, assessment))
    )


def may_finish_request(user, request, day):
    """Whoever was asked, who writes the item, and the coordinator, while the year is open."""
    return may_return_item(user, request.item, day) or (
        request.asked_of_id == user.pk and _is_of_open(user, request)
    )


def may_settle_request(user, request, day):
    """Accept what was done, send it back or hand it on: who asked, and the coordinator."""
    assessment = request.item.assessment
    return may_withdraw_request(user, request) or (
        assessment.is_open and is_coordinator(user, assessment.office_id, day)
    )


def may_withdraw_request(user, request):
    """Who asked, while the year is open."""
    return request.asked_by_id == user.pk and _is_of_open(user, request)


@dataclass(frozen=True)
class RequestRights:
    """What a person may do with a request, whatever its state."""

    finish: bool
    settle: bool
    withdraw: bool


def request_rights(user, request, day, *, works):
    """The same answers as the predicates above; ``works`` is ``may_return_item`` of its item."""
    return RequestRights(
        finish=works or (request.asked_of_id == user.pk and _is_of_open(user, request)),
        settle=may_settle_request(user, request, day),
        withdraw=may_withdraw_request(user, request),
    )


def _is_of_open(user, request):
    assessment = request.item.assessment
    return assessment.is_open and is_of_office(user, assessment.office_id)


@dataclass(frozen=True)
class ItemRights:
    """What a person may do on the page of an item, whatever the item's own state."""

    write: bool
    take_back: bool
    ask: bool
    set_due: bool
    keep_checklist: bool


def item_rights(user, item, day):
    """All that the page of an item asks, with the right of the order read once.

    The same answers as the predicates above, which ask it again each time.
    """
    assessment = item.assessment
    open_, writing = assessment.is_open, has_writing(user, item)
    coordinates = is_coordinator(user, assessment.office_id, day)
    return ItemRights(
        write=open_ and writing,
        take_back=open_ and (writing or coordinates),
        ask=open_ and (writing or may_ask(user, assessment, day)),
        set_due=may_set_due(user, assessment, day),
        keep_checklist=open_ and (writing or coordinates),
    )


# -- evidence -------------------------------------------------------------------
def may_add_evidence(user, office):
    """Everyone of the office may contribute; citing is the item's writers' own."""
    return is_of_office(user, office.pk)


def may_manage_evidence(user, evidence, day):
    """Who brought it, the coordinator, and the writers of the items that cite it."""
    if not is_of_office(user, evidence.office_id):
        return False
    return (
        evidence.created_by_id == user.pk
        or is_coordinator(user, evidence.office_id, day)
        or user.itemuserpermission_set.filter(
            permission__codename=WRITE,
            content_object__citations__evidence=evidence.pk,
            content_object__citations__removed_at__isnull=True,
        ).exists()
    )


# -- the inbox --------------------------------------------------------------------
def may_put_into_inbox(user, office):
    """Everyone of the office, as with all evidence."""
    return may_add_evidence(user, office)


def may_sort_inbox(user, entry, day):
    """The coordinator, who put it in, and who writes what it is for in a year that is open."""
    if not is_of_office(user, entry.office_id):
        return False
    return (
        entry.put_by_id == user.pk
        or is_coordinator(user, entry.office_id, day)
        or entry.for_code in codes_written(user)
    )


def codes_written(user):
    """Codes of what ``user`` writes in open years, and of its indicators; one query."""
    rows = user.itemuserpermission_set.filter(
        permission__codename=WRITE,
        content_object__assessment__office=user.office_id,
        content_object__assessment__state=AssessmentState.OPEN,
    ).values_list(
        "content_object__consideration__code", "content_object__consideration__indicator__code"
    )
    return frozenset(code for codes in rows for code in codes)


def may_hand_over(user, assessment):
    """Everyone of the office: each may open every one of its files by itself."""
    return is_of_office(user, assessment.office_id)


# -- discussions ----------------------------------------------------------------
def may_discuss(user, place):
    """Everyone of the office: an item while its year is open, evidence while it is not removed."""
    if hasattr(place, "assessment"):
        return place.assessment.is_open and is_of_office(user, place.assessment.office_id)
    return place.removed_at is None and is_of_office(user, place.office_id)


def leads_discussions(user, place, day):
    """Resolve what others opened: who writes the item or manages the evidence, the coordinator."""
    if hasattr(place, "assessment"):
        return may_return_item(user, place, day)
    return place.removed_at is None and may_manage_evidence(user, place, day)


def may_resolve(user, thread, day):
    """Who opened it, and who leads the discussions there."""
    return may_discuss(user, thread.place) and (
        thread.opened_by_id == user.pk or leads_discussions(user, thread.place, day)
    )


def may_withdraw_comment(user, comment):
    """Who wrote it."""
    return comment.by_id == user.pk


# -- scores ---------------------------------------------------------------------
def may_score(user, assessment):
    """Members of the committee of the approved order, while the year is open."""
    return assessment.is_open and is_scorer(user, assessment)


def may_agree(user, assessment, day):
    """The coordinator records what the committee agreed, while the year is open."""
    return assessment.is_open and is_coordinator(user, assessment.office_id, day)


def may_see_scores(user, assessment, day):
    """Members' own scores, once handed in: the committee, the coordinator, the directors."""
    office = assessment.office_id
    return (
        is_coordinator(user, office, day)
        or is_director(user, office, day)
        or is_deputy(user, office, day)
        or is_scorer(user, assessment)
    )


def may_verify(user, assessment, day):
    """OBEC's reviewers, for what was submitted to them and opened."""
    return assessment.taken_up_at is not None and is_obec(user, day)


# -- catalogue, assignments, projects -------------------------------------------
def may_import_edition(user, day):
    """Administrators keep the catalogue."""
    return user.office_id is not None and is_admin(user, user.office_id, day)


def may_verify_edition(user, day):
    """Administrators vouch for the wording."""
    return may_import_edition(user, day)


def may_assign(user, assessment, day):
    """The coordinator names people, while the year is open."""
    return assessment.is_open and is_coordinator(user, assessment.office_id, day)


def runs_projects(user, assessment, day):
    """The coordinator and the directors of work groups, who run the projects."""
    office = assessment.office_id
    return is_coordinator(user, office, day) or holds(user, Role.GROUP_DIRECTOR, office, day)


def may_manage_projects(user, assessment, day):
    """Who runs the projects lists them, while the year is open."""
    return assessment.is_open and runs_projects(user, assessment, day)

"""The forms of one draft, and the draft with what is typed on them before anything is saved."""

from copy import copy

from indicators.models import Standard
from people.models import User
from workflow.papers import memos, wording
from workflow.papers.forms.proposals import DRAFT_FORMS, MemberFormSet, MemoForm, place_choices
from workflow.states import ProposalKind

MEMO = "memo"


def form_class_of(kind):
    """The form of a paper; the memo of an order is a paper of its own here."""
    return MemoForm if kind == MEMO else DRAFT_FORMS[ProposalKind(kind)]


def member_forms(draft, data, *, user):
    """The table of seats of an order; None for other papers."""
    if draft.kind != ProposalKind.ORDER:
        return None
    rows = draft.body["members"]
    standards = Standard.objects.filter(edition=draft.cycle.assessment.edition_id)
    return MemberFormSet(
        data or None,
        prefix="members",
        initial=[
            {
                "user": row["user"],
                "place": f"{row['part']}:{row['standard'] or ''}",
                "seat": row["seat"],
            }
            for row in rows
        ],
        form_kwargs={
            "people": _choices(user, {row["user"] for row in rows}),
            "places": place_choices(list(standards.values_list("code", flat=True))),
        },
    )


def _choices(user, named):
    """Active people ``user`` sees, and who is named already whatever became of them."""
    visible = User.objects.visible_to(user)
    return [
        (
            person.pk,
            f"{person.full_name} · {person.position}" if person.position else str(person),
        )
        for person in visible.active() | visible.filter(pk__in=named)
    ]


def body_of(draft, form, members):
    """The body that valid forms say."""
    body = texts_of(draft, form, members)
    if members is not None and form.cleaned_data["refill"]:
        body = wording.with_working_members(body, draft.cycle)
    return body


def texts_of(draft, form, members=None):
    """The body with the words that a valid form says, and the seats that valid ``members`` say.

    The working committees are not taken anew: that is an act of its own. Without ``members``
    the seats of an order stay as they are.
    """
    body = form.body_for(draft)
    if draft.kind == ProposalKind.ORDER and not isinstance(form, MemoForm):
        body["memo"] = memos.following(draft, form.subject_for(draft))
    if members is not None:
        rows = [row for row in (member.row() for member in members) if row is not None]
        body["members"] = wording.numbered(rows)
    return body


def seats_of(draft):
    """The seats as one text, a line each, as ``proposals.js`` reads them from the table."""
    return "\n".join(
        f"{row['user']}|{row['part']}:{row['standard'] or ''}|{row['seat']}"
        for row in draft.body["members"]
    )


def typed_draft(draft, data, *, kind, user):
    """An unsaved copy of ``draft`` with what is typed (``kind``: the paper's, or ``memo``).

    Meant to be looked at, never saved: a field that does not validate keeps what is stored, a
    row of members that doesn't is left out, and a table of members that can't be read at all
    stays as it was.
    """
    form_class = form_class_of(kind)
    initial = form_class.initial_of(draft)
    form = form_class(data, initial=initial)
    form.full_clean()
    for name in form.fields:
        form.cleaned_data.setdefault(name, initial.get(name) or "")
    typed = copy(draft)
    typed.subject = form.subject_for(draft)
    typed.body = body_of(draft, form, _readable(draft, data, kind, user))
    return typed


def _readable(draft, data, kind, user):
    """The rows of members that validate; None when the table can't be read or isn't there."""
    if kind != ProposalKind.ORDER:
        return None
    members = member_forms(draft, data, user=user)
    if not members.management_form.is_valid():
        return None
    return [row for row in members.forms if row.is_valid()]

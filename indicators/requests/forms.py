"""Forms of requests: asking, reporting done, deciding on it, handing it on, finding."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.forms import IdempotentMixin, PlainForm, ThaiDateField
from core.moves import undoable_until
from indicators import rules
from indicators.requests.people import people_to_ask
from indicators.states import RequestState

LONGEST = 4000
PLEASE_CHOOSE = {"invalid_choice": _("Please choose from the list.")}


def words(label, *, required="", help_text="", rows=3):
    """A text that somebody says; ``required`` is what is said when it is missing."""
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "class": "form-control"}),
        error_messages={"required": required} if required else None,
    )


class PersonChoice(forms.ChoiceField):
    """One of some people, or nobody by name: whoever collects the data."""

    def __init__(self, **kwargs):
        super().__init__(required=False, error_messages=PLEASE_CHOOSE, **kwargs)
        self.people = {}

    def use(self, people):
        """Offer these people."""
        self.people = {str(person.pk): person for person in people}
        self.choices = [
            ("", _("Whoever collects the data of this consideration")),
            *((pk, person.full_name) for pk, person in self.people.items()),
        ]

    def clean(self, value):
        """The person; None for nobody by name."""
        return self.people.get(super().clean(value))


class RequestAskForm(IdempotentMixin, PlainForm):
    """Something asked of somebody about an item, or a piece of evidence that it cites."""

    text = words(_("What you ask for"), required=_("Please write what you ask for."))
    asked_of = PersonChoice(label=_("Of whom"))
    due_on = ThaiDateField(
        label=_("To be done by"), required=False, help_text=_("Empty: within seven days.")
    )

    def __init__(self, *args, item, evidence=None, **kwargs):
        super().__init__(*args, auto_id="ask_%s", **kwargs)
        self.fields["asked_of"].use(people_to_ask(item, evidence))


class RequestFinishForm(PlainForm):
    """What was done."""

    text = words(_("What you did"), required=_("Please write what was done."))


class RequestSettleForm(PlainForm):
    """Words to who did it; sending back needs them. ``seen`` is the version on screen."""

    text = words(
        _("Your words"), help_text=_("To send it back, write what is still missing."), rows=2
    )
    seen = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput)


class RequestHandOnForm(PlainForm):
    """Who is asked instead. ``seen`` is the version on screen."""

    asked_of = PersonChoice(label=_("Of whom"))
    text = words(_("Why, or what to know"), rows=2)
    seen = forms.IntegerField(min_value=1, max_value=10**6, widget=forms.HiddenInput)

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asked_of"].use(people_to_ask(row.item, row.evidence))


class RequestFilterForm(PlainForm):
    """Whose, in which state, with whom."""

    WHOSE = [("", _("All requests")), ("mine", _("For me to do")), ("asked", _("Made by me"))]
    STATES = [("", _("Not settled yet")), *RequestState.choices, ("all", _("In any state"))]

    whose = forms.ChoiceField(label=_("Whose"), required=False, choices=WHOSE)
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    person = forms.TypedChoiceField(
        label=_("With whom"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _("Everybody")), *people]


def put_acts(row, user, day, *, works, refused=None):
    """Give the row what ``user`` may do with it, each act with its form.

    ``works`` says whether they may work on its item, so that a whole page asks it once.
    ``refused`` is a form that was sent and shown again.
    """
    row.rights = rules.request_rights(user, row, day, works=works)
    row.finish_form = row.settle_form = None
    if row.state == RequestState.OPEN and row.rights.finish:
        row.finish_form = RequestFinishForm(auto_id=f"finish-{row.pk}-%s")
    if row.state == RequestState.DONE and row.rights.settle:
        row.settle_form = RequestSettleForm(
            auto_id=f"settle-{row.pk}-%s", initial={"seen": row.version}
        )
    row.is_late = row.is_late_on(day)
    row.may_withdraw = row.state == RequestState.OPEN and row.rights.withdraw
    row.may_hand_on = row.state == RequestState.OPEN and row.rights.settle
    _put_undo(row)
    if isinstance(refused, RequestFinishForm) and row.finish_form:
        row.finish_form = refused
    if isinstance(refused, RequestSettleForm) and row.settle_form:
        row.settle_form = refused


def _put_undo(row):
    """Until when ``user`` of ``put_acts`` may put it back, or take the acceptance back."""
    now = clock.now()
    row.restore_until = row.unaccept_until = None
    if row.state == RequestState.WITHDRAWN and row.rights.withdraw:
        row.restore_until = undoable_until(row.withdrawn_at, now=now)
    if row.state == RequestState.ACCEPTED and row.rights.settle:
        row.unaccept_until = undoable_until(row.accepted_at, now=now)

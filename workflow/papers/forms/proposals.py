"""Drafting the papers, deciding on them."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PlainForm, StaleEditForm, ThaiDateField
from workflow.field_labels import DUTY_LABELS, FIELD_LABELS, MEMO_LABELS
from workflow.papers.committee.labels import part_title
from workflow.papers.memos import MEMO_TEXTS, memo_of
from workflow.papers.wording import DUTIES
from workflow.states import CommitteePart, ProposalKind, Seat

TEXT_MAX = 20_000
NUMBER_MAX = 60  # the register says itself that more than 20 letters are too long


def _text(label, rows=4, required=False, help_text=""):
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=TEXT_MAX,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class SeenForm(StaleEditForm):
    """Which version the person had on screen, and which save of it was ``seen``."""

    version = forms.IntegerField(min_value=1, max_value=999_999, widget=forms.HiddenInput)
    seen = forms.IntegerField(min_value=0, max_value=999_999, widget=forms.HiddenInput)

    def decided(self):
        """What the verb takes: everything typed but which version was on screen."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("version", "seen", "scan")
        }


# -- drafts ---------------------------------------------------------------------
class DraftForm(SeenForm):
    """What every draft has. Empty texts may be saved; proposing asks for them."""

    subject = forms.CharField(label=_("Subject"), max_length=300)
    texts: tuple[str, ...] = ()

    @classmethod
    def initial_of(cls, proposal):
        """Field values of a draft as it stands."""
        values = {name: proposal.body.get(name, "") for name in cls.texts}
        return values | {
            "subject": proposal.subject,
            "version": proposal.version,
            "seen": proposal.edit,
        }

    def subject_for(self, proposal):
        """The paper's own subject."""
        return self.cleaned_data["subject"]

    def body_for(self, proposal):
        """The body with what was typed; what no field shows stays as it was."""
        return {**proposal.body, **self._typed()}

    def _typed(self):
        return {name: self.cleaned_data[name].replace("\r\n", "\n") for name in self.texts}


class EffectiveMixin(forms.Form):
    """Since when the paper holds; without a date from its signing on."""

    effective = ThaiDateField(
        label=_("In force from"),
        required=False,
        help_text=_("Leave empty for “from now on”."),
    )

    @classmethod
    def initial_of(cls, proposal):
        text = proposal.body.get("effective")
        return super().initial_of(proposal) | {
            "effective": date.fromisoformat(text) if text else None
        }

    def body_for(self, proposal):
        day = self.cleaned_data["effective"]
        return super().body_for(proposal) | {"effective": day.isoformat() if day else None}


class AnnouncementForm(EffectiveMixin, DraftForm):
    """ประกาศ."""

    texts = ("reason", "text")
    reason = _text(FIELD_LABELS["reason"])
    text = _text(FIELD_LABELS["text"], rows=9)
    field_order = ["subject", "reason", "text", "effective"]


class OrderForm(EffectiveMixin, DraftForm):
    """คำสั่ง: its words; the people stand in ``MemberFormSet``."""

    texts = ("reason", "power")
    reason = _text(FIELD_LABELS["reason"])
    power = _text(FIELD_LABELS["power"])
    duty_adviser = _text(DUTY_LABELS["adviser"], rows=2)
    duty_steering = _text(DUTY_LABELS["steering"], rows=3)
    duty_working = _text(DUTY_LABELS["working"], rows=3)
    duty_supervisor = _text(DUTY_LABELS["supervisor"], rows=2)
    duty_collector = _text(DUTY_LABELS["collector"], rows=2)
    refill = forms.BooleanField(
        label=_("Take the working committees anew from the assignment table when saving"),
        required=False,
    )
    field_order = ["subject", "reason", "power", "effective"]

    @classmethod
    def initial_of(cls, proposal):
        duties = proposal.body.get("duties", {})
        parts = {row["part"] for row in proposal.body.get("members", [])}
        return super().initial_of(proposal) | {
            "refill": CommitteePart.WORKING not in parts,
            **{f"duty_{name}": duties.get(name, "") for name in DUTIES},
        }

    def body_for(self, proposal):
        duties = {name: self.cleaned_data[f"duty_{name}"].replace("\r\n", "\n") for name in DUTIES}
        return super().body_for(proposal) | {"duties": duties}


class SarForm(DraftForm):
    """The words of the SAR that no other page writes."""

    texts = ("preface", "basic_info", "conclusion", "development")
    preface = _text(FIELD_LABELS["preface"], rows=7)
    basic_info = _text(FIELD_LABELS["basic_info"], rows=9)
    conclusion = _text(FIELD_LABELS["conclusion"], rows=6)
    development = _text(FIELD_LABELS["development"], rows=6)


class MemoForm(DraftForm):
    """บันทึกข้อความ that proposes an order; it is saved inside the order's draft."""

    texts = MEMO_TEXTS
    subject = forms.CharField(label=MEMO_LABELS["subject"], max_length=300, required=False)
    to = forms.CharField(label=MEMO_LABELS["to"], max_length=300, required=False)
    origin = _text(MEMO_LABELS["origin"], rows=4)
    facts = _text(MEMO_LABELS["facts"], rows=5)
    request = _text(MEMO_LABELS["request"], rows=3)

    @classmethod
    def initial_of(cls, proposal):
        return memo_of(proposal) | {"version": proposal.version, "seen": proposal.edit}

    def subject_for(self, proposal):
        """The order keeps its subject; the memo's stands in the body."""
        return proposal.subject

    def body_for(self, proposal):
        return {**proposal.body, "memo": self._typed()}


DRAFT_FORMS = {
    ProposalKind.ANNOUNCEMENT: AnnouncementForm,
    ProposalKind.ORDER: OrderForm,
    ProposalKind.SAR: SarForm,
}


# -- members of an order -----------------------------------------------------------
def place_choices(standards):
    """Parts of the order as one list: advisers, steering, a working committee per standard."""
    working = CommitteePart.WORKING
    return [
        (f"{CommitteePart.ADVISER}:", part_title(CommitteePart.ADVISER)),
        (f"{CommitteePart.STEERING}:", part_title(CommitteePart.STEERING)),
        *((f"{working}:{code}", part_title(working, code)) for code in standards),
    ]


class MemberForm(PlainForm):
    """One seat. An empty row is no row."""

    user = forms.TypedChoiceField(label=_("Person"), coerce=int, required=False, empty_value=None)
    place = forms.ChoiceField(label=_("Part"), required=False)
    seat = forms.ChoiceField(
        label=_("Seat"), choices=Seat.choices, initial=Seat.MEMBER, required=False
    )

    def __init__(self, *args, people, places, **kwargs):
        super().__init__(*args, **kwargs)
        # A row that says what it said before is still a row, whatever the browser counts.
        self.empty_permitted = False
        self.fields["user"].choices = [("", _("Choose a person")), *people]
        self.fields["place"].choices = places

    @property
    def person(self):
        """The name of the chosen person, for rows that are there already."""
        value = self["user"].value()
        return dict((str(pk), label) for pk, label in self.fields["user"].choices).get(
            str(value), ""
        )

    def row(self):
        """The member row of the body, or None."""
        facts = self.cleaned_data
        if not facts.get("user") or facts.get("DELETE"):
            return None
        part, _colon, standard = facts["place"].partition(":")
        return {
            "user": facts["user"],
            "part": part,
            "standard": standard or None,
            "seat": facts["seat"] or str(Seat.MEMBER),
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("user") and not cleaned.get("place"):
            self.add_error("place", _("Choose the part."))
        return cleaned


MemberFormSet = forms.formset_factory(
    MemberForm, extra=1, can_delete=True, max_num=400, validate_max=True
)


# -- decisions ------------------------------------------------------------------------
class PanelForm(SeenForm):
    """Names the gaps that its page showed, see ``panels``; None when it showed none."""

    gaps_seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_gaps_seen(self):
        name = self.add_prefix("gaps_seen")
        return self.cleaned_data["gaps_seen"] if name in self.data else None


class EndorseForm(PanelForm):
    """The deputy's opinion."""

    opinion = _text(_("Opinion"), rows=3)


class ReturnForm(SeenForm):
    """Why it goes back."""

    opinion = forms.CharField(
        label=_("Opinion"),
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write what has to be changed.")},
    )


NUMBERS = ("number", "memo_number")


def _number(label):
    return forms.CharField(
        label=label,
        max_length=NUMBER_MAX,
        widget=forms.TextInput(attrs={"class": "number-large", "autocomplete": "off"}),
        error_messages={"required": _("Enter the number from the office's register.")},
    )


def _help_of(proposed):
    """What the proposed number follows, or that the register of the year holds none."""
    facts = {"number": proposed.number, "year": proposed.year, "last": proposed.last}
    if proposed.number:
        return _("Reads %(number)s/%(year)s on the paper; follows %(last)s.") % facts
    if proposed.last:
        return (
            _("The register of %(year)s is empty here; the last number before was %(last)s.")
            % facts
        )
    return _("The register of %(year)s is empty here.") % facts


class ApproveForm(PanelForm):
    """The director's decision: numbers (orders), date, opinion.

    ``following`` holds what the registers propose; the director confirms it or types another, and
    what was ``shown`` comes back with it.
    """

    number = _number(_("Number of the order"))
    number_shown = forms.CharField(required=False, max_length=NUMBER_MAX, widget=forms.HiddenInput)
    memo_number = _number(_("Number of the memo"))
    memo_number_shown = forms.CharField(
        required=False, max_length=NUMBER_MAX, widget=forms.HiddenInput
    )
    dated = ThaiDateField(label=_("Date on the paper"))
    typed_only: tuple[str, ...] = ()
    gaps_reason = _text(
        _("Why you approve it although not everything is complete"),
        rows=3,
        help_text=_("Needed, because not everything is complete. The report prints it."),
    )
    opinion = _text(_("Opinion"), rows=3)

    def __init__(self, *args, kind, following=None, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != ProposalKind.SAR:
            del self.fields["gaps_reason"]
        for name in NUMBERS:
            if kind != ProposalKind.ORDER:
                del self.fields[name], self.fields[f"{name}_shown"]
            elif following:
                self._propose(name, following[name])

    def _propose(self, name, proposed):
        if name in self.typed_only:
            return
        self.initial[name] = self.initial[f"{name}_shown"] = proposed.number
        self.fields[name].help_text = _help_of(proposed)

    def decided(self):
        decided = super().decided()
        shown = {name: decided.pop(f"{name}_shown") for name in NUMBERS if name in decided}
        return decided | ({"numbers_shown": shown} if shown else {})

    def stand_on_number(self, name, number):
        """Another number follows by now: it stands in the field, to be confirmed."""
        self.data = self.data.copy()
        for field in (name, f"{name}_shown"):
            self.data[self.add_prefix(field)] = number


class SignedScanForm(ApproveForm):
    """What the director signed by hand: the order bears its number already, none is proposed."""

    typed_only = ("number",)

    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        help_text=_("A PDF or a picture."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    field_order = ["number", "memo_number", "dated", "scan", "gaps_reason", "opinion"]


class CorrectForm(SeenForm):
    """The right number or date of an approved paper, and what was wrong."""

    number = _number(_("Number of the order"))
    memo_number = _number(_("Number of the memo"))
    dated = ThaiDateField(label=_("Date on the paper"))
    why = forms.CharField(
        label=_("What was wrong"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write why it is corrected.")},
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind != ProposalKind.ORDER:
            del self.fields["number"], self.fields["memo_number"]

    @classmethod
    def of(cls, proposal):
        """As the paper stands."""
        standing = {name: getattr(proposal, name) for name in ("number", "memo_number", "dated")}
        return cls(prefix="correct", kind=proposal.kind, initial=standing)


class RevokeForm(SeenForm):
    """Why the paper is taken out of force."""

    why = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why it is revoked.")},
    )


class AcknowledgementFilterForm(PlainForm):
    """Whom to show."""

    q = forms.CharField(label=_("Name or position"), max_length=100, required=False)
    status = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("Everybody")),
            ("missing", _("Still missing")),
            ("done", _("Acknowledged")),
        ],
    )

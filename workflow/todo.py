"""What waits for somebody: the shape of one todo."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise

Text = str | Promise
# Name of an address and its arguments.
Address = tuple[str | int, ...]


class TodoKind(enum.StrEnum):
    """What has to be done; part of a todo's key, so a value is never renamed."""

    DRAFT_ANNOUNCEMENT = "draft_announcement"
    DRAFT_ORDER = "draft_order"
    DRAFT_SAR = "draft_sar"
    ANSWER_RETURNED = "answer_returned"
    ENDORSE = "endorse"
    APPROVE = "approve"
    APPROVE_SAR = "approve_sar"
    PUBLISH = "publish"
    ACKNOWLEDGE = "acknowledge"
    HOLD_BRIEFING = "hold_briefing"
    HOLD_COMMITTEE_MEETING = "hold_committee_meeting"
    MINUTES = "minutes"
    ATTEND = "attend"
    CHECK_IN = "check_in"
    RESOLUTION = "resolution"
    CONFIRM_MINUTES = "confirm_minutes"
    ASSIGN = "assign"
    WRITE_ITEM = "write_item"
    ADD_EVIDENCE = "add_evidence"
    HAND_IN = "hand_in"
    SORT_INBOX = "sort_inbox"
    DO_REQUEST = "do_request"
    ACCEPT_REQUEST = "accept_request"
    SCORE = "score"
    AGREE = "agree"
    REVIEW_INDICATOR = "review_indicator"
    RENDER_SAR = "render_sar"
    SUBMIT_SUMMARY = "submit_summary"
    VERIFY = "verify"
    ANSWER_RECOMMENDATION = "answer_recommendation"
    FINISH_STEP = "finish_step"
    HAND_ON = "hand_on"
    TAKE_BACK_SAR = "take_back_sar"
    FILL_ROLE = "fill_role"


# Whoever runs the year brings these about and meets them on the pages: no message says that they
# are new. Reminders before and after the due date come all the same.
OF_THE_RUN = frozenset(
    {
        TodoKind.DRAFT_ANNOUNCEMENT,
        TodoKind.DRAFT_ORDER,
        TodoKind.DRAFT_SAR,
        TodoKind.PUBLISH,
        TodoKind.HOLD_BRIEFING,
        TodoKind.HOLD_COMMITTEE_MEETING,
        TodoKind.MINUTES,
        TodoKind.CONFIRM_MINUTES,
        TodoKind.CHECK_IN,
        TodoKind.ASSIGN,
        TodoKind.AGREE,
        TodoKind.RENDER_SAR,
        TodoKind.SUBMIT_SUMMARY,
        TodoKind.FINISH_STEP,
    }
)
# Over when their day is over: nobody's superior hears of them.
OF_THE_DAY = frozenset({TodoKind.ATTEND, TodoKind.CHECK_IN})


def key_of(office_code: str, year: int, kind: TodoKind, suffix: str = "") -> str:
    """A todo's key. Reminders are unique by it, so how it is made never changes."""
    return ":".join(filter(None, (office_code, str(year), kind.value, suffix)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Todo:
    """One thing that waits for ``users`` until ``due``. Computed from state, never stored.

    ``key`` is the same however often it is computed: reminders are unique by it. The sentences
    are translated when read, so that one computation serves readers of both languages.
    """

    key: str
    kind: TodoKind
    step: int
    users: tuple[int, ...]
    due: date
    since: date | None
    blocks: bool
    office_code: str
    year: int
    title_text: Text = field(compare=False)
    detail_text: Text = field(default="", compare=False)
    params: Mapping[str, object] = field(default_factory=dict, compare=False)
    address: Address = field(default=(), compare=False)

    @property
    def title(self) -> str:
        """What to do, as a sentence in the reader's language."""
        return str(self.title_text) % self.params

    @property
    def detail(self) -> str:
        """What helps to do it; may be empty."""
        return str(self.detail_text) % self.params if self.detail_text else ""

    @property
    def url(self) -> str:
        """The very place where it is done."""
        name, *args = self.address
        return reverse(str(name), args=args)

    def days_late(self, day: date) -> int:
        """Whole days past the due date; 0 on the due day and before."""
        return max(0, (day - self.due).days)


def urgency(todo: Todo) -> tuple[date, int, bool, str]:
    """Sort key: most overdue first, then by due date, then by step."""
    return todo.due, todo.step, not todo.blocks, todo.key

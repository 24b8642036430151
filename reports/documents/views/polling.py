"""How often a page asks whether something is ready: often at first, then less, then no more."""

from dataclasses import dataclass

from reports.documents.forms import PollForm

# Milliseconds before the next question; together a minute.
DELAYS = (700,) * 5 + (1000,) * 3 + (1500,) * 3 + (2000,) * 3 + (3000,) * 3 + (5000,) * 7


@dataclass(frozen=True)
class Poll:
    """The next question, if there is one."""

    n: int
    delay: int  # 0: enough was asked, now a person decides


def poll_of(request) -> Poll:
    """What follows the question that this request is."""
    asked = PollForm.count_of(request.GET)
    return Poll(asked + 1, DELAYS[asked] if asked < len(DELAYS) else 0)

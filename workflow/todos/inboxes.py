"""What lies in the inbox waits for who can cite it now; the rest for the coordinator."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

import thai
from workflow.states import StepKind
from workflow.todo import Todo, TodoKind
from workflow.todos.facts import Facts

# What came on the last day of the step is not late on the same day.
SORTED_WITHIN = timedelta(days=7)


def inbox(facts: Facts) -> Iterator[Todo]:
    """One todo for each code for which something waits."""
    titles = _titles(facts) if facts.content.inbox else {}
    planned_end = facts.steps[StepKind.COMMITTEE_WORK].planned_end
    for row in facts.content.inbox:
        title = _("Sort what lies in the inbox for %(code)s: %(n)s")
        url: tuple[str | int, ...] = ("indicators:inbox_sort_code", *facts.address, row.code)
        if not row.code:
            title = _("Sort what lies in the inbox for no indicator in particular: %(n)s")
            url = ("indicators:inbox_sort", *facts.address)
        yield facts.todo(
            TodoKind.SORT_INBOX,
            row.code,
            step=StepKind.COMMITTEE_WORK,
            users=_sorters(facts, row.code) or facts.coordinators,
            title=title,
            detail="%(of)s" if titles.get(row.code) else "",
            params={"code": row.code, "n": row.entries, "of": titles.get(row.code, "")},
            url=url,
            due=max(planned_end, thai.local_date(row.since) + SORTED_WITHIN),
            since=row.since,
            blocks=False,
        )


def _titles(facts: Facts) -> dict[str, str]:
    return {item.consideration.code: item.consideration.title for item in facts.content.items}


def _sorters(facts: Facts, code: str) -> tuple[int, ...]:
    """Who writes the consideration, or one of the indicator, that is still in progress."""
    users = {
        user
        for item in facts.content.items
        if not item.handed_in and code in (item.consideration.code, item.indicator_code)
        for user in facts.content.writers_of(item)
    }
    return tuple(sorted(users))

"""The first page: what waits for me, most urgent first, and what I can do next."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import clock
from core.forms import SearchForm
from core.views import page_of
from people import rules
from people.roles.queries import own_waiting, to_confirm
from people.sign_in import second_factor
from people.states import OfficeKind
from workflow.rules import may_open_cycle
from workflow.todos import queries


@require_safe
def home(request):
    """งานของฉัน."""
    at, user = clock.now(), request.user
    day = clock.today(at)
    context = {
        "page": queries.home_of(user, at),
        "is_reviewer": rules.is_obec(user, day),
        "to_confirm": to_confirm(user, day),
        "waiting": own_waiting(user, day),
        "second_factor_days": second_factor.days_left(user, day),
        "trouble": queries.silent_for(user, day),
        "runs_cycles": user.office is not None and user.office.kind != OfficeKind.NATIONAL,
        "may_open": user.office_id is not None and may_open_cycle(user, user.office_id, day),
    }
    return render(request, "workflow/todos/home.html", context)


@require_safe
def todo_list(request):
    """Everything that waits for me, searchable, in pages."""
    search = SearchForm(request.GET)
    lines = queries.lines_of(request.user, clock.now())
    found = queries.matching(lines, search.words)
    page = page_of(request, found)
    context = {
        "page": page,
        "groups": queries.grouped(page.object_list, found),
        "count": len(found),
        "total": len(lines),
        "search": search,
    }
    return render(request, "workflow/todos/todo_list.html", context)

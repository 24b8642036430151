"""The page that the box in the head of every page leads to."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.forms import PageForm
from indicators.search import queries
from indicators.search.forms import FindForm


@require_safe
def find(request):
    """Everything that holds what was typed, by kind; one kind alone in pages."""
    if request.user.office is None:  # IT's own accounts belong to no office
        raise Http404
    form = FindForm(request.GET, user=request.user, choices=queries.choices_for(request.user))
    form.is_valid()
    wanted, asked = form.wanted, form.asked
    context = {"form": form, "wanted": wanted, "narrowed": bool(form.narrowed)}
    if wanted.words and len(asked) == 1:
        pages = PageForm(request.GET)
        number = (pages.cleaned_data["page"] if pages.is_valid() else None) or 1
        group, page = queries.found_of_one(request.user, wanted, asked[0], number)
        context |= {"groups": [group] if group.found.count else [], "page": page}
    elif wanted.words:
        context["groups"] = queries.found_of_each(request.user, wanted, asked)
    return render(request, "indicators/search/find.html", context)

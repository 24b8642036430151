"""The catalogue: editions of the standards, importing and verifying them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from indicators import rules
from indicators.catalogue import queries
from indicators.catalogue.editions import (
    find_same,
    import_edition,
    next_version,
    unverify_edition,
    verify_edition,
)
from indicators.catalogue.forms import EditionImportForm, EditionVerifyForm, UnverifyForm
from indicators.loading import load_edition


@require_safe
def edition_list(request):
    """All editions, newest version first."""
    return render(
        request,
        "indicators/catalogue/edition_list.html",
        {
            "editions": queries.editions_for(request.user),
            "may_import": rules.may_import_edition(request.user, clock.today()),
        },
    )


@require_safe
def edition(request, code, version):
    """The tree of one version with weights, sources, levels and rubrics."""
    row = load_edition(request, code, version)
    return _edition_page(request, row)


def _edition_page(request, row, **forms):
    may_verify = rules.may_verify_edition(request.user, clock.today())
    context = {
        "edition": row,
        "standards": queries.shared_tree(row),
        "levels": list(row.levels.all()),
        "newest": queries.newer_than(row, request.user),
        "may_verify": may_verify,
        "verify_form": forms.get("verify_form") or EditionVerifyForm(),
        "unverify_form": forms.get("unverify_form") or UnverifyForm(),
        "invalid": bool(forms),
    }
    return render(request, "indicators/catalogue/edition.html", context)


def edition_import(request):
    """Check a file and import it. Checking writes nothing."""
    if not rules.may_import_edition(request.user, clock.today()):
        raise PermissionDenied
    form = EditionImportForm(request.POST or None, request.FILES or None)
    valid = form.is_bound and form.is_valid()
    if valid and form.cleaned_data["act"] != "check":
        row, created = import_edition(form.cleaned_data["source"], by=request.user)
        _say_imported(request, row, created)
        return redirect("indicators:edition", row.code, row.version)
    context = {"form": form, "mistakes": form.mistakes}
    if valid:
        context["plan"] = form.plan
        context["same"] = find_same(form.plan)
        context["version"] = next_version(form.plan.code)
        context["newest"], context["differences"] = queries.required_changes(form.plan)
    return render(request, "indicators/catalogue/edition_import.html", context)


def _say_imported(request, row, created):
    if created:
        text = _("Imported as version %(version)s. It must still be verified.")
        messages.success(request, text % {"version": row.version})
    else:
        text = _("Nothing changed: version %(version)s says exactly this already.")
        messages.info(request, text % {"version": row.version})


@require_POST
def edition_verify(request, code, version):
    """An administrator vouches for the wording."""
    row = load_edition(request, code, version)
    form = EditionVerifyForm(request.POST)
    if not rules.may_verify_edition(request.user, clock.today()):
        raise PermissionDenied
    if not form.is_valid():
        return _edition_page(request, row, verify_form=form)
    verify_edition(row, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, _("The edition is verified."))
    return redirect("indicators:edition", code, version)


@require_POST
def edition_unverify(request, code, version):
    """Take the confirmation back, with a reason."""
    row = load_edition(request, code, version)
    form = UnverifyForm(request.POST)
    if not rules.may_verify_edition(request.user, clock.today()):
        raise PermissionDenied
    if not form.is_valid():
        return _edition_page(request, row, unverify_form=form)
    unverify_edition(row, by=request.user, why=form.cleaned_data["why"])
    messages.success(request, _("The edition counts as not verified again."))
    return redirect("indicators:edition", code, version)

"""The catalogue: editions of the standards, importing and verifying them."""

from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from esa_standards import thai
from indicators import rules
from indicators.domain.editions import (
    find_same,
    import_edition,
    next_version,
    tree,
    unverify_edition,
    verify_edition,
)
from indicators.forms.catalogue import EditionImportForm, UnverifyForm, VerifyForm
from indicators.models import Edition
from indicators.views.loading import load_edition
from people import clock


@require_safe
def edition_list(request):
    """All editions, newest version first."""
    editions = Edition.objects.visible_to(request.user).with_counts().select_related("verified_by")
    return render(
        request,
        "indicators/edition_list.html",
        {
            "editions": list(editions),
            "may_import": rules.may_import_edition(request.user, clock.today()),
        },
    )


@require_safe
def edition(request, code, version):
    """The tree of one version with weights, sources, levels and rubrics."""
    row = load_edition(request, code, version)
    return _edition_page(request, row)


def _edition_page(request, row, **forms):
    standards = tree(row, rubric=True)
    _add_shares(standards)
    newest = Edition.objects.visible_to(request.user).filter(code=row.code).first()
    may_verify = rules.may_verify_edition(request.user, clock.today())
    context = {
        "edition": row,
        "standards": standards,
        "levels": list(row.levels.all()),
        "newest": newest if newest != row else None,
        "may_verify": may_verify,
        "verify_form": forms.get("verify_form") or VerifyForm(),
        "unverify_form": forms.get("unverify_form") or UnverifyForm(),
        "invalid": bool(forms),
    }
    return render(request, "indicators/edition.html", context)


def _add_shares(rows):
    """Each row's share of its parent in percent, down the tree."""
    total = sum((row.weight for row in rows), Decimal(0))
    for row in rows:
        row.share = thai.round_half_up(row.weight * 100 / total, 2)
    for row in rows:
        for name in ("indicators", "considerations"):
            if hasattr(row, name):
                _add_shares(getattr(row, name).all())


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
    return render(request, "indicators/edition_import.html", context)


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
    form = VerifyForm(request.POST)
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

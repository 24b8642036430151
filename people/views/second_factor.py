"""Two-step sign-in as a rule of the office."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import clock
from core.refusals import RuleBroken
from core.views import posted, require
from people import rules
from people.forms.members import OfficeReasonForm
from people.forms.second_factor import SecondFactorRuleForm
from people.loading import load_person, require_manager
from people.sign_in import second_factor


@require_http_methods(["GET", "POST"])
def rule_edit(request):
    """Require it, or no longer; shows whom it concerns and who is ready."""
    office = require_manager(request)
    unruled = office.second_factor_from is None
    initial = {"days": SecondFactorRuleForm.OFF} if unruled else {}
    form = SecondFactorRuleForm(posted(request), initial=initial)
    if form.is_valid():
        second_factor.set_rule(office, by=request.user, **form.facts())
        messages.success(request, _("Saved."))
        return redirect("people:second_factor_rule")
    context = {
        "form": form,
        "office": office,
        "rows": second_factor.affected_by(office, clock.today()),
        "day": clock.today(),
    }
    return render(request, "people/second_factor_rule.html", context)


@require_GET
def needed(request):
    """What somebody reads who must set it up before anything else."""
    left = second_factor.days_left(request.user, clock.today())
    if left is None:
        return redirect("mfa_index")
    return render(request, "people/second_factor_needed.html", {"left": left})


@require_http_methods(["GET", "POST"])
def reset(request, pk):
    """Ask once, then switch a colleague's off, whose telephone is lost."""
    who = load_person(request, pk)
    require_manager(request)
    require(rules.may_reset_second_factor(request.user, who, clock.today()))
    form = OfficeReasonForm(posted(request))
    if form.is_valid():
        try:
            second_factor.reset(who, by=request.user, why=form.cleaned_data["why"])
        except RuleBroken as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Switched off. The password alone signs in now."))
            return redirect("people:person", pk=who.pk)
    return render(request, "people/second_factor_reset.html", {"form": form, "who": who})

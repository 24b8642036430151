"""Inviting to a meeting: the words of the paper, and the file for one's calendar."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import clock
from core.refusals import StaleEdit
from core.views import require
from workflow import rules
from workflow.loading import load_meeting
from workflow.meetings import calendar_files, invitations
from workflow.meetings.forms.meetings import InvitationForm
from workflow.meetings.views.meetings import frame
from workflow.states import MeetingState


@require_http_methods(["GET", "POST"])
def meeting_invitation(request, office, year, pk):
    """Write the invitation paper; an edit that started from an older save shows both texts."""
    row = load_meeting(request, office, year, pk)
    require(rules.may_call_meeting(request.user, row.cycle, clock.today()))
    words = invitations.words_of(row)
    form = InvitationForm(request.POST or None, initial=words | {"seen": row.version})
    status, refusal = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            invitations.save_words(
                row, words=form.words(), version=form.cleaned_data["seen"], by=request.user
            )
        except StaleEdit as stale:
            row.refresh_from_db()
            form.stand_on(row.version)
            refusal, status = stale, stale.status
        else:
            messages.success(request, _("Saved."))
            return redirect("workflow:meeting", office, year, row.pk)
    context = frame(
        row.cycle,
        meeting=row,
        form=form,
        words=[(label, words[name]) for name, label in invitations.labels().items() if words[name]],
        signer=invitations.signer(row),
        refusal=refusal,
        open=row.state == MeetingState.PLANNED,
    )
    return render(request, "workflow/meetings/meeting_invitation.html", context, status=status)


@require_safe
def meeting_calendar_file(request, office, year, pk):
    """The meeting as a file for one's calendar; for who was invited, and who called it."""
    row = load_meeting(request, office, year, pk)
    require(rules.may_take_calendar(request.user, row, clock.today()))
    cancelled = row.state == MeetingState.CANCELLED
    text = calendar_files.ics(row, method="CANCEL" if cancelled else "PUBLISH")
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="meeting-{row.pk}.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response

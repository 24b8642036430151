"""Pages of handovers: choosing what is wanted, waiting for it, and the ZIP itself."""

from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

import thai
from core.downloads import TAME, send_file
from core.refusals import FormRefused, MoveRefused
from indicators import rules
from indicators.evidence.blobs import FileDamaged
from indicators.handovers import handovers as domain
from indicators.handovers.contents import contents_of
from indicators.handovers.forms import HandoverForm, PartForm
from indicators.handovers.paths import MOST_BYTES
from indicators.handovers.queries import kept_handovers, kept_until
from indicators.loading import load_assessment, load_handover
from indicators.models import EvidenceHandover
from indicators.states import HandoverState


@require_GET
def handover_list(request, office, year):
    """What a ZIP would hold and what is missing, before it is made; those of the last days."""
    assessment = load_assessment(request, office, year)
    form = PartForm(request.GET, assessment=assessment)
    part = form.chosen
    context = {
        "assessment": assessment,
        "section": "evidence",
        "form": form,
        "part": part,
        "contents": contents_of(assessment, part),
        "create": HandoverForm(initial={"part": part.key}, assessment=assessment),
        "rows": kept_handovers(assessment),
        "may_hand_over": rules.may_hand_over(request.user, assessment),
    }
    return render(request, "indicators/handovers/handover_list.html", context)


@require_POST
def handover_create(request, office, year):
    """Ask for a ZIP, once."""
    assessment = load_assessment(request, office, year)
    form = HandoverForm(request.POST, assessment=assessment)
    if not form.is_valid():
        raise FormRefused(form)
    with transaction.atomic():
        if not form.claim(request.user):
            fallback = reverse("indicators:handover_list", args=[office, year])
            return redirect(form.earlier_result(request.user) or fallback)
        row = domain.ask_for(assessment, form.chosen, by=request.user)
        url = reverse("indicators:handover", args=[office, year, row.pk])
        form.remember(request.user, url)
    row.assessment = assessment
    domain.prepare_now(row)
    return redirect(url)


@require_GET
def handover(request, office, year, pk):
    """One ZIP: how far it is, and the link to it. Asks again by itself until it is ready."""
    assessment = load_assessment(request, office, year)
    return handover_page(request, load_handover(assessment, pk))


def handover_page(request, row, *, why="", status=200):
    """The page, after a refusal with the reason."""
    ready = row.state == HandoverState.READY
    context = {
        "assessment": row.assessment,
        "section": "evidence",
        "handover": row,
        "part": domain.part_of(row),
        "ready": ready,
        "kept_until": kept_until(row),
        "stale": why or (domain.why_stale(row) if ready else ""),
    }
    template = "handover.html#status" if request.htmx else "handover.html"
    return render(request, f"indicators/handovers/{template}", context, status=status)


@require_safe
def handover_download(request, office, year, pk):
    """The ZIP, whole or from where a cut line left off."""
    assessment = load_assessment(request, office, year)
    row = load_handover(assessment, pk)
    try:
        return send_file(
            request,
            domain.open_handover(row),
            size=row.size,
            etag=row.sha256,
            name=name_of(row),
            media_type="application/zip",
            csp=TAME,
        )
    except (FileDamaged, MoveRefused) as refusal:
        return handover_page(request, row, why=refusal.message, status=refusal.status)


def name_of(row: EvidenceHandover) -> str:
    """What the ZIP is called: the part's code and title, office and year."""
    office, year = row.assessment.office, row.assessment.fiscal_year
    label = thai.shortened(domain.part_of(row).label, 60, 160)
    return thai.safe_filename(
        f"{label} {office.short_name or office.name} {year}.zip", max_bytes=MOST_BYTES
    )

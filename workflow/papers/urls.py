"""Addresses of proposals and of what an office's papers carry.

Each kind of proposal shows its current version, older ones by number. The letterhead's addresses
name no office: everybody has their own.
"""

from django.urls import path

from workflow.papers.views import acknowledgements, decisions, drafts, letterheads, proposals

PROPOSALS = "o/<slug:office>/<int:year>/proposals/"
KIND = f"{PROPOSALS}<slug:kind>/"

urlpatterns = [
    path(KIND, proposals.proposal, name="proposal"),
    path(f"{KIND}v<int:version>/", proposals.proposal_version, name="proposal_version"),
    path(f"{KIND}draft/", proposals.proposal_draft, name="proposal_draft"),
    path(f"{KIND}edit/", drafts.proposal_edit, name="proposal_edit"),
    path(f"{PROPOSALS}order/memo/", drafts.memo_edit, name="memo_edit"),
    path(f"{KIND}propose/", proposals.proposal_propose, name="proposal_propose"),
    path(f"{KIND}withdraw/", proposals.proposal_withdraw, name="proposal_withdraw"),
    path(f"{KIND}publish/", proposals.proposal_publish, name="proposal_publish"),
    path(f"{KIND}endorse/", decisions.proposal_endorse, name="proposal_endorse"),
    path(f"{KIND}approve/", decisions.proposal_approve, name="proposal_approve"),
    path(f"{KIND}signed-scan/", decisions.proposal_signed_scan, name="proposal_signed_scan"),
    path(f"{KIND}return/", decisions.proposal_return, name="proposal_return"),
    path(f"{KIND}correct/", decisions.proposal_correct, name="proposal_correct"),
    path(f"{KIND}revoke/", decisions.proposal_revoke, name="proposal_revoke"),
    path(f"{KIND}scan/<int:decision>/", decisions.proposal_scan, name="proposal_scan"),
    path(f"{KIND}acknowledge/", acknowledgements.acknowledge, name="acknowledge"),
    path(
        f"{KIND}acknowledgements/",
        acknowledgements.acknowledgement_list,
        name="acknowledgement_list",
    ),
    path("office/papers/", letterheads.letterhead, name="letterhead"),
    path("office/papers/emblem/", letterheads.letterhead_emblem, name="letterhead_emblem"),
    path(
        "office/papers/emblem/remove/",
        letterheads.letterhead_emblem_remove,
        name="letterhead_emblem_remove",
    ),
    path("office/papers/phrases/<slug:name>/", letterheads.phrase_edit, name="phrase_edit"),
    path("office/papers/phrases/<slug:name>/usual/", letterheads.phrase_usual, name="phrase_usual"),
]

"""Which act each kind of todo asks for, and whether a page offers it."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from workflow.todo import TodoKind

PROPOSED = {"workflow:proposal_draft", "workflow:proposal_edit", "workflow:proposal_propose"}
# Kind of a todo → names of the addresses of which the page must offer one: by a form whose button
# can be pressed, or by a link to the page that has the form.
OFFERED = {
    TodoKind.DRAFT_ANNOUNCEMENT: PROPOSED,
    TodoKind.DRAFT_ORDER: PROPOSED,
    TodoKind.DRAFT_SAR: PROPOSED,
    TodoKind.ANSWER_RETURNED: {"workflow:proposal_draft"},
    # What has grown old on its way can only be returned.
    TodoKind.ENDORSE: {"workflow:proposal_endorse", "workflow:proposal_return"},
    TodoKind.APPROVE: {"workflow:proposal_approve"},
    TodoKind.APPROVE_SAR: {"workflow:proposal_approve", "workflow:proposal_return"},
    TodoKind.PUBLISH: {"workflow:proposal_publish"},
    TodoKind.ACKNOWLEDGE: {"workflow:acknowledge"},
    TodoKind.HOLD_BRIEFING: {"workflow:meeting_create", "workflow:meeting_minutes"},
    TodoKind.HOLD_COMMITTEE_MEETING: {"workflow:meeting_create", "workflow:meeting_minutes"},
    TodoKind.MINUTES: {"workflow:meeting_minutes"},
    TodoKind.ATTEND: set(),  # one comes to the place that the page names
    TodoKind.CHECK_IN: {"workflow:meeting_check_in"},
    TodoKind.RESOLUTION: {"workflow:resolution_task"},
    TodoKind.CONFIRM_MINUTES: {"workflow:meeting_confirm"},
    # With an order in force who left is replaced with a reason, on the page of the row.
    TodoKind.ASSIGN: {"indicators:assign", "indicators:assignment_transfer"},
    TodoKind.WRITE_ITEM: {"indicators:item_autosave"},
    TodoKind.ADD_EVIDENCE: {"indicators:item_autosave", "indicators:item_take_back"},
    TodoKind.HAND_IN: {"indicators:item_hand_in"},
    TodoKind.SORT_INBOX: {"indicators:inbox_cite", "indicators:inbox_address"},
    TodoKind.HAND_ON: {"indicators:assignment_transfer"},
    TodoKind.DO_REQUEST: {"indicators:request_finish"},
    TodoKind.ACCEPT_REQUEST: {"indicators:request_accept"},
    TodoKind.SCORE: {"indicators:score_save", "indicators:scores_hand_in"},
    TodoKind.AGREE: {"indicators:agree_save"},
    TodoKind.REVIEW_INDICATOR: {"indicators:review_save"},
    TodoKind.RENDER_SAR: {"reports:document_request"},
    TodoKind.TAKE_BACK_SAR: {"workflow:proposal_withdraw"},
    TodoKind.SUBMIT_SUMMARY: {"workflow:summary_submit"},
    # Opened first, then read and verified.
    TodoKind.VERIFY: {"workflow:submission_open", "workflow:submission_indicator"},
    TodoKind.ANSWER_RECOMMENDATION: {"workflow:recommendation_answer"},
    TodoKind.FINISH_STEP: {"workflow:step_finish"},
    TodoKind.FILL_ROLE: {"people:person"},
}
# What a locked year no longer offers anywhere.
LOCKED_ACTS = {
    "indicators:assign",
    "indicators:assign_group",
    "indicators:assign_last_year",
    "indicators:assignment_end",
    "indicators:item_autosave",
    "indicators:item_hand_in",
    "indicators:item_take_back",
    "indicators:item_restore",
    "indicators:item_due_set",
    "indicators:item_thread",
    "indicators:request_ask",
    "indicators:request_finish",
    "indicators:request_accept",
    "indicators:request_send_back",
    "indicators:request_hand_on",
    "indicators:request_withdraw",
    "indicators:review_save",
    "indicators:cite",
    "indicators:evidence_cite",
    "indicators:bring",
    "indicators:draft_use",
    "indicators:draft_confirm",
    "indicators:citation_verify",
    "indicators:inbox_cite",
    "indicators:citation_withdraw",
    "indicators:checklist_add",
    "indicators:checklist_excuse",
    "indicators:checklist_expect",
    "indicators:checklist_remove",
    "indicators:checklist_tick",
    "indicators:checklist_untick",
    "indicators:score_save",
    "indicators:scores_hand_in",
    "indicators:scores_take_back",
    "indicators:agree_save",
    "indicators:project_create",
    "indicators:project_edit",
    "indicators:project_remove",
    "indicators:project_restore",
}


class _Offers(HTMLParser):
    """Addresses of forms with a button that can be pressed, and of links."""

    def __init__(self, path):
        super().__init__()
        self.path, self.action, self.forms, self.links = path, None, set(), set()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            method = (given.get("method") or "get").lower()
            self.action = (given.get("action") or self.path) if method == "post" else None
        elif tag == "button" and "disabled" not in given and given.get("type") != "button":
            if address := given.get("formaction") or self.action:
                self.forms.add(address)
        elif tag == "a" and given.get("href"):
            self.links.add(given["href"])
        if given.get("hx-post"):
            self.forms.add(given["hx-post"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.action = None


def _names(addresses):
    found = set()
    for address in addresses:
        try:
            found.add(resolve(urlsplit(address).path).view_name)
        except Resolver404:
            continue
    return found


def offered_by(response, path):
    """Names of what the page offers: (by a form, by a form or a link)."""
    page = _Offers(path)
    page.feed(response.content.decode())
    forms = _names(page.forms)
    return forms, forms | _names(page.links)

"""What cannot be undone is asked once, on a page made for it, and is no first button elsewhere.

Every address that takes a POST stands in one of three tables: ``ACTS`` asks, ``UNDONE_BY`` names
what brings it back, ``KEPT`` takes nothing away. A new address fails until somebody chose.

The pages that ask are asked themselves in ``tests/access``; what they do, beside their subjects.
"""

import inspect
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, get_resolver

from people.views.sign_in import no_such_page

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PAPER = {"workflow/papers/proposal.html"}
# The act → the pages made for it: there it may be the first primary button.
ACTS = {
    "people:person_deactivate": {"people/person_deactivate.html"},
    "people:person_password": {"ask.html"},
    "people:held_release": {"people/held_list.html"},
    "people:held_drop": {"people/held_list.html"},
    "people:second_factor_reset": {"people/second_factor_reset.html"},
    "people:role_end": {"people/role_end.html"},
    "people:acting_end": {"people/acting_end.html"},
    "people:role_confirm": {"people/roles/confirm.html"},
    "people:acting_confirm": {"people/roles/confirm.html"},
    "people:role_decline": {"people/roles/confirm.html"},
    "people:acting_decline": {"people/roles/confirm.html"},
    "notifications:channel_remove": {"ask.html"},
    "notifications:feed_renew": {"ask.html", "notifications/channel_list.html"},
    "notifications:feed_revoke": {"ask.html"},
    "indicators:item_hand_in": set(),
    "indicators:scores_hand_in": {"ask.html"},
    "workflow:meeting_confirm": {"ask.html"},
    "workflow:meeting_hold": set(),
    "workflow:meeting_cancel": set(),
    "workflow:letterhead_emblem_remove": {"ask.html"},
    "workflow:recommendation_remove": {"ask.html"},
    "workflow:submission_open": {"workflow/followup/submission.html"},
    "workflow:summary_submit": {"workflow/followup/followup.html"},
    "workflow:acknowledge": PAPER,
    "workflow:proposal_approve": PAPER,
    "workflow:proposal_endorse": PAPER,
    "workflow:proposal_return": PAPER,
    "workflow:proposal_publish": PAPER,
    "workflow:proposal_revoke": PAPER,
    "workflow:proposal_propose": PAPER,
    "workflow:proposal_correct": PAPER,
    "workflow:proposal_signed_scan": PAPER,
}
# What takes something away or ends it, and the address that brings it back.
UNDONE_BY = {
    "people:person_reactivate": "people:person_deactivate",
    "people:session_end": "account_login",
    "people:session_end_others": "account_login",
    "account_logout": "account_login",
    "mfa_deactivate_totp": "mfa_activate_totp",
    "notifications:channel_pause": "notifications:channel_resume",
    "notifications:channel_resume": "notifications:channel_pause",
    "notifications:unsubscribe": "notifications:digest_set",
    "indicators:edition_verify": "indicators:edition_unverify",
    "indicators:edition_unverify": "indicators:edition_verify",
    "indicators:assignment_end": "indicators:assign",
    "indicators:project_remove": "indicators:project_restore",
    "indicators:item_take_back": "indicators:item_hand_in",
    "indicators:item_restore": "indicators:item_restore",  # the text it replaces is a revision
    "indicators:comment_withdraw": "indicators:comment_restore",
    "indicators:thread_resolve": "indicators:thread_reopen",
    "indicators:thread_reopen": "indicators:thread_resolve",
    "indicators:request_accept": "indicators:request_unaccept",
    "indicators:request_send_back": "indicators:request_finish",
    "indicators:request_withdraw": "indicators:request_restore",
    "indicators:evidence_remove": "indicators:evidence_restore",
    "indicators:evidence_join": "indicators:evidence_separate",
    "indicators:evidence_separate": "indicators:evidence_join",
    "indicators:citation_withdraw": "indicators:citation_restore",
    "indicators:citation_verify": "indicators:citation_unverify",
    "indicators:citation_unverify": "indicators:citation_verify",
    "indicators:bring_undo": "indicators:bring",
    "indicators:draft_undo": "indicators:draft_use",
    "indicators:inbox_set_aside": "indicators:inbox_unsort",
    "indicators:inbox_unsort": "indicators:inbox_cite",
    "indicators:checklist_remove": "indicators:checklist_restore",
    "indicators:checklist_excuse": "indicators:checklist_expect",
    "indicators:checklist_untick": "indicators:checklist_tick",
    "indicators:scores_take_back": "indicators:scores_hand_in",
    "workflow:step_finish": "workflow:step_reopen",
    "workflow:step_reopen": "workflow:step_finish",
    "workflow:proposal_withdraw": "workflow:proposal_propose",
    "workflow:phrase_usual": "workflow:phrase_edit",
    "workflow:meeting_room_close": "workflow:meeting_room_open",
    "workflow:meeting_reopen": "workflow:meeting_hold",
    "workflow:resolution_task_remove": "workflow:resolution_task_restore",
    "workflow:resolution_task_reopen": "workflow:resolution_task",
    "workflow:rest_day_remove": "workflow:rest_day_add",
    "workflow:summary_take_back": "workflow:summary_submit",
    "workflow:verified_score_accept": "workflow:verified_score_unaccept",
}
# What begins, adds, sends or saves: over a later save of somebody else's it is refused.
KEPT = set(
    """
    account_change_password account_confirm_email account_confirm_login_code
    account_email_verification_sent account_login account_reauthenticate
    account_reset_password account_reset_password_from_key account_set_password
    mfa_activate_totp mfa_authenticate mfa_generate_recovery_codes
    mfa_reauthenticate openid_connect_callback openid_connect_login
    socialaccount_connections
    people:acting_create people:group_create people:group_edit people:language_set
    people:office_edit people:person_create people:person_edit people:person_invite
    people:profile people:role_grant people:second_factor_rule people:undelivered_retry
    notifications:channel_list notifications:channel_try notifications:digest_set
    notifications:notification_open notifications:notification_read_all
    indicators:agree_save indicators:assign indicators:assign_group
    indicators:bring indicators:cite indicators:draft_confirm indicators:draft_use
    indicators:edition_import indicators:evidence_cite indicators:evidence_create
    indicators:assign_last_year indicators:assignment_transfer indicators:checklist_add
    indicators:checklist_expect indicators:checklist_restore indicators:checklist_tick
    indicators:citation_restore
    indicators:evidence_edit indicators:evidence_restore indicators:evidence_revise
    indicators:inbox indicators:inbox_address indicators:inbox_cite
    indicators:inbox_upload_begin
    indicators:handover_create indicators:item_autosave indicators:item_due_set
    indicators:project_create
    indicators:project_edit indicators:project_restore indicators:request_ask
    indicators:request_finish indicators:request_hand_on indicators:request_restore
    indicators:request_unaccept indicators:review_save
    indicators:score_save indicators:upload_begin
    indicators:comment_restore indicators:evidence_thread indicators:item_thread
    indicators:thread
    workflow:cycle_create workflow:letterhead workflow:letterhead_emblem
    workflow:meeting_attendance workflow:meeting_attendance_all workflow:meeting_check_in
    workflow:meeting_create workflow:meeting_edit workflow:meeting_excuse
    workflow:meeting_invitation workflow:meeting_invite workflow:meeting_minutes
    workflow:meeting_room_open workflow:memo_edit workflow:personal_message_send
    workflow:phrase_edit workflow:proposal_draft workflow:proposal_edit
    workflow:recommendation_answer workflow:recommendation_create
    workflow:recommendation_edit workflow:reminder_nudge workflow:reminder_schedule
    workflow:resolution_task workflow:resolution_task_add workflow:resolution_task_restore
    workflow:rest_day_add workflow:step_open workflow:step_plan workflow:verified_score_save
    workflow:verified_score_unaccept
    reports:document_request reports:document_retry reports:meeting_paper_request
    reports:meeting_preview reports:preview reports:version_paper_request
    """.split()
)
TAKES_AWAY = re.compile(
    r"_(remove|withdraw|revoke|end|drop|cancel|reset|decline|deactivate|reopen|take_back|void)(_|$)"
)
# Never sent from a page made for something else: only a link leads to the page that asks.
ONLY_ASKED = {act for act, pages in ACTS.items() if pages and pages != PAPER} - {
    "indicators:scores_hand_in",  # can be taken back at first, so it is asked only later
    "notifications:feed_renew",  # asked once there is one that it voids
    "workflow:summary_submit",
}
INCLUDE = re.compile(r"""{% include ["']([\w/.]+?)(?:#\w+)?["'][^%]*%}""")
TOKEN = re.compile(
    r"<form\b(?P<form>(?:{[{%].*?[%}]}|[^>{])*)>|(?P<end></form>)|(?P<primary>btn-primary\b)", re.S
)
NAME = re.compile(r"""url ["']([a-z]+:\w+)["']""")
SENDS = re.compile(r"""(?:\saction|formaction|hx-post)="(.*?)"(?=[\s>])""", re.S)
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def whole(name, depth=5):
    """The template with what it includes."""
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    if depth == 0:
        return text
    return INCLUDE.sub(
        lambda found: whole(found[1], depth - 1) if (TEMPLATES / found[1]).exists() else "", text
    )


def first_primary(text):
    """What the form of the page's first primary button may send; empty for a plain link."""
    names = set()
    for token in TOKEN.finditer(text):
        if token["form"] is not None:
            names = set(NAME.findall(token["form"]))
        elif token["end"]:
            names = set()
        else:
            return names
    return set()


def methods_of(view):
    """What the view's decorators or class let it be asked by; POST where nothing says."""
    if kind := getattr(view, "view_class", None):
        return {"POST"} if hasattr(kind, "post") else set()
    while view is not None:
        held = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in held:
            return set(held["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return {"POST"}


def views(patterns, space=""):
    """``name → view`` of every address but IT's; the first of a name is the one in use."""
    found = {}
    for entry in patterns:
        if isinstance(entry, URLPattern):
            found.setdefault(f"{space}{entry.name}", entry.callback)
        elif entry.namespace != "admin":
            inner = f"{entry.namespace}:" if entry.namespace else space
            found = views(entry.url_patterns, inner) | found
    return found


def test_every_address_that_takes_a_post_was_judged():
    ours = views(get_resolver().url_patterns)
    posts = {name for name, view in ours.items() if "POST" in methods_of(view)}
    unused = {name for name in posts if ours[name] is no_such_page or name == "None"}
    assert len(posts) > 130
    assert posts - unused == ACTS.keys() | UNDONE_BY.keys() | KEPT
    assert not ACTS.keys() & UNDONE_BY.keys()
    assert not KEPT & (ACTS.keys() | UNDONE_BY.keys())
    assert set(UNDONE_BY.values()) <= posts


def test_what_is_named_as_taking_away_asks_or_is_undone():
    assert {name for name in KEPT if ":" in name and TAKES_AWAY.search(name)} == set()


@pytest.mark.parametrize("act", sorted(UNDONE_BY))
def test_the_way_back_is_offered(act):
    """By a button of a page or by the message of the act (``core.views.offer_undo``)."""
    back = UNDONE_BY[act]
    views = ("*/*/views*.py", "*/*/views/*.py", "*/*/*/views.py")
    places = [*TEMPLATES.rglob("*.html"), *(path for where in views for path in ROOT.glob(where))]
    quoted = re.compile(rf"""["']{back}["']""")
    assert any(quoted.search(place.read_text(encoding="utf-8")) for place in places)


def test_each_page_of_the_table_is_one():
    assert {page for pages in ACTS.values() for page in pages} <= set(PAGES)


@pytest.mark.parametrize("page", [page for page in PAGES if not page.rpartition("/")[2][0] == "_"])
def test_no_page_made_for_something_else_begins_with_it(page):
    found = first_primary(whole(page)) & ACTS.keys()
    assert {act for act in found if page not in ACTS[act]} == set()


def test_only_the_page_that_asks_sends_it():
    found = []
    for page in PAGES:
        text = (TEMPLATES / page).read_text(encoding="utf-8")
        sent = {name for part in SENDS.findall(text) for name in NAME.findall(part)}
        found += [(page, act) for act in sent & ONLY_ASKED if page not in ACTS[act]]
    assert found == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<form action="{% url \'a:b\' x %}"><button class="btn btn-primary">', {"a:b"}),
        ('<form action="{% url \'a:b\' %}"></form><a class="btn btn-primary">', set()),
        (
            "<form\n  action=\"{% year_url 'a:b' %}\"\n><b class='btn-outline-primary'></form>",
            set(),
        ),
        ('<form method="post"><button class="btn btn-primary btn-sm">', set()),
    ],
)
def test_the_reader_of_templates_reads(text, names):
    assert first_primary(text) == names

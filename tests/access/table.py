"""Every address × every role: the one table. An address that is missing here fails the test.

A row says who may; everybody else follows from whose page it is:

- of the year (``year``): the office's other people get 403, strangers the 404 of an unknown page
- of the office (``own``): pages without an office in the address; others get 403
- of nobody in particular (``signed``): everybody who is signed in
- public: everybody

Whoever is not signed in, or was deactivated, is sent to the sign-in page. ``POST`` addresses
answer 405 to GET.
"""

from dataclasses import dataclass

# The coordinator comes last: what one may remove is there while the others are turned away.
EVERYBODY = "director deputy group1 member1 staff6 admin coordinator".split()
COORDINATOR = ["coordinator"]
STRANGERS = ["skn1-coordinator", "skn1-admin", "obec"]
ALL = [*EVERYBODY, *STRANGERS]


@dataclass(frozen=True)
class Row:
    """One address: how it is asked and who gets past the door."""

    allowed: tuple
    others: str  # what the office's other people get
    strangers: str  # what other offices get
    post: bool = False
    args: tuple = ()
    data: tuple = ()
    outsiders: str = "login"  # who is not signed in, or was deactivated

    def expected(self, role):
        """``ok``, or the status the role gets."""
        if role in self.allowed:
            return "ok"
        return self.others if role in EVERYBODY else self.strangers


def year(*args, who=EVERYBODY, post=False, others="403", **data):
    """A page of one office's year; ``args`` come after office and year."""
    return Row(tuple(who), others, "404", post, ("place", *args), tuple(data.items()))


def own(*args, who=EVERYBODY, post=False, others="403", strangers="404", **data):
    """A page of the signed-in person's office."""
    return Row(tuple(who), others, strangers, post, args, tuple(data.items()))


def signed(*args, post=False, **data):
    """A page for everybody who is signed in."""
    return Row(tuple(ALL), "ok", "ok", post, args, tuple(data.items()))


def public(*args, post=False):
    """A page for the whole world, whoever comes and from wherever."""
    return Row(tuple(ALL), "ok", "ok", post, args, outsiders="ok")


WRITERS = ["member1", "deputy"]  # collector and supervisor of the item in question
KEEPERS = [*WRITERS, "coordinator"]
SORTERS = ["staff6", *KEEPERS]  # who put the entry in, and who sorts it
SCORERS = ["director", "deputy", "coordinator", "group1", "member1"]  # the order's committee
ASKERS = ["director", "coordinator"]  # who made the request, and who runs the year
PLANNERS = ["coordinator", "group1"]
SEEN = {"version": "1", "seen": "0"}  # the version and save that a decision was read beside
DECIDERS = ["director", "deputy", "admin"]  # who confirms the roles that others were given
ADMINS = ["admin", "skn1-admin"]
COORDINATORS = ["coordinator", "skn1-coordinator"]
OFFICES = [*EVERYBODY, "skn1-coordinator", "skn1-admin"]

PEOPLE = {
    "people:person_list": signed(),
    "people:person": own("person"),
    "people:person_create": own(who=ADMINS, strangers="403"),
    "people:person_edit": own("person", who=["admin"]),
    "people:person_deactivate": own("person", who=["admin"]),
    "people:person_reactivate": own("person", who=["admin"], post=True),
    "people:person_password": own("person", who=["admin"]),
    "people:person_invite": own("person", who=["admin"], post=True),
    "people:role_grant": own("person", who=["admin"]),
    "people:role_end": own("grant", who=["admin"]),
    "people:role_confirm": own("grant", who=DECIDERS),
    "people:role_decline": own("grant", who=DECIDERS),
    "people:acting_confirm": own("acting", who=DECIDERS),
    "people:acting_decline": own("acting", who=DECIDERS),
    "people:acting_create": own("person", who=["admin"]),
    "people:acting_end": own("acting", who=["admin"]),
    "people:group_list": signed(),
    "people:group_create": own(who=ADMINS, strangers="403"),
    "people:group_edit": own("group", who=["admin"]),
    "people:office_edit": own(who=ADMINS, strangers="403"),
    "people:undelivered_list": own(who=ADMINS, strangers="403"),
    "people:undelivered_retry": own("delivery", who=["admin"], post=True),
    "people:held_list": own(who=ADMINS, strangers="403"),
    "people:held_release": own(who=ADMINS, strangers="403", post=True),
    "people:held_drop": own(who=ADMINS, strangers="403", post=True, until="0"),
    "people:health": own(who=ADMINS, strangers="403"),
    "people:healthz": public(),
    "people:signed_in": public(),  # 204 or 401, nothing to see
    "people:profile": signed(),
    "people:second_factor_rule": own(who=ADMINS, strangers="403"),
    "people:second_factor_reset": own("person", who=["admin"]),
    "people:second_factor_needed": signed(),
    "people:session_list": signed(),
    "people:session_end": own("session", who=["staff6"], others="404", post=True),
    "people:session_end_others": signed(post=True),
    "notifications:channel_list": signed(),
    "notifications:channel_try": own("channel", who=["staff6"], others="404", post=True),
    "notifications:channel_pause": own("channel", who=["staff6"], others="404", post=True),
    "notifications:channel_resume": own("channel", who=["staff6"], others="404", post=True),
    "notifications:channel_remove": own("channel", who=["staff6"], others="404"),
    "notifications:digest_set": signed(post=True, wanted="on"),
    "notifications:feed_renew": signed(),
    "notifications:feed_revoke": signed(),
    "notifications:unsubscribe": public("unsubscribe"),
    "notifications:notification_badge": public(),
    "people:language_set": signed(post=True, language="th"),
    "notifications:notification_list": signed(),
    "notifications:notification_read_all": signed(post=True),
    "notifications:notification_open": own("notification", who=["staff6"], others="404", post=True),
}
INDICATORS = {
    "indicators:edition_list": signed(),
    "indicators:edition": signed("code", "version"),
    "indicators:edition_import": own(who=ADMINS, strangers="403"),
    "indicators:edition_verify": own("code", "version", who=ADMINS, strangers="403", post=True),
    "indicators:edition_unverify": own("code", "version", who=ADMINS, strangers="403", post=True),
    "indicators:assignment_table": year(),
    "indicators:assign": year(who=COORDINATOR, post=True),
    "indicators:assign_group": year(who=COORDINATOR, post=True),
    "indicators:assign_last_year": year(who=COORDINATOR, post=True),
    "indicators:assignment_transfer": year("kind", "item"),
    "indicators:assignment_end": year("kind", "item", who=COORDINATOR, post=True),
    "indicators:project_list": year(),
    "indicators:project_create": year(who=PLANNERS),
    "indicators:project_edit": year("project", who=PLANNERS),
    "indicators:project_remove": year("project", who=PLANNERS, post=True),
    "indicators:project_restore": year("project", who=PLANNERS, post=True),
    "indicators:find": signed(),
    "indicators:indicator_list": year(),
    "indicators:indicator": year("indicator"),
    "indicators:review_save": year("indicator", who=KEEPERS, post=True, seen="0"),
    "indicators:item": year("item"),
    "indicators:item_autosave": year("item", who=WRITERS, post=True, seen="2"),
    "indicators:item_hand_in": year("item", who=WRITERS, post=True),
    "indicators:item_take_back": year("item", who=KEEPERS, post=True, why="-"),
    "indicators:item_due_set": year("item", who=COORDINATOR, post=True),
    "indicators:item_thread": year("item"),
    "indicators:evidence_thread": year("evidence"),
    "indicators:thread": year("thread"),
    "indicators:thread_resolve": year("thread", who=KEEPERS, post=True, seen="0"),
    "indicators:thread_reopen": year("thread", post=True),
    "indicators:comment_withdraw": year("comment", who=["member1"], post=True),
    "indicators:comment_restore": year("comment", who=["member1"], post=True),
    "indicators:mention_people": year(),
    "indicators:request_list": year(),
    "indicators:request": year("request"),
    "indicators:request_ask": year("item", who=SCORERS),
    "indicators:request_finish": year("request", who=KEEPERS, post=True, text="-"),
    "indicators:request_accept": year("request", who=ASKERS, post=True, seen="1"),
    "indicators:request_unaccept": year("request", who=ASKERS, post=True),
    "indicators:request_send_back": year("request", who=ASKERS, post=True, text="-", seen="1"),
    "indicators:request_hand_on": year("request", who=ASKERS, post=True, seen="1"),
    "indicators:request_withdraw": year("request", who=["director"], post=True),
    "indicators:request_restore": year("request", who=["director"], post=True),
    "indicators:item_history": year("item"),
    "indicators:item_restore": year("item", who=WRITERS, post=True, revision="1", seen="2"),
    "indicators:evidence_list": year(),
    "indicators:evidence_create": year(),
    "indicators:evidence": year("evidence"),
    "indicators:evidence_compare": year("revised"),
    "indicators:evidence_edit": year("evidence", who=KEEPERS),
    "indicators:evidence_revise": year("evidence", who=KEEPERS),
    "indicators:evidence_remove": year("evidence", who=KEEPERS, post=True, why="ซ้ำ"),
    "indicators:evidence_restore": year("evidence", who=KEEPERS, post=True),
    "indicators:evidence_join": year(post=True),
    "indicators:evidence_separate": year("evidence", post=True),
    "indicators:upload_begin": year(post=True),
    "indicators:upload": year("upload", who=["member1"], others="404"),
    "indicators:evidence_pick": year("item"),
    "indicators:coverage": year(),
    "indicators:handover_list": year(),
    "indicators:handover_create": year(post=True),
    "indicators:handover": year("handover"),
    "indicators:handover_download": year("handover"),
    "indicators:cite": year("item", who=WRITERS, post=True, revision="revision"),
    "indicators:checklist_add": year("item", who=KEEPERS, post=True, title="แผนที่นำทาง"),
    "indicators:checklist_remove": year("added_piece", who=KEEPERS, post=True),
    "indicators:checklist_restore": year("added_piece", who=KEEPERS, post=True),
    "indicators:checklist_excuse": year("required_piece", who=KEEPERS, post=True, why="-"),
    "indicators:checklist_expect": year("required_piece", who=KEEPERS, post=True),
    "indicators:checklist_tick": year("citation", who=WRITERS, post=True, row="required_piece"),
    "indicators:checklist_untick": year("citation", who=WRITERS, post=True, row="required_piece"),
    "indicators:citation_withdraw": year("citation", who=WRITERS, post=True),
    "indicators:citation_restore": year("citation", who=WRITERS, post=True),
    "indicators:evidence_file": year("evidence", "file"),
    "indicators:evidence_cite": year("evidence", who=WRITERS, post=True, item="item"),
    "indicators:bring": year("item", who=WRITERS, post=True, citations="1"),
    "indicators:bring_undo": year("item", who=WRITERS, post=True, made="1"),
    "indicators:citation_verify": year("citation", who=WRITERS, post=True),
    "indicators:citation_unverify": year("citation", who=WRITERS, post=True),
    "indicators:draft_use": year("item", who=WRITERS, post=True),
    "indicators:draft_undo": year("item", who=WRITERS, post=True),
    "indicators:draft_confirm": year("item", who=WRITERS, post=True),
    "indicators:inbox": own("office"),
    "indicators:inbox_upload_begin": own("office", post=True),
    "indicators:inbox_upload": own("office", "upload", who=["member1"], others="404"),
    "indicators:inbox_sort": year(),
    "indicators:inbox_sort_code": year("indicator"),
    "indicators:inbox_cite": year("entry", who=WRITERS, post=True, for_code="item"),
    "indicators:inbox_address": own("office", "entry", who=SORTERS, post=True, for_code="item"),
    "indicators:inbox_set_aside": own("office", "entry", who=SORTERS, post=True, why="ซ้ำ"),
    "indicators:inbox_unsort": own("office", "entry", who=SORTERS, post=True),
    "indicators:file_page": own("file", "page"),
    "indicators:file_thumbnail": own("file"),
    "indicators:file_download": own("file"),
    "indicators:file_preview": own("file"),
    "indicators:scoring": year(),
    "indicators:score_save": year("item", who=SCORERS, post=True, level="3", reason="-", seen="0"),
    "indicators:scores_hand_in": year(who=SCORERS),
    "indicators:scores_take_back": year(who=SCORERS, post=True),
    "indicators:committee_room": year(),
    "indicators:agree_save": year(
        "item", who=COORDINATOR, post=True, level="3", reason="-", seen="0"
    ),
    "indicators:arithmetic": year(),
}
DIRECTORS = ["director"]
LETTERHEAD = ["admin", "coordinator", "skn1-admin", "skn1-coordinator"]
CHASERS = ["director", "deputy", "coordinator"]
WORKFLOW = {
    "workflow:lateness": year(who=[*CHASERS, "group1"]),
    "workflow:reminder_list": year(who=CHASERS),
    "workflow:reminder_nudge": year(who=CHASERS, post=True, key="late"),
    "workflow:personal_message_send": year(who=CHASERS, post=True, key="late", text="-"),
    "workflow:reminder_schedule": own(who=LETTERHEAD, strangers="403"),
    "workflow:rest_day_add": own(
        who=LETTERHEAD, strangers="403", post=True, day="5/12/2569", name="-"
    ),
    "workflow:rest_day_remove": own("rest_day", who=["admin", "coordinator"], post=True),
    "workflow:calendar_feed": public("feed"),
    "workflow:letterhead": own(who=[*LETTERHEAD, "director", "deputy"], strangers="403"),
    "workflow:letterhead_emblem": own(who=EVERYBODY, strangers="404"),
    "workflow:letterhead_emblem_remove": own(who=LETTERHEAD, strangers="403"),
    "workflow:phrase_edit": own("phrase", who=[*LETTERHEAD, "director", "deputy"], strangers="403"),
    "workflow:phrase_usual": own("phrase", who=LETTERHEAD, strangers="403", post=True),
    "workflow:home": signed(),
    "workflow:todo_list": signed(),
    "workflow:cycle_list": signed(),
    "workflow:cycle_create": own(who=COORDINATORS, strangers="403"),
    "workflow:cycle": year(),
    "workflow:history": year(),
    "workflow:history_export": year(),
    "workflow:step": year("step"),
    "workflow:step_plan": year("step", who=COORDINATOR),
    "workflow:step_open": year("step", who=COORDINATOR, post=True),
    "workflow:step_finish": year("step", who=COORDINATOR, post=True),
    "workflow:step_reopen": year("step", who=COORDINATOR, post=True),
    "workflow:proposal": year("announcement"),
    "workflow:proposal_version": year("announcement", "version"),
    "workflow:proposal_draft": year("announcement", who=COORDINATOR, post=True),
    "workflow:proposal_edit": year("announcement", who=COORDINATOR),
    "workflow:memo_edit": year(who=COORDINATOR),
    "workflow:proposal_propose": year("announcement", who=COORDINATOR, post=True, **SEEN),
    "workflow:proposal_withdraw": year("announcement", who=COORDINATOR, post=True, **SEEN),
    "workflow:proposal_publish": year(
        "announcement", who=["coordinator", "director"], post=True, **SEEN
    ),
    "workflow:proposal_endorse": year("announcement", who=["deputy"], post=True, **SEEN),
    "workflow:proposal_approve": year("announcement", who=["director"], post=True, **SEEN),
    "workflow:proposal_signed_scan": year(
        "announcement",
        who=["director", "deputy"],
        post=True,
        **{"signed-version": "1", "signed-seen": "0"},
    ),
    "workflow:proposal_return": year("announcement", who=["director", "deputy"], post=True, **SEEN),
    "workflow:proposal_correct": year(
        "announcement",
        who=["director"],
        post=True,
        **{"correct-version": "1", "correct-seen": "0"},
    ),
    "workflow:proposal_revoke": year("announcement", who=["director"], post=True, **SEEN),
    "workflow:proposal_scan": year("announcement", "decision", others="404", who=[]),
    "workflow:acknowledge": year("announcement", post=True),
    "workflow:acknowledgement_list": year("announcement"),
    "workflow:progress": year(),
    "workflow:meeting_list": year(),
    "workflow:meeting_create": year("committee", who=COORDINATOR),
    "workflow:meeting": year("meeting"),
    "workflow:meeting_edit": year("meeting", who=COORDINATOR),
    "workflow:meeting_cancel": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_invitation": year("meeting", who=COORDINATOR),
    "workflow:meeting_calendar": year("meeting", who=SCORERS),
    "workflow:meeting_attendance": year("meeting", who=COORDINATOR),
    "workflow:meeting_attendance_all": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_invite": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_minutes": year("meeting", who=COORDINATOR),
    "workflow:meeting_hold": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_reopen": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_excuse": year("meeting", who=COORDINATOR, post=True, user="0"),
    "workflow:meeting_room": year("meeting", who=COORDINATOR),
    "workflow:meeting_room_open": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_room_close": year("meeting", who=COORDINATOR, post=True),
    "workflow:meeting_room_count": year("meeting", who=COORDINATOR),
    "workflow:meeting_check_in": year("meeting"),
    "workflow:meeting_confirm": year("meeting", who=COORDINATOR, earlier="2"),
    "workflow:resolution_task_add": year("meeting", who=COORDINATOR, post=True),
    "workflow:resolution_task": year("task"),
    "workflow:resolution_task_remove": year("task", who=COORDINATOR, post=True),
    "workflow:resolution_task_restore": year("task", who=COORDINATOR, post=True),
    "workflow:resolution_task_reopen": year("task", who=["coordinator", "staff6"], post=True),
}
REPORTS = {
    "reports:document_list": year(),
    "reports:document_request": year(post=True, kind="flowchart"),
    "reports:document": year("document"),
    "reports:document_status": year("document"),
    "reports:document_retry": year("document", post=True),
    "reports:document_download": year("document"),
    "reports:document_by_hash": year("sha256"),
    "reports:document_page": year("document", "page"),
    "reports:preview": year("announcement", who=COORDINATOR, post=True),
    "reports:preview_status": year("token", who=COORDINATOR, others="404"),
    "reports:preview_page": year("token", "page", who=COORDINATOR, others="404"),
    "reports:version_paper": year("announcement", "version"),
    "reports:version_paper_request": year("announcement", "version", post=True),
    "reports:meeting_paper": year("meeting", "invitation"),
    "reports:meeting_paper_request": year("meeting", "invitation", post=True),
    "reports:meeting_preview": year("meeting", "invitation", who=COORDINATOR, post=True),
    "reports:certificate": own(who=[*ADMINS, *COORDINATORS], strangers="403"),
    "reports:verify_entry": public(),
    "reports:verify": public("seal"),
}
TABLE = PEOPLE | INDICATORS | WORKFLOW | REPORTS


def obec(*args, post=False):
    """A page for the reviewer of what was submitted; for offices it does not exist."""
    return Row(("obec",), "404", "404", post, ("place", *args))


# Asked when the year is submitted: before that OBEC's addresses do not exist for anybody.
SUBMITTED = {
    "workflow:submission_list": Row(("obec",), "404", "404"),
    "workflow:submission": obec(),
    "workflow:submission_open": obec(post=True),
    "workflow:submission_indicator": obec("indicator"),
    "workflow:submitted_evidence": obec("citation"),
    "workflow:evidence_link": Row((*EVERYBODY, "obec"), "403", "404", args=("evidence_code",)),
    "workflow:verified_score_accept": obec("indicator", post=True),
    "workflow:verified_score_unaccept": obec("indicator", post=True),
    "workflow:verified_score_save": obec("item", post=True),
    "workflow:recommendation_create": obec(),
    "workflow:recommendation_edit": obec("recommendation"),
    "workflow:recommendation_remove": obec("recommendation"),
    "workflow:followup": year(),
    "workflow:summary_submit": year(who=COORDINATOR),
    "workflow:summary_take_back": year(who=COORDINATOR, post=True),
    "workflow:recommendation_answer": year(
        "recommendation", who=["coordinator", "director"], post=True
    ),
    "reports:submitted_paper": obec("sar"),
}
# What cannot be undone: without the answer of the page that asks, that page is shown and no more.
ASKED_ONCE = {
    "people:person_password": "admin",
    "notifications:channel_remove": "staff6",
    "notifications:feed_renew": "staff6",
    "notifications:feed_revoke": "staff6",
    "workflow:letterhead_emblem_remove": "coordinator",
    "workflow:meeting_confirm": "coordinator",
}
# allauth's own addresses: open to whoever is not signed in, or for whoever is.
PUBLIC = {
    "account_login",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
}

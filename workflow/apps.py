from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from core import search
from workflow.field_labels import FIELD_LABELS
from workflow.history_words import KEYS, VERBS
from workflow.states import MeetingState, ProposalKind, ProposalState, StepState


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Workflow")

    def ready(self):
        from workflow.followup.finding import SUBMISSIONS  # noqa: PLC0415 - knows models
        from workflow.followup.finding_submitted import (  # noqa: PLC0415 - as above
            SUBMITTED_EVIDENCE,
            SUBMITTED_TEXTS,
        )
        from workflow.meetings.finding import MEETINGS  # noqa: PLC0415 - as above
        from workflow.papers.finding import PAPERS  # noqa: PLC0415 - as above

        search.register(PAPERS, MEETINGS, SUBMISSIONS, SUBMITTED_EVIDENCE, SUBMITTED_TEXTS)
        history.register(
            verbs=VERBS,
            keys=KEYS,
            fields=FIELD_LABELS,
            codes=[MeetingState, ProposalKind, ProposalState, StepState],
        )

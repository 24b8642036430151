from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from workflow.field_labels import FIELD_LABELS
from workflow.history_words import KEYS, VERBS
from workflow.states import MeetingState, ProposalKind, ProposalState, StepState


class WorkflowConfig(AppConfig):
    name = "workflow"
    verbose_name = _("Workflow")

    def ready(self):
        history.register(
            verbs=VERBS,
            keys=KEYS,
            fields=FIELD_LABELS,
            codes=[MeetingState, ProposalKind, ProposalState, StepState],
        )

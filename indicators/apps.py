from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from indicators.history_words import KEYS, VERBS
from indicators.states import AssessmentState, ItemState


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators")

    def ready(self):
        history.register(verbs=VERBS, keys=KEYS, codes=[AssessmentState, ItemState])

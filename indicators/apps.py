from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from core import search
from indicators.history_words import KEYS, VERBS
from indicators.states import AssessmentState, ItemState


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators")

    def ready(self):
        from indicators.search.considerations import CONSIDERATIONS  # noqa: PLC0415 - knows models
        from indicators.search.evidence import EVIDENCE  # noqa: PLC0415 - as above
        from indicators.search.narratives import NARRATIVES  # noqa: PLC0415 - as above

        search.register(EVIDENCE, NARRATIVES, CONSIDERATIONS)
        history.register(verbs=VERBS, keys=KEYS, codes=[AssessmentState, ItemState])

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from core import search
from indicators.history_words import KEYS, OLD_VERBS, VERBS
from indicators.states import AssessmentState, ItemState


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators")
    only_looked_at = True  # in Django's admin (core/admin.py)

    def ready(self):
        post_migrate.connect(index_texts, sender=self, dispatch_uid="index_texts")
        from indicators.search.comments import COMMENTS  # noqa: PLC0415 - knows models
        from indicators.search.considerations import CONSIDERATIONS  # noqa: PLC0415 - as above
        from indicators.search.evidence import EVIDENCE  # noqa: PLC0415 - as above
        from indicators.search.inbox import INBOX  # noqa: PLC0415 - as above
        from indicators.search.narratives import NARRATIVES  # noqa: PLC0415 - as above

        history.register(verbs=VERBS | OLD_VERBS, keys=KEYS, codes=[AssessmentState, ItemState])
        search.register(EVIDENCE, INBOX, NARRATIVES, COMMENTS, CONSIDERATIONS)


def index_texts(*, using, plan=(), **kwargs):
    """Have the database keep what stands in files by groups of letters."""
    from indicators.search.index import install  # noqa: PLC0415 - models are not loaded before

    if not any(backwards for _migration, backwards in plan):
        install(connections[using])

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from reports.history_words import VERBS


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self):
        history.register(verbs=VERBS)

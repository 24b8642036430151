from django.apps import AppConfig
from django.core.management import CommandError
from django.db import connections
from django.db.models import Q
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

from core import history_words as history
from core import search
from indicators.history_words import KEYS, OLD_VERBS, VERBS
from indicators.states import AssessmentState, ItemState

# What no table holds any more once the migration is taken back. A question holds what was asked
# and the last answer, so of requests the words of every other step.
LOST = {
    "0014_questions_to_requests": (
        "RequestStep",
        ~Q(text="") & (Q(number__gt=2) | ~Q(move__in=["ask", "finish", "withdraw"])),
    ),
    "0016_threads": ("Comment", Q()),
    "0017_reuse": ("Citation", Q(brought_from__isnull=False)),
    "0018_inbox": ("InboxEntry", Q()),
    "0019_required_evidence": (
        "ChecklistRow",
        Q(added_by__isnull=False) | Q(excused_at__isnull=False) | Q(ticks__isnull=False),
    ),
}


class IndicatorsConfig(AppConfig):
    name = "indicators"
    verbose_name = _("Indicators")
    only_looked_at = True  # in Django's admin (core/admin.py)

    def ready(self):
        pre_migrate.connect(refuse_to_lose, sender=self, dispatch_uid="refuse_to_lose")
        post_migrate.connect(index_texts, sender=self, dispatch_uid="index_texts")
        from indicators.search.comments import COMMENTS  # noqa: PLC0415 - knows models
        from indicators.search.considerations import CONSIDERATIONS  # noqa: PLC0415 - as above
        from indicators.search.evidence import EVIDENCE  # noqa: PLC0415 - as above
        from indicators.search.inbox import INBOX  # noqa: PLC0415 - as above
        from indicators.search.narratives import NARRATIVES  # noqa: PLC0415 - as above
        from indicators.search.requests import REQUESTS  # noqa: PLC0415 - as above

        history.register(verbs=VERBS | OLD_VERBS, keys=KEYS, codes=[AssessmentState, ItemState])
        search.register(EVIDENCE, INBOX, NARRATIVES, REQUESTS, COMMENTS, CONSIDERATIONS)


def index_texts(*, using, plan=(), **kwargs):
    """Have the database keep what stands in files by groups of letters."""
    from indicators.search.index import install  # noqa: PLC0415 - models are not loaded before

    if not any(backwards for _migration, backwards in plan):
        install(connections[using])


def refuse_to_lose(*, using, apps, plan=(), **kwargs):
    """Take no migration back by which something would be lost that people wrote."""
    back = {one.name for one, backwards in plan if backwards and one.app_label == "indicators"}
    lost = []
    for name in sorted(back & LOST.keys()):
        model, wanted = LOST[name]
        rows = apps.get_model("indicators", model)._base_manager.using(using).filter(wanted)
        if count := rows.values("pk").distinct().count():
            lost.append(f"{count} of {model} ({name})")
    if lost:
        raise CommandError(
            f"Going back would lose {', '.join(lost)}. Nothing was changed. Bring back a backup of "
            "the version before in its place."
        )

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class EsaStandardsConfig(AppConfig):
    default = True
    name = "esa_standards"
    verbose_name = "ESA Standards"

    def ready(self):
        from core.files.temporary import use_for_everything  # noqa: PLC0415 - settings being read
        from esa_standards import checks  # noqa: F401, PLC0415 - registers them, apps being loaded

        use_for_everything()


class LeanStaticFilesConfig(StaticFilesConfig):
    """Leaves builds that no page loads out: compressing them took most of a first start."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "htmx-2.js",
        "htmx-2-compat*",
        "htmx-4*",
        "htmax*",
        "hx-*",
    ]

from django.conf import settings
from django.core.management.base import BaseCommand

from reports.render.font import build_fonts


class Command(BaseCommand):
    help = (
        "Make the patched Thai faces for paper and screen (nothing to do if they are up to date)."
    )

    def handle(self, *args, **options):
        made = build_fonts(settings.FONT_ROOT)
        for path in made:
            self.stdout.write(f"{path.name}  {path.stat().st_size // 1024} KB")
        if not made:
            self.stdout.write(f"Fonts in {settings.FONT_ROOT} are up to date.")

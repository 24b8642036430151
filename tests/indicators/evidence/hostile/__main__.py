"""Write every hostile file: ``python -m tests.indicators.evidence.hostile FOLDER``."""

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
from tests.indicators.evidence.hostile.all_files import make_all  # noqa: E402 - some parts need settings

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for number, (name, data) in enumerate(make_all().items()):
    (folder / f"{number:03}-{name.replace('/', '_')[:80]}").write_bytes(data)

"""The child: limits itself, reads, answers."""

import json
import resource
import sys
from pathlib import Path

MEMORY_LIMIT = 1024 * 1024 * 1024
CPU_SECONDS = 60


def main() -> None:
    """Limit oneself, read, answer. Arguments: the file, its media type, the program for OCR."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Isolated from its environment, Python does not look for modules where this file lies.
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    from indicators.search.extraction import extract  # noqa: PLC0415 - only once its limits hold

    path, media_type, ocr = sys.argv[1:4]
    done = extract(Path(path), media_type, ocr=ocr)
    json.dump(done.as_json(), sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()

"""The child: limits itself, draws, says what it drew."""

import json
import resource
import sys
from pathlib import Path
from typing import Any

LARGEST = 32 * 1024 * 1024  # bytes of one picture


def main() -> None:
    """Limit oneself, draw, answer."""
    job = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (job["memory"], job["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (job["seconds"], job["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    # Isolated from its environment, Python does not look for modules where this file lies.
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    from indicators.renditions.drawing import draw  # noqa: PLC0415 - only once its limits hold

    draw(job, _say)
    _say({"done": True})


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

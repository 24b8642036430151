"""The child: limits itself, looks, answers."""

import json
import resource
import sys
from pathlib import Path

MEMORY_LIMIT = 1024 * 1024 * 1024  # of addresses
DATA_LIMIT = 140 * 1024 * 1024  # of memory that nobody else shares
CPU_SECONDS = 4  # the largest honest file of fifty megabytes takes one
BYTES_A_SECOND = 50 * 1024 * 1024  # of larger ones


def main() -> None:
    """Limit oneself, look, answer."""
    seconds = CPU_SECONDS + Path(sys.argv[1]).stat().st_size // BYTES_A_SECOND
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_LIMIT, DATA_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Isolated from its environment, Python does not look for modules where this file lies.
    sys.path.append(str(Path(__file__).resolve().parents[3]))
    from indicators.evidence.inspection import (  # noqa: PLC0415 - only once its limits hold
        InspectionRefused,
        inspect,
    )

    try:
        answer: dict[str, object] = {"media_type": inspect(Path(sys.argv[1]))}
    except InspectionRefused as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = {"refused": "unreadable"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()

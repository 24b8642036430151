"""One measurement in the environment that the parent made: ``python -m tests.bench.child MODULE``.

Prints what the module's ``measure(small=…)`` returns, as JSON.
"""

import importlib
import json
import sys

import django


def main(module, *options):
    django.setup()  # before the module: its imports at the top need settings
    measure = importlib.import_module(f"tests.bench.{module}").measure
    sys.stdout.write(json.dumps(measure(small="--small" in options)))


if __name__ == "__main__":
    main(*sys.argv[1:])

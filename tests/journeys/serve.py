"""Web, worker and beat as script/server starts them, on a data folder that is founded already.

python -m tests.journeys.serve
"""

import sys

from esa_standards import supervisor


def serve(group):
    supervisor.start_parts(group, supervisor.read_program(), supervisor.read_port())
    group.watch()


if __name__ == "__main__":
    supervisor.serve = serve
    sys.exit(supervisor.main())

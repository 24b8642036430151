"""Python reads this as it starts: child processes of a run with ``--at`` live at its hour too."""

import os
import time

if "TEST_CLOCK_SHIFT" in os.environ:
    import time_machine

    time_machine.travel(time.time() + float(os.environ["TEST_CLOCK_SHIFT"]), tick=True).start()

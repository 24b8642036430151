"""What was promised, and measure and goal side by side."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """At most this; None is no promise."""

    ms: float | None = None
    ratio: float | None = None
    queries: int | None = None


PAGE_GOALS = {
    "home": Goal(ratio=3, queries=10),
    "cycle": Goal(ratio=4, queries=14),
    "assignments": Goal(ratio=3.5),
    "reminders": Goal(ratio=4),
    "lateness": Goal(ratio=4, queries=14),
    "item": Goal(ratio=4.5, queries=16),
    "indicator": Goal(ratio=4),
    "scoring": Goal(ratio=4),
    "documents": Goal(ratio=4),
    "OBEC home": Goal(ms=60),
    "OBEC todos": Goal(ms=60),
    "OBEC submissions": Goal(ms=60),
}
# In the unit of the line. A round that plans one quarter has none: it happens at most once.
LINE_GOALS = {
    "SAR": 60,
    "SAR, memory": 400,
    "announcement": 2,
    "order": 2,
    "memo": 2,
    "invitation": 2,
    "minutes": 2,
    "second start": 5,
    "ZIP, memory": 40,
    "ZIP, go on": 0.5,
    "upload, memory": 40,
    "all overdue": 60,
    "nothing to do": 10,
    "plan all offices": 120,
    **{
        f"search, {what}": 300
        for what in (
            "seldom",
            "often",
            "everywhere",
            "one of all",
            "two words",
            "two letters",
            "code",
            "nothing",
            "narrowed",
            "requests",
            "comments",
            "a page",
        )
    },
    "load, errors": 0,
    "load, p95": 0.8,
}
# What shall be at least this.
LINE_FLOORS = {"upload, share": 80}
COLUMNS = (("ms", ".1f"), ("cpu ms", ".1f"), ("ratio", ".1f"), ("queries", "d"))
PROMISED = ("ms", "ratio", "queries")
MISSED = "MISSED"


def page_table(rows, before=()):
    """Lines of text: of every page each measure, the one before, and its goal."""
    old = {row["name"]: row for row in before}
    head = "".join(f"{name:>9}{_padded('before', old)}{_goal_head(name)}" for name, _ in COLUMNS)
    yield f"{'page':<20}{head}".rstrip()
    for row in rows:
        goal = PAGE_GOALS.get(row["name"], Goal())
        cells = "".join(
            f"{row[name]:>9{form}}{_padded(_before(old, row, name, form), old)}{_limit(goal, name)}"
            for name, form in COLUMNS
        )
        yield f"{row['name']:<20}{cells}{MISSED if misses(row, goal) else ''}".rstrip()


def misses(row, goal):
    """Whether any measure of the row is above what was promised."""
    limits = ((row[name], getattr(goal, name)) for name in PROMISED)
    return any(limit is not None and measured > limit for measured, limit in limits)


def _padded(text, old):
    return f"{text:>9}" if old else ""


def _before(old, row, name, form):
    return f"{old[row['name']][name]:{form}}" if row["name"] in old else "-"


def _goal_head(name):
    return f"  {'goal':<6}" if name in PROMISED else ""


def _limit(goal, name):
    if name not in PROMISED:
        return ""
    limit = getattr(goal, name)
    return f"  {'' if limit is None else f'≤ {limit}':<6}"


def line_table(lines, before=()):
    """Lines of text for what is no page: one measure each."""
    old = {line["name"]: _measure(line) for line in before}
    for line in lines:
        text = f"{line['name']:<20}{_measure(line):>16}"
        text += f"  before {old.get(line['name'], '-')}" if old else ""
        text += _line_goal(line["name"])
        text += f"  {MISSED}" if misses_line(line) else ""
        yield text + (f"  ({line['note']})" if line["note"] else "")


def misses_line(line):
    """Whether the measure is above what was promised, or below what it shall be at least."""
    name, value = line["name"], line["value"]
    return value > LINE_GOALS.get(name, value) or value < LINE_FLOORS.get(name, value)


def _line_goal(name):
    if name in LINE_FLOORS:
        return f"  ≥ {LINE_FLOORS[name]}"
    return f"  ≤ {LINE_GOALS[name]}" if name in LINE_GOALS else ""


def _measure(line):
    return f"{line['value']:.{line['digits']}f} {line['unit']}"


# -- lines ------------------------------------------------------------------------------
def line(name, value, unit, *, digits=1, note=""):
    """One measure that is no page."""
    return {"name": name, "value": value, "unit": unit, "digits": digits, "note": note}


def paper_lines(found):
    """Of what ``papers.measure`` returns."""
    sar = found["sar"]
    yield line("SAR", sar["ms a page"], "ms a page", digits=0, note=f"{sar['pages']} pages")
    yield line("SAR, memory", sar["MB"], "MB", digits=0)
    for row in found["papers"]:
        yield line(row["kind"], row["s"], "s", digits=2, note=f"{row['pages']} p.")


def zip_lines(found):
    """Of what ``handovers.measure`` returns."""
    size = f"{found['MB']:.0f} MB"
    yield line("ZIP, index", found["make"], "s", digits=2, note=size)
    yield line("ZIP", found["rate"], "MB/s", digits=0, note=size)
    yield line("ZIP, memory", found["memory"], "MB", note="more than before it was sent")
    yield line(
        "ZIP, go on", found["part"], "s", digits=2, note="to the first byte of the last part"
    )


def upload_lines(found):
    """Of what ``uploads.measure`` returns."""
    size = f"{found['MB']:.0f} MB"
    yield line("upload", found["rate"], "MB/s", digits=0, note=f"{size} in one body")
    yield line("upload, requests", found["requests"], "MB/s", digits=0, note=f"{size}, 1 MB each")
    yield line("copy and hash", found["copy"], "MB/s", digits=0, note=f"{size}, synced")
    yield line("upload, share", found["share"], "%", digits=0, note="of copying")
    yield line("upload, memory", found["memory"], "MB", note="more than after one before")
    yield line("upload, evidence", found["seconds"], "s", digits=1, note="then, by a worker")


def reminder_lines(rows):
    """Each quarter of the country, the days after it, and the sum of the quarters."""
    planned = [row for row in rows if row["name"].startswith("plan")]
    sums = {key: sum(row[key] for row in planned) for key in ("s", "reminders", "messages")}
    whole = {"name": "plan all offices", **sums, "MB": rows[-1]["MB"]}
    for number, row in enumerate((*rows, whole), start=1):
        quarter = f", {number} of {len(planned)}" if row in planned else ""
        note = f"{row['reminders']} owed, {row['messages']} sent, {row['MB']:.0f} MB"
        yield line(row["name"] + quarter, row["s"], "s", note=note)


def search_lines(found):
    """Of what ``finding.measure`` returns: the median of each question, and the slowest."""
    for name, median, slowest in found["rows"]:
        note = f"{found['vendor']}, slowest {slowest:.0f}"
        yield line(name, median, "ms", digits=0, note=note)
    yield line("search, indexing", found["indexed"], "s", digits=0, note=found["vendor"])

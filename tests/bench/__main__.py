"""Pages, SAR, papers, second start, ZIP, upload, the country's reminders, the search, the load.

Pages on PostgreSQL, where there is one; the rest out of the box, on SQLite. Fails when something
cannot be measured, and with --strict when a goal is missed.
"""

import argparse
import json
import os
import secrets
import shutil
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from tests.bench import load, table
from tests.bench.environments import (
    make_environment,
    postgres_database,
    run,
    run_child,
    second_start,
    small_environment,
)

PARTS = ("pages", "papers", "start", "zip", "upload", "reminders", "search", "load")
# The others need the demonstration's whole year.
SMALL_PARTS = ("pages", "zip", "upload", "reminders", "search")


def main(arguments=None):
    """Measure, print, keep."""
    options = parse(arguments)
    before = json.loads(options.baseline.read_text()) if options.baseline else {}
    folder = Path(tempfile.mkdtemp(prefix="esa-bench-"))
    try:
        found = measure(options, folder)
    finally:
        shutil.rmtree(folder)
    if options.json:
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    for text in report(found, before):
        sys.stdout.write(text + "\n")
    if options.strict and missed(found):
        sys.exit("A goal was missed.")


def missed(found):
    """Whether any page or line is outside its goal."""
    pages = (
        table.misses(row, table.PAGE_GOALS.get(row["name"], table.Goal())) for row in found["pages"]
    )
    return any(pages) or any(map(table.misses_line, found["lines"]))


def parse(arguments):
    """What the command line asks for."""
    parser = argparse.ArgumentParser("script/bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="|".join(PARTS), help="all unless named")
    parser.add_argument("--json", type=Path, help="keep what was measured in this file")
    parser.add_argument("--baseline", type=Path, help="what --json kept earlier: print it beside")
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    parser.add_argument("--small", action="store_true", help="tiny worlds, to try the bench")
    parser.add_argument(
        "--empty", type=Path, help="with --small: a migrated SQLite file to copy, no PostgreSQL"
    )
    options = parser.parse_args(arguments)
    known = SMALL_PARTS if options.small else PARTS
    if unknown := set(options.parts) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known are {', '.join(known)}")
    options.parts = options.parts or known
    return options


def measure(options, folder):
    """Everything that was asked for, as it is kept."""
    found = {"pages": [], "lines": [], "load": [os.getloadavg()[0]]}
    if "pages" in options.parts:
        found |= measure_pages(options, folder)
    if {"papers", "start"} & set(options.parts):
        found["lines"] += measure_demo(options, folder)
    if "zip" in options.parts:
        say("Sending the evidence of a year as one ZIP …")
        environment = empty_environment(options, folder / "zip")
        environment["HISTORY_KEY"] = secrets.token_urlsafe(50)
        found["lines"] += table.zip_lines(run_child(environment, "handovers", small=options.small))
    if "upload" in options.parts:
        say("Uploading one large file in pieces …")
        environment = empty_environment(options, folder / "upload")
        environment["HISTORY_KEY"] = secrets.token_urlsafe(50)
        if not options.small:  # the server answers with what was gathered
            run(environment | {"DEMO_MODE": "0"}, "prepare")
        rows = run_child(environment, "uploads", small=options.small)
        found["lines"] += table.upload_lines(rows)
    if "reminders" in options.parts:
        say("Reminding 245 offices; making their todos takes longer …")
        environment = empty_environment(options, folder / "country")
        rows = run_child(environment, "reminders", small=options.small)
        found["lines"] += table.reminder_lines(rows)
    if "search" in options.parts:
        found["lines"] += measure_search(options, folder)
    if "load" in options.parts:
        found["lines"] += measure_load(folder / "load")
    found["load"].append(os.getloadavg()[0])
    return found


def measure_search(options, folder):
    """Lines of the search among 100,000 pieces: on PostgreSQL where there is one, and on SQLite."""
    say("Writing 100,000 pieces of evidence; indexing them takes minutes …")
    if not options.small:
        with postgres_database() as database:
            if database:
                environment = empty_environment(options, folder / "found", database)
                yield from table.search_lines(run_child(environment, "finding", small=False))
    environment = empty_environment(options, folder / "found-sqlite")
    yield from table.search_lines(run_child(environment, "finding", small=options.small))


def measure_load(folder):
    """Lines of sixty people on the documented set-up, on PostgreSQL."""
    with postgres_database() as database:
        environment = make_environment(folder / "data", database=database)
        say("Making the demo office …")
        run(environment, "prepare")
        seats = run_child(environment, "seats")
        say(f"{len(seats)} people work for {load.SECONDS} seconds …")
        measured = load.measure(environment | {"DEMO_MODE": "0"}, folder, seats)
    for name, value in measured.items():
        seconds = isinstance(value, float)
        yield table.line(name, value, "s" if seconds else "", digits=2 if seconds else 0)


def measure_pages(options, folder):
    """Rows of pages and the database they were measured on."""
    with nullcontext() if options.empty else postgres_database() as database:
        if options.small:
            environment = empty_environment(options, folder / "pages", database)
        else:
            environment = make_environment(folder / "pages", database=database)
            say("Making the demo office …")
            run(environment, "prepare")
        say("Asking for pages …")
        rows = run_child(environment, "pages", small=options.small)
    sqlite = "SQLite" if options.empty else "SQLite: THERE IS NO POSTGRESQL"
    return {"pages": rows, "database": "PostgreSQL" if database else sqlite}


def measure_demo(options, folder):
    """Lines of what a whole year out of the box costs."""
    environment = make_environment(folder / "whole")
    say("Telling a whole year …")
    run(environment, "migrate", "-v0")
    run(environment, "demo", "--until", "5")
    run(environment, "prepare")
    if "papers" in options.parts:
        say("Rendering the SAR and the official papers …")
        yield from table.paper_lines(run_child(environment, "papers"))
    if "start" in options.parts:
        say("Starting the server a second time …")
        yield table.line("second start", second_start(environment), "s")


def empty_environment(options, folder, database=None):
    """A migrated database without rows."""
    if options.small:
        return small_environment(folder, database=database, empty=options.empty)
    environment = make_environment(folder, database=database)
    run(environment, "migrate", "-v0")
    return environment


def report(found, before):
    """Lines of text for a terminal."""
    if found["pages"]:
        yield f"On {found['database']}; median of interleaved requests"
        yield from table.page_table(found["pages"], before.get("pages", ()))
        yield ""
    yield from table.line_table(found["lines"], before.get("lines", ()))
    yield f"Load of the machine: {found['load'][0]:.1f} at first, {found['load'][1]:.1f} in the end"


def say(text):
    """Tell whoever waits what is going on."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()

"""``script/bench`` runs to its end with tiny worlds, and its table leaves no page out."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from django.db import connection

from tests.bench import table
from tests.bench.__main__ import missed
from tests.bench.environments import ROOT, make_environment


@pytest.fixture
def empty(db, tmp_path):
    """The tests' own database before any row, copied so that nothing is migrated twice."""
    if connection.vendor != "sqlite":
        pytest.skip("copies a database file")
    path = tmp_path / "empty.sqlite3"
    source = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(source)) as rows, closing(sqlite3.connect(path)) as copy:
        rows.backup(copy)
    return path


def bench(*options):
    command = [sys.executable, "-m", "tests.bench", "--small", *map(str, options)]
    return subprocess.run(
        command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()


def test_a_small_run_tells_every_page_and_every_round(empty, tmp_path):
    kept = tmp_path / "kept.json"
    lines = bench("--empty", empty, "--json", kept)
    found = json.loads(kept.read_text())
    names = [row["name"] for row in found["pages"]]
    assert names[0] == "bare"
    assert set(names) == {"bare", "notification search", *table.PAGE_GOALS}
    for row in found["pages"]:
        [line] = [line for line in lines if line.startswith(f"{row['name']:<20}")]
        assert f" {row['queries']}" in line
        assert min(row["ms"], row["cpu ms"]) > 0
    rounds = [line["name"] for line in found["lines"] if "search" not in line["name"]]
    searched = {line["name"] for line in found["lines"]} & set(table.LINE_GOALS)
    assert searched >= {name for name in table.LINE_GOALS if name.startswith("search")}
    assert rounds[-3:] == ["all done", "nothing to do", "plan all offices"]
    planned = [line for line in found["lines"] if line["name"].startswith("plan 1 offices")]
    assert [line["note"].split(",")[0] for line in planned] == ["4 owed"] * 4
    assert rounds[:4] == ["ZIP, index", "ZIP", "ZIP, memory", "ZIP, go on"]
    assert rounds[4:6] == ["upload", "upload, requests"]
    assert rounds[6:9] == ["copy and hash", "upload, share", "upload, memory"]
    assert rounds[9] == "upload, evidence"
    assert lines[0].startswith("On SQLite;")


def test_a_new_environment_has_its_folder(tmp_path):
    environment = make_environment(tmp_path / "country")
    assert (tmp_path / "country").is_dir()
    assert environment["DATA_DIR"] == str(tmp_path / "country")


# -- the table ----------------------------------------------------------------------------
def row(name, *, ms=10.0, queries=5, ratio=2.0):
    return {"name": name, "ms": ms, "cpu ms": ms, "queries": queries, "ratio": ratio}


@pytest.mark.parametrize(
    ("measured", "missed"),
    [
        (row("home", ratio=3.0, queries=10), False),
        (row("home", ratio=3.1), True),
        (row("home", queries=11), True),
        (row("OBEC todos", ms=60.0, ratio=9.0), False),
        (row("OBEC todos", ms=60.1), True),
        (row("bare", ms=900.0), False),
    ],
)
def test_a_missed_goal_is_named(measured, missed):
    _head, line = table.page_table([measured])
    assert line.endswith(table.MISSED) is missed


@pytest.mark.parametrize(
    ("measured", "wrong"),
    [
        (("ZIP, memory", 40.0), False),
        (("ZIP, memory", 40.1), True),
        (("upload, share", 80.0), False),
        (("upload, share", 79.9), True),
        (("ZIP", 1.0), False),
    ],
)
def test_a_missed_line_is_named_and_fails_a_strict_run(measured, wrong):
    line = table.line(*measured, "")
    [text] = table.line_table([line])
    assert (table.MISSED in text) is wrong
    assert missed({"pages": [], "lines": [line]}) is wrong
    assert missed({"pages": [row("home", ratio=4)], "lines": []})


def test_an_earlier_run_stands_beside():
    head, home, cycle = table.page_table(
        [row("home", ms=8.0), row("cycle")], before=[row("home", ms=12.5, queries=20)]
    )
    assert head.split().count("before") == 4
    assert home.split()[1:3] == ["8.0", "12.5"]
    assert cycle.split()[1:3] == ["10.0", "-"]
    [line] = table.line_table(
        [table.line("second start", 5.2, "s")], before=[table.line("second start", 4.0, "s")]
    )
    assert line.split("  ")[-3:] == ["before 4.0 s", "≤ 5", table.MISSED]


def test_the_plan_of_the_whole_country_is_the_sum_of_its_quarters():
    rows = [
        {"name": name, "s": 1.5, "reminders": 10, "messages": 2, "MB": 100.0}
        for name in ("plan 1 offices", "plan 1 offices", "nothing to do")
    ]
    lines = list(table.reminder_lines(rows))
    assert [line["name"] for line in lines] == [
        "plan 1 offices, 1 of 2",
        "plan 1 offices, 2 of 2",
        "nothing to do",
        "plan all offices",
    ]
    assert lines[-1]["value"] == 3.0
    assert lines[-1]["note"] == "20 owed, 4 sent, 100 MB"

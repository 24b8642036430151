"""The documents are true: settings are all listed, commands run, links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import polib
import pytest
import yaml
from django.conf import settings

from tests.demo.founded import fonts

ROOT = settings.BASE_DIR
OPERATOR = ROOT / "docs" / "operator.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Set by programs for each other, not by people.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED", "SECRET_KEY_FILE"}
READS = (
    re.compile(r'\benv\.\w+\(\s*"(\w+)"'),
    re.compile(r'os\.environ(?:\.get|\.setdefault)?[\[(]"([A-Z_]+)"'),
)


def documents():
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def commands():
    """Lines of console blocks that begin with a prompt."""
    for path in documents():
        for block in BLOCK.findall(path.read_text()):
            yield from (line[2:] for line in block.splitlines() if line.startswith("$ "))


def run(command, environment):
    done = subprocess.run(
        ["bash", "-c", command], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def environment(tmp_path):
    folders = {"DATA_DIR": tmp_path / "data", "BACKUP": tmp_path / "backup"}
    for folder in folders.values():
        folder.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "SECRET_KEY": "x" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz",
        "ALLOWED_HOSTS": "esa.example.go.th",
        "SITE_URL": "https://esa.example.go.th",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.go.th:587",
        "LOG_LEVEL": "ERROR",
        **{name: str(folder) for name, folder in folders.items()},
    }


def read_by_the_program():
    names = ("settings.py", "settings_files.py", "supervisor.py")
    sources = [ROOT / "esa_standards" / name for name in names]
    sources += [path for path in (ROOT / "script").iterdir() if path.suffix == ".py"]
    text = "\n".join(path.read_text() for path in sources)
    return {name for pattern in READS for name in pattern.findall(text)} - INTERNAL


def test_settings_table_is_complete_and_true():
    table = OPERATOR.read_text().split("## Settings")[1].split("\n## ")[0]
    listed = set(re.findall(r"^\| `([A-Z0-9_]+)`", table, re.MULTILINE))
    assert listed == read_by_the_program()


def test_commands_of_the_documents_run_in_their_order(environment):
    lines = list(commands())
    assert len(lines) >= 7
    # Without the six seconds of making them: script/server, run for real, makes its own.
    shutil.copytree(fonts(), Path(environment["DATA_DIR"], "fonts"))
    for line in lines:
        if " restore " in line:
            lose(Path(environment["DATA_DIR"]))
        said = run(line, environment)
    assert said.startswith("skn2: ")
    assert ", whole, head skn2:" in said


def lose(folder):
    """Remove what a backup brings back; what ``prepare`` makes anew stays, to save time."""
    for path in folder.glob("esa.sqlite3*"):
        path.unlink()
    for name in ("blobs", "documents"):
        shutil.rmtree(folder / name)
    (folder / "history.key").unlink()


def named(pattern):
    """``(document, what it names)`` for every place where the pattern stands."""
    found = [(path, name) for path in documents() for name in re.findall(pattern, path.read_text())]
    assert found, pattern
    return found


def test_links_lead_to_files():
    links = named(r"\]\(([^)#:]+)\)")
    assert [(path.name, to) for path, to in links if not (path.parent / to).exists()] == []


def test_named_files_exist():
    files = named(r"`((?:script|docs|tests)/[\w./-]+)`")
    assert [(path.name, file) for path, file in files if not (ROOT / file).exists()] == []


def test_programs_named_beside_python_are_there():
    """``.venv/bin/…`` inside a line of text; console blocks are run as they stand."""
    beside = Path(sys.executable).parent
    programs = named(r"`\.venv/bin/([\w-]+)")
    scripts = named(r"`\.venv/bin/[\w-]+ [^`]*?\b(script/[\w.]+)")
    assert [(path.name, name) for path, name in programs if not (beside / name).exists()] == []
    assert [(path.name, name) for path, name in scripts if not (ROOT / name).exists()] == []


def test_hooks_before_a_commit_run_our_own_programs_and_fetch_nothing():
    (local,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert local["repo"] == "local"
    checks = (ROOT / "script" / "test").read_text()
    for hook in local["hooks"]:
        program, *arguments = hook["entry"].split()
        assert hook["language"] == "system"
        assert program.startswith(".venv/bin/")
        assert (Path(sys.executable).parent / Path(program).name).exists(), program
        assert program in checks or (ROOT / arguments[0]).exists(), "nothing that CI does not ask"


def test_editors_and_ruff_agree():
    config = (ROOT / ".editorconfig").read_text()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert f"max_line_length = {project['tool']['ruff']['line-length']}" in config


def test_scripts_named_in_the_readme_are_executable():
    named = re.findall(r"^ {4}(script/\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert named
    assert all(os.access(ROOT / name, os.X_OK) for name in named)


def test_the_coordinators_guide_names_buttons_and_pages_as_they_are():
    files = [root / "th" / "LC_MESSAGES" / "django.po" for root in settings.LOCALE_PATHS]
    shown = "\n".join(entry.msgstr for path in files for entry in polib.pofile(str(path)))
    text = (ROOT / "docs" / "coordinator.md").read_text()
    named = [name for name in re.findall(r"\*\*“(.*?)”\*\*", text) if name != "…"]
    assert len(named) > 30
    gone = [name for name in named if any(part.strip() not in shown for part in name.split("…"))]
    assert not gone

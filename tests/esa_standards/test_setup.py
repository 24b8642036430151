"""script/setup on machines that lack something: stand-ins take the place of the system's tools."""

import shutil
import subprocess

import pytest
from django.conf import settings

USUAL = "bash cat dirname env head mktemp rm sed sh sha256sum tail tr".split()
PYTHON_LACKING_PANGO = 'case "$1" in -c) exit 0;; -) echo libpango-1.0-0; echo gettext;; esac'


@pytest.fixture
def machine(tmp_path):
    """``machine(id=…, python3=…)``: run script/setup with these shell scripts as commands."""
    folder, tools = tmp_path / "esa", tmp_path / "bin"
    (folder / "script").mkdir(parents=True)
    tools.mkdir()
    shutil.copy(settings.BASE_DIR / "script" / "setup", folder / "script")
    for name in USUAL:
        (tools / name).symlink_to(shutil.which(name))

    def run(*arguments, before=None, **stand_ins):
        for name, script in stand_ins.items():
            stand_in(tools / name.replace("_", "-"), script)
        path = tools if before is None else f"{before}:{tools}"
        return subprocess.run(
            [folder / "script" / "setup", *arguments],
            env={"PATH": str(path)},
            capture_output=True,
            text=True,
        )

    return run


def stand_in(path, script):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def says_its_name(name, *, systems_own):
    """A Python that is new enough, lacks Pango, and says so under its name."""
    refuses = "case" if systems_own else 'case "$2" in *ensurepip*) exit 1;; esac; case'
    return f'{refuses} "$1" in -c) exit 0;; -) echo {name};; esac'


@pytest.mark.parametrize(
    ("first", "taken"), [(True, "first"), (False, "systems")], ids=["two of them", "not the first"]
)
def test_the_systems_own_python_is_preferred(machine, tmp_path, first, taken):
    (tmp_path / "compiled").mkdir()
    stand_in(tmp_path / "compiled" / "python3", says_its_name("first", systems_own=first))
    done = machine(
        before=tmp_path / "compiled",
        python3=says_its_name("systems", systems_own=True),
        id="echo 1000",
        apt_get="exit 9",
    )
    assert f"--no-install-recommends {taken}" in done.stderr


def test_without_one_the_first_on_the_path_does(machine):
    done = machine(
        python3=says_its_name("compiled", systems_own=False), id="echo 1000", apt_get="exit 9"
    )
    assert "--no-install-recommends compiled" in done.stderr


def test_no_python_or_an_old_one(machine):
    for stand_ins in ({}, {"python3": "exit 1"}):
        done = machine(**stand_ins)
        assert done.returncode == 1
        assert "Python 3.11 or newer is needed" in done.stderr


def test_without_root_the_one_command_is_printed(machine):
    done = machine(python3=PYTHON_LACKING_PANGO, id="echo 1000", apt_get="exit 9")
    assert done.returncode == 1
    command = "apt-get update && apt-get install -y --no-install-recommends libpango-1.0-0 gettext"
    assert f"sudo sh -c '{command}'" in done.stderr


def test_sudo_that_asks_for_a_password_is_not_used(machine):
    done = machine(python3=PYTHON_LACKING_PANGO, id="echo 1000", apt_get="exit 9", sudo="exit 1")
    assert done.returncode == 1
    assert "Run this, then start again" in done.stderr


def test_root_installs_and_trouble_of_apt_is_shown(machine):
    done = machine(python3=PYTHON_LACKING_PANGO, id="echo 0", apt_get="echo no space left; exit 9")
    assert done.returncode == 1
    assert "installing libpango-1.0-0 gettext" in done.stderr
    assert "no space left" in done.stderr


def test_machine_that_is_no_debian(machine):
    done = machine(python3=PYTHON_LACKING_PANGO, id="echo 0")
    assert done.returncode == 1
    assert "no apt-get" in done.stderr


@pytest.mark.parametrize("uv_gets_through", [True, False])
def test_lists_of_the_tests_by_uv_or_where_it_fails_by_pip(machine, tmp_path, uv_gets_through):
    """The product's list alone is always pip's, which every Python brings along."""
    log, tools = tmp_path / "log", tmp_path / "esa" / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(settings.BASE_DIR / name, tmp_path / "esa")
    stand_in(tools / "python", f'case "$1" in -m) echo "$@" >>{log};; esac')
    stand_in(tools / "uv", f'echo "uv $@" >>{log}; exit {0 if uv_gets_through else 1}')

    assert machine("--test").returncode == 0
    of_uv, by_uv, *by_pip = log.read_text().splitlines()
    both = "--require-hashes -rrequirements.txt -rrequirements-dev.txt"
    assert of_uv.startswith("-m pip install ")
    assert by_uv.startswith("uv pip install ")
    assert by_uv.endswith(both)
    assert [line.endswith(both) for line in by_pip] == ([] if uv_gets_through else [True])
    log.unlink()
    assert machine("--test").returncode == 0
    assert not log.exists(), "all is in"
    (tools.parent / "requirements.txt.installed").unlink()
    assert machine().returncode == 0
    assert log.read_text().endswith("--require-hashes -rrequirements.txt\n")


def test_unknown_option(machine):
    assert machine("--tests").returncode == 2

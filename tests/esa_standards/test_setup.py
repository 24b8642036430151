"""script/setup on machines that lack something: stand-ins take the place of the system's tools."""

import shutil
import subprocess

import pytest
from django.conf import settings

USUAL = ("bash", "cat", "dirname", "env", "head", "mktemp", "rm", "sh", "sha256sum", "tail", "tr")
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

    def run(*arguments, **stand_ins):
        for name, script in stand_ins.items():
            path = tools / name.replace("_", "-")
            path.write_text(f"#!/bin/sh\n{script}\n")
            path.chmod(0o755)
        return subprocess.run(
            [folder / "script" / "setup", *arguments],
            env={"PATH": str(tools)},
            capture_output=True,
            text=True,
        )

    return run


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


def test_unknown_option(machine):
    assert machine("--tests").returncode == 2

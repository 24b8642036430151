"""A file is whole or absent."""

import subprocess
import sys

import pytest
import time_machine

from core.files import BEGUN, settle, time_there, write_whole


def test_a_file_is_written_with_its_folder(tmp_path):
    path = tmp_path / "a" / "b.txt"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [each.name for each in path.parent.iterdir()] == ["b.txt"]


def test_a_secret_file_is_its_owners_alone(tmp_path):
    write_whole(tmp_path / "key", b"x", mode=0o600)
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_what_cannot_be_written_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    write_whole(path, b"old")
    with pytest.raises(TypeError):
        write_whole(path, None)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_written_file_gets_its_name(tmp_path):
    scratch = tmp_path / f"{BEGUN}1"
    scratch.write_bytes(b"x")
    assert settle(scratch, tmp_path / "a.txt") == tmp_path / "a.txt"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_the_age_of_a_file_counts_by_the_clock_of_its_file_system(tmp_path):
    """Even when this machine's clock is years away from it."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"x")
    with time_machine.travel("2040-01-01T00:00+07:00"):
        assert 0 <= time_there(tmp_path) - path.stat().st_mtime < 60
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_files_are_written_without_django():
    code = "import core.files, sys; print('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

"""The machine stops at any step of writing a file; somebody else holds a secret's text."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import files
from core.files import BEGUN, settle, write_whole
from core.sealing import Unreadable, seal, unseal


class Stopped(Exception):
    """The process ends here."""


def stop_at(monkeypatch, where, step):
    def stop(*args, **kwargs):
        raise Stopped

    monkeypatch.setattr(where, step, stop)


# -- files --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("where", "step"),
    [(os, "open"), (os, "fdopen"), (os, "fsync"), (Path, "replace"), (files, "flush")],
)
@pytest.mark.parametrize("before", [None, b"old"])
def test_stopped_before_the_name_is_given_the_old_file_stands(
    tmp_path, monkeypatch, where, step, before
):
    path = tmp_path / "a.pdf"
    if before is not None:
        path.write_bytes(before)
    with monkeypatch.context() as patch:
        stop_at(patch, where, step)
        with pytest.raises(Stopped):
            write_whole(path, b"new")
    assert (path.read_bytes() if path.exists() else None) == before
    assert [each.name for each in tmp_path.iterdir()] == ([path.name] if before else [])
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_stopped_after_the_name_is_given_the_new_file_is_whole(tmp_path, monkeypatch):
    path, fsync, calls = tmp_path / "a.pdf", os.fsync, []

    def stop_at_the_folder(number):
        calls.append(number)
        if len(calls) == 2:
            raise Stopped
        fsync(number)

    path.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", stop_at_the_folder)
    with pytest.raises(Stopped):
        write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize("write", ["write_whole", "settle"])
def test_bytes_reach_the_disk_before_their_name_and_the_folder_after(tmp_path, monkeypatch, write):
    order, fsync, replace = [], os.fsync, Path.replace
    path, scratch = tmp_path / "a.pdf", tmp_path / f"{BEGUN}x"

    def noted_fsync(number):
        order.append("folder" if os.path.isdir(f"/proc/self/fd/{number}") else "bytes")
        fsync(number)

    def noted_replace(source, target):
        order.append("name")
        return replace(source, target)

    scratch.write_bytes(b"x")
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    write_whole(path, b"x") if write == "write_whole" else settle(scratch, path)
    assert order == ["bytes", "name", "folder"]


def test_no_descriptor_stays_open_whatever_happens(tmp_path, monkeypatch):
    def open_now():
        return len(os.listdir("/proc/self/fd"))

    before = open_now()
    write_whole(tmp_path / "a", b"x")
    with monkeypatch.context() as patch:
        stop_at(patch, os, "fsync")
        with pytest.raises(Stopped):
            write_whole(tmp_path / "a", b"y")
    with pytest.raises(FileNotFoundError):
        settle(tmp_path / "nothing", tmp_path / "b")
    assert open_now() == before


def test_two_who_write_at_once_use_two_scratch_files(tmp_path, monkeypatch):
    names, replace = [], Path.replace

    def noted(source, target):
        names.append(source.name)
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", noted)
    for _writer in range(9):
        write_whole(tmp_path / "a", b"x")
    assert len(set(names)) == 9
    assert all(name.startswith(BEGUN) for name in names)


@pytest.mark.parametrize("data", [b"", b"\x00", b"x" * 1_000_000])
def test_any_bytes_come_back(tmp_path, data):
    write_whole(tmp_path / "a", data)
    assert (tmp_path / "a").read_bytes() == data


def test_a_folder_in_the_files_place_is_not_replaced(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="a"):
        write_whole(tmp_path / "a", b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").is_dir()


# -- secrets ------------------------------------------------------------------
sayable = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(sayable)
def test_a_secret_comes_back_and_does_not_stand_in_what_is_kept(text):
    sealed = seal(text, purpose="test")
    assert unseal(sealed, purpose="test") == text
    assert sealed.isascii()
    assert len(text) < 4 or text not in sealed


def test_the_same_secret_is_sealed_differently_each_time():
    assert len({seal("key", purpose="test") for _n in range(5)}) == 5


def test_each_purpose_has_its_own_key():
    with pytest.raises(Unreadable, match="letters"):
        unseal(seal("key", purpose="keys"), purpose="letters")


@pytest.mark.parametrize("at", [0, 1, 12, 30, 60, -2])
def test_a_letter_changed_anywhere_is_found(at):
    sealed = list(seal("the token of a bot", purpose="test"))
    # In base64's last letter A and B are the same bytes: two of its bits mean nothing.
    sealed[at] = "A" if sealed[at] != "A" else "Q"
    with pytest.raises(Unreadable):
        unseal("".join(sealed), purpose="test")


@pytest.mark.parametrize("text", ["", "x", "gAAAA", "\u0e01\u0e02", "=" * 80])
def test_what_was_never_sealed_is_unreadable(text):
    with pytest.raises(Unreadable):
        unseal(text, purpose="test")


def test_after_a_change_of_the_sites_key_nothing_opens(settings):
    sealed = seal("key", purpose="test")
    settings.SECRET_KEY = "another-" + settings.SECRET_KEY
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="test")

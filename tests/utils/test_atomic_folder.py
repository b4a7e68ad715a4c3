"""Folders are replaced atomically, and files of others stay."""

import os
import stat
from pathlib import Path

import pytest

from keras_wavenet.utils import atomic_folder
from keras_wavenet.utils.atomic_folder import replacing_folder, restore

pytestmark = pytest.mark.neutral
HANDLES = Path("/proc/self/fd")
OWN = ("config.json", "model.weights.h5")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "voice"
    (path / "assets" / "deep").mkdir(parents=True)
    for name in (*OWN, "README.md", "assets/deep/a.wav"):
        (path / name).write_text(f"old {name}")
    return path


def write(folder, *names):
    with replacing_folder(folder, OWN) as draft:
        for name in names:
            (draft / name).write_text(f"new {name}")


def content(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_own_files_change_together_and_others_stay(folder):
    write(folder, "config.json")
    assert content(folder) == {
        "README.md": "old README.md",
        "assets/deep/a.wav": "old assets/deep/a.wav",
        "config.json": "new config.json",
    }
    assert [path.name for path in folder.parent.iterdir()] == ["voice"]


def test_a_failure_leaves_the_old_folder_and_nothing_else(folder):
    before = content(folder)
    with pytest.raises(KeyboardInterrupt), replacing_folder(folder, OWN) as draft:
        (draft / "config.json").write_text("half of")
        raise KeyboardInterrupt
    assert content(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["voice"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_remains_a_link(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    write(link, "config.json")
    assert link.is_symlink()
    assert (folder / "config.json").read_text() == "new config.json"


@pytest.mark.skipif(os.name == "nt", reason="permissions of another kind")
def test_a_folder_has_the_permissions_of_the_one_before(folder, tmp_path):
    folder.chmod(0o2770)
    write(folder, "config.json")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2770


@pytest.mark.skipif(not HANDLES.exists(), reason="handles have no names here")
def test_files_are_on_the_disk_before_their_names(folder, tmp_path, monkeypatch):
    events, fsync, replace = [], os.fsync, os.replace

    def record(handle):
        events.append((HANDLES / str(handle)).readlink())
        fsync(handle)

    def rename(source, target):
        events.append(f"rename to {os.fspath(target)}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", record)
    monkeypatch.setattr(os, "replace", rename)
    write(folder, *OWN)
    files = events[:2]
    assert sorted(path.name for path in files) == sorted(OWN)
    renamed = events.index(f"rename to {folder}")
    assert files[0].parent in events[:renamed]  # the folder of the names, too
    assert events[renamed + 1 :] == [tmp_path]


class Killed(BaseException):
    """In place of a signal that no process survives."""


@pytest.fixture
def killed(folder, monkeypatch):
    """The folder after a process was killed between the two renames of its change."""
    monkeypatch.setattr(atomic_folder, "_WAIT", 0.01)
    rename, count = Path.replace, []

    def replace(source, target):
        count.append(target)
        if len(count) > 1:
            raise Killed
        return rename(source, target)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Path, "replace", replace)
        patch.setattr(atomic_folder.shutil, "rmtree", lambda *arguments, **options: 0)
        write(folder, "config.json")
    assert not folder.exists()
    return folder


def test_a_folder_that_was_moved_aside_by_a_killed_process_is_put_back(killed):
    assert restore(killed)
    assert content(killed)["model.weights.h5"] == "old model.weights.h5"
    assert not restore(killed)
    assert not [path for path in killed.parent.iterdir() if ".old." in path.name]


def test_a_change_after_a_kill_keeps_the_files_of_others(killed):
    write(killed, "config.json")
    assert content(killed) == {
        "README.md": "old README.md",
        "assets/deep/a.wav": "old assets/deep/a.wav",
        "config.json": "new config.json",
    }


def test_a_change_that_goes_on_is_waited_for(killed, monkeypatch):
    (draft,) = (path for path in killed.parent.iterdir() if ".old." not in path.name)
    monkeypatch.setattr(atomic_folder.time, "sleep", lambda _: draft.replace(killed))
    assert not restore(killed)
    assert content(killed)["config.json"] == "new config.json"

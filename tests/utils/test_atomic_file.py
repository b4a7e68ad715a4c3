"""Files are replaced atomically."""

import os
import stat

import pytest

from keras_wavenet.utils.atomic_file import leftovers, replacing

pytestmark = pytest.mark.neutral


def test_a_file_appears_when_it_is_complete(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"before")
    with replacing(path) as file:
        file.write(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"before")
    with pytest.raises(KeyboardInterrupt), replacing(path) as file:
        file.write(b"half of")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="no limit of the size of files")
def test_an_error_of_writing_names_the_file(tmp_path):
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        path = tmp_path / "table.csv"
        with pytest.raises(OSError, match="table.csv"), replacing(path) as file:
            file.write(bytes(1000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_temporary_files_of_a_killed_process_are_found_by_the_name_it_wrote(tmp_path):
    for name in (".step-1.ckpt.x3k.tmp", ".notes.txt.abc.tmp", "step-1.ckpt"):
        (tmp_path / name).touch()
    (found,) = leftovers(tmp_path, "step-*.ckpt")
    assert found.name == ".step-1.ckpt.x3k.tmp"


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_remains_a_link_and_permissions_are_kept(tmp_path):
    path, link = tmp_path / "table.csv", tmp_path / "link.csv"
    path.write_bytes(b"before")
    path.chmod(0o640)
    link.symlink_to(path)
    with replacing(link) as file:
        file.write(b"after")
    assert link.is_symlink() and path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="no such files")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="it is none"), replacing(tmp_path / "pipe"):
        pass
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)

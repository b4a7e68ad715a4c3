"""Files are replaced atomically."""

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


def test_temporary_files_of_a_killed_process_are_found_by_the_name_it_wrote(tmp_path):
    for name in (".step-1.ckpt.x3k.tmp", ".notes.txt.abc.tmp", "step-1.ckpt"):
        (tmp_path / name).touch()
    (found,) = leftovers(tmp_path, "step-*.ckpt")
    assert found.name == ".step-1.ckpt.x3k.tmp"

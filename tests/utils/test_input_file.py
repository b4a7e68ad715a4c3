"""Input files: what may block, has no bounds or could run code is refused."""

import gc
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from keras_wavenet.utils.input_file import (
    DEEPEST,
    is_file,
    open_array,
    open_file,
    parse_json,
    read_json,
)

pytestmark = pytest.mark.neutral
READERS = [is_file, open_file, open_array, lambda path: read_json(path, 100)]


@pytest.mark.skipif(os.name == "nt", reason="no such files")
@pytest.mark.parametrize("read", READERS)
def test_a_pipe_is_refused_and_not_waited_for(read, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="pipe is a pipe, a device or a socket"):
        read(tmp_path / "pipe")


@pytest.mark.skipif(os.name == "nt", reason="no such files")
def test_a_device_is_refused_and_not_read_for_ever(tmp_path):
    (tmp_path / "config.json").symlink_to("/dev/zero")
    with pytest.raises(OSError, match="a device"):
        read_json(tmp_path / "config.json", 100)


def test_files_and_folders_are_told_apart(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    assert is_file(tmp_path / "a") and not is_file(tmp_path)
    assert not is_file(tmp_path / "b")
    with pytest.raises(OSError, match="a folder"):
        open_file(tmp_path)


@pytest.mark.parametrize(
    "content, message",
    [
        ("[" * 10**5, "nested deeper than 64"),
        ("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "nested deeper than 64"),
        ('{"a":' * 200 + "1" + "}" * 200, "nested deeper than 64"),
        ("1" * 5000, "digits"),
        (b"\xff\xfe\x00", "decode"),
        ("", "Expecting value"),
    ],
)
def test_json_is_parsed_within_bounds(content, message):
    with pytest.raises(ValueError, match=message):
        parse_json(content)


def test_json_that_is_wide_or_as_deep_as_may_be_is_read(tmp_path):
    for value in ([[[1], {"a": 2}]] * 100, json.loads("[" * 64 + "]" * 64)):
        assert parse_json(json.dumps(value)) == value
    (tmp_path / "long.json").write_text(json.dumps("x" * 100))
    with pytest.raises(ValueError, match="at most 100 bytes, and has 102"):
        read_json(tmp_path / "long.json", 100)


def npy(header):
    text = header.ljust(117).encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


@pytest.mark.parametrize(
    "content",
    [
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (3,), }") + bytes(99),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }" + " " * 20000),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2**62,), }"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (10**12,), }"),
        npy("{'descr': '<U4', 'fortran_order': False, 'shape': (1,), }") + bytes(99),
        npy("[" * 20),
        b"\x80\x04pickle",
        b"PK\x03\x04archive",
        b"",
    ],
)
def test_what_is_no_array_of_numbers_is_refused_without_advice_on_pickles(
    content, tmp_path
):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(ValueError) as caught:
        open_array(tmp_path / "a.npy")
    assert "pickle" not in str(caught.value)


def test_an_array_is_opened(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(
        open_array(tmp_path / "a.npy"), [[0, 1, 2], [3, 4, 5]]
    )


class Cycle:
    """Garbage that runs Python when it is collected, in the middle of anything."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        sum(range(300))


def test_threads_open_arrays_at_the_same_time(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(6.0))

    def open_one(_):
        Cycle()
        return open_array(tmp_path / "a.npy")[-1]

    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(5)
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(open_one, range(1500))) == {5.0}
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)

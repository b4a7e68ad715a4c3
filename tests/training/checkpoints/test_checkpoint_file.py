"""The file of a checkpoint: to the last bit what was written, or noticed."""

import hashlib
import io
import json
import os
import random
import signal
import zipfile

import numpy as np
import pytest

from keras_wavenet.training.checkpoints import checkpoint_file
from keras_wavenet.training.checkpoints.checkpoint_file import DamagedCheckpoint

pytestmark = pytest.mark.neutral

# Writes checkpoint 2 over checkpoint 1 in one child after the other. A child dies as a
# killed process, without any clean-up, before its n-th call that changes a folder, of
# which Python tells an audit hook; or the kernel kills it at a byte of the file; or
# refuses the byte, as a full disk does. Prints how it ended, and what is left then.
CHILDREN = """
import os, pathlib, resource, signal, sys
import numpy as np
from keras_wavenet.training.checkpoints import checkpoint_file

path = pathlib.Path(sys.argv[1])
kind, *numbers = sys.argv[2:]

def die_before_call(last):
    calls = 0
    def count(event, arguments):
        nonlocal calls
        calls += event in {"open", "os.rename", "os.chmod", "os.remove"}
        if calls == last:
            os._exit(9)
    sys.addaudithook(count)

def die_at_byte(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def refuse_byte(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def write(step):
    checkpoint_file.write(path, {"weights": np.full(50_000, step)}, {"step": step})

for number in map(int, numbers):
    write(1)
    child = os.fork()
    if child == 0:
        globals()[kind](number)
        try:
            write(2)
        except OSError:
            os._exit(5)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    arrays, state = checkpoint_file.read(path)
    assert (arrays["weights"] == state["step"]).all()
    names = [other.name for other in path.parent.iterdir() if other != path]
    print(status, state["step"], len(names))
    for name in names:
        (path.parent / name).unlink()
"""


@pytest.fixture
def saved(tmp_path):
    """A checkpoint, in a folder of its own."""
    path = tmp_path / "step-00000001.ckpt"
    arrays = {
        "weights": np.random.default_rng(0).normal(size=(7, 30)).astype("float32"),
        "step": np.array(3, "int64"),
        "flags": np.array([True, False]),
    }
    checkpoint_file.write(path, arrays, {"step": 1, "best": {"lowest": 0.1}})
    return path


def test_what_is_written_is_read_again(saved):
    arrays, state = checkpoint_file.read(saved)
    assert state == {"step": 1, "best": {"lowest": 0.1}}
    expected = np.random.default_rng(0).normal(size=(7, 30)).astype("float32")
    np.testing.assert_array_equal(arrays["weights"], expected)
    assert arrays["step"].dtype == "int64" and arrays["step"] == 3
    assert arrays["flags"].tolist() == [True, False]


def test_infinity_is_kept(saved):
    checkpoint_file.write(saved, {}, {"lowest": float("inf")})
    assert checkpoint_file.read(saved) == ({}, {"lowest": float("inf")})


@pytest.mark.parametrize(
    "name, value", [("state", np.zeros(2)), ("objects", np.array([None]))]
)
def test_what_it_can_not_hold_is_refused(name, value, saved):
    content = saved.read_bytes()
    with pytest.raises(ValueError, match=f"Received: '{name}'"):
        checkpoint_file.write(saved, {name: value}, {})
    assert saved.read_bytes() == content


def test_sixty_four_damaged_files_are_each_noticed(saved):
    content = saved.read_bytes()
    rng = random.Random(0)
    damages = [flip_bit, overwrite, cut_off, lengthen, cut_out]
    for number in range(64):
        damaged = damages[number % len(damages)](content, rng)
        assert damaged != content
        saved.write_bytes(damaged)
        with pytest.raises(DamagedCheckpoint, match=saved.name):
            checkpoint_file.read(saved)


def test_each_byte_counts(saved):
    content = saved.read_bytes()
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        saved.write_bytes(damaged)
        with pytest.raises(DamagedCheckpoint):
            checkpoint_file.read(saved)


def test_an_empty_file_is_noticed(saved):
    saved.write_bytes(b"")
    with pytest.raises(DamagedCheckpoint, match="must start with"):
        checkpoint_file.read(saved)


def npy(array, allow_pickle=False):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=allow_pickle)
    return file.getvalue()


NOISE = np.random.default_rng(0).normal(size=99)
STATE = npy(np.frombuffer(b"{}", "uint8"))
OBJECTS = npy(np.array([None]), allow_pickle=True)
DEEP = npy(np.frombuffer(b"[" * 100_000, "uint8"))
LIST = npy(np.frombuffer(json.dumps([1]).encode(), "uint8"))


@pytest.mark.parametrize(
    "members, reason",
    [
        ({"state": STATE, "zeros": npy(NOISE)}, "compressed"),
        ({"state": STATE, "zeros": npy(np.zeros(10**6))}, "more than the file"),
        ({"state": STATE, "objects": OBJECTS}, "no array of numbers"),
        ({"state": STATE, "short": npy(np.zeros(99))[:-8]}, "no array of numbers"),
        ({"state": STATE, "text": b"words"}, "magic"),
        ({"state": STATE, "empty": b""}, "EOF"),
        ({"state": DEEP}, "nested deeper"),
        ({"state": LIST}, "the state is a list"),
        ({"ones": npy(np.ones(1))}, "the state is missing"),
    ],
)
def test_wrong_content_under_a_good_checksum_is_noticed(members, reason, saved):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            kind = zipfile.ZIP_DEFLATED if name == "zeros" else zipfile.ZIP_STORED
            archive.writestr(f"{name}.npy", data, kind)
    rewrite(saved, content.getvalue())
    with pytest.raises(DamagedCheckpoint, match=f"{saved.name}.*{reason}"):
        checkpoint_file.read(saved)


def test_what_is_no_archive_is_noticed(saved):
    rewrite(saved, b"words")
    with pytest.raises(DamagedCheckpoint, match=f"{saved.name}.*not a zip file"):
        checkpoint_file.read(saved)


def rewrite(path, content):
    digest = hashlib.sha256(content).digest()
    path.write_bytes(checkpoint_file.MAGIC + digest + content)


@pytest.fixture
def ends(run_program, tmp_path):
    """How saves ended: status, step of the checkpoint then, and files left over."""

    def run(kind, numbers):
        path = tmp_path / "step.ckpt"
        ended = run_program("-c", CHILDREN, path, kind, *numbers, backend="numpy")
        assert ended.returncode == 0, ended.stderr
        return [tuple(map(int, line.split())) for line in ended.stdout.splitlines()]

    return run


@pytest.mark.skipif(os.name == "nt", reason="Windows has no fork")
def test_killed_before_any_call_of_a_save_a_whole_checkpoint_is_there(ends):
    found = ends("die_before_call", range(1, 12))
    killed = [end for end in found if end[0] == 9]
    assert len(killed) >= 4 and killed == found[: len(killed)]
    assert killed[0][1] == 1 and killed[-1][1] == 2
    assert all(end == (0, 2, 0) for end in found[len(killed) :])
    assert len(killed) < len(found), "no save came to its end"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on files")
def test_killed_at_any_byte_of_a_save_the_checkpoint_before_is_there(ends):
    found = ends("die_at_byte", [0, 1, 30, 60, 5000, 100_000, 400_000])
    assert found == [(-signal.SIGXFSZ, 1, 1)] * 7


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on files")
def test_a_full_disk_leaves_what_was_saved_and_nothing_else(ends):
    found = ends("refuse_byte", [0, 1, 30, 60, 5000, 100_000, 400_000])
    assert found == [(5, 1, 0)] * 7


def flip_bit(content, rng):
    damaged = bytearray(content)
    damaged[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def overwrite(content, rng):
    start = rng.randrange(len(content))
    noise = rng.randbytes(min(rng.randint(8, 600), len(content) - start))
    return content[:start] + noise + content[start + len(noise) :]


def cut_off(content, rng):
    return content[: rng.randrange(len(content))]


def lengthen(content, rng):
    return content + rng.randbytes(rng.randint(1, 600))


def cut_out(content, rng):
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.randint(1, 600) :]

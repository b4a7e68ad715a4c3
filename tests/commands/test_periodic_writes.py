"""Audio that is written while it is generated."""

import os
import signal
import threading
import time

import numpy as np
import pytest
import soundfile

from keras_wavenet.commands import periodic_writes
from keras_wavenet.commands.output_file import write_wav
from keras_wavenet.commands.periodic_writes import MOST_SHARE, PeriodicWrites
from keras_wavenet.utils.pcm import is_own_wav

pytestmark = pytest.mark.neutral


@pytest.mark.skipif(os.name == "nt", reason="Windows can't send a signal to a process")
def test_the_file_grows_while_a_generation_runs(
    command, tiny_wavenet, interruptible, tmp_path
):
    tiny_wavenet(dilations=[1]).save_to_preset(tmp_path / "small")
    path, seen = tmp_path / "a-stream2.wav", []

    def watch():
        deadline = time.monotonic() + 60
        while len(seen) < 2 and time.monotonic() < deadline:
            time.sleep(0.005)
            if path.exists():
                audio = soundfile.read(path, dtype="float32")[0]
                if not seen or len(audio) > len(seen[-1]):
                    seen.append(audio)
                assert is_own_wav(path.read_bytes())
        os.kill(os.getpid(), signal.SIGINT)

    watcher = threading.Thread(target=watch)
    watcher.start()
    flags = ["generate", "small", "--seed", "1", "--streams", "2", "--out"]
    endless = ["a.wav", "--seconds", "5000", "--save-every", "0.01"]
    command(*flags, *endless, status=130)
    watcher.join()
    assert len(seen) == 2
    kept = soundfile.read(path, dtype="float32")[0]
    assert len(kept) >= len(seen[1]) > len(seen[0]) >= 1024
    # What was written on the way, and at the end, is the audio of a plain generation.
    command(*flags, "b.wav", "--num-samples", len(kept))
    plain = (tmp_path / "b-stream2.wav").read_bytes()
    assert path.read_bytes() == plain
    for audio in seen:
        np.testing.assert_array_equal(audio, kept[: len(audio)])


def test_a_full_disk_is_one_warning_and_the_writes_go_on(tmp_path, small_files):
    path, attempts = tmp_path / "a.wav", []

    def write():
        attempts.append(path)
        write_wav(path, np.zeros(5000, "float32"), 16000)

    writes = PeriodicWrites(write, 1e-9)
    with small_files(1000), pytest.warns(UserWarning) as warned:
        while len(attempts) < 3:
            writes.update()
    (message,) = [str(one.message) for one in warned]
    assert "could not be written" in message and "File too large" in message
    assert list(tmp_path.iterdir()) == []
    while len(attempts) < 4:
        writes.update()
    assert len(soundfile.read(path)[0]) == 5000


def test_writing_takes_a_small_share_of_the_time(monkeypatch):
    now, taken = [0.0], []

    class Clock:
        monotonic = staticmethod(lambda: now[0])

    def write():
        taken.append(0.001 * now[0])  # as of a file that grows
        now[0] += taken[-1]

    monkeypatch.setattr(periodic_writes, "time", Clock)
    writes = PeriodicWrites(write, 0.5)
    while now[0] < 10**4:
        now[0] += 0.1
        writes.update()
    assert len(taken) > 100
    assert sum(taken) / now[0] == pytest.approx(MOST_SHARE, rel=0.02)

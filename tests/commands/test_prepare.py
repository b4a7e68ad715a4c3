"""`keras-wavenet prepare`, from its arguments to its report and its exit status."""

import io
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import soundfile

from keras_wavenet.cli import main
from keras_wavenet.commands.prepare import progress_bar
from keras_wavenet.data import FolderSource, PreparedSource, open_source
from tests.conftest import program_environment

pytestmark = [
    pytest.mark.neutral,
    pytest.mark.filterwarnings("default:Skipped 1 of 14 clips"),
]

RATE = 8000

# A test run in the background has SIGINT ignored, and children inherit that.
INTERRUPTIBLE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from keras_wavenet.cli import main
sys.exit(main())
"""


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """Run the command in an empty folder; return its status and what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = main(["prepare", *map(str, arguments)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Twelve tones of a second, one of 40 s, an empty file and a license."""
    folder = tmp_path_factory.mktemp("audio") / "My Tones"
    folder.mkdir()
    for number in range(13):
        seconds = np.arange(RATE * (40 if number == 4 else 1)) / RATE
        tone = 0.5 * np.sin(2 * np.pi * (200 + 20 * number) * seconds)
        soundfile.write(folder / f"{number}.wav", tone, RATE)
    (folder / "empty.wav").touch()
    (folder / "LICENSE").write_text("Mine and yours.")
    return folder


def test_the_processing_is_stored_and_is_not_applied_twice(run, recordings, tmp_path):
    flags = ["--high-pass", "100", "--normalize", "peak:-6", "--sample-rate", RATE]
    status, printed, _ = run(recordings, "--out", "tones", "--name", "tones", *flags)
    assert status == 0 and "at 100 Hz" in printed and "peak of -6 dBFS" in printed
    again = ["--out", "again", "--sample-rate", RATE]
    assert run(tmp_path / "tones", *again)[0] == 0  # from what is processed already
    folder = tmp_path / "tones"
    options = {"high_pass": 100, "normalize": "peak:-6"}
    stored = open_source(folder, "test", RATE)
    processed = open_source(recordings, "test", RATE, **options)
    np.testing.assert_allclose(stored[0].waveform, processed[0].waveform, atol=2**-15)
    assert stored.clips[0].loudness.peak == pytest.approx(10 ** (-6 / 20), rel=1e-5)
    for name, value in options.items():
        for prepared in (folder, tmp_path / "again"):
            with pytest.raises(ValueError, match=f"prepared with {name}=.*again. Rec"):
                open_source(prepared, "test", RATE, **{name: value})
    plain = ["--out", "tones", "--name", "tones", "--sample-rate", RATE]
    status, _, complaint = run(recordings, *plain)
    assert status == 1 and "high_pass 100.0, now None" in complaint


def test_it_prints_and_keeps_a_report(run, recordings, tmp_path):
    status, printed, complaint = run(recordings, "--out", "my_tones")
    assert status == 0
    assert "13 clips, 52.0 s; 1 rejected" in printed
    assert "empty.wav: empty file" in printed
    assert "recorded at: 8000 Hz (13 clips)" in printed
    report = (tmp_path / "my_tones" / "report.txt").read_text()
    assert printed.startswith(report)
    assert len(PreparedSource(tmp_path / "my_tones", "train", 16000)) == 11
    info = (tmp_path / "my_tones" / "dataset_info.json").read_text()
    assert '"name": "my_tones"' in info and "Mine and yours." in info
    assert "Skipped 1 of 14" in complaint


def test_a_dataset_of_tfds_is_prepared_too(run, tmp_path):
    status, printed, _ = run("spoken_prompts", "--out", "a", "--data-dir", "tfds")
    assert status == 0
    assert "3 speakers" in printed and "validation" in printed
    info = (tmp_path / "a" / "dataset_info.json").read_text()
    assert "CC BY-SA 3.0 (en_allison)" in info  # and is kept in what is made of this
    run("a", "--out", "b", "--sample-rate", RATE)
    assert "CC BY-SA 3.0" in (tmp_path / "b" / "dataset_info.json").read_text()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["nowhere", "--out", "new"], "nowhere"),
        (["./nowhere", "--out", "new"], "nowhere"),
        (["AUDIO", "--out", "AUDIO"], "which holds 0.wav"),
        (["AUDIO", "--out", "new", "--name", "My Tones"], "name='My Tones'"),
        (["AUDIO", "--out", "new", "--split-by", "speaker"], "Expected the speaker"),
    ],
)
def test_a_failure_is_one_line(run, recordings, arguments, words):
    arguments = [str(recordings) if a == "AUDIO" else a for a in arguments]
    status, _, complaint = run(*arguments)
    assert status == 1
    assert words in complaint.splitlines()[-1]


def test_other_settings_are_refused_without_overwrite(run, recordings, tmp_path):
    run(recordings, "--out", "new", "--sample-rate", RATE)
    status, _, complaint = run(recordings, "--out", "new")
    assert status == 1
    assert "sample_rate 8000, now 16000." in complaint and "--overwrite" in complaint
    assert run(recordings, "--out", "new", "--overwrite")[0] == 0
    assert PreparedSource(tmp_path / "new", "train", 16000).stored_rate == 16000


class Terminal(io.StringIO):
    """A text stream that is a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize("stream, shown", [(Terminal(), True), (io.StringIO(), False)])
def test_progress_is_drawn_on_a_terminal_and_removed(
    monkeypatch, recordings, stream, shown
):
    monkeypatch.setattr(sys, "stderr", stream)
    with pytest.warns(UserWarning, match="Skipped 1 of 14 clips"):
        splits = {"train": FolderSource(recordings, RATE)}
    with progress_bar(splits) as bar:
        bar.set_postfix_str("3 clips", refresh=False)
        bar.update(26)
        bar.refresh()
    written = stream.getvalue()
    assert (" 50%|" in written and "26 of 52 s of audio" in written) == shown
    assert written.endswith(" \r") if shown else not written


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_a_stop_names_the_command_that_continues(run, recordings, tmp_path):
    arguments = [recordings, "--out", "new", "--shard-size", "0.01"]
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "prepare", *map(str, arguments)],
        cwd=tmp_path,
        env=program_environment("numpy"),
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "new" / "prepared.json").exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 130
    assert complaint.splitlines()[-1].endswith(
        "Run the same command again to continue."
    )
    assert not (tmp_path / "new" / "dataset_info.json").exists()
    assert run(*arguments)[0] == 0

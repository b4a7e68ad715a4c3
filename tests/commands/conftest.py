"""What commands are tried on: runs in this process, a small model, short tones."""

import signal

import numpy as np
import pytest
import soundfile

from keras_wavenet.cli import main

RATE = 16000


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Run a command in an empty folder; return what it printed, or its complaint."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, status=0):
        assert main([str(argument) for argument in arguments]) == status
        printed = capsys.readouterr()
        return printed.err if status else printed.out

    return run


@pytest.fixture
def interruptible():
    """Ctrl-C arrives, which a shell has programs in its background ignore."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.fixture(scope="session")
def voices(tmp_path_factory):
    """Tones at 16 kHz by two speakers, of two labels, in published splits."""
    folder = tmp_path_factory.mktemp("voices")
    rows = ["path,speaker,label,split"]
    for number in range(6):
        seconds = np.arange(2000 + 80 * number) / RATE
        tone = 0.5 * np.sin(2 * np.pi * (200 + 300 * (number % 2)) * seconds)
        soundfile.write(folder / f"{number}.wav", tone, RATE)
        who, what = ("anna", "low") if number % 2 == 0 else ("ben", "high;loud")
        split = "train" if number < 4 else "validation"
        rows.append(f"{number}.wav,{who},{what},{split}")
    (folder / "metadata.csv").write_text("\n".join(rows))
    return folder

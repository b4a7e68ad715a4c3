"""A very small model and its page of `explain`, made once for all tests of it."""

import contextlib
import functools
import io
import os
from pathlib import Path

import numpy as np
import soundfile

import keras_wavenet
from keras_wavenet.cli import main

RATE = 4000
SPEAKER = "ben"


class Explained:
    """A preset of two speakers with weights, a recording, and a page about both.

    Args:
        folder: An empty folder.

    Attributes:
        preset: Its folder.
        tone: A rising tone of 0.4 s, at a rate of its own.
        folder: Where the page is, once it was printed.
    """

    def __init__(self, folder):
        self._parent = folder
        self.folder = folder / "whisper-explained"
        self.preset, self.tone = folder / "whisper", folder / "tone.wav"
        speakers = ["anna", SPEAKER]
        model = keras_wavenet.WaveNet(
            [1, 2], 4, 4, 8, sample_rate=RATE, speakers=speakers
        )
        model.save_to_preset(self.preset)
        time = np.arange(3200) / 8000
        tone = 0.5 * np.sin(2 * np.pi * (200 + 500 * time) * time)
        soundfile.write(self.tone, tone, 8000)

    @functools.cached_property
    def printed(self):
        """What the command printed that made the page."""
        given = ("--speaker", SPEAKER, "--seconds", "0.3")
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            before = Path.cwd()
            os.chdir(self._parent)
            try:
                assert main(["explain", str(self.preset), str(self.tone), *given]) == 0
            finally:
                os.chdir(before)
        return printed.getvalue()

"""Word errors of a speech recognizer (pocketsphinx, English only)."""

import re
from collections.abc import Sequence

import numpy as np

from keras_wavenet.data.clip_source import Clip
from keras_wavenet.data.resampling import resample
from keras_wavenet.evaluation.copy_synthesis import Row
from keras_wavenet.utils.edit_distance import edit_distance
from keras_wavenet.utils.extras import import_extra
from keras_wavenet.utils.pcm import to_pcm

ORIGINAL = "original"  # the system name of the recordings themselves

_RATE = 16000  # Hz of the recognizer's acoustic model
_DIGITS = {
    "0": "zero",
    "1": "one",
    "2": "two",
    "3": "three",
    "4": "four",
    "5": "five",
    "6": "six",
    "7": "seven",
    "8": "eight",
    "9": "nine",
}


def words_of(text: str) -> list[str]:
    """Split a transcript into lower-case words, with digits spelled one by one.

    Args:
        text: A transcript; punctuation between words is dropped.
    """
    for digit, word in _DIGITS.items():
        text = text.replace(digit, f" {word} ")
    return re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'"))


class WordErrors:
    """Counts the word errors of pocketsphinx in recordings and in resynthesized audio.

    The recognizer makes errors in the recordings, too: a vocoder's figure is to be
    compared with theirs.

    Attributes:
        clips: Clips with a transcript that were counted.
        words: Words in their transcripts.
        errors: Dict from systems, `ORIGINAL` first, to the number of words that were
            substituted, deleted or inserted.

    Raises:
        ImportError: If `pocketsphinx` is not installed.

    Example:
        >>> errors = WordErrors()
        >>> for index, rows in zip(indices, evaluate_clips(model, source, indices)):
        ...     errors.add(source[index], source.sample_rate, rows)
        >>> errors.percent()
        {'original': 22.9, 'model': 24.1}
    """

    def __init__(self):
        module = import_extra("pocketsphinx", "Recognizing words")
        self._decoder = module.Decoder(samprate=_RATE, loglevel="FATAL")
        self.clips = self.words = 0
        self.errors: dict[str, int] = {ORIGINAL: 0}

    def add(self, clip: Clip, sample_rate: int, rows: Sequence[Row]) -> None:
        """Count the errors in a recording and in the audio of systems.

        Args:
            clip: The recording; without a transcript it is not counted.
            sample_rate: Hz of all audio.
            rows: The rows of the clip, with audio, as `evaluate_clips` yields them.
        """
        reference = words_of(clip.info.transcript or "")
        if not reference:
            return
        self.clips += 1
        self.words += len(reference)
        waveforms = {ORIGINAL: clip.waveform, **{row.system: row.audio for row in rows}}
        for system, waveform in waveforms.items():
            found = edit_distance(reference, self.recognize(waveform, sample_rate))
            self.errors[system] = self.errors.get(system, 0) + found

    def recognize(self, waveform: np.ndarray, sample_rate: int) -> list[str]:
        """Return the words that pocketsphinx recognizes in English speech.

        Args:
            waveform: Float array, shape `(T,)`, samples in [-1, 1].
            sample_rate: Hz; rates other than 16,000 are resampled with soxr.
        """
        waveform = resample(np.asarray(waveform, "float32"), sample_rate, _RATE)
        pcm = to_pcm(waveform)
        self._decoder.start_utt()
        self._decoder.process_raw(pcm.tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return words_of(found.hypstr) if found else []

    def percent(self) -> dict[str, float]:
        """Return the errors of each system in percent of words; empty without words."""
        if not self.words:
            return {}
        return {system: 100 * n / self.words for system, n in self.errors.items()}

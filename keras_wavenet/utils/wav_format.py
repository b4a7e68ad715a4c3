"""Mono audio as the bytes of a wav file, without any audio library."""

import io
import wave

import numpy as np

from keras_wavenet.utils.pcm import to_pcm


def encode_wav(waveform: np.ndarray, sample_rate: int) -> bytes:
    """The wav file of a waveform, in 16-bit PCM; 16-bit samples are kept exactly.

    Args:
        waveform: Float array, shape `(T,)`; samples outside [-1, 1] are clipped.
        sample_rate: Hz.
    """
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(to_pcm(waveform).astype("<i2").tobytes())
    return content.getvalue()

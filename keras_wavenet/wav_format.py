"""Mono audio as the bytes of a wav file, without any audio library."""

import io
import wave

import numpy as np


def encode_wav(waveform: np.ndarray, sample_rate: int) -> bytes:
    """The wav file of a waveform, in 16-bit PCM.

    Args:
        waveform: Float array, shape `(T,)`; samples outside [-1, 1] are clipped.
        sample_rate: Hz.
    """
    pcm = np.round(np.clip(waveform, -1.0, 1.0) * 32767).astype("<i2")
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(pcm.tobytes())
    return content.getvalue()

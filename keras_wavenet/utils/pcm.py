"""16-bit PCM: the one scale between float samples and 16-bit integers.

The integer `k` is the sample `k / 32768`, exact in float32. All 65,536 integers are
restored from their samples unchanged; +1.0, which has no integer, becomes 32767.
"""

import io
import struct
import wave

import numpy as np

FULL_SCALE = 2**15
LEVELS = 2 * FULL_SCALE  # number of integers
# The chunk of a wav file that names the software which made it, and where it stands.
_NAME = b"keras_wavenet\0"
_SOFTWARE = struct.pack("<4sI8sI", b"LIST", 12 + len(_NAME), b"INFOISFT", len(_NAME))
_MARK = _SOFTWARE + _NAME
_MARK_START = 36  # after the chunk of the format
MARK_END = _MARK_START + len(_MARK)
_DATA_HEADER = 8  # bytes: the name and the size of the chunk of the samples
_MOST_SAMPLES = (2**32 - 1 - MARK_END) // 2  # its header has 32 bits for its size


def to_pcm(waveform: np.ndarray) -> np.ndarray:
    """Round a waveform to int16.

    Without dither: 16-bit recordings at their own rate are unchanged, and the rounding
    noise, 98 dB below full scale, is far below the steps of 8-bit mu-law. Only the
    topmost half step, which has no int16 value, is lowered.

    Args:
        waveform: Float array of any shape; samples outside [-1, 1] are clipped.

    Returns:
        int16 array of the same shape.
    """
    steps = np.rint(waveform * FULL_SCALE)
    return np.clip(steps, -FULL_SCALE, FULL_SCALE - 1).astype("int16")


def from_pcm(samples: np.ndarray) -> np.ndarray:
    """Return the float32 waveform, in [-1, 1), of 16-bit samples.

    Args:
        samples: Integer array of any dtype and shape.
    """
    return samples.astype("float32") / FULL_SCALE


def check_wav_length(samples: int, sample_rate: int) -> None:
    """Refuse more samples than a wav file can hold.

    Raises:
        ValueError: If there are more.
    """
    if samples > _MOST_SAMPLES:
        raise ValueError(
            f"A wav file holds at most {_MOST_SAMPLES:,} samples, "
            f"{_MOST_SAMPLES / sample_rate / 3600:.1f} hours at {sample_rate} Hz. "
            f"Received: {samples:,} samples"
        )


def encode_wav(waveform: np.ndarray, sample_rate: int) -> bytes:
    """Return the bytes of a mono 16-bit wav file; 16-bit samples are kept exactly.

    The file says that this package made it, see `is_own_wav`.

    Args:
        waveform: Float array, shape `(T,)`; samples outside [-1, 1] are clipped.
        sample_rate: Hz.

    Raises:
        ValueError: If there are more samples than a wav file can hold.
    """
    check_wav_length(len(waveform), sample_rate)
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes(to_pcm(waveform).astype("<i2").tobytes())
    plain = bytearray(content.getvalue())
    struct.pack_into("<I", plain, 4, len(plain) - 8 + len(_MARK))
    return bytes(plain[:_MARK_START]) + _MARK + bytes(plain[_MARK_START:])


def decode_wav(content: bytes) -> tuple[np.ndarray, int]:
    """The float32 waveform, `(T,)`, and the rate of a wav file by `encode_wav`.

    Raises:
        ValueError: If it is another file, or damaged.
    """
    try:
        with wave.open(io.BytesIO(content)) as file:
            channels, width, rate, length, *_ = file.getparams()
            samples = np.frombuffer(file.readframes(length), "<i2")
    except (EOFError, ValueError, wave.Error) as error:
        raise ValueError(f"A wav file must be whole. Received: {error}") from error
    if (channels, width) != (1, 2) or len(samples) != length:
        raise ValueError(
            "A wav file must be mono, of 16 bits, and whole. Received: "
            f"channels={channels}, bits={8 * width}, {len(samples)} of {length} samples"
        )
    return from_pcm(samples), rate


def own_wav_bytes(samples: int) -> int:
    """The size of the file by `encode_wav` of so many samples."""
    return MARK_END + _DATA_HEADER + 2 * samples


def is_own_wav(head: bytes) -> bool:
    """Whether `encode_wav` made a file, so that it is no recording.

    Args:
        head: Its first `MARK_END` bytes, or more.
    """
    return head[_MARK_START:MARK_END] == _MARK

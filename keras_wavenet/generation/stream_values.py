"""What goes into a stream, checked, and what comes out, joined."""

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from keras import ops

from keras_wavenet.generation.protocols import Matcher, Model
from keras_wavenet.utils import checks
from keras_wavenet.utils.text import shown


def join_chunks(
    chunks: Iterable, streams: int, return_bits: bool
) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
    """Join the chunks of a stream, which may be none.

    Args:
        chunks: Arrays `(streams, samples)`, or with `return_bits` tuples of two.
        streams: Number of streams.
        return_bits: Whether the chunks are tuples.
    """
    empty = np.zeros((streams, 0), "float32")
    if not return_bits:
        return np.concatenate([empty, *chunks], axis=1)
    pairs = zip((empty, empty), *chunks, strict=True)
    audio, bits = (np.concatenate(parts, axis=1) for parts in pairs)
    return audio, bits


def check_weights(model: Model) -> None:
    """Raise ValueError for weights that are not finite, as after a failed training."""
    for weight in model.weights:
        if not np.isfinite(ops.convert_to_numpy(weight.value)).all():
            raise ValueError(
                f"The weights of {model.name!r} must be finite. Use weights "
                "saved earlier in its training. Received: NaN or infinity in "
                f"{weight.path!r}"
            )


def checked_seeds(
    seed: int | Sequence[int] | None, streams: int
) -> int | tuple[int, ...]:
    """A seed, drawn if it is None, or one for each stream.

    Raises:
        ValueError: If a seed is out of range, or their number is not that of streams.
    """
    if not isinstance(seed, Sequence | np.ndarray):
        return _checked_seed(seed)
    if len(seed) != streams or isinstance(seed, str):
        raise ValueError(
            f"`seed` must be an integer, or one for each of the {streams} streams. "
            f"Received: seed={seed!r}"
        )
    return tuple(map(_checked_seed, seed))


def _checked_seed(seed):
    if seed is None:
        return secrets.randbits(64)
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ValueError(f"`seed` must be an integer or None. Received: seed={seed!r}")
    if not 0 <= seed < 2**64:
        raise ValueError(f"`seed` must be from 0 to 2**64 - 1. Received: seed={seed!r}")
    return int(seed)


def checked_initial_sample(value: float | Sequence[float], streams: int) -> np.ndarray:
    """The sample before the first one of each stream, float32 `(streams,)`.

    Raises:
        ValueError: If there is another number of them, or one is beyond [-1, 1].
    """
    samples = np.asarray(value)
    fits = samples.shape in ((), (streams,)) and samples.dtype.kind in "fiu"
    if not fits or not (np.abs(samples) <= 1).all():  # not true of NaN, too
        raise ValueError(
            "`initial_sample` must be a sample in [-1, 1], or one for each of the "
            f"{streams} streams. Received: initial_sample={shown(repr(value))}"
        )
    return np.broadcast_to(samples, (streams,)).astype("float32")


def checked_prime(waveform: np.ndarray, streams: int) -> np.ndarray:
    """A prime as float32 `(streams, samples)`; raises ValueError for no audio."""
    if isinstance(waveform, str | os.PathLike):
        raise ValueError(
            "A prime must be an array of samples. Received the path of a file: read "
            f'it first, with soundfile.read({str(waveform)!r}, dtype="float32")'
        )
    waveform = checks.array("prime", waveform)
    shape = waveform.shape
    if waveform.ndim == 1:
        waveform = waveform[None]
    if waveform.ndim != 2 or waveform.shape[0] not in (1, streams):
        raise ValueError(
            f"A prime must have shape (samples,) or ({streams}, samples), one row for "
            f"each stream. Received: shape={shape}"
        )
    checks.signal("prime", waveform)
    checks.finite("prime", waveform)
    checks.loudness("prime", waveform)
    rows = np.broadcast_to(waveform, (streams, waveform.shape[1]))
    return rows.astype("float32")


def matched_with_bits(
    matcher: Matcher, chunks: Iterable[tuple[np.ndarray, np.ndarray]]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Match the audio of chunks; the bits are those of the samples as drawn.

    Args:
        matcher: A `Matcher`.
        chunks: Tuples of audio and bits, `(streams, samples)`.

    Yields:
        Tuples of matched audio and of the bits since the last one, which are ahead.
    """
    drawn = []

    def audio():
        for samples, bits in chunks:
            drawn.append(bits)
            yield samples

    for matched in matcher.stream(audio()):
        yield (
            matched,
            np.concatenate([np.zeros((len(matched), 0), "float32"), *drawn], axis=1),
        )
        drawn.clear()

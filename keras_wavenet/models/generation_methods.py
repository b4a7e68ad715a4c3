"""Generation: the methods of a model that return audio."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from keras_wavenet.features.frame_matching import PASSES, FrameMatcher, can_match
from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.generation.stream import StatefulGenerator
from keras_wavenet.generation.stream_values import join_chunks, matched_with_bits
from keras_wavenet.utils import checks

# Whether `vocode` matches frames by default: docs/vocoding.md has figures.
MATCH_FRAMES_OF_RECORDINGS = True


class GenerationMethods:
    """`generate`, `stream` and `vocode` of a `keras_wavenet.generation` model."""

    def generate(
        self,
        num_samples: int | None,
        *,
        prime: np.ndarray | None = None,
        conditions: dict[str, Any] | None = None,
        streams: int = 1,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | Sequence[int] | None = None,
        engine: str = "auto",
        progress: bool = False,
        match_frames: bool | int = False,
        return_bits: bool = False,
        initial_sample: float | Sequence[float] = 0.0,
    ) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """Generate audio, one sample at a time.

        The audio depends on the seed and not on chunks; nor, but for rounding, on the
        number of streams or the engine.

        Args:
            num_samples: Samples for each stream, at least 0; `None` generates all that
                the local frames cover.
            prime: The audio before the new samples, float in [-1, 1] of any length:
                `(samples,)` for all streams alike or `(streams, samples)`. Before it,
                and without it, the context is silence.
            conditions: Dict of all conditions of the network by name: `"speaker"`, an
                index or a name, or a list with one for each stream; `"tags"`, a list of
                names, or 0 and 1 for each tag; `"global"`, `(channels,)`; `"local"`,
                `(frames, channels)`, whose first frame begins with the first new
                sample, and optionally `"local_context"`, the frames of the prime. Each
                array may have a first axis of streams.
            streams: Number of generations that run at once.
            temperature: 0 takes the most probable value of each sample; 1 draws from
                the distribution; below 1 it is sharpened.
            top_k: Draw from the `top_k` most probable values only.
            top_p: Draw from the fewest values whose probabilities sum to `top_p`.
            seed: Integer from 0 to 2**64 - 1; `None` draws one. Or a list of one for
                each stream: each is then as the first stream of its seed.
            engine: `"auto"`, or `"cpu"`, `"cpu_bfloat16"` with rounded weights,
                `"cpu_int8"` with weights and activations of 8 bits, the name of the
                backend, or `"full"`, slow and without a memory; see
                `keras_wavenet.generation.engines`.
            progress: Whether to draw a progress bar.
            match_frames: Whether the audio is then corrected towards the log-mel frames
                in `conditions["local"]`, or in how many passes: see
                `keras_wavenet.features.frame_matching.FrameMatcher`. The model must
                have `features` with a log-mel part.
            return_bits: Whether to return, too, how many bits each sample costs as it
                was drawn, before `match_frames` and the inverse of a filter: minus the
                logarithm to base 2 of the probability of its code, at temperature 1.
                The mean of a stream is comparable with the bits per sample of data.
            initial_sample: The sample before the prime, or before the first new sample:
                a number in [-1, 1], or one for each stream. Some public models begin
                with another one than 0.0, for example with that of a random code. With
                a `waveform_filter` it is a filtered sample.

        Returns:
            float32 array, `(streams, num_samples)`: new samples only, in [-1, 1]. With
            `return_bits` a tuple of it and of float32 bits of the same shape.

        Raises:
            ValueError: If an argument is out of range or of a wrong shape, a condition
                is missing, unknown or unlike the network's, or there are too few frames
                for the samples.
        """
        chunks = self.stream(
            num_samples,
            prime=prime,
            conditions=conditions,
            streams=streams,
            temperature=temperature,
            top_k=top_k,
            top_p=top_p,
            seed=seed,
            engine=engine,
            progress=progress,
            match_frames=match_frames,
            return_bits=return_bits,
            initial_sample=initial_sample,
        )
        return join_chunks(chunks, streams, return_bits)

    def stream(
        self,
        num_samples: int | None,
        *,
        prime: np.ndarray | None = None,
        conditions: dict[str, Any] | None = None,
        streams: int = 1,
        temperature: float = 1.0,
        top_k: int | None = None,
        top_p: float | None = None,
        seed: int | Sequence[int] | None = None,
        engine: str = "auto",
        progress: bool = False,
        match_frames: bool | int = False,
        return_bits: bool = False,
        initial_sample: float | Sequence[float] = 0.0,
    ) -> Iterator:
        """Generate audio in chunks: see `generate`.

        The stream has the weights of the model as they are now, and does not change
        when those do. Streams do not depend on each other.

        Returns:
            An iterator of float32 arrays, `(streams, samples)`, whose concatenation is
            what `generate` returns; with `return_bits` of tuples of two. With
            `match_frames` chunks of audio are late by up to `FrameMatcher.delay`
            samples, those of bits are not.
        """
        checks.not_traced("generate")
        sampling = Sampling(temperature, top_k, top_p)
        sampling.check(self.distribution)
        checks.positive(streams=streams)
        given = self.stream_conditions(conditions, streams)
        if num_samples is None:
            num_samples = given.samples()
        checks.at_least(0, num_samples=num_samples)
        given.check_length(num_samples)
        if match_frames:
            matcher = FrameMatcher(
                self.architecture.features,
                given.frames,
                prime,
                PASSES if match_frames is True else match_frames,
            )
        generator = StatefulGenerator(
            self, streams, seed, engine, conditions, initial_sample
        )
        if prime is not None:
            generator.prime(prime)
        chunks = generator.stream(num_samples, sampling, progress, return_bits)
        if match_frames and return_bits:
            return matched_with_bits(matcher, chunks)
        return matcher.stream(chunks) if match_frames else chunks

    def vocode(
        self,
        waveform: np.ndarray,
        *,
        conditions: dict[str, Any] | None = None,
        match_frames: bool | int | None = None,
        **options: Any,
    ) -> np.ndarray:
        """Generate audio from the features of a recording.

        Args:
            waveform: Float array, `(samples,)` or `(streams, samples)`, in [-1, 1], at
                the model's sample rate.
            conditions: Dict of the other conditions, as in `generate`.
            match_frames: As in `generate`. None: where the features have a log-mel
                part.
            **options: Of `generate`, such as `temperature`, `seed` and `progress`.

        Returns:
            float32 array, `(streams, samples)`, as long as the waveform.

        Raises:
            ValueError: If the model has no features, or the waveform is not finite or
                of another shape.
            ImportError: If the library that computes the features is missing.
        """
        if self.architecture.features is None:
            raise ValueError(
                "Vocoding needs a model that is conditioned on features of audio, such "
                f"as the preset wavenet_realtime. Received: {self.name!r}, which has "
                "no `features`"
            )
        checks.not_traced("vocode")
        waveform = np.atleast_2d(checks.array("waveform", waveform))
        checks.signal("waveform", waveform)
        checks.finite("waveform", waveform)
        _check_recording(waveform)
        if "local" in (conditions or {}):
            raise ValueError(
                "`vocode` computes the `local` frames from the waveform. Leave them "
                "out of `conditions`, or call `generate`."
            )
        frames = np.stack([self.architecture.features(row) for row in waveform])
        conditions = {**(conditions or {}), "local": frames}
        options.setdefault("streams", len(waveform))
        if match_frames is None:
            match_frames = self.matches_frames_of_recordings
        return self.generate(
            waveform.shape[1],
            conditions=conditions,
            match_frames=match_frames,
            **options,
        )

    @property
    def matches_frames_of_recordings(self) -> bool:
        """Whether `vocode` matches frames by default."""
        return MATCH_FRAMES_OF_RECORDINGS and can_match(self.architecture.features)


def _check_recording(waveform):
    """Refuse channels in place of streams, and samples beyond [-1, 1]."""
    if len(waveform) > max(waveform.shape[1], 1):
        raise ValueError(
            "`waveform` must have shape (samples,) or (streams, samples). Mix channels "
            "to one, or transpose, as by `waveform.mean(axis=1)`. "
            f"Received: shape={waveform.shape}"
        )
    checks.loudness("waveform", waveform)

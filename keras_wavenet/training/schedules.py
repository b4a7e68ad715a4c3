"""Learning rates of published WaveNets, under the names of who published them.

The WaveNet paper itself does not give its learning rate; later work does. None of
these schedules depends on how long a run is: a step has its rate once and for all.
"""

from collections.abc import Callable

import keras
from keras import ops
from keras.optimizers.schedules import (
    ExponentialDecay,
    LearningRateSchedule,
    PiecewiseConstantDecay,
)


@keras.saving.register_keras_serializable(package="keras_wavenet")
class Noam(LearningRateSchedule):
    """A linear rise to a peak, then a fall with the square root of the step.

    `peak * min(n / warmup_steps, sqrt(warmup_steps / n))` at the n-th step, n = 1, ...

    Args:
        peak: Positive float, the rate of the step number `warmup_steps`.
        warmup_steps: Positive integer.

    Raises:
        ValueError: If `warmup_steps` is below 1.

    References:
        - Vaswani et al., Attention Is All You Need (arXiv 1706.03762), section 5.3.
    """

    def __init__(self, peak: float, warmup_steps: int = 4000):
        if warmup_steps < 1:
            raise ValueError(
                "`warmup_steps` must be at least 1. "
                f"Received: warmup_steps={warmup_steps}"
            )
        self.peak = peak
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        rise = (ops.cast(step, "float32") + 1.0) / self.warmup_steps
        return self.peak * ops.minimum(rise, ops.rsqrt(rise))

    def get_config(self):
        return {"peak": self.peak, "warmup_steps": self.warmup_steps}


@keras.saving.register_keras_serializable(package="keras_wavenet")
class LinearWarmup(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises in equal steps to where another schedule starts.

    Args:
        schedule: `LearningRateSchedule` or float, what follows the rise.
        warmup_steps: Positive integer; step `warmup_steps - 1` is the first with the
            full rate.

    Raises:
        ValueError: If `warmup_steps` is below 1.

    Example:
        >>> [float(LinearWarmup(0.1, 2)(step)) for step in range(3)]
        [0.05, 0.1, 0.1]
    """

    def __init__(self, schedule: float | LearningRateSchedule, warmup_steps: int):
        if warmup_steps < 1:
            raise ValueError(
                "`warmup_steps` must be at least 1. "
                f"Received: warmup_steps={warmup_steps}"
            )
        self.schedule = schedule
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        step = ops.cast(step, "float32")
        share = ops.minimum((step + 1.0) / self.warmup_steps, 1.0)
        later = ops.maximum(step - self.warmup_steps, 0.0)
        rate = self.schedule(later) if callable(self.schedule) else self.schedule
        return share * rate

    def get_config(self):
        return {
            "schedule": keras.saving.serialize_keras_object(self.schedule),
            "warmup_steps": self.warmup_steps,
        }

    @classmethod
    def from_config(cls, config: dict) -> "LinearWarmup":
        schedule = keras.saving.deserialize_keras_object(config["schedule"])
        return cls(schedule, config["warmup_steps"])


def nsynth(peak: float = 2e-4) -> LearningRateSchedule:
    """Falls in six drops, from the step 90,000 to the step 240,000, to a hundredth.

    Engel et al., Neural Audio Synthesis of Musical Notes with WaveNet Autoencoders
    (arXiv 1704.01279), after the code published with it: Adam with epsilon 1e-8, weight
    averaging 0.9999, 32 crops of 6,144 samples a step.
    """
    # A Keras boundary belongs to the rate before it, one of that code to the next.
    boundaries = [drop - 1 for drop in (90_000, 120_000, 150_000, 180_000, 210_000)]
    shares = [1, 2 / 3, 0.3, 0.2, 0.1, 0.03, 0.01]
    return PiecewiseConstantDecay(
        [*boundaries, 239_999], [peak * share for share in shares]
    )


def tacotron2(peak: float = 1e-4) -> float:
    """A constant rate; what changes slowly is the average of the weights.

    Shen et al., Natural TTS Synthesis by Conditioning WaveNet on Mel Spectrogram
    Predictions (arXiv 1712.05884): Adam with epsilon 1e-8, weight averaging 0.9999.
    """
    return peak


def clarinet(peak: float = 1e-3) -> LearningRateSchedule:
    """Halved after each 200,000 steps.

    Ping et al., ClariNet (arXiv 1807.07281): Adam, eight clips of half a second a step,
    500,000 steps. The vocoder of R. Yamamoto (r9y9/wavenet_vocoder) does the same, with
    epsilon 1e-8 and weight averaging 0.9999, for 500,000 to a million steps.
    """
    return ExponentialDecay(peak, 200_000, decay_rate=0.5, staircase=True)


def rayhane(peak: float = 1e-3) -> LearningRateSchedule:
    """Falls smoothly by half within 200,000 steps, again and again.

    R. Mama's Tacotron-2 (Rayhane-mamah/Tacotron-2), the default of its vocoder: Adam
    with epsilon 1e-6, weight averaging 0.9999, gradients clipped.
    """
    return ExponentialDecay(peak, 200_000, decay_rate=0.5)


def noam(peak: float = 1e-3) -> LearningRateSchedule:
    """Rises for 4,000 steps, then falls with the square root of the step.

    The other schedule of R. Mama's vocoder, which stays at 1e-4 where it would fall
    lower, and one that r9y9/wavenet_vocoder offers.
    """
    return Noam(peak, 4000)


PUBLISHED: dict[str, Callable[..., LearningRateSchedule | float]] = {
    "clarinet": clarinet,
    "noam": noam,
    "nsynth": nsynth,
    "rayhane": rayhane,
    "tacotron2": tacotron2,
}


def published_schedule(
    name: str, peak: float | None = None
) -> LearningRateSchedule | float:
    """A published learning rate, by name.

    Args:
        name: A key of `PUBLISHED`.
        peak: Largest rate; the others keep their ratio to it. `None` takes the
            published one.

    Returns:
        A Keras schedule, or a float where the rate never changes: what an optimizer
        takes as its `learning_rate`.

    Raises:
        ValueError: If there is no such name.

    Example:
        >>> keras.optimizers.Adam(published_schedule("nsynth"), epsilon=1e-8)
    """
    if name not in PUBLISHED:
        raise ValueError(
            f"`name` must be one of {sorted(PUBLISHED)}. Received: name={name!r}"
        )
    return PUBLISHED[name]() if peak is None else PUBLISHED[name](peak)

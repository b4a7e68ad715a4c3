"""What the data pipelines know of a model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DataSpec:
    """The few facts of a model that its training data must fit.

    Args:
        sample_rate: Samples per second of the waveforms the model hears, in Hz.
        context_length: Samples heard just before a window; the receptive field less
            one for a model that starts from silence, 0 for one that needs no context.

    Raises:
        ValueError: If `sample_rate` is below 1 or `context_length` below 0.
    """

    sample_rate: int
    context_length: int

    def __post_init__(self):
        if self.sample_rate < 1:
            raise ValueError(
                "`sample_rate` must be at least 1 Hz. "
                f"Received: sample_rate={self.sample_rate}"
            )
        if self.context_length < 0:
            raise ValueError(
                "`context_length` must be 0 or more samples. "
                f"Received: context_length={self.context_length}"
            )

"""What the data pipelines know of a recogniser."""

from dataclasses import dataclass

from keras_wavenet.data.spec import DataSpec


@dataclass(frozen=True, kw_only=True)
class RecognitionSpec(DataSpec):
    """The facts of a recogniser that its training data must fit.

    Args:
        sample_rate, context_length: As in `DataSpec`.
        pool: Samples in a frame.
        classes: Names of the classes, in the order of their numbers.

    Raises:
        ValueError: If a number is out of range, or there are no classes.
    """

    pool: int
    classes: tuple[str, ...]

    def __post_init__(self):
        super().__post_init__()
        if self.pool < 1:
            raise ValueError(
                f"`pool` must be at least 1 sample. Received: pool={self.pool}"
            )
        if not self.classes:
            raise ValueError("`classes` must have at least one name. Received: none")

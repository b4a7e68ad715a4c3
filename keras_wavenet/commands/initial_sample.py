"""The flag `--initial-sample`: the sample before the first one, or its code."""

import argparse
import math
import typing

import numpy as np

if typing.TYPE_CHECKING:
    from keras_wavenet.distributions import Distribution

_CODE = "code:"


class InitialSample(typing.NamedTuple):
    """What was given: a sample in [-1, 1], or the number of a code."""

    value: float | int
    is_code: bool

    def of(self, distribution: "Distribution") -> float:
        """The sample itself.

        Raises:
            ValueError: If the distribution has no such code.
        """
        if not self.is_code:
            return self.value
        if self.value >= distribution.levels:
            raise ValueError(
                f"--initial-sample must be one of the codes 0 to "
                f"{distribution.levels - 1} of the model. Received: {_CODE}{self.value}"
            )
        return float(distribution.decode(np.array([self.value]))[0])


def add_initial_sample_argument(parser: argparse._ActionsContainer) -> None:
    """Add the flag, whose value is an `InitialSample` or None."""
    parser.add_argument(
        "--initial-sample",
        type=_parse,
        metavar="X",
        help="the sample before the first one, or before the prime: a number in "
        "[-1, 1], or a code of the model, such as code:128 (default: 0)",
    )


def initial_sample_option(
    initial_sample: InitialSample | None, distribution: "Distribution"
) -> dict[str, float]:
    """The option of `WaveNet.stream`; none where the flag is not given."""
    if initial_sample is None:
        return {}
    return {"initial_sample": initial_sample.of(distribution)}


def _parse(text):
    number = text.removeprefix(_CODE)
    if number != text and number.isdecimal() and number.isascii():
        return InitialSample(int(number), True)
    try:
        sample = float(text)
    except ValueError:
        sample = math.nan
    if abs(sample) <= 1:
        return InitialSample(sample, False)
    raise argparse.ArgumentTypeError(
        f"must be a number in [-1, 1], or a code such as code:128. Received: {text}"
    )

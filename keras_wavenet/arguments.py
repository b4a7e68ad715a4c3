"""Every argument of a WaveNet, described once: kind, bounds, choices and words.

From these come the checks of the constructor and of preset files, and the flags of the
command line. Nothing here needs Keras: flags are made before a backend is chosen.
"""

import dataclasses
import difflib
from collections.abc import Iterable
from typing import Any

INPUT_ENCODINGS = ("codes", "waveform", "companded")
ACTIVATIONS = (None, "tanh", "relu")
SKIP_SCALINGS = (None, "total", "running")
STARTS = ("silence", "zeros")

# Limits on what a file may ask for; what somebody types in Python is not limited so.
MOST_BLOCKS = 512
MOST_CHANNELS = 16384
MOST_TAPS = 4096
MOST_HOP = 2**16
MOST_NAMES = 2**16
MOST_SAMPLE_RATE = 10**6


@dataclasses.dataclass(frozen=True)
class Description:
    """What is known of an argument.

    Attributes:
        words: What it is, as the help of its flag.
        kind: `int`, `float`, `bool` or `str`; `None` for lists, dicts and objects,
            which have checks of their own.
        least: Least integer.
        most: Most that a file may ask for.
        choices: All values there are.
        flag: Whether the command line has a flag of the same name and kind.
    """

    words: str
    kind: type | None = None
    least: int | None = None
    most: int | None = None
    choices: tuple | None = None
    flag: bool = False


def integer(default: int | None, words: str, least: int, most: int, flag: bool = True):
    """An integer; one whose default is None may be None."""
    return _field(default, Description(words, int, least, most, flag=flag))


def number(default: float, words: str):
    """A float, with a flag; its range is checked by the `Architecture`."""
    return _field(default, Description(words, float, flag=True))


def switch(default: bool, words: str):
    """Yes or no, with a flag."""
    return _field(default, Description(words, bool, flag=True))


def choice(default: str | None, choices: tuple, words: str):
    """One of a few names, with a flag; one whose default is None may be None."""
    return _field(default, Description(words, str, choices=choices, flag=True))


def other(default: Any, words: str):
    """A list, a dict or an object."""
    return _field(default, Description(words))


def _field(default, description):
    return dataclasses.field(default=default, metadata={"description": description})


class Arguments:
    """A dataclass of arguments: each field has a `Description`."""

    @classmethod
    def names(cls) -> list[str]:
        """The names of the arguments."""
        return [field.name for field in dataclasses.fields(cls)]

    @classmethod
    def descriptions(cls) -> dict[str, Description]:
        """The description of each argument, by name."""
        fields = dataclasses.fields(cls)
        return {field.name: field.metadata["description"] for field in fields}

    @classmethod
    def optional(cls) -> list[str]:
        """Names of the arguments that may be None."""
        return [f.name for f in dataclasses.fields(cls) if f.default is None]


@dataclasses.dataclass
class WaveNetArguments(Arguments):
    """The arguments of `keras_wavenet.WaveNet`, in their order."""

    dilations: Any = other(None, "dilation of each block")
    residual_channels: int = integer(
        32, "channels of the residual stream", 1, MOST_CHANNELS
    )
    dilation_channels: int = integer(
        32, "channels of each block's filter and gate", 1, MOST_CHANNELS
    )
    skip_channels: int = integer(512, "channels of the skip sum", 1, MOST_CHANNELS)
    post_channels: int | None = integer(
        None, "channels between the last two products", 1, MOST_CHANNELS
    )
    kernel_size: int = integer(2, "taps of each dilated convolution", 2, MOST_TAPS)
    initial_kernel_size: int = integer(2, "taps of the first convolution", 1, MOST_TAPS)
    distribution: Any = other("categorical", "what the outputs mean")
    use_bias: bool = switch(True, "biases or none")
    dropout: float = number(0.0, "share of each dilated convolution's inputs dropped")
    sample_rate: int = integer(16000, "Hz of the audio", 1, MOST_SAMPLE_RATE)
    speakers: Any = other(None, "a number of speakers or their names")
    speaker_channels: int | None = integer(
        None, "channels of an embedding of the speaker", 1, MOST_CHANNELS, flag=False
    )
    tags: Any = other(None, "a number of tags or their names")
    global_channels: int | None = integer(
        None, 'channels of the condition "global"', 1, MOST_CHANNELS, flag=False
    )
    features: Any = other(None, "what makes frames of audio")
    local_channels: int | None = integer(
        None, "channels of the local frames", 1, MOST_CHANNELS, flag=False
    )
    hop: int | None = integer(None, "samples of a frame", 1, MOST_HOP, flag=False)
    upsampling: Any = other(None, "how frames become samples")
    context_stack: dict | None = other(None, "a second stack with a long history")
    input_encoding: str | None = choice(None, INPUT_ENCODINGS, "how samples are heard")
    input_levels: int | None = integer(
        None, "number of mu-law codes heard", 2, MOST_NAMES
    )
    initial_activation: str | None = choice(
        None, ACTIVATIONS, "after the first convolution"
    )
    initial_skip: bool = switch(
        False, "whether the first convolution joins the skip sum"
    )
    residual_scale: float = number(
        1.0, "what each block's residual output is multiplied by"
    )
    skip_scaling: str | None = choice(None, SKIP_SCALINGS, "how skips are scaled down")
    post_conditioning: bool = switch(
        False, "whether conditions are added before the last ReLU, too"
    )
    start: str = choice("silence", STARTS, "what was heard before a clip")
    frame_encoder: dict | None = other(None, "convolutions over the local frames")
    linear_prediction: dict | None = other(None, "the linear prediction that is added")
    waveform_filter: Any = other(None, "what the modelled waveform is filtered by")


def refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse names of arguments that nothing has.

    Raises:
        ValueError: With the nearest name that there is.
    """
    known = list(known)
    for name in given:
        if name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else f"It has {', '.join(known)}."
        raise ValueError(f"{what} has no argument `{name}`. {hint}")

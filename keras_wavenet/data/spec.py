"""What the data pipelines need of a model."""

from dataclasses import dataclass
from typing import Any

CONDITIONS = ("speaker", "tags", "global", "local")

_LEAST = {
    "sample_rate": 1,
    "context_length": 0,
    "hop": 1,
    "local_hop": 1,
    "local_channels": 0,
    "frames_before": 0,
    "frames_after": 0,
}


@dataclass(frozen=True)
class DataSpec:
    """The few facts of a model that its training data must fit.

    Args:
        sample_rate: Sample rate of the model's waveforms, in Hz.
        context_length: Samples of context before the input of a window; the receptive
            field less one for a model that starts from silence, 0 for one that needs no
            context.
        conditions: What the model is conditioned on, any of `"speaker"`, `"tags"`,
            `"global"` and `"local"`.
        hop: Windows start at multiples of so many samples of their clip.
        speakers: Names of the speakers in the order of their index; or only how many
            there are.
        tags: Names of the tags in the order of their index; or only how many.
        features: What makes local frames of audio: an object with `sample_rate`, `hop`,
            `channels`, `whole_clip`, `__call__` and `read`. None where frames come from
            files.
        local_hop: Samples that a local frame covers; `hop` is a multiple of it.
        local_channels: Channels of a local frame.
        marks_frames: Whether frames have one more channel, 1 for those of the clip.
        frames_before: Local frames that the model needs before a window's first one.
        frames_after: Local frames that it needs after a window's last one.
        needs_context_valid: Whether windows give how much of their context is the
            clip's, for models with `start="zeros"`.
        waveform_filter: What the windows' audio is filtered by: an object with `order`
            and `__call__`, see `ClipSource`. None for audio as it is.

    Raises:
        ValueError: If a number is out of range, a condition unknown or without its
            names or channels, if `hop` is no multiple of `local_hop`, or if `features`
            are of another rate, hop or number of channels.
    """

    sample_rate: int
    context_length: int
    conditions: tuple[str, ...] = ()
    hop: int = 1
    speakers: tuple[str, ...] | int = ()
    tags: tuple[str, ...] | int = ()
    features: Any = None
    local_hop: int = 1
    local_channels: int = 0
    frames_before: int = 0
    frames_after: int = 0
    needs_context_valid: bool = False
    waveform_filter: Any = None
    marks_frames: bool = False

    def __post_init__(self):
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise ValueError(
                    f"`{name}` must be at least {least}. "
                    f"Received: {name}={getattr(self, name)}"
                )
        unknown = [name for name in self.conditions if name not in CONDITIONS]
        if unknown:
            raise ValueError(
                f"`conditions` must be some of {', '.join(map(repr, CONDITIONS))}. "
                f"Received: conditions={self.conditions}"
            )
        if "speaker" in self.conditions:
            _check_names(speakers=self.speakers)
        if "tags" in self.conditions:
            _check_names(tags=self.tags)
        if "local" in self.conditions:
            self._check_local()

    def frame_count(self, samples: int) -> int:
        """Local frames of so many samples, the last one rounded up."""
        return -(-samples // self.local_hop)

    def _check_local(self):
        if self.hop % self.local_hop:
            raise ValueError(
                "`hop` must be a multiple of `local_hop`, so that windows begin with a "
                f"frame. Received: hop={self.hop}, local_hop={self.local_hop}"
            )
        if not self.local_channels:
            raise ValueError(
                "`local_channels` must be at least 1 where frames condition a model. "
                f"Received: local_channels={self.local_channels}"
            )
        if self.features is None:
            return
        for name in ("sample_rate", "local_hop", "local_channels"):
            attribute = name.removeprefix("local_")
            expected, found = getattr(self, name), getattr(self.features, attribute)
            if expected != found:
                raise ValueError(
                    f"`features` must have the `{name}` of the model, {expected}. "
                    f"Received: features with {attribute}={found}"
                )


def _check_names(**fields: tuple[str, ...] | int):
    for field, names in fields.items():
        if isinstance(names, int):
            fit = names >= 1
        else:
            fit = not isinstance(names, str) and len(set(names)) == len(names) >= 1
        if not fit:
            raise ValueError(
                f"`{field}` must be one name or more, each once, or how many there "
                f"are. Received: {field}={names!r}"
            )

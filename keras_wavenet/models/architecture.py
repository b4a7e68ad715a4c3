"""The architecture of a WaveNet: its arguments, checked and filled in."""

import dataclasses
import functools
import math

from keras_wavenet import distributions, features, filters
from keras_wavenet.config import WaveNetConfig
from keras_wavenet.config_parts import (
    MOST_ORDER,
    ContextStackConfig,
    FrameEncoderConfig,
    LinearPredictionConfig,
    UpsamplingConfig,
)
from keras_wavenet.layers.frame_encoder import FrameEncoder
from keras_wavenet.layers.frame_upsampling import make_upsampling
from keras_wavenet.layers.upsampling_arguments import REPEAT
from keras_wavenet.models import config_checks
from keras_wavenet.models.context_stack import ContextStack
from keras_wavenet.models.dilations import doubling_dilations, receptive_field
from keras_wavenet.models.input_coding import InputCoding
from keras_wavenet.models.linear_prediction import check_log_mel
from keras_wavenet.utils import checks
from keras_wavenet.utils.arguments import describe


@dataclasses.dataclass(frozen=True)
class Architecture(InputCoding):
    """The arguments of `keras_wavenet.WaveNet`, checked and filled in.

    Raises:
        ValueError: If an argument is out of range, or does not fit another one.
    """

    def __post_init__(self):
        dilations = self.dilations
        if dilations is None:
            dilations = doubling_dilations(512, cycles=5)
        self._fill(dilations=config_checks.checked_integers("dilations", dilations))
        if self.post_channels is None:
            self._fill(post_channels=self.skip_channels)
        config_checks.check_arguments(WaveNetConfig, vars(self))
        checks.rate(dropout=self.dropout)
        self._fill(distribution=distributions.get(self.distribution))
        self._fill_names()
        self._fill_local()
        self._check_linear_prediction()
        self._fill_input()
        self._fill_waveform_filter()
        if not 0 < self.residual_scale <= 1:
            raise ValueError(
                "`residual_scale` must be above 0 and at most 1. "
                f"Received: residual_scale={self.residual_scale!r}"
            )
        self._fill_dict(
            ContextStackConfig,
            "context_stack",
            {"dilations": [1, 2], "channels": 16, "hop": 160},
        )
        if self.post_conditioning and not self.condition_channels:
            raise ValueError(
                "`post_conditioning` needs a condition: `speakers`, `tags`, "
                "`global_channels`, `features`, `local_channels` or `context_stack`."
            )

    def _fill(self, **values):
        """Put filled-in arguments in the place of the given ones."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _fill_dict(self, config, name, example):
        if getattr(self, name) is not None:
            filled = config_checks.filled(config, name, getattr(self, name), example)
            self._fill(**{name: filled})

    def _fill_input(self):
        categorical = self.distribution.name == "categorical"
        if self.input_encoding is None:
            self._fill(input_encoding=self.usual_input_encoding)
        if self.input_levels is None:
            self._fill(input_levels=self.distribution.levels if categorical else 256)
        checks.levels(self.input_levels)
        if self.linear_prediction is not None and self.input_encoding != "codes":
            raise ValueError(
                "With `linear_prediction` the inputs are mu-law codes: "
                '`input_encoding` must be "codes" or None. '
                f"Received: input_encoding={self.input_encoding!r}"
            )

    def _fill_names(self):
        for name in ("speakers", "tags"):
            names = config_checks.checked_names(name, getattr(self, name))
            self._fill(**{name: names})
        if self.speaker_channels is not None and self.speakers is None:
            raise ValueError(
                "`speaker_channels` is the width of the speakers' embedding: it needs "
                f"`speakers`. Received: speaker_channels={self.speaker_channels}"
            )

    def _fill_local(self):
        if self.features is not None:
            self._fill_from_features()
        if (self.local_channels is None) != (self.hop is None):
            raise ValueError(
                "Local conditioning takes both `local_channels` and `hop`, the samples "
                f"of a frame. Received: local_channels={self.local_channels}, "
                f"hop={self.hop}"
            )
        if self.local_channels is None:
            for name in ("upsampling", "frame_encoder"):
                if getattr(self, name) is not None:
                    raise ValueError(
                        f"`{name}` is for local conditions: it needs `features`, or "
                        "`local_channels` and `hop`. "
                        f"Received: {name}={getattr(self, name)!r}"
                    )
            return
        if self.upsampling is None or isinstance(self.upsampling, str):
            self._fill(upsampling={"kind": self.upsampling or "transposed"})
        config_checks.check_dict(
            UpsamplingConfig, "upsampling", self.upsampling, {"kind": "linear"}
        )
        self._fill(upsampling=dict(self.upsampling))
        make_upsampling(self.hop, **self.upsampling)  # refuses what does not fit
        for name in ("frame_encoder", "linear_prediction"):
            if self.edge_channels and getattr(self, name) is not None:
                raise ValueError(
                    f"Upsampling with `edges` cannot go with `{name}`. Leave one out. "
                    f"Received: edges={self.upsampling['edges']!r}, "
                    f"{name}={getattr(self, name)!r}"
                )
        self._fill_dict(
            FrameEncoderConfig, "frame_encoder", {"channels": 96, "layers": 2}
        )
        if self.frame_encoder is not None:
            FrameEncoder(**self.frame_encoder)  # likewise

    def _fill_from_features(self):
        made_by = features.get(self.features)
        self._fill(features=made_by)
        made = {
            "local_channels": made_by.channels,
            "hop": made_by.hop,
            "sample_rate": made_by.sample_rate,
        }
        for name, value in made.items():
            if getattr(self, name) not in (None, value):
                raise ValueError(
                    f"`features` make frames with {name}={value}. "
                    f"Received: {name}={getattr(self, name)}"
                )
        self._fill(local_channels=made_by.channels, hop=made_by.hop)

    def use_weights_of_features(self, weights):
        """Have learned `features` compute frames with weights, given by a function."""
        self._fill(features=self.features.with_weights(weights))

    def _check_linear_prediction(self):
        config = self.linear_prediction
        if config is None:
            return
        config_checks.check_dict(
            LinearPredictionConfig, "linear_prediction", config, {"order": 32}
        )
        checks.within(1, MOST_ORDER, **{"linear_prediction.order": config["order"]})
        if self.features is None:
            raise ValueError(
                "`linear_prediction` is computed from log-mel frames: it needs "
                '`features`, such as "mel_16k". Received: features=None'
            )
        check_log_mel(self.features)
        if not self.distribution.has_location_and_scale:
            raise ValueError(
                "`linear_prediction` needs a distribution with a location and a scale: "
                '"logistic_mixture" or "gaussian". '
                f"Received: distribution={self.distribution.name!r}"
            )

    def _fill_waveform_filter(self):
        if self.waveform_filter is None:
            return
        self._fill(waveform_filter=filters.get(self.waveform_filter))
        if self.linear_prediction is not None:
            raise ValueError(
                "`waveform_filter` cannot go with `linear_prediction`, which predicts "
                "the audio that frames are made of, not a filtered one. Leave one out. "
                f"Received: waveform_filter={self.waveform_filter}, "
                f"linear_prediction={self.linear_prediction}"
            )

    @functools.cached_property
    def history(self) -> int:
        """Samples before the present one that the dilated stack depends on."""
        return (
            receptive_field(self.dilations, self.kernel_size, self.initial_kernel_size)
            - 1
        )

    @property
    def samples_before(self) -> int:
        """`history`, and before it the samples that linear prediction needs."""
        return self.history + self.prediction_order

    @functools.cached_property
    def context_length(self) -> int:
        """Samples before the present one that an output depends on in any way."""
        if self.context_stack is None:
            return self.samples_before
        stack = ContextStack(self.early_positions, **self.context_stack)
        return max(self.samples_before, stack.context_length)

    @property
    def early_positions(self) -> int:
        """Positions of the first layer's output before those of the waveform."""
        return self.history - (self.initial_kernel_size - 1)

    @functools.cached_property
    def frames_margin(self) -> int:
        """Local frames before and after its own that a sample depends on."""
        margin = make_upsampling(self.hop, **self.upsampling).margin
        if self.frame_encoder is not None:
            margin += FrameEncoder(**self.frame_encoder).margin
        return margin

    @property
    def frames_before(self) -> int:
        """Local frames before that of a window's first sample, margin included."""
        early = self.early_positions
        if self.linear_prediction is not None:  # for the first input sample, too
            early = self.history + 1
        return -(-early // self.hop) + self.frames_margin

    @property
    def frame_margins(self) -> tuple[int, int]:
        """Local frames before and after those of a window that it depends on."""
        if self.local_channels is None:
            return 0, 0
        return self.frames_before, self.frames_margin

    @property
    def prediction_order(self) -> int:
        """Order of the linear prediction, 0 without any."""
        return (self.linear_prediction or {}).get("order", 0)

    @property
    def predictor_channels(self) -> int:
        """Numbers of the linear predictor of each frame, 0 without any."""
        return self.prediction_order + 1 if self.linear_prediction else 0

    @property
    def edge_channels(self) -> int:
        """Channels that mark the frames of a clip: 0 if those at its ends repeat."""
        edges = (self.upsampling or {}).get("edges", REPEAT)
        return 1 if self.local_channels and edges != REPEAT else 0

    @property
    def added_channels(self) -> int:
        """Channels that a frame has after its own: marks, or a linear predictor."""
        return self.edge_channels + self.predictor_channels

    @property
    def signals(self) -> tuple[str, ...]:
        """Inputs of the first layer: each signal has a kernel of its own."""
        if self.linear_prediction is None:
            return ("sample",)
        return ("sample", "residual", "prediction")

    @property
    def speaker_count(self) -> int:
        """Number of speakers, 0 without any."""
        return _count(self.speakers)

    @property
    def tag_count(self) -> int:
        """Number of tags, 0 without any."""
        return _count(self.tags)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Names of the conditions of the network."""
        present = {
            "speaker": self.speakers is not None,
            "tags": self.tags is not None,
            "global": self.global_channels is not None,
            "local": self.local_channels is not None,
        }
        return tuple(name for name, is_present in present.items() if is_present)

    @property
    def condition_channels(self) -> dict[str, int]:
        """Channels of the conditions of every gate, by name."""
        channels = {
            "global": self.vector_width,
            "local": self.local_channels or 0,
            "context": (self.context_stack or {}).get("channels", 0),
        }
        if self.frame_encoder is not None:  # its inputs are all but the context stack
            channels["global"] = 0
            channels["local"] = self.frame_encoder["channels"]
        return {name: width for name, width in channels.items() if width}

    @property
    def vector_width(self) -> int:
        """Channels of the conditions of all samples: speaker, tags, any vector."""
        speaker = self.speaker_channels or self.speaker_count
        return speaker + self.tag_count + (self.global_channels or 0)

    @property
    def skip_parts(self) -> list[int]:
        """Channels of each part of the input of the skip projection."""
        initial = [self.residual_channels] if self.initial_skip else []
        return initial + [self.dilation_channels] * len(self.dilations)

    @property
    def skip_scales(self) -> list[float]:
        """Factor of each part before the skip projection."""
        count = len(self.skip_parts)
        if self.skip_scaling == "total":
            return [math.sqrt(1 / count)] * count
        if self.skip_scaling == "running":
            # s = s_0, then s = (s + s_i) sqrt(1/2) for each of the others.
            return [math.sqrt(0.5) ** (count - max(i, 1)) for i in range(count)]
        return [1.0] * count

    def as_config(self) -> dict:
        """The arguments as plain JSON."""
        config = {name: getattr(self, name) for name in describe(WaveNetConfig)}
        config["dilations"] = list(self.dilations)
        config["distribution"] = self.distribution.get_config()
        if self.features is not None:
            config["features"] = self.features.get_config()
        if self.waveform_filter is not None:
            config["waveform_filter"] = self.waveform_filter.get_config()
        return config


def _count(names) -> int:
    if names is None:
        return 0
    return names if isinstance(names, int) else len(names)

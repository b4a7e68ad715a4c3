"""The recipes: architecture, steps and learning rate of each preset with weights."""

import dataclasses
from typing import Any

import keras

from keras_wavenet import doubling_dilations


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The architecture and training of one preset.

    Args:
        architecture: Arguments of `keras_wavenet.WaveNet`.
        steps: Length of the training.
        batch_size: Windows in a step.
        window_length: Samples scored by a window.
        learning_rate: Its peak, after the warm-up; a cosine decay to `floor` follows.
        warmup_steps: Linear rise of the learning rate.
        floor: Last learning rate, as a share of the peak.
        beta_2: Parameter of Adam.
        averaging: Momentum of the averages of the weights, which the preset has.
        dtype: Dtype policy while training; the preset is float32.
    """

    architecture: dict[str, Any]
    steps: int
    batch_size: int = 8
    window_length: int = 1600
    learning_rate: float = 4e-3
    warmup_steps: int = 50
    floor: float = 0.01
    beta_2: float = 0.99
    averaging: float = 0.999
    dtype: str = "mixed_bfloat16"

    def make_optimizer(self) -> keras.optimizers.Optimizer:
        """Return Adam with averaged weights and gradients clipped to a norm of 1."""
        rate = keras.optimizers.schedules.CosineDecay(
            0.0,
            self.steps - self.warmup_steps,
            alpha=self.floor,
            warmup_target=self.learning_rate,
            warmup_steps=self.warmup_steps,
        )
        return keras.optimizers.Adam(
            rate,
            beta_2=self.beta_2,
            global_clipnorm=1.0,
            use_ema=True,
            ema_momentum=self.averaging,
            ema_overwrite_frequency=None,
        )

    @property
    def samples(self) -> int:
        """Total number of scored samples."""
        return self.steps * self.batch_size * self.window_length


def vocoder(channels: int, skip_channels: int, cycles: int = 2) -> dict[str, Any]:
    """Return the architecture of a three-speaker vocoder with linear prediction.

    Args:
        channels: Residual and dilation channels.
        skip_channels: Channels of the skip sum and of the projection after it.
        cycles: Number of repetitions of the dilations 1, 2, 4, ..., 128.
    """
    return {
        "dilations": doubling_dilations(128, cycles=cycles),
        "residual_channels": channels,
        "dilation_channels": channels,
        "skip_channels": skip_channels,
        "initial_kernel_size": 1,
        "distribution": {"name": "logistic_mixture", "components": 1},
        "speakers": ["en_allison", "it_carlo", "ru_maxim"],
        "speaker_channels": 16,
        "features": "mel_16k",
        "upsampling": "linear",
        "frame_encoder": {"channels": 96, "layers": 2, "kernel_size": 3},
        "linear_prediction": {"order": 32},
    }


RECIPES = {
    "wavenet_realtime": Recipe(vocoder(32, 64), steps=16_000),
    "wavenet_prompts": Recipe(
        vocoder(48, 128, cycles=3), steps=9_000, learning_rate=3e-3
    ),
    "wavenet_tiny": Recipe(
        {
            "dilations": doubling_dilations(512, cycles=2),
            "residual_channels": 48,
            "dilation_channels": 48,
            "skip_channels": 192,
        },
        steps=7_000,
        batch_size=4,
        window_length=4000,
        learning_rate=3e-3,
    ),
}

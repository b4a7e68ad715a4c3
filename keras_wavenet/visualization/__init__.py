"""Charts: functions that draw on given axes of matplotlib and return them.

`style.new_figure(width, height).subplots()` makes axes. Nothing imports matplotlib
before the first figure.
"""

from keras_wavenet.visualization.block import plot_block
from keras_wavenet.visualization.blocks import (
    plot_block_responses,
    plot_contributions,
    plot_gates,
    plot_skip_levels,
)
from keras_wavenet.visualization.dilations import (
    animate_dilations,
    plot_dilations,
    plot_receptive_field,
    plot_saliency,
)
from keras_wavenet.visualization.filters import plot_first_layer, plot_response
from keras_wavenet.visualization.mu_law import (
    plot_codes,
    plot_mu_law,
    plot_mu_law_error,
)
from keras_wavenet.visualization.predictions import (
    plot_distributions,
    plot_entropy,
    plot_predictions,
)
from keras_wavenet.visualization.spectrogram import (
    plot_real_and_generated,
    plot_spectrogram,
    plot_waveform,
)
from keras_wavenet.visualization.style import encode_png, new_figure
from keras_wavenet.visualization.training import plot_bits, plot_learning_rate

__all__ = [
    "animate_dilations",
    "encode_png",
    "new_figure",
    "plot_bits",
    "plot_block",
    "plot_block_responses",
    "plot_codes",
    "plot_contributions",
    "plot_dilations",
    "plot_distributions",
    "plot_entropy",
    "plot_first_layer",
    "plot_gates",
    "plot_learning_rate",
    "plot_mu_law",
    "plot_mu_law_error",
    "plot_predictions",
    "plot_real_and_generated",
    "plot_receptive_field",
    "plot_response",
    "plot_saliency",
    "plot_skip_levels",
    "plot_spectrogram",
    "plot_waveform",
]

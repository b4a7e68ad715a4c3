"""Evaluation of vocoders: copy synthesis of recordings, and metrics of the result."""

from keras_wavenet.evaluation.copy_synthesis import (
    BASELINES,
    Row,
    check_vocoder,
    choose_clips,
    default_variants,
    evaluate_clips,
    evaluate_vocoder,
)
from keras_wavenet.evaluation.griffin_lim import griffin_lim
from keras_wavenet.evaluation.measures import (
    METRICS,
    Metric,
    Recording,
    available_metrics,
    measure,
)
from keras_wavenet.evaluation.perceptual import pesq, stoi
from keras_wavenet.evaluation.pitch import Pitch, f0_error, track_pitch, voicing_error
from keras_wavenet.evaluation.spectral import (
    log_spectral_distance,
    mel_cepstral_distortion,
)
from keras_wavenet.evaluation.summary import (
    Quartiles,
    group_rows,
    samples_per_second,
    summarize,
)
from keras_wavenet.evaluation.synthesis import (
    Loaded,
    Synthesis,
    Utterance,
    synthesize,
    utterance_of_frames,
    utterances_of_clips,
)
from keras_wavenet.evaluation.words import WordErrors, words_of

__all__ = [
    "BASELINES",
    "METRICS",
    "Loaded",
    "Metric",
    "Pitch",
    "Quartiles",
    "Recording",
    "Row",
    "Synthesis",
    "Utterance",
    "WordErrors",
    "available_metrics",
    "check_vocoder",
    "choose_clips",
    "default_variants",
    "evaluate_clips",
    "evaluate_vocoder",
    "f0_error",
    "griffin_lim",
    "group_rows",
    "log_spectral_distance",
    "measure",
    "mel_cepstral_distortion",
    "pesq",
    "samples_per_second",
    "stoi",
    "summarize",
    "synthesize",
    "track_pitch",
    "utterance_of_frames",
    "utterances_of_clips",
    "voicing_error",
    "words_of",
]

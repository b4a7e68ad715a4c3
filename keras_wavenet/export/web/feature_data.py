"""What the page needs to compute the frames of a recording."""

from keras_wavenet.export.web.network_data import Data
from keras_wavenet.features import FrameFeatures, LogMel


def has_recorder(features: FrameFeatures | None) -> bool:
    """Whether the page can compute the frames of a recording: those of one log-mel."""
    return features is not None and [type(p) for p in features.parts] == [LogMel]


def mel_data(features: FrameFeatures) -> Data:
    """The settings of a log-mel spectrum, its filters and its normalization."""
    (mel,) = features.parts
    bins, weights, starts = mel.filter_entries
    settings = {**mel.get_config(), "window_start": mel.window_start}
    arrays = {"mel_bins": bins.astype("int32"), "mel_starts": starts.astype("int32")}
    arrays["mel_weights"] = weights
    if features.mean is not None:
        arrays |= {"mel_mean": features.mean, "mel_std": features.std}
    return {"mel": settings}, arrays

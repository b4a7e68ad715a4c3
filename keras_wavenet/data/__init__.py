"""Audio in: from recordings to batches of windows that `fit` takes."""

from keras_wavenet.data.clip_source import Clip, ClipInfo, ClipSource
from keras_wavenet.data.folders.source import FolderSource
from keras_wavenet.data.frame_files import FrameFile, write_frames
from keras_wavenet.data.load import load, make_windows, open_source, open_splits
from keras_wavenet.data.loudness import Loudness
from keras_wavenet.data.origin import Origin, SourceOptions, find_origin, register
from keras_wavenet.data.own.source import OwnSource
from keras_wavenet.data.prepared.prepare import prepare
from keras_wavenet.data.prepared.source import PreparedSource
from keras_wavenet.data.reader import CachingReader, Reader
from keras_wavenet.data.scan import SourceReport
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.data.summary import DataSummary, summarize
from keras_wavenet.data.tfds.source import TfdsSource
from keras_wavenet.data.windows.dataset import WindowDataset
from keras_wavenet.data.windows.inputs import speaker_names, tag_names

__all__ = [
    "CachingReader",
    "Clip",
    "ClipInfo",
    "ClipSource",
    "DataSpec",
    "DataSummary",
    "FolderSource",
    "FrameFile",
    "Loudness",
    "Origin",
    "OwnSource",
    "PreparedSource",
    "Reader",
    "SourceOptions",
    "SourceReport",
    "TfdsSource",
    "WindowDataset",
    "find_origin",
    "load",
    "make_windows",
    "open_source",
    "open_splits",
    "prepare",
    "register",
    "speaker_names",
    "summarize",
    "tag_names",
    "write_frames",
]

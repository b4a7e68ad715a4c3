"""TIMIT as a source of clips with phones."""

import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from keras_wavenet.data.clip_source import ClipInfo, ClipSource
from keras_wavenet.data.folders.listing import spell_name
from keras_wavenet.data.reader import CachingReader
from keras_wavenet.data.scan import Scan, UnusableAudioError
from keras_wavenet.recognition.frame_labels import SegmentLabels
from keras_wavenet.recognition.timit.corpus import (
    CORE_TEST,
    DEVELOPMENT,
    fold,
    phone_classes,
)
from keras_wavenet.recognition.timit.utterance import (
    Utterance,
    read_utterance,
    scan_utterance,
)
from keras_wavenet.utils.parallel import map_in_threads
from keras_wavenet.utils.paths import user_path
from keras_wavenet.utils.progress import show_progress

SPLITS = ("train", "validation", "test", "complete_test")
_AUDIO_SUFFIXES = (".wav", ".flac", ".sph")
# In the order in which they are preferred where one utterance is there twice.
_UTTERANCE = re.compile(
    r"(?:.*/)?(?P<folder>train|test)/(?P<region>dr[1-8])/"
    r"(?P<speaker>[mf][a-z]{3}\d)/(?P<sentence>s[aix]\d+)"
)


class TimitSource(ClipSource):
    """TIMIT (LDC93S1) from its folder, such as `TIMIT/TRAIN/DR1/FCJF0/SI648.WAV`.

    Names may be in upper or lower case; files may be NIST SPHERE, as published, or
    converted to wav or flac. Each has a `.PHN` in the same folder, of lines "start stop
    phone", in samples.

    The splits are the usual ones: `"train"` is the folder TRAIN, 462 speakers; `"test"`
    the core test set, 24 speakers of the folder TEST; `"validation"` the development
    set, 50 other speakers of it; `"complete_test"` all 168 of them, those of the
    validation included. The two sentences that every speaker reads (`SA1`, `SA2`) are
    left out unless asked for: they would be in training and in test.

    Args:
        folder: Path of the folder `TIMIT`, or of one above it.
        split: `"train"`, `"validation"`, `"test"` or `"complete_test"`.
        sample_rate: Rate to read at, in Hz; TIMIT itself has 16000.
        sa_sentences: Whether to take the sentences that every speaker reads.

    Attributes:
        segments: For each clip its phones `(start, stop, name)`, in samples at
            `sample_rate`, of the 61.

    Raises:
        ValueError: If there is no such split or folder, or nothing usable in it.
        ImportError: If soundfile is not installed.
    """

    def __init__(
        self,
        folder: str | Path,
        split: str = "train",
        sample_rate: int = 16000,
        sa_sentences: bool = False,
    ):
        if split not in SPLITS:
            raise ValueError(
                f"`split` must be one of {', '.join(map(repr, SPLITS))}. "
                f"Received: split={split!r}"
            )
        self.folder = user_path(folder)
        found, tables = _list_utterances(self.folder)
        chosen = {
            name: found[name]
            for name in sorted(found)
            if _belongs(name, split) and (sa_sentences or not _is_sa(name))
        }
        if not chosen:
            raise ValueError(
                f"Expected utterances of the split {split!r} of TIMIT in {self.folder}."
                f" Received: {len(found)} utterances, none of that split"
            )
        origin = f"TIMIT {self.folder} ({split})"
        scan = _scan(origin, chosen, tables, sample_rate)
        utterances = [utterance for _, utterance in scan.accepted]
        self.segments = tuple(utterance.segments for utterance in utterances)
        clips = [_describe(name, utterance) for name, utterance in scan.accepted]
        report = scan.report([clip.length for clip in clips], sample_rate)
        report = replace(report, layout="TIMIT")
        lengths = [utterance.length for utterance in utterances]

        def decode(recording, start, stop):
            samples = read_utterance(utterances[recording], sample_rate)
            return samples[start:stop]

        reader = CachingReader(decode, lengths, whole=True)
        super().__init__(sample_rate, clips, reader, report)

    def frame_labels(self, classes: int = 39) -> SegmentLabels:
        """The phones as labels of frames.

        Args:
            classes: Number of classes: 61, 48 or 39, see `phone_classes`. Glottal stops
                have no class among 48 and 39.

        Raises:
            ValueError: If there is no such set.
        """
        names = phone_classes(classes)
        folded = [
            [(start, stop, fold(name, classes)) for start, stop, name in clip]
            for clip in self.segments
        ]
        return SegmentLabels(folded, names)

    def transcripts(self, classes: int = 39) -> list[list[str]]:
        """The phones of each clip without their times, references of an error rate.

        Neighboring phones that are folded into one class become one, as classes of
        frames do not separate them.

        Args:
            classes: As in `frame_labels`.
        """
        folded = [
            [fold(name, classes) for _, _, name in clip] for clip in self.segments
        ]
        return [
            [name for name, _ in groupby(name for name in clip if name is not None)]
            for clip in folded
        ]


def _list_utterances(folder: Path) -> tuple[dict[str, Path], dict[str, Path]]:
    """Files of samples and of phones by the utterance's name, such as
    `train/dr1/fcjf0/si648`."""
    if not folder.is_dir():
        raise ValueError(
            "Expected the path of the folder TIMIT. "
            f"Received: {folder}, which is not a folder. Check the path."
        )
    samples, tables = {}, {}
    for path in sorted(folder.rglob("*"), key=_preference):
        suffixes = [suffix.lower() for suffix in path.suffixes]  # SA1.WAV.wav exists
        stem = path.with_name(path.name.partition(".")[0])
        match = _UTTERANCE.fullmatch(
            (folder.name / stem.relative_to(folder)).as_posix().lower()
        )
        if match is None or not suffixes or path.name.startswith("."):
            continue
        name = "/".join(match.group("folder", "region", "speaker", "sentence"))
        if suffixes[-1] in _AUDIO_SUFFIXES:
            samples.setdefault(name, path)
        elif suffixes == [".phn"]:
            tables.setdefault(name, path)
    if not samples:
        raise ValueError(
            "Expected files such as TRAIN/DR1/FCJF0/SI648.WAV in the folder of TIMIT. "
            f"Received: {folder}, which holds none. Check the path."
        )
    return samples, tables


def _preference(path: Path) -> tuple[int, str]:
    """SA1.WAV.wav, the converted file, before SA1.WAV."""
    return -len(path.suffixes), path.as_posix()


def _belongs(name: str, split: str) -> bool:
    folder, _, speaker, _ = name.split("/")
    if split == "train" or folder == "train":
        return split == folder
    chosen = {"validation": DEVELOPMENT, "test": CORE_TEST}.get(split)
    return chosen is None or speaker in chosen


def _is_sa(name: str) -> bool:
    return name.rsplit("/", 1)[-1].startswith("sa")


def _describe(name: str, utterance: Utterance) -> ClipInfo:
    folder, _, speaker, _ = name.split("/")
    return ClipInfo(
        spell_name(name),
        utterance.length,
        utterance.recorded_rate,
        utterance.loudness,
        speaker=speaker,
        split=folder,
    )


def _scan(origin, chosen, tables, sample_rate) -> Scan:
    """Read and check all utterances; accepted are pairs `(name, Utterance)`."""

    def scan_or_reason(name):
        try:
            return scan_utterance(chosen[name], tables.get(name), sample_rate)
        except UnusableAudioError as error:
            return str(error)

    scan = Scan(origin)
    found = map_in_threads(scan_or_reason, chosen)
    found = show_progress(found, len(chosen), f"Reading {origin}")
    for name, utterance in zip(chosen, found, strict=True):
        if isinstance(utterance, Utterance):
            scan.accept((name, utterance))
        else:
            scan.skip(name, utterance)
    scan.check()
    return scan

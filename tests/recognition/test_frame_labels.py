"""Labels of clips and of segments, at given samples."""

import numpy as np
import pytest

from keras_wavenet.recognition import ClipLabels, SegmentLabels
from keras_wavenet.recognition.frame_labels import frame_classes

pytestmark = pytest.mark.neutral


def test_a_clip_has_one_class_at_every_sample():
    labels = ClipLabels(["bea", "ann", None])
    assert labels.classes == ("ann", "bea") and len(labels) == 3
    for clip, number in enumerate([1, 0, -1]):
        found = labels.at(clip, np.array([-5, 0, 999]))
        assert found.dtype == "int32" and found.tolist() == [number] * 3


def test_speakers_and_labels_of_a_source_become_labels(make_source):
    source = make_source([np.zeros(9)] * 3, speaker=["x", "y", "x"], label=["a"] * 3)
    labels = ClipLabels.of_source(source)
    assert labels.classes == ("x", "y")
    assert [labels.at(clip, [0])[0] for clip in range(3)] == [0, 1, 0]
    assert ClipLabels.of_source(source, "label").classes == ("a",)
    of_training = ClipLabels.of_source(source, classes=["y", "z", "x"])
    assert [of_training.at(clip, [0])[0] for clip in range(3)] == [2, 0, 2]


def test_labels_that_no_class_has_are_refused(make_source):
    with pytest.raises(ValueError, match=r"\['a'\]. Received: \['b'\]"):
        ClipLabels(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="Received: no label at all"):
        ClipLabels([None, None])
    with pytest.raises(ValueError, match='"speaker" or "label".*Received: field='):
        ClipLabels.of_source(make_source([np.zeros(9)]), "transcript")


SEGMENTS = [(0, 100, "a"), (100, 150, None), (200, 250, "b"), (250, 300, "a")]


def test_a_sample_has_the_class_of_its_segment():
    labels = SegmentLabels([SEGMENTS, []])
    at = {-1: -1, 0: 0, 99: 0, 100: -1, 149: -1, 170: -1, 200: 1, 249: 1, 250: 0}
    found = labels.at(0, np.array([*at, 299, 300, 9999]))
    assert found.dtype == "int32"
    assert found.tolist() == [*at.values(), 0, -1, -1]
    assert labels.at(1, np.arange(3)).tolist() == [-1] * 3  # nothing is known of it


@pytest.mark.parametrize(
    "segments", [[(0, 10, "a"), (5, 20, "b")], [(5, 5, "a")], [(9, 3, "a")]]
)
def test_segments_in_disorder_are_refused(segments):
    with pytest.raises(ValueError, match="in order, not empty.*Received: clip 1, seg"):
        SegmentLabels([[(0, 1, "a")], segments], ["a", "b"])


def test_a_frame_has_the_class_at_its_middle():
    labels = SegmentLabels([SEGMENTS])
    # Frames of 40 from -40 on, with middles at -20, 20, 60, 100, 140, 180, 220.
    found = frame_classes(labels, 0, 300, -40, 7, 40)
    assert found.dtype == "int32" and found.tolist() == [-1, 0, 0, -1, -1, -1, 1]
    shorter = frame_classes(labels, 0, 220, -40, 7, 40)
    assert shorter.tolist() == [-1, 0, 0, -1, -1, -1, -1]  # 220 lies after the clip

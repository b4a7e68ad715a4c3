"""Error rates and accuracies worked out by hand."""

import pytest

from keras_wavenet.recognition.error_rates import frame_accuracy, phoneme_error_rate

pytestmark = pytest.mark.neutral


def test_the_error_rate_counts_edits_over_the_phonemes_of_all_clips():
    # "she had": ae becomes eh, d is lost, and a pause is put in; "ask" is right.
    spoken = [["sh", "iy", "hh", "ae", "d"], ["ae", "s", "k"]]
    recognized = [["sh", "iy", "sil", "hh", "eh"], ["ae", "s", "k"]]
    assert phoneme_error_rate(spoken, recognized) == 3 / 8
    assert phoneme_error_rate(spoken, spoken) == 0
    assert phoneme_error_rate([["a"]], [["b", "c", "d"]]) == 3


def test_an_error_rate_needs_a_reference():
    with pytest.raises(ValueError, match="Received: 1 and 2"):
        phoneme_error_rate([["a"]], [["a"], ["b"]])
    with pytest.raises(ValueError, match="at least one phoneme. Received: none"):
        phoneme_error_rate([[]], [["a"]])


def test_accuracy_counts_labeled_frames_by_their_weight():
    labels, predictions = [[0, 1, 2, -1]], [[0, 1, 1, 0]]
    assert frame_accuracy(labels, predictions) == pytest.approx(2 / 3)
    assert frame_accuracy(labels, predictions, [[1, 0, 1, 1]]) == 0.5
    with pytest.raises(ValueError, match=r"Received: shapes \(2,\), \(1,\) and \(2,\)"):
        frame_accuracy([0, 1], [0])
    with pytest.raises(ValueError, match="at least one frame that counts"):
        frame_accuracy([-1], [0])

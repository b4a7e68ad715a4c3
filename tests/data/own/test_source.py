"""What of a dataset of one's own is used, skipped or refused, and why."""

import io
import re

import grain
import numpy as np
import pytest
import soundfile
import torch

from keras_wavenet.data import OwnSource

pytestmark = pytest.mark.neutral

RATE = 16000
TONE = (0.4 * np.sin(np.arange(900) / 9)).astype("float32")


def open_own(dataset, **options):
    return OwnSource(dataset, RATE, **{"stored_rate": RATE, **options})


def encoded(rate):
    file = io.BytesIO()
    soundfile.write(file, TONE, rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


class Decoder:
    """As torchcodec's, which Hugging Face's datasets give."""

    class Samples:
        data = torch.from_numpy(np.stack([TONE, TONE]))
        sample_rate = 8000

    def get_all_samples(self):
        return self.Samples


@pytest.mark.parametrize(
    "example",
    [
        TONE,
        TONE.astype("float64").tolist(),
        TONE[None],
        np.stack([TONE, TONE], axis=1),
        torch.from_numpy(TONE).requires_grad_(),
        {"waveform": TONE},
        {"speech": {"array": TONE, "sampling_rate": RATE}},
        {"audio": encoded(RATE)},
        {"audio": {"bytes": encoded(RATE), "path": "a.wav"}},
        (TONE, "label"),
    ],
)
def test_audio_is_found_in_an_example(example):
    (clip,) = open_own([example])
    np.testing.assert_array_equal(clip.waveform, TONE)
    assert clip.info.clip_id == "clip-0" and clip.info.loudness.samples == 900


def test_integers_are_pcm_of_16_bits():
    (clip,) = open_own([np.round(TONE * 2**15).astype("int16")])
    np.testing.assert_allclose(clip.waveform, TONE, atol=2**-15)


@pytest.mark.parametrize(
    ("example", "keys"),
    [
        ({"audio": TONE, "sample_rate": 8000}, {}),
        ({"audio": {"array": TONE, "sampling_rate": 8000}}, {}),
        ({"audio": {"bytes": encoded(8000)}}, {}),
        ({"audio": Decoder()}, {}),
        ({"audio": TONE, "hz": np.int64(8000)}, {"sample_rate": "hz"}),
        ((TONE, torch.tensor(8000), "text"), {"sample_rate": 1}),
    ],
)
def test_the_rate_is_that_of_the_example(example, keys):
    (clip,) = open_own([example], keys=keys, stored_rate=None)
    assert clip.info.recorded_rate == 8000 and clip.info.length == 1800


def test_labels_are_text_under_the_usual_names_or_those_of_keys():
    examples = [
        {
            "audio": TONE,
            "path": b"a.wav",
            "speaker_id": np.int64(7),
            "sentence": "Yes.",
            "label": ["calm", "warm"],
            "mood": torch.tensor(3),
        },
        {"audio": TONE, "path": "a.wav", "speaker_id": float("nan"), "label": None},
    ]
    first, second = open_own(examples).clips
    assert (first.clip_id, second.clip_id) == ("a.wav", "a.wav#2")
    assert (first.speaker, first.transcript) == ("7", "Yes.")
    assert (first.label, first.tags) == ("calm;warm", ["calm", "warm"])
    assert (second.speaker, second.transcript, second.label) == (None, None, None)
    keys = {"label": "mood", "speaker": None}
    (clip,) = open_own(examples[:1], keys=keys).clips
    assert (clip.label, clip.speaker) == ("3", None)


@pytest.mark.parametrize(
    ("example", "reason"),
    [
        (np.zeros(900), "silent from end to end"),
        (TONE * np.nan, "NaN or infinite"),
        (TONE * 20000, r"up to 8e\+03, expected values in"),
        (np.zeros((3, 900)), r"\(3, 900\).*one clip an example, without `batch`"),
        (np.arange(200), "integers from 0 to 199, as mu-law codes are"),
        (np.arange(200, dtype="uint8"), "uint8, expected PCM of 16 bits"),
        ("a.wav", "is str of <U5, expected samples"),
        ({"audio": {"bytes": None, "path": "a.wav"}}, "NoneType of object"),
        ([[0.1], [0.1, 0.2]], "is no array of samples"),
        ({"audio": TONE, "sample_rate": 3}, "states the rate 3, expected 1000 to"),
    ],
)
def test_an_unusable_example_is_skipped_and_named(example, reason):
    good = {"audio": TONE, "sample_rate": RATE}
    rate = None if "rate" in reason else RATE
    with pytest.warns(UserWarning, match="Skipped 1 of 2 clips in own dataset"):
        source = open_own([example, good], stored_rate=rate)
    assert source.recordings.tolist() == [1]
    ((name, found),) = source.report.skipped
    assert name == "clip-0" and re.search(reason, found)


def test_an_example_that_cannot_be_read_is_skipped():
    class Damaged(list):
        def __getitem__(self, number):
            if number == 1:
                raise OSError("no such file")
            return super().__getitem__(number)

    with pytest.warns(UserWarning, match="cannot be read: OSError: no such file"):
        assert len(open_own(Damaged([TONE] * 3))) == 2


@pytest.mark.parametrize(
    ("dataset", "options", "message"),
    [
        (3, {}, "Expected a dataset: a tfds builder.*Received: int"),
        (None, {}, "Received: NoneType"),
        (iter([TONE]), {}, "more than once. Received: the iterator list_iterator"),
        (TONE, {}, r"a waveform for each clip.*ndarray of shape \(900,\)"),
        ([], {}, r"Expected clips in own dataset \(list\). Received: none"),
        ([TONE], {"stored_rate": None}, "states the rate.*stored_rate=... in Hz"),
        ([TONE], {"stored_rate": 3}, "Received: stored_rate=3"),
        ([TONE], {"keys": {"sound": "x"}}, "Received: keys={'sound': 'x'}"),
        ([(TONE, 1)], {"keys": {"label": 2}}, "fields of the examples.*label=2"),
        ([{"sound": TONE}], {}, "audio in each example.*dict with 'sound'. Give keys"),
        (grain.MapDataset.source([TONE]).repeat(), {}, "an endless RepeatMapDataset"),
        (
            grain.MapDataset.source([TONE]).repeat().to_iter_dataset(),
            {},
            "an endless PrefetchIterDataset",
        ),
        (
            torch.utils.data.DataLoader(
                [TONE, TONE], sampler=torch.utils.data.SubsetRandomSampler([1])
            ),
            {},
            "Received: one with a SubsetRandomSampler",
        ),
    ],
)
def test_what_cannot_be_a_dataset_is_refused(dataset, options, message):
    with pytest.raises(ValueError, match=message):
        open_own(dataset, **options)


@pytest.mark.tensorflow
def test_an_endless_dataset_of_tf_is_refused():
    import tensorflow as tf

    dataset = tf.data.Dataset.from_tensor_slices(TONE[None])
    for endless in (dataset.repeat(), dataset.batch(1).unbatch().repeat()):
        with pytest.raises(ValueError, match="Received: an endless _RepeatDataset"):
            open_own(endless)


def test_clips_that_repeat_are_counted():
    stream = grain.MapDataset.source([TONE, TONE, TONE / 2]).to_iter_dataset()
    assert "same audio as an earlier one: 1" in str(open_own(stream).report)


def test_an_example_that_changes_is_refused_when_it_is_read():
    class Cropped(list):
        def __getitem__(self, number):
            self.length = getattr(self, "length", 900) - 1
            return super().__getitem__(number)[: self.length]

    source = open_own(Cropped([TONE]))
    with pytest.raises(ValueError, match="Expected the 899 samples that example 0 had"):
        source.read(0, 0, 10)


def test_examples_that_a_filter_of_grain_drops_are_no_clips():
    dataset = grain.MapDataset.source([TONE, TONE / 2]).filter(lambda x: x.max() > 0.3)
    source = open_own(dataset)
    assert len(source) == 1 and source.report.skipped == ()

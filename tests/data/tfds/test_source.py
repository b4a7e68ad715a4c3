"""Any tfds dataset that holds audio, whatever its features are called."""

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_wavenet.data import TfdsSource

pytestmark = pytest.mark.neutral

RATE = 8000
TONE = (8000 * np.sin(np.arange(RATE) / 10)).astype("int64")


class Fixture(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """A dataset of a few clips, prepared without any download."""

    VERSION = tfds.core.Version("1.0.0")
    pkg_dir_path = code_path = tfds.core.Path(__file__).parent
    clips = {"train": [TONE, TONE[:2000], TONE[1:2]]}
    audio_feature = {"speech": tfds.features.Tensor(shape=(None,), dtype=np.int64)}
    rate = {"sample_rate": RATE}

    def _info(self):
        labels = {"speaker": tfds.features.Text(), "text": tfds.features.Text()}
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict({**self.audio_feature, **labels}),
            metadata=tfds.core.MetadataDict(self.rate),
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in self.clips}

    def _generate_examples(self, split):
        (name,) = self.audio_feature
        for number, samples in enumerate(self.clips[split]):
            labels = {"speaker": f"speaker {number}", "text": "spoken words"}
            yield number, {name: samples, **labels}


@pytest.fixture
def prepare(tmp_path):
    """Prepare a variant of the fixture dataset, and return its builder."""

    def prepare(**variant):
        kind = type("Fixture", (Fixture,), variant, skip_registration=True)
        builder = kind(data_dir=tmp_path, file_format="array_record")
        builder.download_and_prepare()
        return builder

    return prepare


def test_integer_samples_become_waveforms_at_the_requested_rate(prepare):
    source = TfdsSource(prepare(), "train", 16000)
    assert sorted(source.lengths) == [2, 4000, 16000]
    clip = source[int(np.argmax(source.lengths))]
    assert clip.waveform.dtype == np.float32
    middle = slice(1000, 15000)
    expected = 8000 / 2**15 * np.sin(np.arange(16000) / 20)
    np.testing.assert_allclose(clip.waveform[middle], expected[middle], atol=1e-3)


def test_labels_are_found(prepare):
    source = TfdsSource(prepare(), "train", RATE)
    assert {clip.info.speaker for clip in source} == {
        "speaker 0",
        "speaker 1",
        "speaker 2",
    }
    assert {clip.info.transcript for clip in source} == {"spoken words"}
    assert len({clip.info.clip_id for clip in source}) == 3


@pytest.mark.tensorflow
def test_audio_of_the_feature_that_tfds_has_for_it_is_read(prepare):
    feature = tfds.features.Audio(sample_rate=RATE, shape=(None, 2), dtype=np.int64)
    stereo = np.stack([TONE, 0 * TONE], axis=1)
    builder = prepare(
        clips={"train": [stereo]}, audio_feature={"audio": feature}, rate={}
    )
    (clip,) = TfdsSource(builder, "train", RATE)
    np.testing.assert_allclose(clip.waveform, TONE / 2**16, atol=1e-6)


def test_bad_clips_are_skipped_with_a_reason(prepare):
    good = (TONE / 2**15).astype("float32")
    feature = tfds.features.Tensor(shape=(None,), dtype=np.float32)
    builder = prepare(
        clips={"train": [good, good[:0], good * np.nan, good * 100]},
        audio_feature={"audio": feature},
    )
    with pytest.warns(UserWarning, match="Skipped 3 of 4 clips"):
        source = TfdsSource(builder, "train", RATE)
    assert [len(clip.waveform) for clip in source] == [RATE]
    reasons = sorted(reason for _, reason in source.report.skipped)
    assert reasons == [
        "holds no samples",
        "holds samples that are NaN or infinite",
        "holds samples up to 24.4, expected values in [-1, 1]",
    ]


def test_clips_that_are_not_what_their_features_say_are_skipped(prepare, tmp_path):
    prepare()
    fixed = tfds.features.Tensor(shape=(2000,), dtype=np.int64)
    variant = {"audio_feature": {"speech": fixed}}
    kind = type("Fixture", (Fixture,), variant, skip_registration=True)
    builder = kind(data_dir=tmp_path, file_format="array_record")
    with pytest.warns(UserWarning, match="Skipped 2 of 3.*does not have its features"):
        source = TfdsSource(builder, "train", RATE)
    assert [clip.length for clip in source.clips] == [2000]


def test_clips_that_share_a_name_are_distinguished(prepare):
    source = TfdsSource(prepare(), "train", RATE, keys={"clip_id": "text"})
    assert [clip.clip_id for clip in source.clips] == [
        "spoken words",
        "spoken words#2",
        "spoken words#3",
    ]


def test_a_stored_rate_that_is_given_counts(prepare):
    source = TfdsSource(prepare(rate={}), "train", RATE, stored_rate=2 * RATE)
    assert max(source.lengths) == RATE // 2
    assert {clip.recorded_rate for clip in source.clips} == {2 * RATE}


def test_a_silent_dataset_is_refused(prepare):
    builder = prepare(clips={"train": [0 * TONE]})
    with pytest.raises(ValueError, match="Received: 1 clips, all silent"):
        TfdsSource(builder, "train", RATE)


def test_a_dataset_without_audio_is_refused(prepare):
    builder = prepare(
        audio_feature={"audio": tfds.features.Text()}, clips={"train": ["words"]}
    )
    with pytest.raises(ValueError, match="with the features audio, speaker, text"):
        TfdsSource(builder, "train", RATE)


def test_a_dataset_that_does_not_state_its_rate_is_refused(prepare):
    with pytest.raises(ValueError, match="states its sample rate. Received: fixture"):
        TfdsSource(prepare(rate={}), "train", RATE)


def test_splits_can_be_sliced_and_joined(prepare):
    builder = prepare(clips={"train": [TONE] * 4, "test": [TONE]})
    assert len(TfdsSource(builder, "train[:50%]+test", RATE)) == 3


def test_a_split_that_the_dataset_does_not_have_is_refused(prepare):
    with pytest.raises(ValueError, match="has the splits train. Received: split='dev'"):
        TfdsSource(prepare(), "dev", RATE)


@pytest.mark.parametrize("kept", [0, 1000, 60_000])
def test_a_file_that_was_cut_off_is_named_with_its_folder(kept, prepare):
    builder = prepare()
    (file,) = (path for path in builder.data_path.iterdir() if "train" in path.name)
    file.write_bytes(file.read_bytes()[:kept])
    message = f"whole files of a dataset in {builder.data_dir}.* Copy or prepare"
    with pytest.raises(ValueError, match=message):
        TfdsSource(builder, "train", RATE)

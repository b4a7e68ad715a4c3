"""Audio and labels are found in the real features of the tfds catalogue."""

import re

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_wavenet.data.tfds.features import find_audio_features

pytestmark = pytest.mark.neutral

# Found for each audio dataset: audio, rate in Hz, clip, speaker, label, transcript.
CATALOGUE = {
    "accentdb": ("audio", 44100, None, "speaker_id", "label", None),
    "crema_d": ("audio", 16000, None, "speaker_id", "label", None),
    "dementiabank": ("audio", 44100, None, "speaker_id", "label", None),
    "fuss": ("mixture_audio", 16000, "id", None, None, None),
    "groove/full-16000hz": ("audio", 16000, "id", "drummer", "style/primary", None),
    "gtzan": ("audio", 22050, "audio/filename", None, "label", None),
    "gtzan_music_speech": ("audio", 22050, "audio/filename", None, "label", None),
    "librispeech": ("speech", 16000, "id", "speaker_id", None, "text"),
    "librispeech/lazy_decode": ("speech", 16000, "id", "speaker_id", None, "text"),
    "libritts": ("speech", 24000, "id", "speaker_id", None, "text_normalized"),
    "ljspeech": ("speech", 22050, "id", None, None, "text_normalized"),
    "nsynth/full": ("audio", 16000, "id", None, "instrument/label", None),
    "nsynth/gansynth_subset.f0_and_loudness": (
        "audio", 16000, "id", None, "instrument/label", None,
    ),
    "savee": ("audio", 44100, None, "speaker_id", "label", None),
    "speech_commands": ("audio", 16000, None, None, "label", None),
    "spoken_digit": ("audio", 8000, "audio/filename", None, "label", None),
    "tedlium": ("speech", 16000, "id", "speaker_id", None, "text"),
    "user_libri_audio": ("audio", 16000, "id", "speaker_id", None, "transcript"),
    "vctk/mic1": ("speech", 48000, "id", "speaker", None, "text"),
    "vctk/mic2": ("speech", 48000, "id", "speaker", None, "text"),
    "voxceleb": ("audio", 16000, "youtube_id", "label", "label", None),
    "voxforge": ("audio", 16000, None, "speaker_id", "label", None),
    "xtreme_s": ("audio", 16000, "id", None, None, "transcription"),
    "yes_no": ("audio", 8000, "audio/filename", None, "label", None),
}  # fmt: skip


@pytest.fixture
def info(tmp_path):
    """The `DatasetInfo` of a dataset of the catalogue, of which nothing is there."""

    def info(name):
        return tfds.builder(name, data_dir=tmp_path).info

    return info


@pytest.fixture
def make_info(tmp_path):
    """The `DatasetInfo` of a dataset with these features."""

    def make(features, supervised_keys=None, **metadata):
        class Made(tfds.core.GeneratorBasedBuilder, skip_registration=True):
            VERSION = tfds.core.Version("1.0.0")
            pkg_dir_path = code_path = tfds.core.Path(__file__).parent

            def _info(self):
                return tfds.core.DatasetInfo(
                    builder=self,
                    features=tfds.features.FeaturesDict(features),
                    supervised_keys=supervised_keys,
                    metadata=tfds.core.MetadataDict(metadata),
                )

            def _split_generators(self, dl_manager):
                raise NotImplementedError

            def _generate_examples(self):
                raise NotImplementedError

        return Made(data_dir=tmp_path).info

    return make


def audio(**options):
    return tfds.features.Audio(**{"sample_rate": 16000, **options})


@pytest.mark.parametrize("name", CATALOGUE)
def test_each_audio_dataset_of_the_catalogue_is_understood(name, info):
    found = find_audio_features(info(name))
    assert tuple(vars(found).values()) == CATALOGUE[name]


def test_names_that_are_given_come_before_those_that_are_found(info):
    keys = {"label": "accent", "speaker": None}
    found = find_audio_features(info("vctk/mic1"), keys)
    assert found.label == "accent" and found.speaker is None
    assert found.audio == "speech" and found.transcript == "text"
    found = find_audio_features(info("nsynth/full"), {"label": "instrument/family"})
    assert found.label == "instrument/family"


def test_a_rate_that_is_not_stated_can_be_given(info):
    common_voice = info("common_voice/de")
    with pytest.raises(ValueError, match="states its sample rate. Received: common_v"):
        find_audio_features(common_voice)
    found = find_audio_features(common_voice, stored_rate=48000)
    assert found.sample_rate == 48000
    assert (found.audio, found.speaker) == ("voice", "client_id")
    assert found.transcript == "sentence"


def test_the_only_audio_is_found_whatever_its_name(make_info):
    info = make_info({"take": {"one": audio()}, "other": np.int64})
    assert find_audio_features(info).audio == "take/one"


def test_of_several_the_one_with_a_usual_name_is_taken(make_info):
    info = make_info({"echo": audio(), "speech": audio()})
    assert find_audio_features(info).audio == "speech"


def test_several_audio_features_without_a_usual_name_need_a_choice(make_info):
    info = make_info({"dry": audio(), "wet": audio(sample_rate=8000)})
    with pytest.raises(ValueError, match="Received: made with 'dry', 'wet'"):
        find_audio_features(info)
    assert find_audio_features(info, {"audio": "wet"}).sample_rate == 8000


def test_a_tensor_with_a_usual_name_is_audio(make_info):
    tensor = tfds.features.Tensor(shape=(None, 2), dtype=np.float32)
    info = make_info({"inputs/audio": tensor, "loudness": tensor}, sample_rate=8000)
    assert find_audio_features(info).audio == "inputs/audio"


def test_what_the_dataset_sets_against_its_audio_is_its_label(make_info):
    digit = tfds.features.ClassLabel(num_classes=10)
    info = make_info({"audio": audio(), "digit": digit}, ("audio", "digit"))
    assert find_audio_features(info).label == "digit"
    words = {"spoken": tfds.features.Text(), "text": tfds.features.Text()}
    info = make_info({"audio": audio(), **words}, ("spoken", "audio"))
    assert find_audio_features(info).transcript == "spoken"


def test_a_name_alone_makes_no_label(make_info):
    # The times of events, an embedding of the speaker: nothing to call a clip by.
    times = tfds.features.Tensor(shape=(None, 3), dtype=np.float32)
    vector = tfds.features.Tensor(shape=(64,), dtype=np.float32)
    found = find_audio_features(
        make_info({"audio": audio(), "label": times, "speaker": vector, "id": vector})
    )
    assert (found.label, found.speaker, found.clip_id) == (None, None, None)


def test_a_dataset_without_audio_is_refused(info):
    with pytest.raises(ValueError, match="Received: mnist with the features image, la"):
        find_audio_features(info("mnist"))


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"text": "label"}, "'label', 'transcript'. Received: keys={'text': 'label'}"),
        ({"speaker": "spk"}, "'audio/filename'. Received: speaker='spk'"),
        ({"audio": "label"}, "time axis as the audio.*Received: audio='label', Seque"),
        ({"audio": None}, "Received: audio=None"),
    ],
)
def test_names_that_do_not_fit_are_refused(keys, message, info):
    with pytest.raises(ValueError, match=message):
        find_audio_features(info("yes_no"), keys)


@pytest.mark.parametrize("rate", [0, -1, 22050.0, 2**31, "16000"])
def test_rates_that_no_audio_has_are_refused(rate, info):
    message = re.escape(f"stored_rate={rate!r}")
    with pytest.raises(
        ValueError, match=f"from 1000 to 768000 Hz. Received: {message}"
    ):
        find_audio_features(info("yes_no"), stored_rate=rate)

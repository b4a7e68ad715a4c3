"""`load` on a dataset that is an object: as on a folder with the same recordings."""

import grain
import numpy as np
import pytest
import soundfile
import torch

from keras_wavenet import data
from keras_wavenet.data.windows.pipelines import PIPELINES

pytestmark = pytest.mark.neutral

RATE, COUNT = 16000, 12
SPEC = data.DataSpec(RATE, 20, conditions=("speaker",), speakers=("anna", "ben"))
WINDOWS = {"spec": SPEC, "batch_size": 3, "window_length": 500}


@pytest.fixture(scope="module")
def examples():
    """Clips of noise between silences, each with a name and a speaker."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(COUNT):
        noise = rng.uniform(-0.5, 0.5, 1500 + 100 * number)
        pcm = np.round(np.pad(noise, 1200) * 2**15)
        made.append(
            {
                "audio": (pcm / 2**15).astype("float32"),
                "id": f"{number:02}.wav",
                "speaker": "anna" if number % 2 else "ben",
            }
        )
    return made


@pytest.fixture(scope="module")
def folder(examples, tmp_path_factory):
    """A folder of the same clips."""
    folder = tmp_path_factory.mktemp("clips")
    rows = ["path,speaker"]
    for example in examples:
        soundfile.write(folder / example["id"], example["audio"], RATE)
        rows.append(f"{example['id']},{example['speaker']}")
    (folder / "metadata.csv").write_text("\n".join(rows))
    return folder


class MapStyle(torch.utils.data.Dataset):
    def __init__(self, examples):
        self.examples = examples

    def __len__(self):
        return len(self.examples)

    def __getitem__(self, number):
        example = self.examples[number]
        return {**example, "audio": torch.from_numpy(example["audio"])[None]}


class InTurn(torch.utils.data.IterableDataset):
    def __init__(self, examples):
        self.examples = examples

    def __iter__(self):
        return iter(self.examples)


class HuggingFace(MapStyle):
    """Examples as a `datasets.Dataset` has them; speakers are numbers with names."""

    class Speakers:
        num_classes = 2

        def int2str(self, number):
            return ("anna", "ben")[number]

    features = {"speaker": Speakers()}

    def __getitem__(self, number):
        example = self.examples[number]
        audio = {"array": example["audio"], "sampling_rate": RATE, "path": None}
        speaker = int(example["speaker"] == "ben")
        return {"audio": audio, "id": example["id"], "speaker": speaker}


def tf_data(examples):
    import tensorflow as tf

    return tf.data.Dataset.from_generator(
        lambda: iter(examples),
        output_signature={
            "audio": tf.TensorSpec((None,), tf.float32),
            "id": tf.TensorSpec((), tf.string),
            "speaker": tf.TensorSpec((), tf.string),
        },
    )


KINDS = {
    "list": list,
    "columns": lambda rows: {name: [row[name] for row in rows] for name in rows[0]},
    "PyTorch": MapStyle,
    "PyTorch iterable": InTurn,
    "PyTorch loader": lambda rows: torch.utils.data.DataLoader(
        MapStyle(rows), batch_size=4, shuffle=True
    ),
    "Hugging Face": HuggingFace,
    "grain map": lambda rows: grain.MapDataset.source(rows),
    "grain iter": lambda rows: grain.MapDataset.source(rows).to_iter_dataset(),
    "grain loader": lambda rows: grain.DataLoader(
        data_source=rows, sampler=grain.samplers.IndexSampler(COUNT, num_epochs=1)
    ),
    "tf.data": tf_data,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_windows_are_those_of_a_folder(kind, examples, folder):
    dataset = KINDS[kind](examples)
    for options in (
        {},
        {"split": "validation"},
        {"split": "train", "split_by": "speaker", "trim_silence": -40},
    ):
        expected = data.load(folder, pipeline="grain", **WINDOWS, **options)
        found = data.load(
            dataset, stored_rate=RATE, pipeline="grain", **WINDOWS, **options
        )
        assert found.source.clips == expected.source.clips
        for step in (0, len(found) - 1):
            assert_equal(found.batch(step), expected.batch(step))


@pytest.mark.parametrize("pipeline", PIPELINES)
def test_both_pipelines_batch_it(pipeline, examples):
    train = data.load(examples, stored_rate=RATE, pipeline=pipeline, **WINDOWS)
    assert_equal(next(iter(train.batches)), train.batch(0))


def assert_equal(found, expected):
    for name, values in expected[0].items():
        np.testing.assert_array_equal(found[0][name], values)
    for one, other in zip(found[1:], expected[1:], strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_tfds_builder_and_its_data_source_are_as_the_name(prepare_catalogue):
    import tensorflow_datasets as tfds

    folder, _ = prepare_catalogue("yes_no", {"train": 12}, seconds=0.05)
    builder = tfds.builder("yes_no", data_dir=folder)
    by_name = data.open_splits("yes_no", RATE, folder)
    found = data.open_splits(builder, RATE)
    assert {name: source.clips for name, source in found.items()} == {
        name: source.clips for name, source in by_name.items()
    }
    source = data.open_source(builder.as_data_source("train"), "all", RATE)
    whole = data.open_source("yes_no", "all", RATE, folder)
    assert [clip.label for clip in source.clips] == [clip.label for clip in whole.clips]
    np.testing.assert_array_equal(source[3].waveform, whole[3].waveform)


def test_a_dict_of_datasets_has_its_splits(examples):
    splits = {"train": examples[:9], "dev": examples[9:]}
    assert len(data.open_source(splits, "train", RATE, stored_rate=RATE)) == 9
    opened = data.open_splits(splits, RATE, stored_rate=RATE)
    assert {name: len(source) for name, source in opened.items()} == {
        "train": 9, "dev": 3,
    }  # fmt: skip
    with pytest.raises(ValueError, match="'train', 'dev', for split='validation'"):
        data.open_source(splits, "validation", RATE, stored_rate=RATE)


def test_splits_may_be_a_column_and_the_whole_can_be_taken(examples):
    columns = KINDS["columns"](examples) | {"split": ["dev"] * 3 + ["train"] * 9}
    assert len(data.open_source(columns, "dev", RATE, stored_rate=RATE)) == 3
    assert len(data.open_source(columns, "all", RATE, stored_rate=RATE)) == COUNT
    columns["split"][5] = None
    with pytest.raises(ValueError, match="split of each.*none for 1 of 12.*05.wav"):
        data.open_source(columns, "dev", RATE, stored_rate=RATE)


@pytest.mark.tensorflow
def test_splits_of_a_shuffling_dataset_are_of_one_reading():
    import tensorflow as tf

    rng = np.random.default_rng(0)
    dataset = tf.data.Dataset.from_tensor_slices(rng.uniform(-1, 1, (40, 50)))
    dataset = dataset.shuffle(40)
    seen = [
        tuple(clip.waveform)
        for split in ("train", "validation", "test")
        for clip in data.open_source(dataset, split, RATE, stored_rate=RATE)
    ]
    assert len(set(seen)) == len(seen) == 40


def test_a_source_is_taken_as_it_is(make_source):
    source = make_source([np.ones(100)] * 12, RATE)
    assert data.open_source(source, "all", RATE) is source
    assert len(data.open_source(source, "train", RATE)) == 10
    with pytest.raises(ValueError, match="model, 8000 Hz. Received: one at 16000"):
        data.open_source(source, "train", 8000)


def test_it_is_prepared_as_any_other(examples, tmp_path):
    splits = data.open_splits(examples, RATE, stored_rate=RATE)
    data.prepare(splits, tmp_path / "prepared")
    found = data.open_splits(tmp_path / "prepared", RATE)
    assert {name: len(source) for name, source in found.items()} == {
        name: len(source) for name, source in splits.items()
    }


def test_windows_of_some_clips_are_arrays(examples):
    x, y, weight = data.make_windows(
        examples[:2], spec=SPEC, stored_rate=RATE, window_length=500
    )
    assert y.shape == weight.shape == x["waveform"].shape == (8 + 8, 500)
    np.testing.assert_array_equal(x["speaker"], [1] * 8 + [0] * 8)


@pytest.fixture
def registered(monkeypatch):
    """A user's own kind of object, for one test."""
    from keras_wavenet.data import origin

    monkeypatch.setattr(origin, "_OBJECT_FINDERS", list(origin._OBJECT_FINDERS))

    class Corpus:
        pass

    class CorpusOrigin(data.Origin):
        def open(self, sample_rate, split=None):
            return data.open_source(
                [np.ones(50)] * 3, "all", sample_rate, stored_rate=RATE
            )

    def find(dataset, options):
        return CorpusOrigin(options) if isinstance(dataset, Corpus) else None

    data.register(find, objects=True)
    return Corpus()


def test_kinds_of_objects_can_be_registered(registered):
    assert len(data.open_splits(registered, RATE)["train"]) == 2
    with pytest.raises(ValueError, match="Received: Corpus, keys=None, stored_rate"):
        data.open_source(registered, "train", RATE, stored_rate=RATE)

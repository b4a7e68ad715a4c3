"""Random access to TFRecord files, tfds' own format."""

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_wavenet.data import open_source
from keras_wavenet.data.tfds.tfrecord import TfrecordExamples

pytestmark = pytest.mark.neutral


@pytest.fixture
def info(prepare_catalogue):
    """The `DatasetInfo` of twelve clips that are stored as TFRecord."""
    folder, _ = prepare_catalogue("yes_no", {"train": 12}, "tfrecord")
    return tfds.builder("yes_no", data_dir=folder).info


def file_of(info):
    (part,) = info.splits["train"].file_instructions
    return tfds.core.Path(part.filename)


def test_examples_are_those_that_tfds_reads_in_a_row(info):
    expected = list(tfds.as_numpy(tfds.builder_from_directory(info.data_dir).as_dataset(
        split="train", shuffle_files=False
    )))  # fmt: skip
    examples = TfrecordExamples(info, "train")
    assert len(examples) == len(expected) == 12
    for index in (11, 0, 5):
        for name in ("audio", "label"):
            np.testing.assert_array_equal(examples[index][name], expected[index][name])
        assert examples[index]["audio/filename"] == expected[index]["audio/filename"]


def test_slices_hold_their_part(info):
    names = [example["audio/filename"] for example in TfrecordExamples(info, "train")]
    for split, part in [("train[:3]", slice(3)), ("train[50%:]", slice(6, 12))]:
        examples = TfrecordExamples(info, split)
        assert [example["audio/filename"] for example in examples] == names[part]


def test_a_truncated_file_is_refused(info):
    file = file_of(info)
    whole = file.read_bytes()
    for kept in (len(whole) - 1, len(whole) // 2):
        file.write_bytes(whole[:kept])
        with pytest.raises(
            ValueError, match=f"one that ends at byte .* of {kept}. Prep"
        ):
            TfrecordExamples(info, "train")


def test_a_file_with_too_few_records_is_refused(info):
    file_of(info).write_bytes(b"")
    with pytest.raises(ValueError, match="Expected 12 records in .* Received: 0"):
        TfrecordExamples(info, "train")


def test_a_dataset_that_is_there_as_tfrecord_is_loaded_as_it_is(info):
    source = open_source(
        "yes_no", "all", 8000, tfds.core.Path(info.data_dir).parents[1]
    )
    assert len(source) == 12
    assert {clip.info.length for clip in source} == {2000}

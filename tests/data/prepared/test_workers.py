"""Workers of Apache Beam: the same files as without, and errors in a line."""

import pickle
import shutil

import pytest

from keras_wavenet.data import FolderSource
from keras_wavenet.data.prepared import workers
from keras_wavenet.data.prepared.plan import make_plan
from keras_wavenet.data.prepared.prepare import prepare
from keras_wavenet.data.splits import make_splits
from keras_wavenet.utils.extras import is_installed

pytestmark = [
    pytest.mark.neutral,
    pytest.mark.filterwarnings("ignore:Skipped 5 of 17"),
]
needs_beam = pytest.mark.skipif(
    not is_installed("apache_beam"), reason="the extra `beam` is not installed"
)

TWO_WORKERS = {
    "beam_runner": "DirectRunner",
    "beam_options": ["--direct_num_workers=2", "--direct_running_mode=multi_threading"],
    "settings": {"split_by": "clip"},
}


def shards_of(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.array_record-*")}


def test_shards_written_alone_and_in_any_order_are_those_of_one_process(
    splits, prepared, shard_bytes, tmp_path
):
    plan = make_plan(splits, "noises", shard_bytes, split_by="clip")
    (tmp_path / "job").write_bytes(pickle.dumps((plan, splits, tmp_path)))
    indices = range(len(plan.splits["train"].shards))
    assert len(indices) > 3
    for index in reversed(indices):
        workers._write_shard(str(tmp_path / "job"), "train", index)
    expected = shards_of(prepared)
    found = shards_of(tmp_path)
    assert found == {name: expected[name] for name in plan.shard_names("train")}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["job", *sorted(found)]


@needs_beam
def test_two_workers_make_the_same_dataset(
    splits, prepared, shard_bytes, contents, tmp_path
):
    out = tmp_path / "noises"
    prepare(splits, out, shard_bytes=shard_bytes, **TWO_WORKERS)
    assert contents(out) == contents(prepared)
    sorted(out.glob("*.array_record-*"))[2].unlink()
    prepare(splits, out, shard_bytes=shard_bytes, **TWO_WORKERS)
    assert contents(out) == contents(prepared)


@needs_beam
def test_an_error_of_a_worker_is_a_line_and_the_other_shards_are_kept(
    recordings, prepared, shard_bytes, contents, tmp_path
):
    folder = shutil.copytree(recordings, tmp_path / "recordings")
    splits = make_splits(FolderSource(folder, 16000))
    (folder / "h.wav").rename(tmp_path / "h.wav")
    out = tmp_path / "noises"
    with pytest.raises(OSError, match="noises-test.*h.wav.*repair that") as raised:
        prepare(splits, out, shard_bytes=shard_bytes, **TWO_WORKERS)
    assert "\n" not in str(raised.value)
    assert not list(out.glob(".*")) and not (out / "dataset_info.json").exists()
    expected = shards_of(prepared)
    assert shards_of(out) == {n: b for n, b in expected.items() if "-test." not in n}
    (tmp_path / "h.wav").rename(folder / "h.wav")
    prepare(splits, out, shard_bytes=shard_bytes, settings={"split_by": "clip"})
    assert shards_of(out) == expected


@needs_beam
def test_an_unknown_runner_is_refused_before_any_work(splits, tmp_path):
    with pytest.raises(ValueError, match="beam_runner='NoRunner'"):
        prepare(splits, tmp_path / "new", beam_runner="NoRunner")
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(is_installed("apache_beam"), reason="Apache Beam is installed")
def test_without_apache_beam_the_extra_is_named(splits, tmp_path):
    with pytest.raises(ImportError, match=r"keras-wavenet\[beam\]"):
        prepare(splits, tmp_path / "new", beam_runner="DirectRunner")
    assert not (tmp_path / "new").exists()

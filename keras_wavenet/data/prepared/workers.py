"""Shards written by workers of Apache Beam, in any order and on any machines.

A shard is a function of the plan and the clips alone: whatever the runner and the
number of workers, the files are those of one process. The workers share the folder of
the dataset, and the recordings, by the same paths. Each shard gets its name when it is
whole; what tfds adds to the folder is written afterwards, by the process that began.
"""

import functools
import pickle
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_wavenet.data.clip_source import ClipSource
from keras_wavenet.data.prepared.errors import WorkerError
from keras_wavenet.data.prepared.plan import Plan
from keras_wavenet.data.prepared.records import (
    Records,
    encode_records,
    record_features,
)
from keras_wavenet.utils.atomic_file import SUFFIX
from keras_wavenet.utils.extras import import_extra

_JOB = "job"  # what all workers read: plan and clips
_FAILURE = ".failure"  # of the name of a file with the error of a shard


def check_runner(runner: Any) -> None:
    """Checks the name of a runner, before any work.

    Raises:
        ValueError: If Apache Beam has no such runner.
        ImportError: If it is not installed; names the extra to install.
    """
    beam = import_extra("apache_beam", "A `beam_runner`")
    if not isinstance(runner, str):
        return
    try:
        beam.runners.create_runner(runner)
    except (ValueError, ImportError, AttributeError) as error:
        raise ValueError(
            "`beam_runner` must be the name of a runner of Apache Beam, such as "
            f'"DirectRunner". Received: beam_runner={runner!r} ({error})'
        ) from error


def write_missing_shards(
    plan: Plan,
    splits: Mapping[str, ClipSource],
    folder: Path,
    runner: Any,
    options: Sequence[str],
) -> None:
    """Writes the shards that are not in the folder yet.

    Args:
        plan: The plan of the dataset.
        splits: The clips of each split.
        folder: The folder of the dataset, which all workers can write to.
        runner: A runner of Apache Beam, or its name.
        options: Options of the pipeline, such as `"--direct_num_workers=2"`.

    Raises:
        WorkerError: If shards could not be written; all others are.
    """
    beam = import_extra("apache_beam", "A `beam_runner`")
    from apache_beam.options.pipeline_options import PipelineOptions

    folder = folder.absolute()
    with tempfile.TemporaryDirectory(SUFFIX, ".beam.", folder) as work:
        job = Path(work) / _JOB
        job.write_bytes(pickle.dumps((plan, splits, folder)))
        shards = [
            (split, index)
            for split in plan.splits
            for index, name in enumerate(plan.shard_names(split))
            if not (folder / name).exists()
        ]
        write = functools.partial(_write_or_note, str(job))
        try:
            with beam.Pipeline(runner, PipelineOptions(list(options))) as pipeline:
                _ = pipeline | beam.Create(shards) | beam.Map(write)
        except Exception as error:  # of the runner
            lines = str(error).strip().splitlines() or [""]
            raise WorkerError(f"{type(error).__name__}: {lines[-1]}") from error
        failures = sorted(Path(work).glob(f"*{_FAILURE}"))
        if failures:
            more = f" (and {len(failures) - 1} other shards)" if failures[1:] else ""
            raise WorkerError(failures[0].read_text("utf-8") + more)


def _write_or_note(job: str, shard: tuple[str, int]) -> None:
    """Writes a shard. An error is noted in a file: runners pass on none in words."""
    try:
        _write_shard(job, *shard)
    except Exception as error:  # of any origin of clips
        name = _open_job(job)[0].shard_names(shard[0])[shard[1]]
        note = f"{name}: {type(error).__name__}: {error}"
        Path(job).with_name(name + _FAILURE).write_text(note, "utf-8")


def _write_shard(job: str, split: str, index: int) -> None:
    from keras_wavenet.data.prepared.shard_writer import write_shard

    plan, splits, folder = _open_job(job)
    numbers = plan.record_ranges(split)[index]
    target = folder / plan.shard_names(split)[index]
    with tempfile.TemporaryDirectory(SUFFIX, ".shard.", Path(job).parent) as own:
        path = Path(own) / target.name
        examples = _serialized(splits[split], numbers)
        write_shard(path, examples, len(numbers), target)
        path.replace(target)


def _serialized(source: ClipSource, numbers: range) -> Iterator[tuple[int, bytes]]:
    features = record_features()
    examples = encode_records(source, Records(source.lengths), [numbers])
    for number, example in zip(numbers, examples, strict=True):
        yield number, features.serialize_example(example)


@functools.lru_cache(1)
def _open_job(job: str) -> tuple[Plan, Mapping[str, ClipSource], Path]:
    """What all shards are written from; read once in each process."""
    return pickle.loads(Path(job).read_bytes())

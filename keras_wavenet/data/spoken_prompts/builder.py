"""The tfds builder of `spoken_prompts`; importing it needs tensorflow-datasets."""

import contextlib
import csv
import io
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import tensorflow_datasets as tfds

_HERE = Path(__file__).parent
_AUDIO = _HERE / "audio"
_SAMPLE_RATE = 16000
_SPEAKERS = ("en_allison", "it_carlo", "ru_maxim")
_SPLITS = ("train", "validation")
# Both are read at random and without TensorFlow; array_record has no build for Windows.
_FILE_FORMAT = "parquet" if sys.platform == "win32" else "array_record"


class SpokenPrompts(tfds.core.GeneratorBasedBuilder):
    """Three minutes of telephone prompts by three speakers, and 37 s for validation.

    Audio is stored as int16 bytes: tfds' own `Audio` feature cannot be read without
    TensorFlow, and decodes more slowly.
    """

    VERSION = tfds.core.Version("1.0.0")
    RELEASE_NOTES = {"1.0.0": "First release."}
    # Set here, as the search of tfds for them fails without a package
    # (importlib_resources) that only TensorFlow brings.
    pkg_dir_path = tfds.core.Path(_HERE)
    code_path = tfds.core.Path(__file__)

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(
            builder=self,
            description=(_HERE / "ATTRIBUTION.md").read_text(encoding="utf-8"),
            license="CC BY-SA 3.0 (en_allison), CC BY 3.0 (it_carlo, ru_maxim)",
            features=tfds.features.FeaturesDict(
                {
                    "audio": tfds.features.Tensor(
                        shape=(None,), dtype=np.int16, encoding="bytes"
                    ),
                    "id": tfds.features.Text(),
                    "speaker": tfds.features.ClassLabel(names=_SPEAKERS),
                    "transcript": tfds.features.Text(),
                }
            ),
            metadata=tfds.core.MetadataDict({"sample_rate": _SAMPLE_RATE}),
        )

    def _split_generators(self, dl_manager):
        del dl_manager  # nothing to download
        return {split: self._generate_examples(split) for split in _SPLITS}

    def _generate_examples(self, split):
        with (_AUDIO / "metadata.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["split"] == split]
        for row in rows:
            path = _AUDIO / row["path"]
            audio, sample_rate = soundfile.read(path, dtype="int16")
            assert sample_rate == _SAMPLE_RATE, path
            clip_id = row["path"].removesuffix(".flac")
            yield (
                clip_id,
                {
                    "audio": audio,
                    "id": clip_id,
                    "speaker": row["speaker"],
                    "transcript": row["transcript"],
                },
            )


def prepared_builder(
    data_dir: str | Path | None = None, file_format: str = _FILE_FORMAT
) -> SpokenPrompts:
    """The builder, with its data written to disk if it was not there yet.

    Any number of processes may call it at once: each that finds nothing writes a copy
    of its own, and the first one to finish moves it into place.

    Args:
        data_dir: Folder of tfds datasets; tfds' own default (`TFDS_DATA_DIR`, or
            `~/tensorflow_datasets`) if None.
        file_format: `"array_record"` or `"parquet"`.

    Returns:
        A builder that is ready for `as_data_source`.

    Raises:
        OSError: If the folder cannot be written to.
    """
    data_dir = tfds.core.Path(data_dir).expanduser() if data_dir else None
    target = Path(SpokenPrompts(data_dir=data_dir).data_dir)
    if not _is_complete(target):
        try:
            _prepare(target, file_format)
        except OSError as error:
            raise OSError(
                f"Expected a folder that {SpokenPrompts.name} can be written to. "
                f"Received: {target.parent} ({error}). "
                "Name another one by `data_dir` or the variable TFDS_DATA_DIR."
            ) from error
    return SpokenPrompts(data_dir=data_dir)


def _prepare(target: Path, file_format: str):
    target.parent.mkdir(parents=True, exist_ok=True)
    # tfds names its own temporary folder by `random.choice`: the same name in all
    # processes that were seeded alike. `tempfile` does not depend on the seed.
    with tempfile.TemporaryDirectory(
        prefix=".incomplete-", dir=target.parent, ignore_cleanup_errors=True
    ) as scratch:
        written = _write(scratch, file_format)
        try:
            written.rename(target)
        except OSError:
            if not _is_complete(target):  # by another process that was first
                raise


def _is_complete(folder: Path) -> bool:
    return (folder / "dataset_info.json").exists()


def _write(data_dir: str, file_format: str) -> Path:
    builder = SpokenPrompts(data_dir=data_dir, file_format=file_format)
    # tfds would announce a download of unknown size; it is a second's work.
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
        builder.download_and_prepare()
    return Path(builder.data_dir)

"""The folder of a training run: what it holds, and which run may go on there."""

import contextlib
import json
import shutil
import warnings
from pathlib import Path

from keras_wavenet import preset_io, preset_places
from keras_wavenet.commands.output_file import check_writable
from keras_wavenet.commands.run_settings import as_json, differences
from keras_wavenet.features.config import with_current_names
from keras_wavenet.utils import folder_lock
from keras_wavenet.utils.atomic_file import leftovers, replacing

RECORD = preset_places.RECORD_OF_RUN
_PRESETS = (preset_places.BEST_OF_RUN, "last")
_CONTENT = ("checkpoints", *_PRESETS, "samples", "tensorboard", "log.csv", "run.png")
_ADVICE = "Name another --out folder"
_INEXACT = ("backend", "keras", "keras_wavenet")  # a run goes on under another


class RunFolder:
    """A folder in which a command trains, and the same command goes on.

    `run.json` says what run it is: the settings that decide the weights, the data and
    the versions. A run that is another one is refused before anything is touched.

    Args:
        path: The folder, which may be missing.

    Attributes:
        checkpoints, best, last: Where its parts lie.
    """

    def __init__(self, path: Path):
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.best, self.last = (path / name for name in _PRESETS)

    @contextlib.contextmanager
    def opened(self):
        """Make the folder if it is missing, and keep other processes out of it.

        A folder that has no run in the end, because something was refused, goes again,
        and so do those above it that were made with it.

        Raises:
            NotADirectoryError: If the path is a file.
            PermissionError: If nothing can be written there.
            RuntimeError: If another process trains there.
        """
        if self.path.exists() and not self.path.is_dir():
            raise NotADirectoryError(
                f"--out must name a folder, {self.path} is a file."
            )
        check_writable(self.path / RECORD)
        made = [path for path in (self.path, *self.path.parents) if not path.exists()]
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with folder_lock.locked(self.path):
                yield
        finally:
            if made and not self._has_record():
                (self.path / folder_lock.NAME).unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # somebody put a file there
                    for path in made:
                        path.rmdir()

    def check(self, settings: dict, overwrite: bool) -> None:
        """Refuse a folder that is no run's, or of a run with other settings.

        Args:
            settings: Of the command, from `settings_of`.
            overwrite: Whether a run that is there is to be replaced.

        Raises:
            FileExistsError: If the folder holds something else.
            ValueError: If its run has other settings.
        """
        if self._has_record():
            if not overwrite:
                self._refuse(differences(self._record()["settings"], settings))
            return
        names = {path.name for path in self.path.iterdir()} - {folder_lock.NAME}
        names -= {path.name for path in leftovers(self.path, RECORD)}
        if preset_places.CONFIG in names:
            raise FileExistsError(
                f"{self.path} holds a preset, and a run needs a folder of its own. "
                f"{_ADVICE}; `--preset {self.path} --load-weights` starts from it."
            )
        if names:
            raise FileExistsError(f"{self.path} holds files and no run. {_ADVICE}.")

    def recorded_model(self) -> dict | None:
        """The arguments of the model of the run that is there, or None."""
        return self._record()["model"] if self._has_record() else None

    def begin(self, record: dict, overwrite: bool, fixed_length: bool) -> None:
        """Say what run this is: the one that is there, or a new one.

        Args:
            record: `"settings"`, `"model"`, `"data"`, `"steps"` and `_INEXACT`.
            overwrite: Whether a run that is there is deleted first.
            fixed_length: Whether the weights of a step depend on the `"steps"` in all.

        Raises:
            ValueError: If another run is there.
        """
        record = as_json(record)
        if self._has_record():
            if overwrite:
                self._clear()
            else:
                self._compare(self._record(), record, fixed_length)
                self._mend_presets()
        with replacing(self.path / RECORD) as file:
            file.write(json.dumps(record, indent=2).encode() + b"\n")
        for path in leftovers(self.path, "*"):
            path.unlink()

    def check_unused(self) -> None:
        """Refuse a run that has presets and, of all its checkpoints, none.

        Raises:
            ValueError: If it would start anew, over what it has made.
        """
        if self.best.exists() or self.last.exists():
            raise ValueError(
                f"{self.path} holds a run whose checkpoints are gone: it can't go on. "
                f"Put one back into {self.checkpoints}, or start another run from what "
                f"it has learned: --preset {self.path} --load-weights --out ANOTHER. "
                "--overwrite starts this one anew."
            )

    def _compare(self, was, record, fixed_length):
        names = ["settings", "model", "data", *(["steps"] if fixed_length else [])]
        self._refuse(
            differences(
                {name: was[name] for name in names if name in was},
                {name: record[name] for name in names},
            )
        )
        for name in _INEXACT:
            if was.get(name) != record[name]:
                warnings.warn(
                    f"The run in {self.path} began with {name} {was.get(name)} and "
                    f"goes on with {record[name]}: not exactly, to the last bit, as "
                    "it would have.",
                    stacklevel=3,
                )

    def _refuse(self, lines):
        if lines:
            raise ValueError(
                f"{self.path} holds a run with other settings: {'; '.join(lines)}. "
                f"Give the same ones to go on with it. {_ADVICE} for another run, or "
                "give --overwrite to start anew."
            )

    def _has_record(self):
        return (self.path / RECORD).is_file()

    def _record(self):
        path = self.path / RECORD
        try:
            if path.stat().st_size > preset_io.MOST_JSON_BYTES:
                raise ValueError(f"over {preset_io.MOST_JSON_BYTES} bytes")
            record = json.loads(path.read_text("utf-8"))
            missing = {"settings", "model", "data", "steps", *_INEXACT} - record.keys()
            if missing or not record["settings"]:
                raise ValueError(f"without {', '.join(sorted(missing)) or 'settings'}")
            if isinstance(record["model"].get("features"), dict):
                current = with_current_names(record["model"]["features"])
                record["model"]["features"] = current
            return {**record, "settings": dict(record["settings"])}
        except (AttributeError, ValueError, TypeError, RecursionError) as error:
            raise ValueError(
                f"{path} must hold the settings of a run, and is damaged: {error}. "
                f"{_ADVICE}."
            ) from error

    def _clear(self):
        """Delete a run, its record last: until then it is known as one."""
        for name in _CONTENT:
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _mend_presets(self):
        """Clear up after a process that was killed while it put a preset in place."""
        for name in _PRESETS:
            for draft in sorted(self.path.glob(f".{name}.*")):
                if (draft / name).is_dir() and not (self.path / name).exists():
                    (draft / name).replace(self.path / name)
                shutil.rmtree(draft)

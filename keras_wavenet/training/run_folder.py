"""The folder of a training run: what it holds, and which run may use it."""

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras

from keras_wavenet import preset_places
from keras_wavenet.training import run_record
from keras_wavenet.training.run_record import AnotherRun, NoRun
from keras_wavenet.utils import folder_lock
from keras_wavenet.utils.atomic_file import leftovers

CHECKPOINTS, BEST, LAST = "checkpoints", preset_places.BEST_OF_RUN, "last"
SAMPLES, TENSORBOARD, LOG, PICTURE = "samples", "tensorboard", "log.csv", "run.png"
REPORT = "report.html"
_CONTENT = (CHECKPOINTS, BEST, LAST, SAMPLES, TENSORBOARD, LOG, PICTURE, REPORT)


class RunFolder:
    """A folder in which a run starts or resumes, and no other one.

    Args:
        path: The folder, which may be missing.
        overwrite: Whether a run that is there is deleted by `begin`.
    """

    def __init__(self, path: Path, overwrite: bool = False):
        self.path = path
        self.overwrite = overwrite

    @contextlib.contextmanager
    def opened(self) -> Iterator[None]:
        """Make the folder if it is missing, and keep other processes out of it.

        A folder that has no run in the end, because something was refused, is deleted
        again, and so are those above it that were made with it.

        Raises:
            NotADirectoryError: If the path is a file.
            PermissionError: If nothing can be written there.
            RuntimeError: If another process is at work there.
        """
        if self.path.exists() and not self.path.is_dir():
            raise NotADirectoryError(
                f"The path of a run must be a folder. {self.path} is a file."
            )
        made = [path for path in (self.path, *self.path.parents) if not path.exists()]
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            with folder_lock.locked(self.path):
                yield
        finally:
            if made and not (self.path / run_record.NAME).is_file():
                (self.path / folder_lock.NAME).unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # somebody put a file there
                    for path in made:
                        path.rmdir()

    def record(self) -> dict[str, Any] | None:
        """The record of the run to be resumed; None for a new run.

        Raises:
            AnotherRun: If it is damaged.
        """
        return None if self.overwrite else run_record.read_record(self.path)

    def check(self, settings: Mapping[str, Any]) -> None:
        """Refuse a folder that holds no run, or one with other settings.

        Args:
            settings: Options that identify the run, by name.

        Raises:
            FileExistsError: If the folder holds something else.
            AnotherRun: If its run has other settings.
        """
        if (self.path / run_record.NAME).is_file():
            was = self.record()
            if was is not None:
                run_record.check_same_settings(self.path, was, settings)
            return
        names = {path.name for path in self.path.iterdir()} - {folder_lock.NAME}
        names -= {path.name for path in leftovers(self.path, run_record.NAME)}
        if preset_places.CONFIG in names:
            raise NoRun(
                f"{self.path} holds a preset, and a run needs a folder of its own.",
                "Name another folder, where a run can start from this preset.",
            )
        if names:
            raise NoRun(f"{self.path} holds files and no run.", "Name another folder.")

    def begin(
        self, record: dict[str, Any], model: keras.Model, fixed_length: bool
    ) -> None:
        """Write which run this is: the one that is there, or a new one.

        Args:
            record: From `run_record.make_record`.
            model: The model of the run.
            fixed_length: Whether the weights of a step depend on the length of the run.

        Raises:
            AnotherRun: If another run is there.
        """
        was = self.record()
        if was is not None:
            run_record.check_same_run(self.path, was, record, fixed_length, model)
            self._mend_presets()
        elif self.overwrite:
            self._clear()
            self.overwrite = False  # this run resumes
        run_record.write_record(self.path, record)
        for path in leftovers(self.path, "*") + leftovers(self.path / SAMPLES, "*"):
            path.unlink(missing_ok=True)

    def check_unused(self) -> None:
        """Refuse a run that has presets and, of all its checkpoints, none.

        Raises:
            AnotherRun: If it would start again, and replace what it has made.
        """
        if (self.path / BEST).exists() or (self.path / LAST).exists():
            raise AnotherRun(
                f"{self.path} holds a run whose checkpoints are missing: it cannot be "
                f"resumed. Put one back into {self.path / CHECKPOINTS},",
                "start another run from its best preset in another folder, or "
                "overwrite this one.",
            )

    def _clear(self):
        """Delete a run, all but its record: until that is replaced it is a run."""
        for name in _CONTENT:
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def _mend_presets(self):
        """Clear up after a process that was killed while it put a preset in place."""
        for name in (BEST, LAST):
            for draft in sorted(self.path.glob(f".{name}.*")):
                if (draft / name).is_dir() and not (self.path / name).exists():
                    (draft / name).replace(self.path / name)
                shutil.rmtree(draft)

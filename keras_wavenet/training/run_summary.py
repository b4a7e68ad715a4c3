"""What a run trained on and how far it came, in a sentence."""

from pathlib import Path

from keras_wavenet.training.monitoring.csv_log import read_rows
from keras_wavenet.training.run_folder import LOG
from keras_wavenet.training.run_record import read_record
from keras_wavenet.utils.own_files import is_run_folder
from keras_wavenet.utils.text import shown


def summarize_run(folder: Path) -> str:
    """Data, length and best loss of the run in a folder.

    Args:
        folder: Of a run; another one is allowed.

    Returns:
        Sentences; nothing where the folder is no run, or its record is damaged.
    """
    if not is_run_folder(folder):
        return ""
    try:
        record, rows = read_record(folder), read_rows(folder / LOG)
        data, clips = record["settings"].get("data"), record["data"]["clips"]
    except (KeyError, OSError, TypeError, ValueError):
        return ""
    trained = f"Trained by keras_wavenet on {clips[0]:,} clips"
    if data:
        path = Path(str(data))  # of which others need not know the folders
        trained += f" of {shown(path.name if path.is_absolute() else path)}"
    trained += f", {clips[-1]:,} more for validation."
    return " ".join([trained, *_best(rows)])


def _best(rows):
    """The lowest loss of the table, in the unit that it has."""
    for name, unit in (
        ("val_bits_per_sample", "bits per sample on the validation clips"),
        ("bits_per_sample", "bits per sample in training"),
        ("val_loss", "nats per sample on the validation clips"),
    ):
        known = [row for row in rows if row.get(name) is not None]
        if known:
            best = min(known, key=lambda row: row[name])
            yield f"{best[name]:.3f} {unit} at step {int(best['step']):,}, the lowest."
            return

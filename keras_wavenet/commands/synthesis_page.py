"""The page of `synthesize`: each recording and its copy, to listen to."""

from collections.abc import Sequence
from pathlib import Path

from keras_wavenet.pages import Page, Sound, SoundFile
from keras_wavenet.utils.pcm import decode_wav
from keras_wavenet.utils.text import shown

# Bytes of wav files that a page holds: browsers read it whole. More are played from
# the files.
MOST_IN_PAGE = 64 * 2**20


def write_page(
    path: Path,
    settings: dict,
    rows: Sequence[tuple[str, Path | None, Path, dict]],
    sample_rate: int,
) -> None:
    """Write the page of a folder.

    Args:
        path: Where to, in the folder.
        settings: `preset`, `seed` and others.
        rows: For each recording its name; its original, or None; its audio; a dict of
            its `seconds` and `generation_seconds`.
        sample_rate: Hz.
    """
    files = [file for _, *pair, _ in rows for file in pair if file is not None]
    is_small = sum(file.stat().st_size for file in files) <= MOST_IN_PAGE

    def sound(file):
        if file is None:
            return "frames only"
        if not is_small:
            name = file.relative_to(path.parent).as_posix()
            return SoundFile(name, has_player=True)
        return Sound(*decode_wav(file.read_bytes()))

    page = Page(
        f"Copy synthesis by {shown(settings['preset'])}",
        f"{_total(rows)}, each resynthesized from its frames, with the seed "
        f"{settings['seed']}. Audio at {sample_rate:,} Hz, 16 bits.",
    )
    page.table(
        ("recording", "original", "synthesized", "seconds", "times real time"),
        [
            (name, sound(original), sound(audio), *_figures(done))
            for name, original, audio, done in rows
        ],
    )
    page.heading("Settings")
    page.table(
        ("option", "value"),
        [pair for pair in settings.items() if pair[1] is not None],
    )
    page.text(
        "Times real time: the length of the recordings that were generated together, "
        "as parallel streams, over the time that it took."
    )
    page.write(path)


def _total(rows):
    """The number of recordings, their length and their speed."""
    if not rows:
        return "No recordings"
    dones = [done for *_, done in rows]
    names = ("seconds", "generation_seconds")
    total = {name: sum(done[name] for done in dones) for name in names}
    seconds, speed = _figures(total)
    count = f"{len(rows)} recording{'s' if len(rows) != 1 else ''}"
    return f"{count} of {seconds} s together, generated at {speed} times real time"


def _figures(done):
    """Length and speed of a recording, as they are shown."""
    speed = done["seconds"] / max(done["generation_seconds"], 1e-9)
    return f"{done['seconds']:.2f}", f"{speed:.2f}"
